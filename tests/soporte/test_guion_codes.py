"""What is said of a code alone: every code of the dictionary gives sentences, steps and a reason."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from portal.db import Database
from portal.lotes.redacciones import explanation
from portal.revision.diccionario import entradas
from portal.soporte import motivos
from portal.soporte.llamada.guion import general
from portal.soporte.llamada.por_telefono import last_digits, so_many_lines, spoken

CODES = list(entradas())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("codigo", CODES)
def test_every_code_has_something_to_say_and_steps_to_dictate(database: Database, codigo: str) -> None:
    with database.reading() as session:
        said, words = general(session, codigo), explanation(session, codigo)
    assert said.codigo == codigo and said.linea is None
    assert said.motivo in motivos.MOTIVOS
    told = [*said.frases, *said.pasos, *(one for pair in said.si for one in pair)]
    assert said.frases and said.pasos
    for one in told:
        assert one == one.strip() and len(one) > 5, one
        assert not re.search(r"[{}•]|\s{2}|\.\.|: [.,]", one), one
        assert one[0].isupper() or one[0] in "¿«", one
    for one in [*said.frases, *said.pasos, *(answer for _, answer in said.si)]:
        assert one.endswith((".", "?")), one
    assert "47" not in said.frases[0], "the line of the dictionary's example is nobody's"
    assert words.titulo in said.frases[0] or said.frases[0].split(". ")[0].rstrip(".") in words.telefono


def test_reasons_are_those_that_people_call_for() -> None:
    of = {codigo: motivos.motivo_of(codigo) for codigo in CODES}
    assert set(of.values()) <= set(motivos.MOTIVOS)
    assert {c for c, m in of.items() if m == "formato"} == {
        *(c for c in CODES if c.startswith("ARC")), "LIN-01", "LIN-02", "MOV-01"
    }  # fmt: skip
    assert {c for c, m in of.items() if m == "ceros"} == {"IDE-02", "REP-CERO"}
    assert {c for c, m in of.items() if m == "extemporanea"} == {"PLA-01", "PLA-02"}
    assert {c for c, m in of.items() if m == "ya_registrada"} == {"YA-01", "YA-02", "DUP-01", "ENT-01"}
    levels = {c: e.explicacion.nivel for c, e in entradas().items()}
    assert {levels[c] for c, m in of.items() if m == "error"} == {"error"}
    assert Counter(of.values())["decidir"] and motivos.motivo_of(None) == "llego"
    assert motivos.motivo_of("XX-99") == "error"


def test_numbers_as_one_says_them() -> None:
    said = {7: "siete", 16: "dieciséis", 21: "veintiuno", 22: "veintidós", 30: "treinta", 47: "cuarenta y siete"}
    assert {n: spoken(n) for n in said} == said
    assert spoken(1200) == "1\u202f200"
    lines = {1: "una línea", 2: "dos líneas", 21: "veintiuna líneas", 51: "cincuenta y una líneas", 300: "300 líneas"}
    assert {n: so_many_lines(n) for n in lines} == lines
    assert last_digits("09••••1804") == "uno ocho cero cuatro"
    assert [last_digits(one) for one in ("", "••••", "180", "09127918-O")] == [""] * 4
