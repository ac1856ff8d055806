"""Settings, all from the environment. Production refuses to start without what it needs; a demonstration makes it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from portal import clock
from portal.disk import make_folder, to_disk

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000
SECRET_BYTES, SECRET_LETTERS = 32, 10  # the least of a production's SECRET_KEY, and different letters in it
VISIT_MINUTES = 12 * 60  # no visit is longer, however much it is used


class ConfigError(RuntimeError):
    """A setting is missing or contradicts another; the text says which and how to mend it."""


@dataclass(frozen=True)
class Config:
    """What an operator may set. Sizes in bytes, times in seconds, deadlines in days."""

    datos: Path
    produccion: bool
    secret_key: str
    database_url: str
    redis_url: str
    hoy_fijo: date | None = None
    max_bytes: int = 100 * MEGABYTE
    max_lineas: int = 1_000_000
    plazo_entrada_dias: int = 15
    plazo_habiles: int = 3
    extemporanea_dias: int = 45
    arriendo_segundos: int = 30
    reintentos: int = 8
    memoria_aparte_mb: int = 1_500
    sin_decision_dias: int = 30
    archivo_grande: int = 2 * MEGABYTE
    sesion_minutos: int = 60
    queja_habiles: int = 10
    tramo_lineas: int = 98_304
    tramo_registro: int = 8_192
    padron: str = ""
    cabecera_proxy: str = "Forwarded"
    base: str = ""  # how the portal is reached from outside, "https://…"; "": as its visitor says
    institucion: Mapping[str, str] = field(default_factory=dict)

    def hoy(self) -> date:
        """The business date: `PORTAL_HOY` in demonstrations and tests, else the day in Ecuador."""
        return self.hoy_fijo or clock.today()


INSTITUCION = {
    "siglas": "IESS",
    "nombre": "Instituto Ecuatoriano de Seguridad Social",
    "telefono": "593 23945666",
    "horario": "de lunes a viernes, de 08:00 a 17:00",
    "correo": "atencionalusuario@iess.gob.ec",
    "sitio": "https://www.iess.gob.ec",
}


def from_environment(env: Mapping[str, str] | None = None) -> Config:
    """The settings in `env` (the process's own when None). Raises ConfigError with what to mend."""
    env = os.environ if env is None else env
    datos = Path(env.get("PORTAL_DATOS") or ROOT / "datos").absolute()
    make_folder(datos, 0o700)
    entorno = env.get("PORTAL_ENTORNO", "demostracion")
    if entorno not in ("demostracion", "produccion"):
        raise ConfigError("PORTAL_ENTORNO debe ser «demostracion» o «produccion».")
    produccion = entorno == "produccion"
    _refuse_unsafe_production(env, produccion)
    return Config(
        datos=datos,
        produccion=produccion,
        secret_key=env.get("SECRET_KEY") or kept_secret(datos / "secret_key"),
        database_url=env.get("DATABASE_URL") or f"sqlite:///{datos / 'portal.db'}",
        redis_url=env.get("REDIS_URL") or embedded_queue_url(datos),
        hoy_fijo=_fixed_date(env.get("PORTAL_HOY")),
        max_bytes=_number(env, "PORTAL_MAX_BYTES", Config.max_bytes),
        max_lineas=_number(env, "PORTAL_MAX_LINEAS", Config.max_lineas),
        plazo_entrada_dias=_number(env, "PORTAL_PLAZO_ENTRADA_DIAS", Config.plazo_entrada_dias),
        plazo_habiles=_number(env, "PORTAL_PLAZO_HABILES", Config.plazo_habiles),
        extemporanea_dias=_number(env, "PORTAL_EXTEMPORANEA_DIAS", Config.extemporanea_dias),
        arriendo_segundos=_number(env, "PORTAL_ARRIENDO_SEGUNDOS", Config.arriendo_segundos),
        memoria_aparte_mb=_number(env, "PORTAL_MEMORIA_APARTE_MB", Config.memoria_aparte_mb),
        sin_decision_dias=_number(env, "PORTAL_SIN_DECISION_DIAS", Config.sin_decision_dias),
        sesion_minutos=_number(env, "PORTAL_SESION_MINUTOS", Config.sesion_minutos),
        queja_habiles=_number(env, "PORTAL_QUEJA_HABILES", Config.queja_habiles),
        padron=_factory_name(env, "PORTAL_PADRON"),
        cabecera_proxy=_header_name(env, "PORTAL_CABECERA_PROXY", Config.cabecera_proxy),
        base=_base(env.get("PORTAL_BASE") or ""),
        institucion={k: env.get(f"PORTAL_INSTITUCION_{k.upper()}", v) for k, v in INSTITUCION.items()},
    )


def _refuse_unsafe_production(env: Mapping[str, str], produccion: bool) -> None:
    if not produccion:
        return
    missing = [name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PORTAL_BASE") if not env.get(name)]
    if missing:
        raise ConfigError("Con PORTAL_ENTORNO=produccion faltan: " + ", ".join(missing) + ".")
    if env.get("PORTAL_HOY"):
        raise ConfigError("PORTAL_HOY fija la fecha para demostraciones: quítela con PORTAL_ENTORNO=produccion.")
    _refuse_weak(env)


def _refuse_weak(env: Mapping[str, str]) -> None:
    """What starts well and protects nobody: a secret that can be found by trying, pages for programmers, visits that
    outlive every browser."""
    secret = env["SECRET_KEY"]
    if len(secret.encode()) < SECRET_BYTES or len(set(secret)) < SECRET_LETTERS:
        raise ConfigError(
            f"SECRET_KEY es débil: firma las sesiones y los segundos pasos, y debe tener al menos {SECRET_BYTES} bytes "
            "al azar. Hágala con: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if env.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        raise ConfigError("FLASK_DEBUG muestra el interior del portal: quítela con PORTAL_ENTORNO=produccion.")
    if _number(env, "PORTAL_SESION_MINUTOS", Config.sesion_minutos) > VISIT_MINUTES:
        raise ConfigError(f"PORTAL_SESION_MINUTOS puede ser hasta {VISIT_MINUTES}: ninguna visita dura más.")


def _base(text: str) -> str:
    """The address without a slash at its end. What a page prints of it is not left to whoever asks for the page."""
    if text and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", text):
        raise ConfigError(f"PORTAL_BASE debe ser como https://portal.ejemplo.gob.ec y dice «{text}».")
    return text.rstrip("/")


def _fixed_date(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"PORTAL_HOY debe ser AAAA-MM-DD y dice «{text}».") from error


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigError(f"{name} debe ser un número entero mayor que cero y dice «{text}».")
    return int(text)


def _header_name(env: Mapping[str, str], name: str, default: str) -> str:
    text = (env.get(name) or default).strip()
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", text):
        raise ConfigError(f"{name} debe ser el nombre de una cabecera, como Forwarded, y dice «{text}».")
    return text


def _factory_name(env: Mapping[str, str], name: str) -> str:
    """The setting unchanged; loaded now, so that a wrong name fails at the start and not with the first lote."""
    text = (env.get(name) or "").strip()
    if text:
        named_factory(name, text)
    return text


def named_factory(name: str, text: str) -> Any:
    """What the setting `name` points at with `paquete.modulo:fabrica`. Raises ConfigError with what to mend."""
    says = f"{name} dice «{text}»"
    if not re.fullmatch(r"\w+(\.\w+)*:\w+", text):
        raise ConfigError(f"{says} y debe ser paquete.modulo:fabrica.")
    module, _, function = text.partition(":")
    try:
        found = getattr(import_module(module), function, None)
    except Exception as error:  # foreign code runs when it is imported: whatever it raises is reported in one line
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigError(
            f"{says} y el módulo «{module}» no se puede cargar ({why}). Instálelo en el entorno de Python del portal."
        ) from error
    if not callable(found):
        raise ConfigError(f"{says} y «{module}» no tiene una función «{function}».")
    return found


def kept_secret(path: Path) -> str:
    """A secret created once and readable by its owner alone; safe when two processes ask concurrently."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _wait_for(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    for one in (path, path.parent):  # synced: losing it in a power cut would invalidate every second factor
        to_disk(one)
    return path.read_text()


def _wait_for(path: Path) -> str:
    import time

    for _ in range(100):
        if text := path.read_text():
            return text
        time.sleep(0.02)  # the other process has created the file and not yet written it
    raise ConfigError(f"El archivo {path} está vacío: bórrelo y vuelva a empezar.")


def embedded_queue_url(datos: Path) -> str:
    """The address of the queue server that `make run` starts when REDIS_URL is not set: a socket in the data folder."""
    return f"unix://{datos / 'cola.sock'}"
