"""The words of tus 1.0, one request at a time."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from werkzeug.http import parse_date

from pages.world import SOLO_INS, SOLO_MSU_SAL, World, send, worker
from portal import clock
from portal.cuentas.altas import save_representacion
from portal.modelos import Archivo, Lote, Subida, SubidaParte
from portal.web.tus import MAX_CHECKED
from tus.sender import TUS, Sender, encoded, packed, sha256
from web import mundo
from web.portal_client import Navegador

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
A_FILE: dict[str, str | None] = {"filename": "a.txt", "movimiento": "INS"}


def lines(world: World, count: int = 1) -> bytes:
    return "".join(world.line("INS", worker(n)) + "\r\n" for n in range(1, count + 1)).encode()


def parts_left(world: World) -> int:
    with world.database.reading() as session:
        return session.query(SubidaParte).count()


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


def test_a_cancelled_upload_is_gone(world: World, sender: Sender) -> None:
    sender.begin(99)
    sender.patch(0, b"1;2;3")
    sender.ask("DELETE", sender.url, 204)
    assert parts_left(world) == 0 and not world.rows(Subida)
    sender.head(404)
    assert "envíelo otra vez" in sender.patch(5, b"x", 404).text
    sender.ask("DELETE", sender.url, 404)


@SQLITE
def test_networks_that_stop_patch_are_passed_by_post(world: World, sender: Sender) -> None:
    contenido = lines(world)
    sender.begin(len(contenido))

    def posted(method: str, status: int, data: bytes = b"", **more: str) -> None:
        more = {name.replace("_", "-"): value for name, value in more.items()}
        headers = {"X-HTTP-Method-Override": method, "Content-Type": "application/offset+octet-stream"} | more
        answer = sender.ask("POST", sender.url, status, headers=headers, data=data)
        assert answer.headers.get("Upload-Offset") in (None, "5")

    posted("PATCH", 204, contenido[:5], Upload_Offset="0")
    posted("HEAD", 200)
    posted("GET", 405)
    posted("", 405)
    posted("DELETE", 204)
    sender.head(404)


def test_an_upload_is_its_empleadors_alone(world: World, sender: Sender, de_b: Navegador, soporte: Navegador) -> None:
    sender.begin(99)
    sender.patch(0, b"1;2;3")
    for stranger in (Sender(de_b), Sender(soporte)):
        stranger.url = sender.url
        for method in ("HEAD", "PATCH", "DELETE"):
            stranger.ask(method, sender.url, 404, headers={"Upload-Offset": "5"})
        page = stranger.browser
        page.post(sender.url, {"accion": "cancelar"}, status=404)
    assert sender.offset() == 5


@SQLITE
def test_a_delegate_carries_on_only_what_it_may_send(world: World, sender: Sender) -> None:
    contenido = lines(world)
    sender.begin(len(contenido))
    sender.patch(0, contenido[:5])
    without, with_it = Sender(world.browser(SOLO_MSU_SAL)), Sender(world.browser(SOLO_INS))
    without.url = with_it.url = sender.url
    without.patch(5, contenido[5:], 404)
    without.begin(9, 422)
    with_it.patch(5, contenido[5:])
    assert [lote.cuenta_id for lote in world.rows(Lote)] == [world.cuenta_id(SOLO_INS)], "who sent the last byte"


@SQLITE
def test_without_a_visit_it_is_told_to_sign_in_and_goes_on_after(world: World, sender: Sender) -> None:
    contenido = lines(world)
    sender.begin(len(contenido))
    sender.patch(0, contenido[:9])
    nobody = Sender(Navegador(world.app))
    nobody.url = sender.url
    nobody.head(401)
    for method, url in (("POST", "/cargas/tus"), ("POST", sender.url), ("PATCH", sender.url), ("DELETE", sender.url)):
        assert "Ingrese otra vez" in nobody.ask(method, url, 401).text
    assert sender.offset() == 9
    sender.patch(9, contenido[9:])


@SQLITE
def test_who_acts_for_several_is_told_to_choose_first(world: World, de_b: Navegador) -> None:
    with world.database.writing() as session:
        save_representacion(session, world.cuenta_id(mundo.DE_B), world.empleador_id())
    assert "Elija primero el empleador" in Sender(world.browser(mundo.DE_B)).begin(9, 401).text
    assert not world.rows(Subida)


@SQLITE
def test_without_the_header_nothing_is_taken_from_another_site(world: World, sender: Sender) -> None:
    contenido = lines(world)
    sender.begin(len(contenido))
    client = sender.browser.client
    told = {"Upload-Length": "9", "Upload-Metadata": encoded(A_FILE)}
    assert client.post("/cargas/tus", headers=told).status_code == 400
    for url in (sender.url, "/cargas/tus"):
        assert client.post(url, data={"accion": "cancelar", "csrf_token": "de otra persona"}).status_code == 400
        assert client.post(url, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 400
    assert client.delete(sender.url).status_code == 400
    assert client.patch(sender.url, data=contenido, headers={"Upload-Offset": "0"}).status_code == 400
    with_token = {"X-CSRFToken": sender.browser.token()}
    for method in ("DELETE", "PATCH", "HEAD"):
        assert client.open(sender.url, method=method, headers=with_token).status_code == 412
    assert client.post("/cargas/tus", headers=with_token | told).status_code == 412
    assert sender.offset() == 0 and len(world.rows(Subida)) == 1


def test_a_page_without_script_cancels_by_a_form_with_its_token(world: World, sender: Sender) -> None:
    sender.begin(99)
    browser = sender.browser
    browser.get("/cargas/nueva")
    browser.post(sender.url)
    assert sender.offset() == 0, "only what the button says is done"
    browser.get("/cargas/nueva")
    browser.post(sender.url, {"accion": "cancelar"})
    assert browser.follow().request.path == "/cargas/nueva"
    assert "Canceló el envío de «extras.txt». No guardamos nada de él." in browser.text
    sender.head(404)
    browser.post(sender.url, {"accion": "cancelar"}, status=404)


@SQLITE
def test_what_has_become_a_lote_is_not_cancelled_by_the_form(world: World, sender: Sender) -> None:
    where = sender.send(lines(world))
    sender.browser.get("/cargas/nueva")
    assert sender.browser.post(sender.url, {"accion": "cancelar"}).location == where
    assert "ya había llegado entero" in sender.browser.follow().text


@SQLITE
def test_a_page_is_told_in_a_page(world: World, sender: Sender) -> None:
    sender.browser.get("/cargas/tus/nada", status=405)
    assert TUS["Tus-Resumable"] not in sender.browser.text


@SQLITE
def test_a_zip_with_several_files_gives_one_lote_each_and_leads_to_the_list(world: World, sender: Sender) -> None:
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for n in (1, 2):
            archive.writestr(f"parte-{n}.txt", world.line("INS", worker(n)))
        archive.writestr("foto.txt", b"\x89PNG\r\n\x1a\n0000")
    assert sender.send(bundle.getvalue(), 50, filename="noviembre.zip") == "/lotes"
    page = sender.browser.get("/lotes").text
    assert "Recibimos 2 archivos" in page and "No recibimos «foto.txt»" in page
    assert len(world.rows(Lote)) == 2 and sender.head().location == "/lotes"


def test_what_is_packed_for_the_way_is_kept_as_the_person_has_it(world: World, sender: Sender) -> None:
    contenido = lines(world, 30)
    where = sender.send(packed(contenido), 100, comprimida="gzip", sha256=sha256(contenido))
    assert sender.browser.get(f"{where}/original").data == contenido
    [archivo] = world.rows(Archivo)
    assert (archivo.sha256, archivo.sha256_contenido, archivo.nombre) == (*[sha256(contenido)] * 2, "extras.txt")


def test_a_gz_of_the_persons_own_is_kept_packed(world: World, sender: Sender) -> None:
    contenido = lines(world, 30)
    own = packed(contenido)
    where = sender.send(own, filename="extras.txt.gz", sha256=sha256(own))
    assert sender.browser.get(f"{where}/original").data == own
    [archivo] = world.rows(Archivo)
    assert (archivo.sha256, archivo.sha256_contenido) == (sha256(own), sha256(contenido))


@SQLITE
def test_the_portals_own_sample_is_not_registered_by_itself(world: World, sender: Sender) -> None:
    world.hire(worker(1))
    sample = sender.browser.get("/formatos/ENT/ejemplo.txt").data
    where = sender.send(sample, movimiento="ENT", filename="ejemplo.txt", registrar_automaticamente="1")
    assert "es el ejemplo del portal" in sender.browser.get(where).text
    assert [lote.registrar_automaticamente for lote in world.rows(Lote) if lote.numero in where] == [False]


@SQLITE
def test_the_form_and_the_parts_lead_to_one_lote(world: World, sender: Sender) -> None:
    contenido = lines(world)
    numero = send(sender.browser, "INS", ("extras.txt", contenido))
    assert sender.send(contenido) == f"/lotes/{numero}"
    assert "ya lo recibimos antes" in sender.browser.get(f"/lotes/{numero}").text
    assert mundo.RUC_A not in sender.url
