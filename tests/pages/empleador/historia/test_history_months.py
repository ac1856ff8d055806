"""A worker's months: which sueldo was in force, what was added; and a time line of many facts, page by page."""

from __future__ import annotations

import html as entities
import re
from datetime import date, timedelta

import pytest

from pages.empleador.historia.test_history_annulled import annulled
from pages.empleador.historia.test_history_pages import look_up
from pages.states import ANA
from pages.world import World
from portal.historia.cifras import Valor, figures, sueldo_in
from portal.novedades import todas
from web import mundo
from web.portal_client import Navegador

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def months(page: str) -> dict[str, list[str]]:
    """Month → the cells of its row."""
    rows = re.findall(r'<tr><th scope="row">(\w{3} \d{4})</th>(.*?)</tr>', page)
    return {m: [entities.unescape(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", cells)] for m, cells in rows}


def on(day: date) -> dict[str, str]:
    return {"anio": f"{day:%Y}", "mes": f"{day:%m}"}


def test_each_month_has_the_sueldo_in_force_and_what_was_added(world: World, de_a: Navegador) -> None:
    world.hire(ANA, sueldo="600.00", days_ago=100)  # on 12 August
    october = date(2026, 10, 30)
    world.registered("MSU", world.line("MSU", ANA, sueldo="700.00", **on(october)), hoy=october)
    world.registered("INS", world.line("INS", ANA, valor="20.00", **on(october)), hoy=october)
    world.registered(
        "PRA", world.line("PRA", ANA, valor_incremento="1.50", fecha_suscripcion="20261015", **on(october))
    )
    world.registered("MND", world.line("MND", ANA, dias="2", fecha_inicio="20261119"))
    world.registered("RHT", world.line("RHT", ANA, horas="1"))
    look_up(de_a, ANA)
    seen = months(de_a.follow().text)
    assert list(seen) == ["nov 2026", "oct 2026", "sep 2026", "ago 2026"]
    assert seen["nov 2026"] == ["700,00", "", "2 días", "1 hora"]
    assert seen["oct 2026"] == ["700,00", "21,50", "", ""]
    assert seen["sep 2026"] == seen["ago 2026"] == ["600,00", "", "", ""]


def test_an_annulled_amount_is_in_no_month(world: World, de_a: Navegador) -> None:
    world.hire(ANA, sueldo="600.00", days_ago=10)
    annulled(world, world.registered("INS", world.line("INS", ANA, valor="20.00")))
    look_up(de_a, ANA)
    assert months(de_a.follow().text) == {"nov 2026": ["600,00"]}


def test_no_month_after_the_salida_and_two_sucursales_apart(world: World, de_a: Navegador) -> None:
    world.hire(ANA, sueldo="600.00", days_ago=80)  # on 1 September
    left = date(2026, 10, 2)
    world.registered("SAL", world.line("SAL", ANA, fecha_salida="20261002", **on(left)), hoy=left)
    world.registered("ENT", world.line("ENT", ANA, sucursal="0009", sueldo="500.00"))
    look_up(de_a, ANA)
    assert months(de_a.follow().text) == {
        "nov 2026": ["0009", "500,00"],
        "oct 2026": ["0001", "600,00"],
        "sep 2026": ["0001", "600,00"],
    }


def test_two_relaciones_open_at_once_are_both_present(world: World, de_a: Navegador) -> None:
    world.hire(ANA, sueldo="600.00")
    world.registered("ENT", world.line("ENT", ANA, sucursal="0009", sueldo="500.00"))
    look_up(de_a, ANA)
    de_a.follow()
    assert de_a.text.count("Relación abierta") == de_a.text.count("Relación actual") == 2
    assert "Sueldo USD 600,00" in de_a.text and "Sueldo USD 500,00" in de_a.text


@ON_SQLITE
def test_older_months_are_a_link_away(world: World, de_a: Navegador) -> None:
    world.hire(ANA, days_ago=365 * 3)
    look_up(de_a, ANA)
    first = de_a.follow()
    seen = list(months(first.text))
    assert len(seen) == 24 and seen[-1] == "dic 2024"
    older = de_a.get(f"{first.request.path}?meses=2024-11")
    assert list(months(older.text))[:2] == ["nov 2024", "oct 2024"] and list(months(older.text))[-1] == "nov 2023"
    assert "?meses=2024-11" in first.text and "Meses anteriores" not in de_a.text
    assert "Entrada" not in de_a.text, "the months alone"


@ON_SQLITE
@pytest.mark.parametrize("meses", ["", "0", "2026", "2026-13", "x", "0000-01", "99999999999999999"])
def test_a_month_that_cannot_be_read_shows_the_newest(world: World, de_a: Navegador, meses: str) -> None:
    world.hire(ANA, days_ago=40)
    look_up(de_a, ANA)
    path = de_a.follow().request.path
    assert "nov 2026" in months(de_a.get(f"{path}?meses={meses}").text)


@ON_SQLITE
def test_a_long_time_line_comes_in_pages_of_fifty(world: World, de_a: Navegador) -> None:
    world.hire(ANA)
    days = [mundo.HOY - timedelta(days=n) for n in range(1, 61)]
    lines = [world.line("PRA", ANA, fecha_suscripcion=f"{d:%Y%m%d}", **on(d)) for d in days]
    world.registered("PRA", lines)
    look_up(de_a, ANA)
    path = de_a.follow().request.path
    first = de_a.get(path).text
    assert first.count("<b>Retroactivo</b>") == 50 and f'href="{path}?pagina=2"' in first
    second = de_a.get(f"{path}?pagina=2").text
    assert second.count("<b>Retroactivo</b>") == 10 and "<b>Entrada</b>" in second
    assert "Por mes" not in de_a.text and f'href="{path}?pagina=1"' in second
    assert de_a.get(f"{path}?pagina=999").text.count("<b>Retroactivo</b>") == 10
    assert de_a.get(f"{path}?pagina=-1").text.count("<b>Retroactivo</b>") == 50


ENT = Valor("ENT", 202612, 100)  # sent with a later period than its own MSU: that is only an aviso
RAISES = [Valor("MSU", 202603, 300), ENT, Valor("MSU", 202601, 200)]


@pytest.mark.parametrize(
    ("periodo", "sueldo"), [(202512, 100), (202601, 200), (202602, 200), (202603, 300), (None, 300)]
)
def test_the_raise_with_the_greatest_period_decides_whatever_the_hire_says(periodo: int | None, sueldo: int) -> None:
    assert sueldo_in(RAISES, periodo) == sueldo
    assert sueldo_in([], periodo) is None


def test_every_movement_that_adds_something_has_its_figure() -> None:
    """All but those that open, close, or change what a relación is."""
    for codigo, nov in todas().items():
        says = figures([Valor(codigo, 202601, 7)], 202601, abierta=True)
        some = {name for name, value in vars(says).items() if value is not None}
        silent = nov.efecto in ("cierra_relacion", "cambia_relacion")
        assert len(some) == (0 if silent else 1), codigo
        assert ("fondos" in some) is (codigo in ("PFM", "PFR", "PFN", "PPF"))
