"""Which letters the bytes of a text are: every way Spanish is written, and mixtures. Right, or said to be doubtful;
never another letter without a word."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.files.encodings import letters, pages, readings
from portal.files.encodings.decoding import Texto, decode
from portal.files.reader import Formato, Limites, open_table
from tests.laws import law

WORDS = [
    *[
        "administración",
        "mecánico",
        "diseñador",
        "ética",
        "éxito",
        "última",
        "útil",
        "público",
        "técnico",
        "área",
        "índice",
        "bebé",
        "café",
        "menú",
    ],
    *[
        "jóvenes",
        "pingüino",
        "ñandú",
        "ñ",
        "Ñ",
        "año",
        "niño",
        "crédito",
        "1ª",
        "2º",
        "3er",
        "1.º",
        "Nº",
        "N°",
        "25°",
        "¿quién",
        "¡ya",
        "ambigüedad",
        "averigüé",
    ],
    *[
        "Panamá",
        "Bogotá",
        "íntegro",
        "ó",
        "á",
        "Álvaro",
        "Íñigo",
        "Óscar",
        "Úrsula",
        "Ángel",
        "Ñuñoa",
        "CEO",
        "jefe",
        "caja",
        "operación",
        "4º.A",
        "a&b",
    ],
]
CASES = st.sampled_from([str, str.upper, str.title, str.capitalize])
WORD = st.tuples(st.sampled_from(WORDS), CASES).map(lambda pair: pair[1](pair[0]))
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
#: Windows and DOS of Spain and America; each text in the letters that the page has
CODECS = ("utf-8", "cp1252", "cp850", "cp437", "mac_roman")
LAW = law(400)


def lines(texto: Texto) -> list[str]:
    return texto.cuerpo.decode().splitlines()


def fits(text: str, codec: str) -> bool:
    if codec == "mac_roman" and set(text) & set("¿¡°"):  # its signs are letters of Windows: it speaks by letters only
        return False
    if codec == "mac_roman" and re.search(r"(?<![^\W\d_])[^\W\d_a-zA-Z](?![^\W\d_])", text):
        return False  # its ñ is the dash of Windows, which stands alone as naturally as a letter does not
    try:
        return text.encode(codec).decode(codec) == text
    except UnicodeEncodeError:
        return False


def held(texto: Texto, sent: list[str]) -> None:
    """Each line is what was sent, or is said to be doubtful; and what is doubtful is shown in both readings."""
    doubtful = set(texto.dudosas.tolist())
    for number, (found, was) in enumerate(zip(lines(texto), sent, strict=True), 1):
        assert found == was or number in doubtful, (number, found, was)
    assert bool(doubtful) == bool(texto.dudas)


@LAW
@given(st.lists(TEXT, min_size=1, max_size=6), st.sampled_from(CODECS), st.sampled_from(["\n", "\r\n", "\r"]))
def test_spanish_comes_back_equal_from_every_page_or_is_doubtful(texts: list[str], codec: str, end: str) -> None:
    texts = [text for text in texts if fits(text, codec)] or ["x"]
    texto = decode((end.join(texts) + end).encode(codec))
    held(texto, texts)
    if codec == "utf-8":
        assert lines(texto) == texts and not texto.dudas


@LAW
@given(st.lists(st.tuples(TEXT, st.sampled_from(CODECS)), min_size=1, max_size=8))
def test_lines_of_different_pages_in_one_file_hold_too(mixed: list[tuple[str, str]]) -> None:
    mixed = [(text, codec) for text, codec in mixed if fits(text, codec)] or [("x", "utf-8")]
    texto = decode(b"".join(text.encode(codec) + b"\r\n" for text, codec in mixed))
    held(texto, [text for text, _ in mixed])


@LAW
@given(st.lists(TEXT, min_size=1, max_size=5), st.lists(TEXT, min_size=1, max_size=5))
def test_half_a_file_from_dos_and_half_from_windows(first: list[str], second: list[str]) -> None:
    first = [text for text in first if fits(text, "cp850")] or ["x"]
    texto = decode("\r\n".join([*first, ""]).encode("cp850") + "\r\n".join(second).encode("cp1252"))
    held(texto, [*first, *second])


@LAW
@given(st.lists(TEXT, min_size=1, max_size=5), st.integers(1, 2), st.sampled_from(["utf-8", "utf-16"]))
def test_utf8_read_as_windows_and_saved_again_is_undone(texts: list[str], times: int, saved: str) -> None:
    damaged = "\r\n".join(texts)
    for _ in range(times):
        damaged = pages.WINDOWS.decode(damaged.encode())
    held(decode(damaged.encode(saved)), texts)


@given(st.lists(TEXT, min_size=2, max_size=30), st.data())
@law(100)
def test_where_pieces_are_cut_changes_nothing(texts: list[str], data: st.DataObject) -> None:
    codecs = data.draw(st.lists(st.sampled_from(CODECS[:3]), min_size=len(texts), max_size=len(texts)))
    sent = [(t, c) for t, c in zip(texts, codecs, strict=True) if fits(t, c)]
    content = b"".join(t.encode(c) + b"\n" for t, c in sent)
    whole = decode(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readings, "PIECE", data.draw(st.integers(120, 400)))
        pieces = decode(content)
    assert pieces.cuerpo == whole.cuerpo and pieces.notas == whole.notas
    assert pieces.dudosas.tolist() == whole.dudosas.tolist()


@pytest.mark.parametrize(
    "line", ["DISEÑADOR", "ÁREA TÉCNICA", "Operación de máquinas", "N° 5", "1ª CATEGORÍA", "pingüino"]
)
def test_a_stray_line_of_windows_leaves_the_others_in_utf8(line: str) -> None:
    content = f"{line}\r\n".encode() * 20 + f"{line}\r\n".encode("cp1252") + f"{line}\r\n".encode() * 20
    texto = decode(content)
    assert lines(texto) == [line] * 41 and not texto.dudas
    assert texto.codificacion == "UTF-8 y Windows-1252"
    assert texto.notas == ("1 línea no está en UTF-8, como las demás: se leyó como Windows-1252 (línea 21).",)


@pytest.mark.parametrize("codec", ["cp850", "cp437"])
@pytest.mark.parametrize("text", ["DISEÑADOR", "TÉCNICO", "diseñador", "operación", "PINGÜINO", "1ª", "jefe técnico"])
def test_the_dos_pages_are_known_by_one_word(codec: str, text: str) -> None:
    texto = decode(text.encode(codec))
    assert lines(texto) == [text] and not texto.dudas
    assert texto.codificacion == "DOS (cp850 o cp437)"


def test_capital_accents_of_cp850_are_known() -> None:
    assert lines(decode("ADMINISTRACIÓN;ÁREA;INGENIERÍA".encode("cp850"))) == ["ADMINISTRACIÓN;ÁREA;INGENIERÍA"]


@pytest.mark.parametrize(
    ("content", "taken", "other"),
    [
        (b"mec\xa0nico", "mecánico", "mec\xa0nico"),
        (b"CONTADOR P\xe9BLICO", "PÚBLICO", "PéBLICO"),
        (b"\xe9tica", "ética", "Útica"),
        (b"dise\x96ador", "dise–ador", "diseñador"),
        ("DISE¥ADOR".encode(), "DISE¥ADOR", "DISEÑADOR"),
        ("TŽCNICO".encode(), "TŽCNICO", "TéCNICO"),
        ("ingenierÃa".encode(), "ingenierÃa", ""),
        (b"DISE\x81\x8dADOR", "DISE\x81\x8dADOR", "DISEüìADOR"),
    ],
)
def test_what_two_pages_explain_is_doubtful_and_shown_in_both(content: bytes, taken: str, other: str) -> None:
    texto = decode(b"1;x\r\n2;" + content + b";y\r\n")
    assert texto.dudosas.tolist() == [2]
    assert [(duda.linea, duda.leida, duda.otra) for duda in texto.dudas] == [(2, taken, other)]


def test_the_rest_of_the_file_decides_where_it_speaks_with_one_voice() -> None:
    doubtful = "mecánico;PÚBLICO;"
    dos = decode(f"DISEÑADOR\r\n{doubtful}\r\n".encode("cp850"))
    assert lines(dos) == ["DISEÑADOR", doubtful] and not dos.dudas
    both = decode(f"DISEÑADOR\r\n{doubtful}\r\n".encode("cp850") + "OPERACIÓN\r\n".encode("cp1252"))
    assert both.dudosas.tolist() == [2]
    assert both.codificacion == "DOS (cp850 o cp437) y Windows-1252"


def test_utf8_with_a_letter_of_windows_in_the_same_line() -> None:
    texto = decode("DISEÑADOR N".encode() + b"\xba 1\r\n")
    assert lines(texto) == ["DISEÑADOR Nº 1"] and not texto.dudas
    assert texto.notas == ("1 línea mezcla dos codificaciones: cada letra se leyó en la suya (línea 1).",)


def test_double_encoding_is_said_with_a_word_and_its_lines() -> None:
    texto = decode("a;ANALISTA\r\nb;DISEÃ‘ADOR\r\nc;GESTIÃ“N DE CRÃ‰DITO\r\nd;DISEÑADOR\r\n".encode())
    assert lines(texto) == ["a;ANALISTA", "b;DISEÑADOR", "c;GESTIÓN DE CRÉDITO", "d;DISEÑADOR"]
    assert texto.notas == (
        "2 líneas traían letras cambiadas por otro programa: «DISEÃ‘ADOR» se leyó «DISEÑADOR» (líneas 2 y 3).",
    )
    assert not texto.dudas


@pytest.mark.parametrize(
    "word", ["DISEÑADOR", "mecánico", "ÍNDICE", "1ª", "Nº 5", "niño", "GESTIÓN", "PÚBLICO", "ÁREA"]
)
@pytest.mark.parametrize("page", [pages.WINDOWS, pages.DOS, pages.MAC], ids=lambda page: page.nombre)
def test_utf8_read_in_any_page_and_saved_again(word: str, page: pages.Page) -> None:
    held(decode(f"{page.decode(word.encode())}\r\n".encode()), [word])


def test_a_workbook_of_damaged_letters_is_put_right_too() -> None:
    from portal.files.written.writer import Columna, template_xlsx

    data = template_xlsx("X", [Columna("a", "a", "", 10), Columna("b", "b", "", 20)], [["1", "DISEÃ‘ADOR"]])
    tabla = open_table(data, "x.xlsx", Formato((("a",), ("b",))), Limites(1_000_000, 100))
    assert tabla.entendido.codificacion == "Excel (XLSX)"
    assert [text for chunk in tabla.chunks(10) for text in chunk["texto"]] == ["1\x1fDISEÑADOR"]
    assert any("DISEÃ‘ADOR" in nota for nota in tabla.entendido.notas)


def test_letters_in_an_archive_are_read_alike() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.txt", "1;DISEÑADOR\r\n".encode("cp850"))
    tabla = open_table(out.getvalue(), "x.zip", Formato((("a",), ("b",))), Limites(1_000_000, 100))
    assert [text for chunk in tabla.chunks(10) for text in chunk["texto"]] == ["1;DISEÑADOR"]


def test_the_table_of_a_page_says_what_one_text_says() -> None:
    """The columns and the plain text are one judgement."""
    for page in pages.PAGES:
        for byte in range(0x80, 0x100):
            for around in (b"a%ca", b"A%cA", b"A%ca", b" %ca", b" %cA", b"1%c ", b".%c ", b"a%c ", b"A%c ", b" %c "):
                line = around % byte
                if letters.is_nasal(page.table[byte]):
                    continue
                odd = pages.look(line, valid=False)
                assert odd is not None
                found = odd.codigo[0]
                scores = (0, 0, 0) if found == pages.HARD else pages.scores_of(int(found))
                assert scores[pages.PAGES.index(page)] == page.score(page.decode(line)), (page.nombre, line)


def test_lines_looked_at_one_by_one_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    mend = readings.mend
    monkeypatch.setattr(readings, "ONE_BY_ONE", 10)
    monkeypatch.setattr(readings, "mend", lambda line: seen.append(line) or mend(line))
    texto = decode("".join(f"{n};DISE★ADOR\n{n};DISEÃ‘ADOR\n" for n in range(50)).encode())
    assert len(seen) == 10
    assert set(range(11, 101)) <= set(texto.dudosas.tolist())


def test_a_whole_run_of_double_encoding_is_undone_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "mend", lambda line: pytest.fail("one by one"))
    texto = decode("1;DISEÃ‘ADOR\r\n".encode() * 50_000)
    assert set(lines(texto)) == {"1;DISEÑADOR"}
    assert "50\u202f000 líneas traían" in texto.notas[0]


@pytest.mark.parametrize("word", ["№ 1", "👨", "０００１", "Кассир", "ﬁnanzas", "ŁUKASZ", "FRANÇOIS"])
def test_what_no_other_page_can_have_left_is_not_doubtful(word: str) -> None:
    texto = decode(f"TÉCNICO {word}\n".encode())
    assert lines(texto) == [f"TÉCNICO {word}"]
    assert not texto.dudosas.tolist() and not texto.dudas


@pytest.mark.parametrize(
    ("word", "was", "read"), [("ADMINISTRACIÓN", "cp1252", "cp850"), ("LOGÍSTICA", "cp850", "cp1252")]
)
def test_a_foreign_letter_that_another_page_explains_is_doubtful(word: str, was: str, read: str) -> None:
    left = word.encode(was).decode(read)
    texto = decode(f"{left}\n".encode())
    assert lines(texto) == [left] and texto.dudosas.tolist() == [1]
    assert [(duda.leida, duda.otra) for duda in texto.dudas] == [(left, word)]
