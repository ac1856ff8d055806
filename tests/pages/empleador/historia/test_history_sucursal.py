"""A sucursal in a month: who was in it some day, with what; in pages that never name a worker."""

from __future__ import annotations

import html as entities
import re
from datetime import date, timedelta

import pytest

from pages.empleador.historia.test_history_annulled import annulled
from pages.states import ANA, LUIS
from pages.world import World, worker
from portal.historia import sucursal as listing
from portal.historia.sucursal import Mes, batches
from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from tests.classes import spelled
from web import mundo
from web.portal_client import Navegador

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EVA = worker(3)


def hired(world: World, cedula: str, day: date, sucursal: str = "0001", sueldo: str = "600.00") -> None:
    """A relación that begins on that day."""
    entered = {"fecha_ingreso": f"{day:%Y%m%d}", "fecha_registro": f"{day:%Y%m%d}", "sueldo": sueldo}
    line = good_line(todas()["ENT"], day, mundo.RUC_A, sucursal, cedula, **entered)
    assert world.lote(world.registered("ENT", ";".join(line), hoy=day)).registradas == 1


def left(world: World, cedula: str, day: date) -> None:
    line = world.line("SAL", cedula, fecha_salida=f"{day:%Y%m%d}", anio=f"{day:%Y}", mes=f"{day:%m}")
    assert world.lote(world.registered("SAL", line, hoy=day)).registradas == 1


def rows(page: str) -> list[list[str]]:
    """The cells of each row of the list, the worker's first."""
    body = spelled(page).split('<table class="cards">', 1)[-1].split("</table>", 1)[0]
    found = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", body)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found]
    return [[" ".join(entities.unescape(re.sub("<[^>]*>", " ", c)).split()) for c in row] for row in cells]


def shown(browser: Navegador, periodo: str = "2026-11", sucursal: str = "0001") -> list[list[str]]:
    return rows(browser.get(f"/historia/sucursal?sucursal={sucursal}&periodo={periodo}").text)


def masked(cedula: str) -> str:
    return f"{cedula[:2]}••••{cedula[-4:]}"


def test_who_had_a_day_in_the_month_with_the_sueldo_of_then(world: World, de_a: Navegador) -> None:
    hired(world, ANA, date(2026, 9, 30), sueldo="600.00")
    left(world, ANA, date(2026, 11, 1))
    hired(world, LUIS, date(2026, 10, 31), sueldo="500.00")
    world.registered("MSU", world.line("MSU", LUIS, sueldo="700.00"))
    assert shown(de_a, "2026-08") == []
    assert [row[0] for row in shown(de_a, "2026-09")] == [f"{masked(ANA)} Analista"]
    october = shown(de_a, "2026-10")
    assert [row[-1] for row in october] == ["600,00", "500,00"]
    assert shown(de_a) == [
        [f"{masked(ANA)} Analista", "30 sep 2026", "1 nov 2026", "600,00"],
        [f"{masked(LUIS)} Analista", "31 oct 2026", "", "700,00"],
    ]


def test_what_was_registered_of_the_month_and_only_of_it(world: World, de_a: Navegador) -> None:
    hired(world, ANA, date(2026, 10, 1))
    october = date(2026, 10, 31)
    world.registered("INS", world.line("INS", ANA, valor="9.00", anio="2026", mes="10"), hoy=october)
    world.registered("INS", world.line("INS", ANA, valor="20.00"))
    annulled(world, world.registered("RHT", world.line("RHT", ANA, horas="3")))
    world.registered("MND", world.line("MND", ANA, dias="2", fecha_inicio="20261119"))
    world.registered("PFM", world.line("PFM", ANA, sueldo_total="600.00"))
    assert shown(de_a)[0][2:] == ["600,00", "20,00", "600,00", "2 días"]
    assert shown(de_a, "2026-10")[0][2:] == ["600,00", "9,00"]


def test_sucursales_and_empleadores_stay_apart(world: World, de_a: Navegador, de_b: Navegador) -> None:
    hired(world, ANA, date(2026, 11, 2))
    hired(world, LUIS, date(2026, 11, 2), "0009")
    world.hire(EVA, ruc=mundo.RUC_B)
    assert [row[0][:10] for row in shown(de_a)] == [masked(ANA)]
    assert [row[0][:10] for row in shown(de_a, sucursal="0009")] == [masked(LUIS)]
    assert [row[0][:10] for row in shown(de_b)] == [masked(EVA)]
    de_b.get("/historia/sucursal?sucursal=0009", status=404)
    de_b.get("/historia/sucursal.csv?sucursal=0009", status=404)


def test_matriz_and_this_month_are_taken_when_nothing_is_said(world: World, de_a: Navegador) -> None:
    hired(world, ANA, date(2026, 11, 2))
    assert rows(de_a.get("/historia/sucursal").text) == shown(de_a)
    assert "Sucursal 0001 en noviembre de 2026" in de_a.text


def test_an_annulled_relacion_was_never_there(world: World, de_a: Navegador) -> None:
    annulled(world, world.hire(ANA, days_ago=10))
    assert shown(de_a) == [] and "Nadie tuvo relación en esta sucursal en noviembre de 2026" in de_a.text
    assert "<svg" not in de_a.get("/historia/sucursal").text


