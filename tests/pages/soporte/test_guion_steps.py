"""What the agent says of a lote is true of the pages that the caller has before it: each «button» is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import delete, update

from pages.states import ANA, LUIS, NADIE, WAYS, bring_to
from pages.test_query_counts import long_lote, statements
from pages.world import SOLO_INS, World, send, worker
from portal.lotes.vista.consulta import find
from portal.lotes.vista.errores import columns_of
from portal.lotes.vista.problema_dicho import Vista
from portal.modelos import Ambito, Lote, Problema
from portal.novedades import todas
from portal.revision.diccionario import entradas
from portal.soporte.llamada.guion import Guion, changes_since_good, frequent_causes, general, guion
from test_routes import PREGUNTA
from web import mundo
from web.portal_client import Navegador

DIGITS = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
#: words of the caller's own programs
ELSEWHERE = {"Guardar como"}
ANOTHER = worker(9)
LINES = [codigo for codigo, entrada in entradas().items() if entrada.explicacion.nivel != "archivo"]
FILES = [codigo for codigo, entrada in entradas().items() if entrada.explicacion.nivel == "archivo"]


def said_of(world: World, numero: str, codigo: str | None = None, vista: Vista = Vista.AJENA) -> Guion:
    with world.database.reading() as session:
        lote = find(session, numero, None)
        assert lote
        return guion(session, lote, codigo, vista)


def around(browser: Navegador, nov: str) -> str:
    """The text of the pages that the steps lead to, but for the lote's own."""
    return " ".join(browser.get(a).text and browser.text for a in ("/procesos", "/cargas/nueva", f"/formatos/{nov}"))


def quoted(said: Guion) -> list[str]:
    told = [*said.pasos, *(one for pair in said.si for one in pair)]
    return [name for one in told for name in re.findall("«([^»]+)»", one) if name not in ELSEWHERE]


def not_there(said: Guion, text: str, nov: str) -> list[str]:
    columns = {columna.etiqueta for columna in columns_of(todas()[nov])}
    text = re.sub(r"\s+", " ", text) + f" Ver el formato {nov}"
    return [name for name in quoted(said) if name not in columns and re.sub(r"\s+", " ", name) not in text]


