"""Format pages, templates and samples, for anyone and for an empleador."""

from __future__ import annotations

import io
import shutil
import zipfile

import brotli
import pytest

from portal.blueprints.publico import formatos
from portal.catalogos import Catalogo, Entrada, catalogo, lista
from portal.cuentas.altas import save_cuenta, save_representacion
from portal.files.problems import FileProblem
from portal.files.reader import Limites, open_table
from portal.lotes.entrada import muestras
from portal.novedades import todas
from portal.novedades.diccionario import fields
from portal.novedades.ejemplos import good_line
from portal.novedades.muestra import sample_line
from portal.revision.plan import formato
from portal.web.respuesta.class_names import short
from tests.lotes.conftest import CEDULAS, HOY, RUC, Office, make_config
from web.mundo import CLAVE, DE_A, DELEGADO, SOPORTE, fill
from web.portal_client import Navegador, make_app

NOVEDADES = list(todas().values())
LIMITES = Limites(10**7, 100_000)
LIMIT = 8_000  # bytes on the wire of a page that does not poll
de_codigo = pytest.mark.parametrize("nov", NOVEDADES, ids=lambda n: n.codigo)


@pytest.fixture(scope="module")
def app(tmp_path_factory, sqlite_template):
    """The accounts of `mundo`, on the day of the offices."""
    folder = tmp_path_factory.mktemp("formatos")
    shutil.copyfile(sqlite_template, folder / "portal.db")
    app = make_app(folder, f"sqlite:///{folder / 'portal.db'}", hoy_fijo=HOY)
    fill(app.extensions["portal_database"])
    yield app
    app.extensions["portal_database"].engine.dispose()


@pytest.fixture
def anonimo(app):
    return Navegador(app)


@de_codigo
def test_a_format_is_explained_field_by_field(anonimo, nov):
    response = anonimo.get(f"/formatos/{nov.codigo}")
    assert f"{nov.nombre} ({nov.codigo})" in anonimo.text
    shown = [code.text for code in anonimo.page.findall(".//ol/li/code")]
    assert shown == good_line(nov, HOY)
    rows = anonimo.page.findall(f".//table[@class='{short('cards')}']/tbody/tr")
    assert len(rows) == len(fields(nov))
    for campo in fields(nov):
        assert campo.etiqueta in anonimo.text and campo.ayuda in anonimo.text and campo.tipo.forma in anonimo.text
    assert len(brotli.compress(response.data, quality=5)) < LIMIT


@de_codigo
def test_every_code_of_a_catalogue_stands_on_the_page_with_its_meaning(anonimo, nov):
    anonimo.get(f"/formatos/{nov.codigo}")
    named = [campo.tipo.catalogo for campo in nov.campos if getattr(campo.tipo, "catalogo", "")]
    for nombre in named:
        for entrada in catalogo(nombre).entradas:
            assert entrada.texto in anonimo.text and entrada.ayuda in anonimo.text


@de_codigo
def test_a_list_that_is_not_complete_says_so_and_a_closed_one_whom_to_ask(anonimo, nov):
    anonimo.get(f"/formatos/{nov.codigo}")
    lists = [lista(campo.tipo.catalogo) for campo in nov.campos if getattr(campo.tipo, "catalogo", "")]
    assert anonimo.text.count("La lista no está completa") == len([one for one in lists if one.patron])
    for one in lists:
        assert one.consultar in anonimo.text
    assert ("pregunte al IESS" in anonimo.text) == (nov.codigo == "SAL")


@de_codigo
def test_what_no_source_states_is_called_reconstructed(anonimo, nov):
    anonimo.get(f"/formatos/{nov.codigo}")
    assert ("Formato reconstruido" in anonimo.text) == (nov.marca != "S")
    assert ("Formato publicado por el IESS" in anonimo.text) == (nov.marca == "S")
    assert nov.nota_formato in anonimo.text
    doubtful = [
        e
        for campo in nov.campos
        if getattr(campo.tipo, "catalogo", "")
        for e in catalogo(campo.tipo.catalogo).entradas
        if e.marca != "S"
    ]
    assert anonimo.text.count("(reconstruido)") == len(doubtful)


