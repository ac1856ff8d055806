"""The original comes back byte for byte, under its name, whatever that name was."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from pages.states import ANA
from pages.world import World, send
from portal.modelos import Archivo
from web.portal_client import Navegador

NAMES = {
    "extras.txt": "extras.txt",
    "nómina de «octubre» ñ.txt": "nómina de «octubre» ñ.txt",
    "comillas ' y ; y %41.txt": "comillas ' y ; y %41.txt",
    "../../etc/passwd.txt": "passwd.txt",
    "/tmp/x.csv": "x.csv",
    "<script>alert(1)</script>.txt": "script>.txt",
    "<b>negrita.txt": "<b>negrita.txt",
    "a" * 300 + ".txt": "a" * 116 + ".txt",
    "\u202etxt.exe.txt": "txt.exe.txt",
    "日本語.txt": "日本語.txt",
}


def name_of(response) -> str:
    kind, _, name = response.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert kind == "attachment" and name.isascii()
    return unquote(name)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("given", NAMES)
def test_a_file_keeps_its_name_but_not_its_folders(world: World, de_a: Navegador, given: str) -> None:
    numero = send(de_a, "INS", (given, world.line("INS", ANA)))
    assert world.lote(numero).archivo.nombre == NAMES[given]
    de_a.get(f"/lotes/{numero}")
    assert NAMES[given] in de_a.text
    response = de_a.get(f"/lotes/{numero}/original")
    assert name_of(response) == NAMES[given]
    assert response.headers["X-Content-Type-Options"] == "nosniff" and response.mimetype == "application/octet-stream"


def raw_form(browser: Navegador, name: bytes, contents: bytes) -> tuple[bytes, str]:
    """A multipart body as no honest browser writes it: the name goes in as it is."""
    mark = b"----------separador"
    fields = {b"csrf_token": browser.token().encode(), b"movimiento": b"INS"}
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (mark, *one) for one in fields.items()
    ]
    head = b'--%s\r\nContent-Disposition: form-data; name="archivo"; filename="%s"\r\n\r\n' % (mark, name)
    return b"".join(
        parts
    ) + head + contents + b"\r\n--%s--\r\n" % mark, f"multipart/form-data; boundary={mark.decode()}"


@pytest.mark.parametrize(
    "name",
    [b"a%0d%0aSet-Cookie: x=1.txt", b"a\x00b.txt", b'a\\"b.txt', b"a\x1b[31m.txt", b"..\\..\\x.txt", b"C:\\x\\y.txt"],
)
def test_a_name_made_to_break_a_header_or_a_folder_breaks_none(world: World, de_a: Navegador, name: bytes) -> None:
    de_a.get("/cargas/nueva")
    body, kind = raw_form(de_a, name, world.line("INS", ANA).encode())
    response = de_a.client.post("/cargas/nueva", data=body, content_type=kind)
    assert response.status_code == 303
    numero = response.location.removeprefix("/lotes/")
    original = de_a.get(f"/lotes/{numero}/original")
    name = name_of(original)
    assert name.endswith(".txt") and name.isprintable() and not set("/\\") & set(name)
    assert "Set-Cookie" not in original.headers
    de_a.get(f"/lotes/{numero}")


@pytest.mark.parametrize("name", [b"a\rb.txt", b"a\r\nSet-Cookie: x=1.txt", b"\xff\xfe.txt"])
def test_a_form_that_is_broken_is_not_taken_and_answered_with_a_page(
    world: World, de_a: Navegador, name: bytes
) -> None:
    de_a.get("/cargas/nueva")
    body, kind = raw_form(de_a, name, world.line("INS", ANA).encode())
    response = de_a.client.post("/cargas/nueva", data=body, content_type=kind)
    assert response.status_code in (400, 422) and "x=1" not in str(response.headers)
    assert not world.rows(Archivo)


@pytest.mark.parametrize("size", [1, 2_500_000])
def test_the_original_comes_back_byte_for_byte(world: World, de_a: Navegador, size: int) -> None:
    contents = (bytes(range(32, 127)) + "ñ\r\n".encode("cp1252")) * (size // 98 + 1)
    numero = send(de_a, "INS", ("extras.dat", contents))
    assert de_a.get(f"/lotes/{numero}/original").data == contents
    assert world.rows(Archivo)[0].bytes == len(contents)


def test_the_hash_on_the_page_is_of_the_file_as_the_person_has_it(world: World, de_a: Navegador) -> None:
    import gzip
    import hashlib

    packed = gzip.compress(world.line("INS", ANA).encode())
    numero = send(de_a, "INS", ("extras.txt.gz", packed))
    world.check(numero)
    assert hashlib.sha256(packed).hexdigest() in de_a.get(f"/lotes/{numero}").text
    assert de_a.get(f"/lotes/{numero}/original").data == packed


def test_a_stranger_gets_no_original(world: World, de_b: Navegador) -> None:
    de_b.get(f"/lotes/{world.receive('INS', world.line('INS', ANA))}/original", status=404)
