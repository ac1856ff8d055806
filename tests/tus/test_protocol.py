"""The words of tus 1.0, one request at a time."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from werkzeug.http import parse_date

from pages.world import World
from portal import clock
from portal.modelos import Lote, Subida
from portal.web.tus.peticion import MAX_CHECKED
from tus.desk import A_FILE, SQLITE, lines, parts_left
from tus.sender import Sender, encoded, sha256
from web.portal_client import Navegador


def test_a_file_in_parts_becomes_a_lote_with_its_last_byte(world: World, sender: Sender) -> None:
    contenido = lines(world, 20)
    begun = sender.begin(len(contenido))
    assert begun.location.startswith("/cargas/tus/") and begun.headers["Upload-Offset"] == "0"
    answer = sender.patch(0, contenido[:300])
    assert (answer.headers["Upload-Offset"], answer.location) == ("300", None)
    assert sender.offset() == 300 and not world.rows(Lote)
    sender.patch(300, contenido[300:301])
    answer = sender.patch(301, contenido[301:])
    [lote] = world.rows(Lote)
    assert (answer.location, answer.headers["Upload-Offset"]) == (f"/lotes/{lote.numero}", str(len(contenido)))
    assert (lote.movimiento, lote.registrar_automaticamente, lote.cuenta_id) == ("INS", False, world.cuenta_id())
    assert sender.browser.get(f"/lotes/{lote.numero}/original").data == contenido
    assert parts_left(world) == 0
    told = sender.head()
    assert (told.location, told.headers["Upload-Offset"]) == (answer.location, told.headers["Upload-Length"])


def test_one_part_is_enough_and_says_when_it_ends(world: World, sender: Sender) -> None:
    contenido = lines(world)
    begun = sender.begin(len(contenido))
    answer = sender.patch(0, contenido)
    for one in (begun, answer, sender.head()):
        ends = parse_date(one.headers["Upload-Expires"])
        left = ends.replace(tzinfo=None) - clock.now() if ends else timedelta()
        assert timedelta(days=6, hours=23) < left <= timedelta(days=7, seconds=1)
    assert sender.patch(len(contenido), b"").location == answer.location, "asked again, it says it again"


@SQLITE
def test_what_it_can_do_is_told_to_whoever_asks(world: World, sender: Sender) -> None:
    sender.begin(9)
    for url in ("/cargas/tus", sender.url):
        answer = Navegador(world.app).client.options(url)
        assert answer.status_code == 204 and answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
        assert answer.headers["Tus-Max-Size"] == str(world.config.max_bytes)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@SQLITE
def test_what_was_said_of_the_file_is_told_back(world: World, sender: Sender) -> None:
    told = {"filename": "nómina ñ.txt", "sha256": sha256(b"x"), "comprimida": "gzip"}
    sender.begin(20, registrar_automaticamente=None, **told)
    answer = sender.head()
    same = {"filename": "nómina ñ.txt", "movimiento": "INS", "registrar_automaticamente": None, **told}
    assert dict(pair.partition(" ")[::2] for pair in answer.headers["Upload-Metadata"].split(",")) == dict(
        pair.partition(" ")[::2] for pair in encoded(same).split(",")
    )
    assert answer.headers["Upload-Length"] == "20"


@SQLITE
@pytest.mark.parametrize(
    ("said", "auto"), [(None, True), ("1", True), ("true", True), ("sí", True), ("0", False), ("false", False)]
)
def test_registering_by_itself_is_asked_for_in_words(
    world: World, sender: Sender, said: str | None, auto: bool
) -> None:
    sender.send(lines(world), registrar_automaticamente=said)
    assert [lote.registrar_automaticamente for lote in world.rows(Lote)] == [auto]


@SQLITE
def test_a_name_is_fit_to_show(world: World, sender: Sender) -> None:
    sender.begin(9, filename="C:\\datos\\..\\a\x00b\u202etxt.\ncsv\x1b.txt")
    assert [subida.nombre for subida in world.rows(Subida)] == ["abtxt.csv.txt"]


@SQLITE
@pytest.mark.parametrize("version", ["0.2.2", "1.0.1", ""])
def test_another_version_is_told_ours(world: World, sender: Sender, version: str) -> None:
    sender.begin(9)
    answer = sender.ask("PATCH", sender.url, 412, headers={"Tus-Resumable": version}, data=b"x")
    assert answer.headers["Tus-Version"] == "1.0.0" and sender.offset() == 0


@SQLITE
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "0x1"}, 400),
        ({"Upload-Offset": "٣"}, 400),
        ({"Upload-Offset": "9" * 40}, 400),
        ({"Upload-Offset": "1"}, 409),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "multipart/form-data"}, 415),
    ],
)
def test_a_part_that_does_not_fit_is_not_taken(
    world: World, sender: Sender, headers: dict[str, str], status: int
) -> None:
    contenido = lines(world)
    sender.begin(len(contenido))
    own = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"} | headers
    own = {name: value.encode().decode("latin-1") for name, value in own.items()}
    sender.ask("PATCH", sender.url, status, headers=own, data=contenido)
    assert sender.offset() == 0 and not world.rows(Lote)


@SQLITE
def test_more_bytes_than_were_announced_are_not_taken(world: World, sender: Sender) -> None:
    contenido = lines(world)
    sender.begin(len(contenido) - 1)
    assert "Cancele el envío" in sender.patch(0, contenido, 413).text
    assert sender.offset() == 0 and not world.rows(Lote)


@SQLITE
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "diez"},
        {"Upload-Length": "-1"},
        {"Upload-Length": "1.5"},
        {"Upload-Defer-Length": "1"},
        {"Upload-Length": "9", "Upload-Metadata": "filename ***"},
        {"Upload-Length": "9", "Upload-Metadata": "filename ////"},
        {"Upload-Length": "9", "Upload-Metadata": "filename YQ==,filename YQ=="},
        {"Upload-Length": "9", "Upload-Metadata": "filename YQ==,,movimiento SU5T"},
        {"Upload-Length": "9", "Upload-Metadata": "filename " + "YWFh" * 1100},
        {"Upload-Length": "9", "Upload-Metadata": encoded(A_FILE | {"sha256": "ab"})},
        {"Upload-Length": "9", "Upload-Metadata": encoded(A_FILE | {"sha256": None})},
        {"Upload-Length": "9", "Upload-Metadata": encoded(A_FILE | {"comprimida": "br"})},
    ],
)
def test_what_cannot_be_understood_begins_nothing(world: World, sender: Sender, headers: dict[str, str]) -> None:
    answer = sender.ask("POST", "/cargas/tus", 400, headers=headers)
    assert "No entendimos el envío" in answer.text and "empiece otra vez" in answer.text
    assert not world.rows(Subida)


def test_a_right_checksum_lets_a_part_in_and_a_wrong_one_none_of_it(world: World, sender: Sender) -> None:
    contenido = lines(world, 9)
    sender.begin(len(contenido))
    half = contenido[:200]
    right = {name: base64.b64encode(hashlib.new(name, half).digest()).decode() for name in ("sha1", "sha256")}
    assert "dañada" in sender.patch(0, half[:-1] + b"x", 460, Upload_Checksum=f"sha1 {right['sha1']}").text
    assert "dañada" in sender.patch(0, half, 460, Upload_Checksum="sha256 YWJj").text
    for bad in ("md5 YWJj", "crc32 YWJj", "sha1 ***", "sha1", ""):
        sender.patch(0, half, 400 if bad != "sha1" else 460, Upload_Checksum=bad)
    assert sender.offset() == 0 and parts_left(world) == 0
    sender.patch(0, half, Upload_Checksum=f"sha1 {right['sha1']}")
    rest = base64.b64encode(hashlib.sha256(contenido[200:]).digest()).decode()
    assert sender.patch(200, contenido[200:], Upload_Checksum=f"sha256 {rest}").location.startswith("/lotes/2026-")


@SQLITE
def test_a_part_with_a_checksum_has_a_limit(world: World, sender: Sender) -> None:
    contenido = b"1;2;3\r\n" * 600_000
    check = "sha1 " + base64.b64encode(hashlib.sha1(contenido, usedforsecurity=False).digest()).decode()
    assert len(contenido) > MAX_CHECKED
    sender.begin(len(contenido))
    assert "hasta 4 MB" in sender.patch(0, contenido, 413, Upload_Checksum=check).text
    fits = contenido[:MAX_CHECKED]
    check = "sha1 " + base64.b64encode(hashlib.sha1(fits, usedforsecurity=False).digest()).decode()
    sender.patch(0, fits, Upload_Checksum=check)
    assert sender.offset() == MAX_CHECKED and parts_left(world) == -(-MAX_CHECKED // (1 << 18))
