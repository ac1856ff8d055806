"""Who may carry an upload on or cancel it, and what a whole one becomes."""

from __future__ import annotations

import io
import zipfile

from pages.world import SOLO_INS, SOLO_MSU_SAL, World, send, worker
from portal.cuentas.altas import save_representacion
from portal.modelos import Archivo, Lote, Subida
from portal.web.formularios.formularios import opened_by
from tus.desk import A_FILE, SQLITE, lines, nothing_is_kept, parts_left
from tus.sender import TUS, Sender, encoded, packed, sha256
from web import mundo
from web.portal_client import Navegador


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
def test_the_portals_own_sample_is_not_registered_in_parts_either(world: World, sender: Sender) -> None:
    world.hire(worker(1))
    sample = sender.browser.get("/formatos/SAL/ejemplo.txt").data
    where = sender.send(sample, movimiento="SAL", filename="ejemplo.txt", registrar_automaticamente="1")
    lote = world.check(where.removeprefix("/lotes/"))
    assert lote.estado == "revisado" and lote.no_se_registra
    assert "Es el ejemplo que da el portal" in sender.browser.get(where).text


@SQLITE
def test_the_form_and_the_parts_lead_to_one_lote(world: World, sender: Sender) -> None:
    contenido = lines(world)
    numero = send(sender.browser, "INS", ("extras.txt", contenido))
    assert sender.send(contenido) == f"/lotes/{numero}"
    assert "ya lo recibimos antes" in sender.browser.get(f"/lotes/{numero}").text
    assert mundo.RUC_A not in sender.url


def test_a_page_opened_for_another_ruc_sends_nothing(world: World, sender: Sender) -> None:
    """The script sends with each file for whom its page was opened; programs say nothing and are taken as they are."""

    class Who:
        cuenta_id = world.cuenta_id()

        class empleador:
            id = world.empleador_id(mundo.RUC_B)

    with world.app.test_request_context():
        other = opened_by(Who())  # type: ignore[arg-type]
    said = sender.begin(9, 403, de=other).text
    assert "No se envió: usted abrió esta página para otro empleador y ahora actúa por EMPRESA DE" in said
    assert nothing_is_kept(world)
    mine = other.replace(f".{world.empleador_id(mundo.RUC_B)}.", f".{world.empleador_id()}.")
    for de in (mine, "", "x"):  # not sealed by us: as if it were not there
        sender.begin(9, 201, filename=f"{len(de)}.txt", de=de)