def test_a_worker_who_came_back_in_the_month_is_there_twice(world: World, de_a: Navegador) -> None:
    hired(world, ANA, date(2026, 10, 1), sueldo="500.00")
    left(world, ANA, date(2026, 11, 3))
    hired(world, ANA, date(2026, 11, 9), sueldo="650.00")
    assert [row[1:] for row in shown(de_a)] == [
        ["1 oct 2026", "3 nov 2026", "500,00"],
        ["9 nov 2026", "", "650,00"],
    ]


def test_the_totals_are_those_of_the_months_end(world: World, de_a: Navegador) -> None:
    hired(world, ANA, date(2026, 10, 1), sueldo="500.00")
    left(world, ANA, date(2026, 11, 3))
    hired(world, LUIS, date(2026, 11, 9), sueldo="650.00")
    assert len(shown(de_a)) == 2
    assert "Personas al 30 nov 2026 1 Planilla al 30 nov 2026, USD 650,00" in de_a.text
    shown(de_a, "2026-10")
    assert "Personas al 31 oct 2026 1 Planilla al 31 oct 2026, USD 500,00" in de_a.text


@pytest.mark.parametrize("periodo", ["202611", "11/2026", "11-2026", " 2026-11 ", "2026/11", "2026 11"])
@ON_SQLITE
def test_the_month_may_be_written_as_people_do(world: World, de_a: Navegador, periodo: str) -> None:
    de_a.get(f"/historia/sucursal?periodo={periodo}")
    assert "noviembre de 2026" in de_a.text


@pytest.mark.parametrize(
    ("periodo", "says"),
    [
        ("noviembre", "Escriba el año y el mes, por ejemplo 2026-11"),
        ("2026-13", "Escriba el año y el mes"),
        ("2026", "Escriba el año y el mes"),
        ("２０２６-11", "Escriba el año y el mes"),
        ("0000-01", "Escriba el año y el mes"),
        ("<b>", "Escriba el año y el mes"),
        ("2026-12", "Ese mes todavía no empieza: el último que puede ver es noviembre de 2026"),
        ("1999-12", "El portal guarda períodos desde enero de 2000"),
    ],
)
@ON_SQLITE
def test_a_month_that_cannot_be_shown_is_told_so(world: World, de_a: Navegador, periodo: str, says: str) -> None:
    for address in ("/historia/sucursal", "/historia/sucursal.csv"):
        de_a.get(f"{address}?sucursal=0009&periodo={periodo}", status=422)
        assert says in de_a.text and "Año y mes" in de_a.text


@pytest.mark.parametrize("query", ["sucursal=0002", "sucursal=x", "sucursal=00001", "sucursal=-1", "sucursal=１"])
@ON_SQLITE
def test_a_sucursal_that_is_not_there(world: World, de_a: Navegador, query: str) -> None:
    de_a.get(f"/historia/sucursal?{query}", status=404)


def test_pages_of_fifty_meet_without_a_gap_and_name_nobody(world: World, de_a: Navegador) -> None:
    people = [worker(n) for n in range(1, 121)]
    world.hire(*people)
    seen, address = [], "/historia/sucursal"
    for expected in (50, 50, 20):
        page = de_a.get(address).text
        assert len(rows(page)) == expected
        seen += [row[0][:10] for row in rows(page)]
        following = re.search(r'href="([^"]*desde=[^"]*)" rel="next"', page)
        address = entities.unescape(following[1]) if following else ""
        assert not any(one in page for one in people)
    assert seen == [masked(one) for one in people] and not address


@ON_SQLITE
@pytest.mark.parametrize("desde", ["x", "0", "99", "-1", "9" * 30, "１"])
def test_a_page_that_was_guessed_is_not_there(world: World, de_a: Navegador, desde: str) -> None:
    world.hire(ANA)
    de_a.get(f"/historia/sucursal?desde={desde}", status=404)


@ON_SQLITE
def test_a_page_after_anothers_worker_is_not_there(world: World, de_a: Navegador, de_b: Navegador) -> None:
    world.hire(ANA)
    path = str(look_up_id(de_a))
    de_a.get(f"/historia/sucursal?desde={path}")
    assert "No hay más trabajadores" in de_a.text
    de_a.get(f"/historia/sucursal?sucursal=0009&desde={path}", status=404)
    de_b.get(f"/historia/sucursal?desde={path}", status=404)


def look_up_id(browser: Navegador) -> str:
    found = re.search(r'href="/historia/([0-9]+)"', browser.get("/historia/sucursal").text)
    assert found
    return found[1]


def test_parts_of_any_size_make_the_same_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.hire(*(worker(n) for n in range(1, 8)))
    mes = Mes(world.empleador_id(), 1, 202611)
    whole = [fila for _, filas in batches(world.database, mes) for fila in filas]
    assert len(whole) == 7
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(listing, "BATCH", size)
        assert [fila for _, filas in batches(world.database, mes) for fila in filas] == whole


@pytest.mark.parametrize("periodo", [202601, 202602, 202402, 202612, 209912])
def test_the_last_day_of_a_month(periodo: int) -> None:
    mes = Mes(1, 1, periodo)
    assert (mes.ultimo + timedelta(days=1)).day == 1 and mes.ultimo.month == periodo % 100
