"""Lines that are spoken of on the phone: found on the list where they stand, said as what they are, cut ids hidden."""

from __future__ import annotations

from pages.calls import call
from pages.world import World, worker
from portal.lotes.vista.consulta import find
from portal.soporte.llamada.guion import guion
from web.portal_client import Navegador


def _sent_again(world: World) -> str:
    """A lote whose two lines were registered before."""
    world.hire(worker(1), worker(2))
    lines = [world.line("INS", worker(n)) for n in (1, 2)]
    world.registered("INS", lines)
    return world.checked("INS", lines[::-1])


def test_a_line_is_found_on_its_own_list(world: World, de_a: Navegador) -> None:
    again = _sent_again(world)
    de_a.get(f"/lotes/{again}/lineas?linea=2")
    assert "2 líneas ya registradas" in de_a.text and 'id="l2" aria-current="true"' in str(de_a.response.text)  # type: ignore[union-attr]
    de_a.get(f"/lotes/{again}/lineas?linea=9")
    assert "0 líneas con error" in de_a.text


def test_what_was_registered_before_is_what_the_call_is_about(world: World) -> None:
    with world.database.reading() as session:
        lote = find(session, _sent_again(world), None)
        assert lote
        said = guion(session, lote)
    assert (said.codigo, said.motivo, said.linea) == ("YA-01", "ya_registrada", 1)


def test_a_cedula_that_lost_digits_is_hidden_from_the_agent(world: World, de_a: Navegador, soporte: Navegador) -> None:
    world.hire(worker(1))
    cut = {size: worker(1)[1:][:size] for size in (6, 8)}  # of eight, the two that are missing can be reckoned
    lote = world.checked("INS", [world.line("INS", one) for one in cut.values()])
    call(de_a, soporte, f"/lotes/{lote}")
    soporte.get("/soporte/llamada?codigo=IDE-02")
    html = str(soporte.response.text)  # type: ignore[union-attr]
    assert "IDE-02" in soporte.text and [one for one in cut.values() if one in html] == []
    de_a.get(f"/lotes/{lote}/lineas")
    assert cut[8] in de_a.text
