"""The history as a sheet: every fact, spelled out; only one's own; safe in a spreadsheet; never kept by a cache."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest

from pages.empleador.historia.test_history_annulled import WHY, annulled
from pages.empleador.historia.test_history_pages import look_up
from pages.states import ANA, LUIS
from pages.world import World, worker
from portal.cuentas.altas import save_afiliados
from portal.historia import sucursal as listing
from web import mundo
from web.portal_client import Navegador

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def table(browser: Navegador, address: str) -> list[dict[str, str]]:
    """The file's rows by their headings."""
    body = browser.get(address).data
    assert body.startswith(b"\xef\xbb\xbf") and body.endswith(b"\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    heading, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
    assert len(heading) == len(set(heading))
    return [dict(zip(heading, row, strict=True)) for row in rows]


def of_worker(browser: Navegador, cedula: str) -> list[dict[str, str]]:
    return table(browser, look_up(browser, cedula) + ".csv")


def test_one_row_a_fact_with_what_people_understand(world: World, de_a: Navegador) -> None:
    with world.database.writing() as session:
        save_afiliados(session, [(int(ANA), "SUÁREZ ANA", False)])
    hired = world.hire(LUIS, ANA, sueldo="600.00", days_ago=30)
    extras = world.registered("INS", world.line("INS", ANA, valor="1234.50"))
    days = world.registered("MND", world.line("MND", ANA, dias="2", fecha_inicio="20261119"))
    rows = of_worker(de_a, ANA)
    assert [row["Novedad"] for row in rows] == [
        "Días no laborados",
        "Variación de sueldo por extras",
        "Aviso de entrada",
    ]
    assert [(row["Lote"], row["Línea"]) for row in rows] == [(days, "1"), (extras, "1"), (hired, "2")]
    for row in rows:
        assert (row["Cédula"], row["Nombre"], row["Sucursal"]) == (ANA, "SUÁREZ ANA", "0001")
        assert (row["Ingreso"], row["Salida"], row["Relación anulada el"]) == ("2026-10-21", "", "")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row["Registrada el"])
        assert not row["Anulada el"] and not row["Anulación"] and not row["Motivo"]
    absent, extra, entry = rows
    assert (absent["Año y mes"], absent["Fecha"], absent["Número de días"]) == ("2026-11", "2026-11-19", "2")
    assert (extra["Valor de extras"], extra["Causa"], extra["Fecha"]) == ("1234.50", "Otros", "")
    assert (entry["Sueldo"], entry["Jornada"], entry["Relación de trabajo"]) == (
        "600.00",
        "Normal",
        "Código del Trabajo",
    )
    assert entry["Fecha de ingreso"] == "2026-10-21" and not entry["Valor de extras"]


def test_annulled_facts_and_relaciones_say_when_and_by_what(world: World, de_a: Navegador) -> None:
    number = annulled(world, world.hire(ANA, days_ago=10))
    [row] = of_worker(de_a, ANA)
    assert (row["Anulación"], row["Motivo"]) == (number, WHY)
    assert row["Anulada el"] == row["Relación anulada el"] != ""


def test_a_date_that_does_not_apply_is_empty_and_a_closed_relacion_has_its_end(world: World, de_a: Navegador) -> None:
    world.hire(ANA, days_ago=30)
    world.registered("SAL", world.line("SAL", ANA, fecha_salida="20261120"))
    row = of_worker(de_a, ANA)[0]
    assert (row["Fecha de fallecimiento"], row["Salida"], row["Fecha de salida"]) == ("", "2026-11-20", "2026-11-20")


def test_nothing_in_it_runs_as_a_formula_or_breaks_its_rows(world: World, de_a: Navegador) -> None:
    with world.database.writing() as session:
        save_afiliados(session, [(int(ANA), '=HYPERLINK("x";"y")', False)])
    world.hire(ANA, days_ago=30)
    pay = {"oficio": "+1 OFICIO", "lapso": "2026-11 A 2026-11"}
    world.registered("PPF", world.line("PPF", ANA, **pay))
    rows = of_worker(de_a, ANA)
    assert {row["Nombre"] for row in rows} == {'\'=HYPERLINK("x";"y")'}
    assert rows[0]["Número de oficio"] == "'+1 OFICIO"
    assert "'=HYPERLINK" in table(de_a, "/historia/sucursal.csv")[0]["Nombre"]


@pytest.mark.parametrize("address", ["worker", "/historia/sucursal.csv", "/historia/sucursal.csv?sucursal=0009"])
def test_it_is_kept_nowhere_and_its_name_says_nothing_of_anybody(world: World, de_a: Navegador, address: str) -> None:
    world.hire(ANA)
    opaque = look_up(de_a, ANA)
    response = de_a.get(opaque + ".csv" if address == "worker" else address)
    assert response.headers["Cache-Control"] == "private, no-store" and "ETag" not in response.headers
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    named = response.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="(historia-laboral|sucursal-000[19]-2026-11)\.csv"', named)
    assert ANA not in named and opaque.rsplit("/", 1)[1] not in re.sub("0001|0009|2026-11", "", named)


def test_anothers_worker_cannot_be_downloaded(world: World, de_a: Navegador, de_b: Navegador) -> None:
    world.hire(ANA)
    where = look_up(de_a, ANA)
    de_b.get(where + ".csv", status=404)
    de_a.get("/historia/99.csv", status=404)
    de_a.get(f"/historia/{'9' * 30}.csv", status=404)


def test_what_another_empleador_registered_of_the_worker_is_not_in_it(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    theirs = world.hire(ANA, ruc=mundo.RUC_B)
    assert theirs not in {row["Lote"] for row in of_worker(de_a, ANA)}


def test_the_sheet_of_a_sucursal_is_its_page_without_masks(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS, sueldo="600.00")
    extra = date(2026, 10, 31)
    world.registered("INS", world.line("INS", LUIS, valor="20.00", anio="2026", mes="10"), hoy=extra)
    rows = table(de_a, "/historia/sucursal.csv?sucursal=0001&periodo=2026-10")
    assert [row["Cédula"] for row in rows] == [ANA, LUIS]
    assert rows[1] == {
        "Cédula": LUIS,
        "Nombre": "",
        "Sucursal": "0001",
        "Año y mes": "2026-10",
        "Ingreso": rows[0]["Ingreso"],
        "Salida": "",
        "Cargo": "ANALISTA",
        "Sueldo": "600.00",
        "Extras y otros": "20.00",
        "Base de fondos de reserva": "",
        "Días no laborados": "",
        "Horas laboradas": "",
    }
    assert rows[0]["Extras y otros"] == ""


@ON_SQLITE
def test_a_long_sheet_comes_in_parts(world: World, de_a: Navegador, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [worker(n) for n in range(1, 31)]
    world.hire(*people)
    monkeypatch.setattr(listing, "BATCH", 7)
    response = de_a.client.get("/historia/sucursal.csv", buffered=False)
    assert response.is_streamed
    parts = [part for part in response.iter_encoded() if part]
    assert len(parts) == 1 + 5, "the heading, then seven at a time"
    assert b"".join(parts).decode().count("\r\n") == 1 + 30
    response.close()
