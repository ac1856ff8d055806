"""What a production does not start with, and whom it believes about where a caller is."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import ConfigError, from_environment
from portal.web.puerta.limites import POR_DIRECCION
from portal.web.puerta.proxy import address_in
from web.portal_client import Navegador, make_app

GOOD = "k3Yt0-9pQz_7LrVw2XbNc5MdFgHjS8aE"  # 32 bytes


def environment(folder: Path, **more: str) -> dict[str, str]:
    needed = {"DATABASE_URL": "postgresql://portal@localhost/portal", "REDIS_URL": "redis://localhost"}
    needed["PORTAL_BASE"] = "https://portal.ejemplo.gob.ec"
    return {"PORTAL_DATOS": str(folder), "PORTAL_ENTORNO": "produccion", "SECRET_KEY": GOOD, **needed, **more}


def test_a_secret_of_32_bytes_at_random_is_taken(tmp_path: Path) -> None:
    assert from_environment(environment(tmp_path)).secret_key == GOOD


@pytest.mark.parametrize("secret", ["x", GOOD[:31], "x" * 64, "clave" * 20, "ñ" * 16])
def test_a_weak_secret_is_refused_with_what_to_do(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ConfigError, match=r"SECRET_KEY es débil.*32 bytes.*token_urlsafe") as refused:
        from_environment(environment(tmp_path, SECRET_KEY=secret))
    assert secret == "x" or secret not in str(refused.value)


@pytest.mark.parametrize(("name", "value"), [
    ("FLASK_DEBUG", "1"), ("FLASK_DEBUG", "true"), ("PORTAL_SESION_MINUTOS", "721"), ("PORTAL_HOY", "2026-11-22"),
    ("PORTAL_CABECERA_PROXY", "X-Forwarded-For\nX: y"), ("PORTAL_CABECERA_PROXY", "x_forwarded_for"),
])  # fmt: skip
def test_other_weak_settings_are_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        from_environment(environment(tmp_path, **{name: value}))


def test_a_demonstration_is_not_asked_for_any_of_it(tmp_path: Path) -> None:
    assert from_environment({"PORTAL_DATOS": str(tmp_path), "SECRET_KEY": "x"}).secret_key == "x"


@pytest.mark.parametrize(("header", "value", "address"), [
    ("Forwarded", "for=192.0.2.60;proto=https;by=203.0.113.43", "192.0.2.60"),
    ("Forwarded", 'for=1.1.1.1, For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"),
    ("forwarded", "proto=https;for=192.0.2.60:8080", "192.0.2.60"),
    ("Forwarded", "for=_oculto", None),
    ("Forwarded", "for=unknown", None),
    ("Forwarded", "", None),
    ("X-Forwarded-For", "1.1.1.1, 192.0.2.60", "192.0.2.60"),
    ("Portal", "2001:db8::1", "2001:db8::1"),
    ("Portal", "<script>", None),
])  # fmt: skip
def test_the_last_proxy_says_the_address(header: str, value: str, address: str | None) -> None:
    assert address_in(header, value) == address


@pytest.mark.parametrize("forged", ["X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "Client-IP"])
def test_no_other_header_moves_a_caller_elsewhere(tmp_path: Path, sqlite_template: Path, forged: str) -> None:
    """Beside what the proxy says; WSGI knows the first two by one name."""
    copy = tmp_path / "portal.db"
    copy.write_bytes(sqlite_template.read_bytes())
    app = make_app(tmp_path, f"sqlite:///{copy}", produccion=True)
    visitor = Navegador(app, {"X-Forwarded-Proto": "https", "Referer": "https://localhost/ingresar"})
    proxy = {"Forwarded": "for=192.0.2.60"}
    visitor.get("/ingresar", base_url="https://localhost")

    def try_key(n: int, status: int | None, **other: str) -> None:
        fields = {"identificacion": f"{1_000_000_000 + n}", "clave": "mala"}
        headers = {**proxy, forged: f"198.51.100.{n}", **other}
        visitor.post("/ingresar", fields, status=status, headers=headers, base_url="https://localhost")

    for n in range(POR_DIRECCION):
        try_key(n, 422)
    try_key(99, 429)
    try_key(99, 422, Forwarded="for=192.0.2.61")