@pytest.mark.parametrize("way", WAYS)
def test_every_button_that_is_dictated_stands_on_the_callers_page(world: World, de_a: Navegador, way: str) -> None:
    numero = bring_to(world, way)
    nov = world.lote(numero).movimiento
    page = de_a.get(f"/lotes/{numero}").text and de_a.text
    said = said_of(world, numero)
    assert said.frases and said.pasos and said.motivo
    assert not not_there(said, f"{page} {around(de_a, nov)}", nov)
    asked = f"/cargas/nueva?movimiento={nov}"
    assert f"Ver el formato {nov}" in (de_a.get(asked).text and de_a.text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_code_has_true_steps_on_the_page_of_a_lote_with_it(world: World, de_a: Navegador) -> None:
    numero = bring_to(world, "revisado")
    near = around(de_a, "INS")
    for codigo in LINES:
        entrada = entradas()[codigo]
        nov = (entrada.novedades or ("INS",))[0]
        _only_problem(world, numero, nov, codigo)
        page = de_a.get(f"/lotes/{numero}").text and de_a.text
        for vista in Vista:
            said = said_of(world, numero, codigo, vista)
            assert said.codigo == codigo and said.linea == 2, codigo
            assert not not_there(said, f"{page} {near}", nov), codigo
            for one in said.frases:
                assert not re.search(r"[{}•«»]|  |\.\.|\b[0-9]{9,}", one) and one.endswith((".", "?")), (codigo, one)
            assert "dos" in said.frases[0], (codigo, said.frases)


def _only_problem(world: World, numero: str, nov: str, codigo: str) -> None:
    """The lote has that problem in its second line and no other, with the value of the dictionary's example."""
    entrada, lote_id = entradas()[codigo], world.lote(numero).id
    datos = entrada.ejemplo(mundo.HOY).datos
    nivel = entrada.explicacion.nivel
    campo = next((r.campo for r in todas()[nov].reglas if r.codigo == codigo), "cedula" if "IDE" in codigo else "ruc")
    with world.database.writing() as session:
        session.execute(delete(Problema).where(Problema.lote_id == lote_id))
        session.add(
            Problema(
                lote_id=lote_id, linea=2, campo=campo, codigo=codigo, nivel=nivel, otra=1,
                valor=str(datos.get("valor", "")) or None, cedula=int(ANA) if campo == "cedula" else None,
            )
        )  # fmt: skip
        values: dict[str, Any] = {
            "movimiento": nov,
            "por_codigo": {codigo: 1},
            "efectos": None,
        }
        values |= {"correctas": 1, "con_error": int(nivel == "error"), "leidas": 2}
        session.execute(update(Lote).where(Lote.id == lote_id).values(**values))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_fault_of_a_file_has_true_steps(world: World, de_a: Navegador) -> None:
    numero, near = bring_to(world, "rechazado"), around(de_a, "MSU")
    for codigo in FILES:
        falla = {"codigo": codigo, **entradas()[codigo].ejemplo(mundo.HOY).datos}
        world.alter(numero, falla=falla, pregunta=PREGUNTA if codigo == "ARC-12" else None)
        page = de_a.get(f"/lotes/{numero}").text and de_a.text
        said = said_of(world, numero)
        assert said.codigo == codigo and said.motivo == "formato" and said.pasos
        assert not not_there(said, f"{page} {near}", "MSU"), codigo


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", ["rechazado", "revisado"])
def test_steps_without_a_lote_are_true_too(world: World, de_a: Navegador, way: str) -> None:
    numero, near = bring_to(world, way), around(de_a, "INS")
    page = de_a.get(f"/lotes/{numero}").text and de_a.text
    for codigo in FILES if way == "rechazado" else LINES:
        with world.database.reading() as session:
            said = general(session, codigo)
        assert not not_there(said, f"{page} {near} Ver el formato Abrirlo como", "INS"), codigo


def test_a_wrong_id_is_said_by_its_end_and_so_is_the_one_that_was_meant(world: World) -> None:
    world.hire(LUIS)
    typed = LUIS[:-1] + str((int(LUIS[-1]) + 1) % 10)
    numero = world.checked("INS", [world.line("INS", LUIS), world.line("INS", typed)])
    digits = dict(zip("0123456789", DIGITS, strict=True))
    for vista in Vista:
        said = said_of(world, numero, vista=vista)
        assert said.codigo == "IDE-01" and (said.linea, said.campo) == (2, "cedula")
        assert "que termina en " + " ".join(digits[d] for d in typed[-4:]) in said.frases[0]
        assert said.frases[0].startswith("En la línea dos")
        assert said.si[0][0] == "Si dice que termina en " + " ".join(digits[d] for d in LUIS[-4:])
        assert not re.search("[0-9]{5}|•", " ".join([*said.frases, *said.pasos, str(said.si)]))


def test_pay_that_is_hidden_is_not_said_and_the_sentence_still_reads(world: World) -> None:
    world.hire(ANA)
    numero = world.checked("INS", world.line("INS", ANA, valor="87,5x"))
    assert said_of(world, numero).frases[0] == (
        "En la línea uno: el monto no se puede leer. Va con punto y dos decimales."
    )
    seen = said_of(world, numero, vista=Vista.PERMITIDA).frases[0]
    assert "87,5x" in seen and seen.startswith("En la línea uno, el monto dice")


def test_what_waits_for_another_lote_is_sent_there_first(world: World, de_a: Navegador) -> None:
    first = world.checked("ENT", world.line("ENT", ANA, sectorial="1507500000011"))
    assert world.lote(first).correctas == 1
    numero = world.checked("INS", world.line("INS", ANA))
    assert world.lote(numero).por_codigo == {"INS-01": 1}
    assert said_of(world, numero).pasos == (
        f"Decida primero el lote {first}; después vuelva a este y escoja «Revisar de nuevo».",
    )
    de_a.get(f"/lotes/{numero}")
    assert first in de_a.text and "Revisar de nuevo" in de_a.text


def test_the_causes_of_the_last_lotes_come_by_how_often(world: World) -> None:
    world.hire(ANA)
    for n in range(3):
        world.checked("INS", [world.line("INS", NADIE), world.line("INS", worker(50 + n))])
    world.checked("MSU", world.line("INS", ANA))
    world.checked("INS", world.line("INS", NADIE, valor="9.00"))
    with world.database.reading() as session:
        found = frequent_causes(session, Ambito(world.empleador_id()))
        assert [(c.explicacion.codigo, c.lotes, c.lineas) for c in found] == [
            ("IDE-01", 4, 4), ("INS-01", 3, 3), ("ARC-06", 1, 0)
        ]  # fmt: skip
        assert not frequent_causes(session, Ambito(world.empleador_id(mundo.RUC_B)))


def test_what_changed_since_the_last_good_lote(world: World) -> None:
    people = [worker(n) for n in range(1, 9)]
    world.hire(*people, ANOTHER)
    good = [world.line("INS", one) for one in people]
    assert _changes(world, world.checked("INS", good[:2])) is None
    numero = world.registered("INS", [line.replace("87.50", "12.50") for line in good])
    bad = ",".join(world.line("INS", ANOTHER, valor="7.00").split(";")) + "\n" + ",".join(
        world.line("INS", NADIE, valor="8.00").split(";")
    )  # fmt: skip
    found = _changes(world, world.checked("INS", (bad + "\n").encode()))
    assert found and found[0] == numero
    assert found[1][0] == "Antes el separador era punto y coma; ahora es coma."
    assert "Errores que antes no había: IDE-01, la cédula no existe." in found[1]
    assert f"Antes eran {len(people)} líneas; ahora son 2 líneas." in found[1]
    assert found[1][-1] == "Lo envió la misma persona."
    other = send(world.browser(SOLO_INS), "INS", ("a.txt", world.line("INS", ANOTHER, valor="3.00")))
    world.check(other)
    assert (_changes(world, other) or ("", ("",)))[1][-1] == "Lo envió otra persona."


def _changes(world: World, numero: str) -> tuple[str, tuple[str, ...]] | None:
    with world.database.reading() as session:
        lote = find(session, numero, None)
        found = lote and changes_since_good(session, lote)
        return (found.numero, found.frases) if found else None


def test_as_many_questions_for_a_long_lote_as_for_a_short_one(world: World) -> None:
    world.hire(ANA)
    counts = []
    for numero in (long_lote(world, 100, 2), long_lote(world, 200, 40)):
        with world.database.reading() as session:
            lote = find(session, numero, None)
            assert lote
            with statements(world) as seen:
                guion(session, lote)
                frequent_causes(session, Ambito(lote.empleador_id))
                changes_since_good(session, lote)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
