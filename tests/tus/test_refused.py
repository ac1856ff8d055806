"""What is refused, at once or at the end: told in words, and nothing of it is kept."""

from __future__ import annotations

import pytest

from pages.world import World
from tus.desk import SQLITE, lines, nothing_is_kept
from tus.sender import Sender, packed, sha256

PDF = b"%PDF-1.7\n%\xe2\xe3" + bytes(5_000)


@pytest.mark.parametrize(
    ("told", "size", "status", "said_of_it"),
    [
        ({"filename": "informe.pdf"}, 9, 422, "El nombre termina en «.pdf»"),
        ({"filename": "nomina"}, 9, 422, "El nombre termina en «nomina»"),
        ({"filename": None}, 9, 422, "no dice el nombre del archivo"),
        ({}, 0, 422, "sin ninguna línea con datos"),
        ({}, 20_001, 413, "recibimos hasta 20 kB. Comprímalo"),
        ({"movimiento": "XXX"}, 9, 422, "Elija la novedad"),
        ({"movimiento": None}, 9, 422, "Elija la novedad"),
        ({"movimiento": "ins"}, 9, 422, "Elija la novedad"),
    ],
)
@pytest.mark.parametrize("settings", [{"max_bytes": 20_000}])
@SQLITE
def test_what_can_be_refused_at_once_is(
    world: World, sender: Sender, told: dict[str, str | None], size: int, status: int, said_of_it: str
) -> None:
    assert said_of_it in sender.begin(size, status, **told).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize(
    ("first", "told", "said_of_it"),
    [
        (PDF, {}, "parece un documento PDF"),
        (packed(PDF), {"comprimida": "gzip"}, "parece un documento PDF"),
        (b"\x89PNG\r\n\x1a\n0000", {"filename": "f.csv"}, "parece una imagen"),
        (b"<!DOCTYPE html><html>", {}, "una página web"),
    ],
)
@SQLITE
def test_what_its_first_bytes_give_away_is_not_carried_to_its_end(
    world: World, sender: Sender, first: bytes, told: dict[str, str], said_of_it: str
) -> None:
    sender.begin(5_000_000, **told)
    answer = sender.patch(0, first, 422)
    assert said_of_it in answer.text and "Guarde sus datos como texto" in answer.text
    assert nothing_is_kept(world)
    sender.head(404)


@SQLITE
def test_what_is_not_packed_as_it_says_is_seen_at_its_first_part(world: World, sender: Sender) -> None:
    sender.begin(5_000_000, comprimida="gzip")
    assert "se dañó en el camino" in sender.patch(0, lines(world), 460).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize(
    ("contenido", "told", "said_of_it"),
    [
        (b"PK\x03\x04" + bytes(400), {"filename": "mal.zip"}, "El archivo comprimido está dañado"),
        (b"PK\x03\x04" + bytes(400), {"filename": "mal.xlsx"}, "El libro de Excel está dañado"),
        (packed(PDF), {"filename": "a.txt.gz"}, "parece un documento PDF"),
    ],
)
def test_what_is_refused_at_the_end_is_gone_with_its_parts(
    world: World, sender: Sender, contenido: bytes, told: dict[str, str], said_of_it: str
) -> None:
    sender.begin(len(contenido), **told)
    assert len(contenido) > 30
    sender.patch(0, contenido[:30])
    assert said_of_it in sender.patch(30, contenido[30:], 422).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize("settings", [{"max_bytes": 20_000}])
@pytest.mark.parametrize("own", [True, False])
@SQLITE
def test_an_archive_that_unpacks_too_large_is_told_the_limit(world: World, sender: Sender, own: bool) -> None:
    bomb = packed(b"1;2;3\r\n" * 1_000_000)
    told = {"filename": "bomba.txt.gz"} if own else {"comprimida": "gzip"}
    sender.begin(len(bomb), **told)
    sender.patch(0, bomb[:1000])
    assert "pasa de 0.02 MB una vez descomprimido" in sender.patch(1000, bomb[1000:], 422).text
    assert nothing_is_kept(world)


@pytest.mark.parametrize("comprimida", [None, "gzip"])
def test_a_file_that_is_not_what_left_is_asked_for_again(world: World, sender: Sender, comprimida: str | None) -> None:
    contenido = lines(world, 9)
    told = {"sha256": sha256(contenido)} | ({"comprimida": comprimida} if comprimida else {})
    sent = bytearray(packed(contenido) if comprimida else contenido)
    sent[-12] ^= 1
    sender.begin(len(sent), **told)
    sender.patch(0, bytes(sent[:20]))
    assert "Envíelo otra vez" in sender.patch(20, bytes(sent[20:]), 460).text
    assert nothing_is_kept(world)
    assert sender.send(contenido, sha256=sha256(contenido)).startswith("/lotes/")


@SQLITE
def test_a_gzip_for_the_way_that_was_cut_is_the_ways_fault(world: World, sender: Sender) -> None:
    cut = packed(lines(world, 9))[:-4]
    sender.begin(len(cut), comprimida="gzip")
    assert "se dañó en el camino" in sender.patch(0, cut, 460).text
    assert nothing_is_kept(world)
