"""Letters that may be read in two ways: registered by a person's decision only."""

import json

import pytest

from portal.modelos import Novedad
from portal.revision.juicio.doubts import LETRAS
from tests.lotes.conftest import CEDULAS


def hires(office, cargos):
    lines = zip(cargos, CEDULAS, strict=False)
    return b"".join(office.line("ENT", c, cargo="<>").encode().replace(b"<>", cargo) + b"\r\n" for cargo, c in lines)


def cargos(office):
    return sorted(json.loads(n.datos)["cargo"] if n.datos.startswith("{") else n.datos for n in office.rows(Novedad))


def test_a_doubtful_letter_waits_for_a_person_who_sees_both_readings(office):
    lote = office.check(office.send("ENT", hires(office, [b"ANALISTA", b"mec\xa0nico"]), auto=True).lote_id)
    assert (lote.estado, lote.correctas, lote.con_error) == ("revisado", 2, 0)
    assert office.problems(lote.id) == [(2, "LET-01")]
    assert lote.entendido["dudas"] == [{"linea": 2, "leida": "mecánico", "otra": "mec\xa0nico"}]
    assert office.register(lote.id).registradas == 2
    assert any("mecanico" in datos for datos in cargos(office))


def test_letters_lost_in_utf8_have_a_way_out_that_helps():
    """Saving as UTF-8 what is UTF-8 already changes nothing."""
    assert "escríbalo bien en su archivo" in LETRAS.arreglo and "escríbalo bien" in LETRAS.telefono


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "cp850", "utf-16"])
def test_sure_letters_register_by_themselves_and_are_those_that_were_sent(office, codec):
    content = hires(office, [b"<1>", b"<2>"]).decode()
    content = content.replace("<1>", "DISEÑADOR").replace("<2>", "TÉCNICO EN OPERACIÓN").encode(codec)
    lote = office.check(office.send("ENT", content, auto=True).lote_id)
    assert lote.estado == "registrando" and not lote.entendido["dudas"]
    assert office.register(lote.id).registradas == 2
    found = " ".join(cargos(office))
    assert "DISENADOR" in found and "TECNICO EN OPERACION" in found


def test_one_stray_line_of_windows_changes_no_other(office):
    sent = ["DISEÑADOR".encode(), "ÁREA DE DISEÑO".encode(), "DISEÑADOR".encode("cp1252")]
    lote = office.check(office.send("ENT", hires(office, sent), auto=True).lote_id)
    assert lote.estado == "registrando" and lote.entendido["codificacion"] == "UTF-8 y Windows-1252"
    office.register(lote.id)
    found = " ".join(cargos(office))
    assert found.count("DISENADOR") == 2 and "AREA DE DISENO" in found
