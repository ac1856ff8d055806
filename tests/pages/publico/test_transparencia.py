"""What the public reads of the portal's work: the official past as it is, ours where it begins, nobody's lote."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from pages.figures import NOON, NOV, an_old_lote, at, called, made
from pages.test_query_counts import asked
from pages.world import World
from portal import clock
from portal.catalogos import DATA
from portal.modelos import Lote, Queja
from portal.soporte.cifras import transparencia
from portal.soporte.cifras.cifras import TODAS, after, fill_figures
from web import mundo
from web.portal_client import Navegador, words


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands still on 23 November 2026."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture
def lote(world: World) -> Lote:
    return an_old_lote(world)


def rows_of(browser: Navegador, path: str) -> list[dict[str, str]]:
    text = browser.client.get(path).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def table(browser: Navegador, place: int) -> list[list[str]]:
    assert browser.page is not None
    found = list(browser.page.iter("table"))[place]
    return [[words(cell) for cell in row if cell.tag in ("td", "th")] for row in found.iter("tr")]


def plain(cell: str) -> str:
    """Without the thin spaces of thousands, which `words` has made plain ones."""
    return re.sub(r"(?<=\d)\s(?=\d{3})", "", cell)


@pytest.mark.usefixtures("noon")
def test_the_official_series_is_shown_exactly(world: World) -> None:
    browser = Navegador(world.app)
    browser.get("/transparencia")
    with (DATA / "atenciones_oficiales.csv").open(encoding="utf-8", newline="") as file:
        official = {(int(r["anio"]), int(r["mes"])): r for r in csv.DictReader(file)}
    heading, *months, total = table(browser, 0)
    assert heading == ["Mes", "2024", "2025", "2026"] and len(months) == 12
    for (anio, mes), row in official.items():
        cell = plain(months[mes - 1][anio - 2023])
        quejas = {"0": "", "1": "1 queja", "2": "2 quejas"}[row["quejas"]]
        assert cell == f"{row['atenciones']}{quejas}", (anio, mes)
    assert [months[n][3] for n in range(3, 12)] == ["–"] * 9
    assert [plain(one) for one in total] == ["Total", "48139", "49110", "13279"]
    shown = plain(browser.text)
    assert "Atenciones en 27 meses 110528" in shown and "Quejas en 27 meses 3" in shown
    assert "Atenciones en marzo de 2026 4491" in shown
    assert "mayo de 2024 (2) y febrero de 2026 (1)" in shown
    assert "todavía no tiene cifras propias" in shown
    assert sum(int(r["atenciones"]) for r in rows_of(browser, "/transparencia.csv") if r["atenciones"]) == 110_528


def test_the_drawing_is_the_drawn_one_and_says_it_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at("2026-03-31 12:00"))
    browser = Navegador(world.app)
    browser.get("/transparencia")
    assert browser.page is not None
    drawing = next(one for one in browser.page.iter() if str(one.tag).endswith("svg"))
    bars = [(one.get("y"), one.get("height")) for one in drawing.iter() if str(one.tag).endswith("rect")]
    assert len(bars) == 27 and bars[:3] == [("36", "164"), ("42", "158"), ("44", "156")] and bars[-1] == ("20", "180")
    marks = [words(one) for one in drawing.iter() if str(one.tag).endswith("text")]
    assert marks[-2:] == ["▲2", "▲1"] and [plain(one) for one in marks[:3]] == ["4000", "2000", "0"]
    assert "El mes más bajo es agosto de 2024 con 3 852 y el más alto marzo de 2026 con 4 491" in words(drawing)


def test_ours_begins_after_the_official_series_and_missing_months_are_not_zero(world: World, noon: datetime) -> None:
    called(world, *[at("2026-10-05 15:00")] * 3, NOV)
    with world.database.writing() as session:
        session.add(Queja(token="t", creada_en=NOV, vence=mundo.HOY, texto="x" * 10))
    fill_figures(world.database, noon)
    browser = Navegador(world.app)
    browser.get("/transparencia")
    months = [plain(row[3]) for row in table(browser, 0)[1:13]]
    assert months == [
        "4390", "43981 queja", "4491", "–", "–", "–", "–", "–", "–", "3", "11 quejasin terminar", "–",
    ]  # fmt: skip
    shown = plain(browser.text)
    assert "Atenciones en octubre de 2026 3" in shown and "Atenciones en 28 meses 110531" in shown
    assert "En noviembre de 2026, que no termina todavía: 1 atención y 1 queja." in shown


def test_fewer_than_five_lotes_are_told_of_nobody(world: World, lote: Lote, noon: datetime) -> None:
    when = {"recibido_en": NOV, "revisado_en": NOV + timedelta(seconds=77), "estado": "desistido"}
    made(world, lote, 4, **when, movimiento="SAL", por_codigo={"SAL-02": 9})
    made(world, lote, 5, **when, movimiento="INS", por_codigo={"IDE-01": 2})
    fill_figures(world.database, noon)
    browser = Navegador(world.app)
    browser.get("/transparencia")
    by_movement = {row[0]: row[1:] for row in table(browser, 2)}
    assert by_movement["Aviso de salida"] == ["–"] * 6
    assert by_movement["Variación de sueldo por extras"][:3] == ["5", "1 min 17 s", "1 min 17 s"]
    assert table(browser, 3)[1:] == [["IDE-01", table(browser, 3)[1][1], "10", "5"]]
    assert "1 código no aparece porque está en menos de 5 lotes" in browser.text
    rows = rows_of(browser, "/transparencia-tiempos.csv")
    assert not [row for row in rows if row["novedad"] == "SAL" and row["valor"]]
    assert not [row for row in rows if row["codigo"] == "SAL-02"]
    assert [row["valor"] for row in rows if row["codigo"] == "IDE-01"] == ["10", "5"]


def test_the_files_say_what_the_page_says(world: World, lote: Lote, noon: datetime) -> None:
    for n in range(8):
        when = NOV - timedelta(days=31 * n)
        seen = when + timedelta(milliseconds=700 * (n + 1))
        made(world, lote, 6 + n, recibido_en=when, revisado_en=seen, movimiento="INS", con_error=n % 2, cambiadas=0)
    fill_figures(world.database, noon)
    browser = Navegador(world.app)
    browser.get("/transparencia")
    rows = rows_of(browser, "/transparencia.csv")
    shown = {(int(r["anio"]), int(r["mes"])): r for r in rows}
    assert len(rows) == 35 and len(shown) == 35
    for mes, cells in enumerate(table(browser, 0)[1:13], 1):
        for anio, cell in zip((2024, 2025, 2026), cells[1:], strict=True):
            row = shown.get((anio, mes), {"atenciones": "", "quejas": ""})
            assert plain(cell).replace("sin terminar", "").removesuffix(quejas_said(row["quejas"])) == (
                row["atenciones"] or "–"
            )
    said = defaultdict(dict)
    for row in rows_of(browser, "/transparencia-tiempos.csv"):
        if row["novedad"] == TODAS and not row["codigo"]:
            said[row["mes"]][row["medida"]] = row["valor"]
    by_month = table(browser, 1)[1:]
    assert len(by_month) == 8
    for cells, (mes, values) in zip(reversed(by_month), list(said.items())[: len(by_month)], strict=True):
        assert cells[1] == values["lotes_revisados"], mes
        seconds = values["hasta_el_resultado_p50"]
        assert cells[2] == transparencia.duration(round(float(seconds) * 1000))
        assert cells[6] == values["bien_a_la_primera"].replace(".", ",") + " %"


def quejas_said(count: str) -> str:
    return {"": "", "0": "", "1": "1 queja"}.get(count, f"{count} quejas")


def test_the_page_asks_as_much_for_many_months_and_knows_when_it_is_unchanged(
    world: World, lote: Lote, noon: datetime
) -> None:
    browser = Navegador(world.app)
    none = asked(world, browser, "/transparencia")
    made(world, lote, 30, recibido_en=lambda n: NOV - timedelta(days=12 * n), revisado_en=NOV)
    fill_figures(world.database, noon)
    assert asked(world, browser, "/transparencia") == none
    for path in ("/transparencia", "/transparencia.csv", "/transparencia-tiempos.csv"):
        answer = browser.client.get(path)
        assert answer.headers["Cache-Control"] == "no-cache"
        again = browser.client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (None, "–"), (0, "0,00 s"), (34, "0,03 s"), (994, "0,99 s"), (995, "1,0 s"), (1449, "1,4 s"), (9949, "9,9 s"),
        (9950, "10 s"), (59_499, "59 s"), (59_500, "1 min"), (185_000, "3 min 5 s"), (7_500_000, "2 h 5 min"),
    ],
)  # fmt: skip
def test_durations_as_people_say_them(ms: int | None, said: str) -> None:
    assert transparencia.duration(ms) == said


def test_the_share_rounds_half_up_and_hides_the_few() -> None:
    assert [transparencia.per_mille(*pair) for pair in ((4, 4), (5, 6), (0, 5), (1, 16))] == [None, 833, 0, 63]
    assert after(202612) == 202701
