"""Bad input: each kind has its own words (what happened, where, how to mend it), and nothing of it is registered."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest

from pages.states import ANA, LUIS
from pages.world import World, as_file, send, states_in, worker, wrong
from portal.modelos import Archivo, Lote, Novedad
from web import mundo
from web.portal_client import Navegador

REPROACH = re.compile(r"inválid|error inesperado|excepci|traceback|none|\{[a-z_]+\}", re.IGNORECASE)


def at_the_door(world: World, browser: Navegador, name: str, contents: bytes) -> str:
    """A file that is turned away by the form: nothing is stored, the page says why; its text."""
    send(browser, "INS", (name, contents), status=422)
    assert not world.rows(Archivo) and not world.rows(Lote)
    assert name in browser.text and not REPROACH.search(browser.text)
    return browser.text


@pytest.mark.parametrize(
    ("name", "contents", "what", "how"),
    [
        ("vacio.txt", b"", "El archivo llegó sin ninguna línea con datos", "Guárdelo y envíelo de nuevo"),
        ("foto.txt", b"\x89PNG\r\n\x1a\n" + bytes(99), "parece una imagen", "Guarde sus datos como texto"),
        ("acta.csv", b"%PDF-1.7\n%\xe2\xe3", "parece un documento PDF", "Cambiar el nombre no basta"),
        ("nomina.doc", b"1;2;3", "El nombre termina en «.doc»", "Guarde sus datos con uno de esos tipos"),
        ("nomina", b"1;2;3", "El nombre termina en «nomina»", "Guarde sus datos con uno de esos tipos"),
        ("nomina.exe", b"MZ\x90\x00", "un programa", "Guarde sus datos como texto"),
        ("mal.zip", b"PK\x03\x04" + bytes(40), "El archivo comprimido está dañado", "sin comprimir"),
        ("mal.txt.gz", b"\x1f\x8b\x08\x00" + bytes(9), "El archivo comprimido está dañado", "sin comprimir"),
        ("mal.xlsx", b"PK\x03\x04" + bytes(40), "El libro de Excel está dañado", "guárdelo como"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_seen_at_the_door_is_told_at_once_and_nothing_is_kept(
    world: World, de_a: Navegador, name: str, contents: bytes, what: str, how: str
) -> None:
    page = at_the_door(world, de_a, name, contents)
    assert what in page and how in page


def refused(world: World, browser: Navegador, contents: bytes, name: str = "extras.txt") -> str:
    """A file that is refused whole by the check: kept, nothing registered, its page says why; its text."""
    numero = send(browser, "INS", (name, contents))
    lote = world.check(numero)
    assert (lote.estado, lote.registradas, lote.vigente) == ("rechazado", 0, False)
    assert browser.get(f"/lotes/{numero}/original").data == contents, "the file is kept"
    assert states_in(browser.get(f"/lotes/{numero}").text) == ["rechazado"]
    assert not world.rows(Novedad) and not REPROACH.search(browser.text)
    return browser.text


@pytest.mark.parametrize(
    ("contents", "what", "how"),
    [
        (b"\r\n \r\n;;;\r\n", "sin ninguna línea con datos", "Guárdelo y envíelo de nuevo"),
        (bytes(range(256)) * 40, "un documento de otro programa o un archivo dañado", "Guarde sus datos como texto"),
        ("\ufeffruc;".encode("utf-16")[:-1], "UTF-16", "guárdelo como «UTF-8»"),
        (
            b"ruc;sucursal;anio;mes;movimiento;cedula;valor;causa\r\n",
            "ninguna línea con datos",
            "debajo del encabezado",
        ),
        (
            b"persona;numero;monto\r\nANA;1710034065;12.00\r\n",
            "no sabemos dónde está: «Sucursal»",
            "Decir qué trae cada columna",
        ),
        (b"1" * 9_000_000, "La línea 1 mide más de", "salto de línea"),
    ],
    ids=["only blanks", "binary", "cut UTF-16", "only a header", "unknown columns", "no line ends"],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_cannot_be_read_is_refused_whole_and_kept(
    world: World, de_a: Navegador, contents: bytes, what: str, how: str
) -> None:
    page = refused(world, de_a, contents)
    assert what in page and how in page


def test_a_file_of_another_movement_is_told_which_and_offered_to_be_opened_so(world: World, de_a: Navegador) -> None:
    page = refused(world, de_a, as_file([world.line("SAL", ANA), world.line("SAL", LUIS)]))
    assert "Todas las líneas son de SAL y usted eligió INS" in page and "Abrirlo como" in page


@pytest.mark.parametrize("settings", [{"max_lineas": 3}])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_too_many_lines_are_told_with_both_numbers(world: World, de_a: Navegador) -> None:
    page = refused(world, de_a, as_file([world.line("INS", worker(n)) for n in range(4)]))
    assert "El archivo tiene 4 líneas y el máximo es 3" in page and "Divida el archivo en partes de hasta 3" in page
    numero = send(de_a, "INS", ("tres.txt", [world.line("INS", worker(n)) for n in range(3)]))
    assert world.check(numero).estado == "revisado"


@pytest.mark.parametrize("settings", [{"max_bytes": 20_000}])
def test_an_archive_that_unpacks_too_large_is_told_the_limit(world: World, de_a: Navegador) -> None:
    bomb = gzip.compress(b"1;2;3\r\n" * 1_000_000)
    assert len(bomb) < 20_000
    page = at_the_door(world, de_a, "bomba.txt.gz", bomb)
    assert "pasa de 0.02 MB una vez descomprimido" in page and "Divida el archivo" in page


@pytest.mark.parametrize("settings", [{"max_bytes": 20_000}])
def test_a_file_over_the_limit_is_told_the_limit(world: World, de_a: Navegador) -> None:
    page = at_the_door(world, de_a, "grande.txt", b"1;2;3\r\n" * 3_000)
    assert "El archivo pasa de 0.02 MB" in page


@pytest.mark.parametrize("settings", [{"max_bytes": 20_000}])
def test_a_body_over_the_limit_gets_a_page_that_says_it_and_keeps_nothing(world: World, de_a: Navegador) -> None:
    send(de_a, "INS", ("enorme.txt", b"1;2;3\r\n" * 300_000), status=413)
    for sentence in ("El archivo pesa demasiado", "Recibimos hasta 20 kB por envío", "No guardamos nada", "Comprima"):
        assert sentence in de_a.text
    assert not world.rows(Archivo)
    send(de_a, "INS", ("chico.txt", world.line("INS", ANA)))


FIELDS = "campos y en este formato deben ser 8"
#: how the line is made, the beginning of its code, what its page must say, the field it must name
BAD_LINES: dict[str, tuple[Callable[[World], str], str, str, str]] = {
    "another RUC": (lambda w: w.line("INS", ANA, ruc=mundo.RUC_B), "RUC-02", mundo.RUC_B, "RUC"),
    "three fields": (lambda w: f"{mundo.RUC_A};0001;{ANA}", "LIN-01", f"tiene 3 {FIELDS}", ""),
    "nine fields": (lambda w: w.line("INS", ANA) + ";x", "LIN-01", f"tiene 9 {FIELDS}", ""),
    "another movement": (lambda w: w.line("INS", ANA).replace(";INS;", ";MSU;"), "MOV-01", "MSU", "movimiento"),
    "no movement": (lambda w: w.line("INS", ANA).replace(";INS;", ";XYZ;"), "MOV-01", "XYZ", "movimiento"),
    "a long field": (lambda w: w.line("INS", ANA, valor="9" * 10_000), "MON-", "9" * 200, "valor de extras"),
    "NUL bytes": (lambda w: w.line("INS", ANA, valor="8\x00.50"), "MON-", "8␀.50", "valor de extras"),
    "a formula": (lambda w: w.line("INS", ANA, causa="=1+1"), "CAT-01", "=1+1", "causa"),
    "markup": (lambda w: w.line("INS", ANA, causa="<script>alert(1)</script>"), "CAT-01", "<script>", "causa"),
    "a wrong number": (lambda w: w.line("INS", wrong(LUIS, 3)), "IDE-01", "último dígito", "cédula"),
    "another sucursal": (lambda w: w.line("INS", ANA, sucursal="0077"), "SUC-", "0077", "sucursal"),
    "no such month": (lambda w: w.line("INS", ANA, mes="13"), "PER-", "13", "mes"),
    "the future": (lambda w: w.line("INS", ANA, anio="2031"), "PER-", "Por qué", ""),
}


@pytest.mark.parametrize("kind", BAD_LINES)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_line_is_told_with_its_number_value_cause_and_fix_and_the_good_one_registers(
    world: World, de_a: Navegador, kind: str
) -> None:
    make, code, said, field = BAD_LINES[kind]
    world.hire(ANA, LUIS)
    contents = as_file([world.line("INS", LUIS), make(world)])
    numero = send(de_a, "INS", ("extras.txt", contents))
    lote = world.check(numero)
    assert (lote.estado, lote.correctas, lote.con_error) == ("revisado", 1, 1)
    html = de_a.get(f"/lotes/{numero}").text
    assert any(one.startswith(code) for one in lote.por_codigo or {}), lote.por_codigo
    assert said in de_a.text and "Cómo se corrige" in de_a.text and "Por teléfono" in de_a.text
    assert "Línea 2, " in de_a.text and (not field or f"campo «{field}»" in de_a.text)
    assert not REPROACH.search(de_a.text) and "<script>alert" not in html
    assert len(html) < 40_000, "however long the field is"
    assert de_a.get(f"/lotes/{numero}/original").data == contents
    for path in ("lineas", "errores.txt", "errores.xlsx"):
        de_a.get(f"/lotes/{numero}/{path}")
    world.decide(numero)
    assert world.register(numero).registradas == 1
    assert len(world.rows(Novedad, movimiento="INS")) == 1


def test_a_long_field_comes_back_whole(world: World, de_a: Navegador) -> None:
    numero = world.checked("INS", world.line("INS", ANA, valor="9" * 10_000))
    assert b"9" * 10_000 in de_a.get(f"/lotes/{numero}/errores.txt").data


@pytest.mark.parametrize("address", ["/lotes/%00", "/lotes/%00/avance", "/lotes/2026-000001-5%00/original"])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_an_address_with_a_nul_byte_is_not_there(world: World, de_a: Navegador, address: str) -> None:
    world.receive("INS", world.line("INS", ANA))
    de_a.get(address, status=404)
