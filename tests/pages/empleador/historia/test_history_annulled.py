"""What was annulled stays to be read and counts no more: facts, whole relaciones, persons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pages.empleador.historia.test_history_pages import look_up
from pages.states import ANA, LUIS
from pages.world import World
from portal import clock
from portal.lotes.trabajo.annul import Pedido, annul, ask
from portal.modelos import Anulacion
from web import mundo
from web.portal_client import Navegador

WHY = "Era de otro trabajador"


def annulled(world: World, numero: str, lineas: Sequence[int] | None = None) -> str:
    """Annuls registered lines of a lote; the annulment's number."""
    pedido = Pedido(world.lote(numero).id, world.cuenta_id(), WHY, lineas)
    anulacion = ask(world.database, pedido, mundo.HOY, clock.now())
    assert annul(world.database, world.config, anulacion.id, clock.now) == "hecha"
    return str(world.rows(Anulacion, id=anulacion.id)[0].numero)


def items(html: str, words: str) -> list[str]:
    """The entries of the time line with these words."""
    return [one for one in re.findall(r"<li>.*?</li>", html, re.S) if words in one]


def test_an_annulled_fact_is_struck_out_with_its_day_reason_and_receipt(world: World, de_a: Navegador) -> None:
    world.hire(ANA, sueldo="600.00")
    raised = world.registered("MSU", world.line("MSU", ANA, sueldo="1650.00"))
    number = annulled(world, raised)
    look_up(de_a, ANA)
    html = de_a.follow().text
    [item] = items(html, "Nuevo sueldo")
    assert "<s><b>Nuevo sueldo</b>" in item and f"Anulado el {today()}: «{WHY}»" in item
    assert f'href="/anulaciones/{number}"' in item
    [hired] = items(html, "Entrada")
    assert "<s>" not in hired and "/anulaciones/" not in hired
    assert "Sueldo USD 600,00" in de_a.text, "the one before is in force again"


def today() -> str:
    from portal.web.filters import fecha

    return fecha(clock.now())


def test_only_the_annulled_line_of_a_lote_is_struck_out(world: World, de_a: Navegador) -> None:
    world.hire(ANA, LUIS)
    extras = world.registered("INS", [world.line("INS", LUIS), world.line("INS", ANA)])
    annulled(world, extras, [1])
    look_up(de_a, ANA)
    assert "<s>" not in de_a.follow().text
    look_up(de_a, LUIS)
    assert "<s>" in items(de_a.follow().text, "Extras")[0]


def test_an_annulled_relacion_comes_last_and_is_never_the_present_one(world: World, de_a: Navegador) -> None:
    world.hire(ANA, sueldo="600.00", days_ago=30)
    numero = world.registered("ENT", world.line("ENT", ANA, sucursal="0009", sueldo="999.00"))
    annulled(world, numero)
    look_up(de_a, ANA)
    de_a.follow()
    present, past = de_a.text.split("Anuladas", 1)
    assert "sucursal 0001" in present and "0009" not in present and "999,00" not in present
    assert "Sucursal 0009" in past and "999,00" in past and "Anulado el" in past
    assert "Por mes" in past and "0009" not in past.split("Por mes", 1)[1], "it has no months"


def test_who_has_nothing_but_annulled_relaciones_is_found_and_shown_so(world: World, de_a: Navegador) -> None:
    annulled(world, world.hire(ANA, days_ago=10))
    look_up(de_a, ANA)
    de_a.follow()
    assert "Sin relación : lo que se registró fue anulado" in de_a.text
    assert "Relación abierta" not in de_a.text and "Por mes" not in de_a.text


def test_a_hire_again_after_an_annulled_one_is_the_present_one(world: World, de_a: Navegador) -> None:
    annulled(world, world.hire(ANA, days_ago=10, sueldo="500.00"))
    world.hire(ANA, days_ago=5, sueldo="600.00")
    look_up(de_a, ANA)
    de_a.follow()
    before, after = de_a.text.split("Anuladas", 1)
    assert "Sueldo USD 600,00" in before and "500,00" not in before and "500,00" in after