def test_the_deadline_and_the_errors_of_a_movement_are_on_its_page(anonimo):
    anonimo.get("/formatos/SAL")
    assert "3 días laborables desde la fecha de salida." in anonimo.text
    assert "Después de 45 días, el aviso se hace en una ventanilla." in anonimo.text
    assert "SAL-02 La salida es anterior al ingreso" in anonimo.text
    anonimo.get("/formatos/ENT")
    assert "15 días desde la fecha de ingreso." in anonimo.text
    anonimo.get("/formatos/MSU")
    assert "3 días laborables desde el último día del período." in anonimo.text


def test_all_formats_are_listed(anonimo):
    response = anonimo.get("/formatos")
    for nov in NOVEDADES:
        assert nov.nombre in anonimo.text and f'href="/formatos/{nov.codigo}/ejemplo.txt"' in response.text
    assert len(brotli.compress(response.data, quality=5)) < LIMIT


def test_unknown_formats_are_not_there_and_small_letters_lead_on(anonimo):
    for path in ("/formatos/ZZZ", "/formatos/ZZZ.txt", "/formatos/ZZZ.xlsx", "/formatos/ZZZ/ejemplo.txt"):
        anonimo.get(path, status=404)
    assert anonimo.get("/formatos/sal", status=301).location == "/formatos/SAL"
    anonimo.get("/formatos/sal.txt")
    anonimo.get("/formatos/sal/ejemplo.txt")


@de_codigo
def test_the_public_template_is_one_line_of_field_names(anonimo, nov):
    response = anonimo.get(f"/formatos/{nov.codigo}.txt")
    assert response.text == ";".join(c.nombre for c in fields(nov)) + "\r\n"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{nov.codigo}-plantilla.txt"'
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    with pytest.raises(FileProblem) as found:
        open_table(response.data, "x.txt", formato(nov), LIMITES)
    assert found.value.codigo == "ARC-10"  # its header is known, and nothing stands below


@de_codigo
def test_the_public_workbook_has_our_header_and_nothing_below(anonimo, nov):
    response = anonimo.get(f"/formatos/{nov.codigo}.xlsx")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{nov.codigo}-plantilla.xlsx"'
    with pytest.raises(FileProblem) as found:
        open_table(response.data, "x.xlsx", formato(nov), LIMITES)
    assert found.value.codigo == "ARC-10"


def test_the_workbook_offers_the_codes_that_are_written(anonimo):
    book = zipfile.ZipFile(io.BytesIO(anonimo.get("/formatos/SAL.xlsx").data))
    sheet, strings = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert 'type="list"' in sheet
    for codigo in catalogo("causas_salida").opciones:
        assert f">{codigo}<" in strings


def test_a_code_that_ended_is_on_the_page_with_its_dates_and_no_longer_offered(anonimo, monkeypatch):
    row = {"texto": "x", "uso": "escribe", "marca": "S", "ayuda": "", "fuente": "x"}
    old = Entrada(codigo="V", desde="2010-01-01", hasta="2026-11-19", **row)
    new = Entrada(codigo="W", desde="2026-11-20", **row)
    monkeypatch.setattr("portal.catalogos.catalogo", lambda nombre: Catalogo(nombre, (old, new)))
    assert formatos.offered(todas()["SAL"].campo("causa"), HOY) == ("W",)
    anonimo.get("/formatos/SAL")
    assert "(vale desde 2010-01-01 hasta 2026-11-19)" in anonimo.text and "(vale desde 2026-11-20)" in anonimo.text


@de_codigo
def test_the_public_sample_is_the_example_with_its_marks(anonimo, nov):
    response = anonimo.get(f"/formatos/{nov.codigo}/ejemplo.txt")
    assert response.text == ";".join(sample_line(nov, HOY)) + "\r\n"
    assert response.headers["Cache-Control"] == "no-cache" and "Cookie" in response.headers["Vary"]


def test_support_gets_what_anyone_gets(app):
    agent = Navegador(app).sign_in(SOPORTE, CLAVE)
    assert agent.get("/formatos/SAL/ejemplo.txt").text == ";".join(sample_line(todas()["SAL"], HOY)) + "\r\n"


# --- an empleador ---------------------------------------------------------------------------------------------


@pytest.fixture
def office(database, tmp_path):
    """An office whose accounts sign in at an application on the same database."""
    office = Office(database, make_config(tmp_path))
    with database.writing() as session:
        for number, movimientos in ((DE_A, None), (DELEGADO, {"INS"})):
            cuenta = save_cuenta(session, number, "PERSONA DE PRUEBA", "empleador", CLAVE)
            mine = (cuenta.id, office.empleador_id)
            save_representacion(session, *mine, titular=movimientos is None, movimientos=movimientos)
    return office


