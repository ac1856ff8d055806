"""The two programs: `work()` is `python worker.py`, `demonstrate()` is `make run`. Both give an exit status."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext

from sqlalchemy.exc import SQLAlchemyError

from portal import config as settings
from portal.config import ROOT, Config, ConfigError
from portal.running import folder, leash, logs, migrate, parts, tuned
from portal.running.parent import Parent
from portal.running.supervisor import Supervisor, leashed

WEB_FAULTS = 10  # deaths of web processes before the first page, after which `make run` gives up


def work() -> int:
    """Workers and sweeper until SIGINT or SIGTERM; with the embedded queue server when REDIS_URL is not set."""
    return _told(_work)


def demonstrate() -> int:
    """Everything on one machine: migrations, demo data, queue, web, workers, sweeper."""
    return _told(_demonstrate)


def _told(program: Callable[[], int]) -> int:
    """Runs `program`. A fault that its reader can correct is one line on stderr and status 1."""
    logs.to_stderr()
    try:
        return program()
    except (ConfigError, SQLAlchemyError) as error:
        print(f"No se pudo empezar: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _work() -> int:
    config = settings.from_environment()
    embedded = not os.environ.get("REDIS_URL")
    with folder.owned(config.datos, "worker.py") if embedded else nullcontext():
        queue = [parts.queue(config.datos)] if embedded else []
        Supervisor([*queue, *parts.workers()], folder=ROOT, environment=_environment(config)).run()
    return 0


def _demonstrate() -> int:
    leash.die_with_parent()  # when `make` is killed, everything ends
    config = settings.from_environment()
    if config.produccion:
        raise ConfigError("make run es una demostración; en producción se usan wsgi.py y worker.py.")
    port = _port(os.environ)
    with folder.owned(config.datos, f"make run en el puerto {port}"):
        _refuse_taken(port)
        migrate.upgrade(config.database_url)
        return _serve(config, port, _demo_accounts(config))


def _serve(config: Config, port: int, accounts: str) -> int:
    queue = [] if os.environ.get("REDIS_URL") else [parts.queue(config.datos)]
    supervisor = Supervisor([*queue, *parts.web(port), *parts.workers()], folder=ROOT, environment=_environment(config))
    parent = Parent()
    supervisor.start()
    try:
        answered = _wait_for_web(supervisor, parent, port)
        if answered:
            print(f"Portal de Cargas Batch: http://127.0.0.1:{port}/  (Ctrl-C termina)\n{accounts}", flush=True)
        while answered and not supervisor.stopping and not parent.interrupted():
            supervisor.step()
    finally:
        supervisor.stop()
    return 0 if answered or not supervisor.deaths("web") else 1


def _wait_for_web(supervisor: Supervisor, parent: Parent, port: int) -> bool:
    """True once the port answers; False when asked to stop before that, or when the web server keeps dying."""
    while not supervisor.stopping and not parent.interrupted():
        supervisor.step(0.1)
        if _answers(port):
            return True
        if supervisor.deaths("web") >= WEB_FAULTS:
            print("El servidor web no arranca; la causa está más arriba.", file=sys.stderr)
            return False
    return False


def _answers(port: int) -> bool:
    """Whether the application answers. The port is open before the application is loaded."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConfigError(
                f"El puerto {port} está ocupado: pruebe con otro, por ejemplo PORT={port + 1}."
            ) from error


def _port(env: Mapping[str, str]) -> int:
    text = env.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError(f"PORT debe ser un número de puerto y dice «{text}».")
    return int(text)


def _environment(config: Config) -> dict[str, str]:
    """The parts' environment: they run in the project's folder, so the data folder is given in full."""
    return {**tuned.ENVIRONMENT, **os.environ, "PORTAL_DATOS": str(config.datos)}


def _demo_accounts(config: Config) -> str:
    """Fill the demo data; gives what the command says about its accounts. It logs to stderr."""
    filled = subprocess.run(  # noqa: S603 - our own command
        leashed([sys.executable, "-m", "flask", "--app", "wsgi", "demo"]),
        cwd=ROOT,
        env=_environment(config),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        check=False,
    )
    if filled.returncode:
        raise ConfigError("los datos de demostración no se pudieron preparar; la causa está más arriba.")
    return filled.stdout
