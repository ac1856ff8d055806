"""Complaints: filed by anyone, once; followed by whoever has the address; answered by a supervisor, once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from pages.states import ANA, NADIE
from pages.world import World
from portal import clock
from portal.modelos import Queja, Rastro
from portal.soporte import quejas
from portal.soporte.quejas import Escrito, Quien
from web import mundo
from web.portal_client import Navegador

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEXTO = "El portal tardó una hora y nadie contestó el teléfono."
RESPUESTA = "Lamentamos la espera. Desde hoy atienden dos agentes más."


def hidden(browser: Navegador, name: str) -> str:
    assert browser.page is not None
    return next(str(one.get("value")) for one in browser.page.iter("input") if one.get("name") == name)


def filed(world: World, browser: Navegador | None = None, **fields: str) -> tuple[Navegador, str]:
    """A complaint through its form: who filed it, and its address."""
    browser = browser or Navegador(world.app)
    browser.get("/queja")
    data = {"texto": TEXTO, "formulario": hidden(browser, "formulario"), **fields}
    return browser, str(browser.post("/queja", data).location)


def number_of(world: World, place: int = -1) -> str:
    return quejas.numero(world.rows(Queja)[place])


def test_anyone_files_one_and_follows_it_by_its_address(world: World) -> None:
    browser, address = filed(world, contacto="ana@correo.ec")
    assert re.fullmatch(r"/queja/[A-Za-z0-9_-]{22}", address)
    response = browser.follow()
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert TEXTO in browser.text and number_of(world) in browser.text and "Recibida." in browser.text
    assert "Guarde esta dirección" in browser.text and "ana@correo.ec" not in browser.text
    [row] = world.rows(Queja)
    assert (row.cuenta_id, row.empleador_id, row.lote_id, row.contacto) == (None, None, None, "ana@correo.ec")


def test_the_deadline_counts_working_days_and_no_holidays(world: World) -> None:
    """Ten after Sunday, 22 November 2026 end on 4 December; Christmas and New Year, two Fridays, are not worked."""
    filed(world)
    assert world.rows(Queja)[0].vence == date(2026, 12, 4)
    quejas.file(world.database, "t" * 22, Escrito(TEXTO), Quien(), date(2026, 12, 21), 10, clock.now())
    assert world.rows(Queja)[1].vence == date(2027, 1, 6)


@pytest.mark.parametrize("settings", [{"queja_habiles": 3}])
@ON_SQLITE
def test_the_deadline_is_a_setting(world: World, settings: dict[str, int]) -> None:
    browser, _ = filed(world)
    assert world.rows(Queja)[0].vence == date(2026, 11, 25)
    browser.get("/queja")
    assert "3 días laborables" in browser.text


def test_sent_again_it_is_the_same_one_and_with_another_text_another_one(world: World) -> None:
    browser, address = filed(world)
    browser.get("/queja")
    one = hidden(browser, "formulario")
    said = [browser.post("/queja", {"texto": text, "formulario": one}).location for text in (TEXTO, TEXTO, TEXTO + ".")]
    assert said[0] == said[1] != said[2]
    assert len({address, *said}) == 3 == len(world.rows(Queja))


@pytest.mark.both_databases
def test_twice_at_the_same_time_it_is_one(world: World) -> None:
    def file(_n: int) -> None:
        quejas.file(world.database, "x" * 22, Escrito(TEXTO), Quien(), mundo.HOY, 10, clock.now())

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(file, range(16)))
    assert len(world.rows(Queja)) == 1


def test_a_form_that_is_none_of_ours_is_never_the_same_one_twice(world: World) -> None:
    addresses = {filed(world, formulario="")[1] for _ in range(2)}
    assert len(addresses) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"texto": ""}, "Escriba lo que ocurrió"),
        ({"texto": " \x00\x00\x00\x00\x00\x00\x00\x00\x00 "}, "Escriba lo que ocurrió"),
        ({"texto": "x" * 2001}, "El texto tiene 2001 letras y caben 2000"),
        ({"lote": "2026-000001-0"}, "Ese número no es de un lote"),
        ({"contacto": "mi vecino"}, "Ese contacto no es un correo ni un teléfono"),
        ({"contacto": "a" * 100 + "@correo.ec"}, "Ese contacto no es un correo ni un teléfono"),
    ],
)
def test_what_has_to_be_mended_is_told_and_nothing_typed_is_lost(
    world: World, fields: dict[str, str], said: str
) -> None:
    browser = Navegador(world.app)
    browser.get("/queja")
    data = {"texto": TEXTO, "lote": "", "contacto": "0999999999", "formulario": hidden(browser, "formulario")} | fields
    browser.post("/queja", data, status=422)
    assert said in browser.text and not world.rows(Queja)
    kept = [hidden(browser, name) for name in ("lote", "contacto", "formulario")]
    assert kept == [data["lote"], data["contacto"], data["formulario"]]
    assert data["texto"] not in (TEXTO,) or TEXTO in browser.text


def test_texts_of_any_kind_are_kept_as_they_are(world: World) -> None:
    browser, _ = filed(world, texto="Línea una\r\n\r\n<b>ñandú</b> 👍\x00 fin", contacto="+593 (2) 394-5666")
    assert world.rows(Queja)[0].texto == "Línea una\n\n<b>ñandú</b> 👍  fin"
    browser.follow()
    assert "<b>ñandú</b> 👍" in browser.text


def test_whether_there_is_such_a_lote_is_told_to_nobody(world: World) -> None:
    numero = world.receive("INS", world.line("INS", ANA))
    from portal.lotes.numeros import write

    pages = []
    for lote in (numero, write(2026, 777)):
        browser, address = filed(world, lote=lote)
        browser.get(address)
        text = browser.text
        for one in (address, number_of(world)):
            text = text.replace(one, "")
        pages.append(re.sub(r"\d\d:\d\d", "", text))
        assert lote not in browser.text
    assert pages[0] == pages[1]
    assert [row.lote_id for row in world.rows(Queja)] == [world.lote(numero).id, None]


def test_an_empleador_sees_its_own_with_their_states_and_nobody_elses(
    world: World, de_a: Navegador, de_b: Navegador
) -> None:
    filed(world, de_a)
    filed(world, de_b)
    filed(world)
    numbers = [quejas.numero(row) for row in world.rows(Queja)]
    assert world.rows(Queja)[0].empleador_id == world.empleador_id()
    de_a.get("/queja")
    assert [one for one in numbers if one in de_a.text] == numbers[:1] and "Recibida" in de_a.text
    anyone = Navegador(world.app)
    anyone.get("/queja")
    assert not [one for one in numbers if one in anyone.text]


def test_five_an_hour_from_one_address_and_what_was_typed_is_not_lost(world: World) -> None:
    for n in range(5):
        browser, address = filed(world, texto=f"{TEXTO} {n}")
    browser.get("/queja")
    form = hidden(browser, "formulario")
    response = browser.post("/queja", {"texto": TEXTO + " seis", "formulario": form, "contacto": ""}, status=429)
    assert int(response.headers["Retry-After"]) > 0
    assert "Todavía no recibimos esta queja" in browser.text and TEXTO + " seis" in browser.text
    assert len(world.rows(Queja)) == 5
    browser.get(address)  # what was filed stays to be read


def test_what_is_sent_again_or_has_to_be_mended_does_not_count(world: World) -> None:
    browser = Navegador(world.app)
    browser.get("/queja")
    form = hidden(browser, "formulario")
    for _ in range(7):
        browser.post("/queja", {"texto": TEXTO, "formulario": form})
        browser.post("/queja", {"texto": "", "formulario": form}, status=422)
    for n in range(4):
        browser.post("/queja", {"texto": f"{TEXTO} {n}", "formulario": form})
    browser.post("/queja", {"texto": TEXTO, "formulario": form})  # the limit is reached; this one is known
    assert len(world.rows(Queja)) == 5


@pytest.mark.parametrize("token", ["x", "Q-000001-3", "ñ", "x" * 5000, "%00"])
def test_another_address_opens_nothing(world: World, token: str) -> None:
    filed(world)
    Navegador(world.app).get(f"/queja/{token}", status=404)


@pytest.fixture
def jefa(world: World) -> Navegador:
    return world.browser(mundo.SUPERVISOR)


def set_due(world: World, place: int, day: date, **also: Any) -> str:
    with world.database.writing() as session:
        row = session.get_one(Queja, world.rows(Queja)[place].id)
        row.vence = day
        for name, value in also.items():
            setattr(row, name, value)
        return quejas.numero(row)


def test_supervisors_see_the_first_to_end_first_and_the_overdue_marked(world: World, jefa: Navegador) -> None:
    for n in range(4):
        filed(world, texto=f"{TEXTO} {n}")
    later, today = set_due(world, 0, date(2026, 12, 9)), set_due(world, 1, mundo.HOY)
    late = set_due(world, 2, date(2026, 11, 20))
    done = set_due(world, 3, date(2026, 11, 2), respondida_en=clock.now(), respuesta=RESPUESTA)
    jefa.get("/supervision/quejas")
    assert re.findall(r"Q-\d{6}-\d", jefa.text) == [late, today, later, done]
    assert jefa.text.count("Vencida") == 1 and jefa.text.count("Vence hoy") == 1
    assert TEXTO not in jefa.text
    assert [row.que for row in world.rows(Rastro)][-1] == "ve_quejas"


def test_a_supervisor_reads_and_answers_once_and_both_are_in_the_trail(world: World, jefa: Navegador) -> None:
    browser, address = filed(world, contacto="ana@correo.ec")
    numero = number_of(world)
    jefa.get(f"/supervision/quejas/{numero}")
    assert TEXTO in jefa.text and "ana@correo.ec" in jefa.text
    jefa.post(f"/supervision/quejas/{numero}", {"respuesta": RESPUESTA})
    jefa.get("/supervision/quejas")
    assert "Ninguna queja espera respuesta" in jefa.text
    browser.get(address)
    assert RESPUESTA in browser.text and "Respondida" in browser.text
    trail = [(r.que, r.detalle, r.cuenta_id) for r in world.rows(Rastro) if r.que.endswith("queja")]
    who = world.cuenta_id(mundo.SUPERVISOR)
    assert trail == [("ve_queja", numero, who), ("responde_queja", numero, who)]


def test_the_second_of_two_answers_is_told_so_and_changes_nothing(world: World, jefa: Navegador) -> None:
    filed(world)
    numero = number_of(world)
    other = world.browser(mundo.SUPERVISOR)
    for one in (jefa, other):
        one.get(f"/supervision/quejas/{numero}")
    jefa.post(f"/supervision/quejas/{numero}", {"respuesta": RESPUESTA})
    other.post(f"/supervision/quejas/{numero}", {"respuesta": "Otra respuesta distinta"}, status=409)
    assert "Otra persona respondió antes" in other.text and "Otra respuesta distinta" in other.text
    assert RESPUESTA in other.text and world.rows(Queja)[0].respuesta == RESPUESTA


@pytest.mark.both_databases
def test_two_answers_at_the_same_time_are_one(world: World) -> None:
    filed(world)
    [queja] = world.rows(Queja)
    who = world.cuenta_id(mundo.SUPERVISOR)
    with ThreadPoolExecutor(4) as threads:
        answers = [f"{RESPUESTA} {n}" for n in range(4)]
        first = list(threads.map(lambda one: quejas.answer(world.database, queja, one, who, clock.now()), answers))
    assert sorted(first) == [False, False, False, True]
    assert world.rows(Queja)[0].respuesta == answers[first.index(True)]
    assert [row.que for row in world.rows(Rastro)].count("responde_queja") == 1


@pytest.mark.parametrize("typed", ["", "corta", "x" * 4001, f"Su trabajador {ANA} no consta."])
def test_an_answer_to_be_mended_is_not_kept(world: World, jefa: Navegador, typed: str) -> None:
    filed(world)
    numero = number_of(world)
    jefa.get(f"/supervision/quejas/{numero}")
    jefa.post(f"/supervision/quejas/{numero}", {"respuesta": typed}, status=422)
    assert "La respuesta no se guardó" in jefa.text and typed in jefa.text
    assert world.rows(Queja)[0].respondida_en is None


def test_cedulas_and_rucs_that_slipped_into_a_complaint_are_hidden(world: World, jefa: Navegador) -> None:
    filed(world, texto=f"Mi trabajador {ANA} de {mundo.RUC_A} no sale; escribí {NADIE}.")
    jefa.get(f"/supervision/quejas/{number_of(world)}")
    assert ANA not in jefa.text and mundo.RUC_A not in jefa.text and NADIE in jefa.text


def test_agents_say_the_state_by_number_and_read_no_text(world: World, soporte: Navegador) -> None:
    filed(world, contacto="ana@correo.ec")
    numero = number_of(world)
    soporte.get("/soporte/quejas")
    soporte.post("/soporte/quejas", {"numero": numero.replace("-", " ").lower()}, status=200)
    assert "La respuesta llega hasta el 4 dic 2026" in soporte.text
    assert TEXTO not in soporte.text and "ana@correo.ec" not in soporte.text
    assert [(r.que, r.detalle) for r in world.rows(Rastro)][-1] == ("estado_queja", numero)
    for wrong in ("", "Q-000001-9", numero[:-1], "Q-000099-" + "0", "x" * 500):
        soporte.post("/soporte/quejas", {"numero": wrong}, status=422)
    for path in ("/supervision/quejas", f"/supervision/quejas/{numero}"):
        soporte.get(path, status=404)