@pytest.fixture
def su_app(office, database_url, tmp_path):
    app = make_app(tmp_path, database_url, hoy_fijo=HOY)
    yield app
    app.extensions["portal_database"].engine.dispose()


@pytest.fixture
def suyo(su_app):
    return Navegador(su_app).sign_in(DE_A, CLAVE)


@de_codigo
def test_the_sample_it_downloads_can_be_sent_at_once_and_has_no_error_but_its_marks(office, suyo, nov):
    """MND's is of a person whom the portal made up, and that is its one error; RRT's has a code of no list."""
    office.hire(*CEDULAS[:3], days_ago=500)
    contenido = suyo.get(f"/formatos/{nov.codigo}/ejemplo.txt").data
    lines, wrong = (1 if nov.muestra_sola else 3), int(nov.muestra_de_nadie)
    assert contenido.count(b"\r\n") == lines
    lote = office.check(office.send(nov.codigo, contenido).lote_id)
    assert (lote.estado, lote.con_error, lote.correctas) == ("revisado", wrong, lines - wrong)
    marks = {"MND": {"PLA-01", "MND-01"}, "RRT": {"CAT-02"}}.get(nov.codigo, set())
    assert {codigo for _, codigo in office.problems(lote.id)} <= {*nov.ejemplo_avisos, *marks} and lote.no_se_registra


@de_codigo
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_workbook_it_downloads_carries_its_workers_and_is_read_back(office, suyo, nov):
    office.hire(*CEDULAS[:3])
    contenido = suyo.get(f"/formatos/{nov.codigo}.xlsx").data
    if nov.efecto == muestras.OPENS:
        with pytest.raises(FileProblem) as found:
            open_table(contenido, "x.xlsx", formato(nov), LIMITES)
        assert found.value.codigo == "ARC-10"
        return
    tabla = open_table(contenido, "x.xlsx", formato(nov), LIMITES)
    assert tabla.entendido.encabezado and tabla.lineas == 3
    (chunk,) = tabla.chunks(100)
    rows = [text.split(tabla.separador) for text in chunk["texto"]]
    assert [row[:6] for row in rows] == [[RUC, "0001", "2026", "11", nov.codigo, c] for c in sorted(CEDULAS[:3])]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_its_text_template_has_the_head_of_each_worker(office, suyo):
    office.hire(*CEDULAS[:2])
    lines = suyo.get("/formatos/INS.txt").text.split("\r\n")
    assert lines[0].startswith("ruc;sucursal;anio;mes;movimiento;cedula;")
    assert sorted(lines[1:-1]) == sorted(f"{RUC};0001;2026;11;INS;{c};;" for c in CEDULAS[:2])


@pytest.mark.parametrize(
    "path", ["/formatos/SAL", "/formatos/SAL.txt", "/formatos/SAL.xlsx", "/formatos/SAL/ejemplo.txt"]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_carries_workers_is_kept_by_no_cache(office, suyo, path):
    response = suyo.get(path)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Vary" not in response.headers and "ETag" not in response.headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_says_what_the_downloads_carry(office, suyo, monkeypatch):
    suyo.get("/formatos/SAL")
    assert "no constan trabajadores activos" in suyo.text
    office.hire(*CEDULAS[:3])
    suyo.get("/formatos/SAL")
    assert "sus trabajadores activos (3)" in suyo.text
    monkeypatch.setattr(muestras, "ROWS", 2)
    suyo.get("/formatos/SAL")
    assert "los primeros 2 de sus trabajadores activos" in suyo.text
    suyo.get("/formatos/ENT")
    assert "una persona sin entrada abierta" in suyo.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_with_nobody_active_the_sample_is_the_public_one(office, suyo):
    assert suyo.get("/formatos/SAL/ejemplo.txt").text == ";".join(sample_line(todas()["SAL"], HOY)) + "\r\n"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_delegate_sees_workers_only_in_the_movements_given(office, su_app):
    office.hire(CEDULAS[2])
    delegado = Navegador(su_app).sign_in(DELEGADO, CLAVE)
    assert CEDULAS[2] in delegado.get("/formatos/INS.txt").text
    for path in ("/formatos/SAL.txt", "/formatos/SAL/ejemplo.txt", "/formatos/SAL"):
        assert CEDULAS[2] not in delegado.get(path).text
