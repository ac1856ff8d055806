"""The main job on real files, through HTTP, with real workers; on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from .conftest import RUC, SAMPLES, hires, running

pytestmark = pytest.mark.slow
MSU = (SAMPLES / "MSU_2007-01.txt").read_bytes()
INS = (SAMPLES / "INS_2013-01.txt").read_bytes()
FOREIGNER = "6169060443"


@pytest.fixture
def stored_in(database_url: str) -> dict[str, str]:
    """The portal on SQLite or PostgreSQL; the database comes migrated and empty."""
    return {"DATABASE_URL": database_url}


def figure(text: str, name: str) -> int:
    """The figure of the sum that stands with `name`."""
    found = re.search(rf"{name} ([0-9\u202f]+)", text)
    assert found, (name, text)
    return int(found[1].replace("\u202f", ""))


def test_a_real_file_of_salaries_registers_whole(tmp_path: Path, stored_in: dict[str, str]) -> None:
    with running(tmp_path, PORTAL_HOY="2007-01-15", **stored_in) as portal:
        visitor = portal.visitor()
        visitor.register("ENT", "altas.txt", hires(MSU, "20070102", "170.00"))
        lote = visitor.register("MSU", "MSU_2007-01.txt", MSU)
        visitor.open(f"{lote}/comprobante")
        assert (figure(visitor.text, "Registradas"), figure(visitor.text, "Líneas leídas")) == (56, 56)
        assert hashlib.sha256(MSU).hexdigest() in visitor.text
        _the_history_has_changed(visitor, "0909139099", "USD 378,00", lote)


def _the_history_has_changed(visitor, cedula: str, amount: str, lote: str) -> None:
    visitor.open("/historia")
    visitor.browser.select_form('form[action="/historia"]')
    visitor.browser["cedula"] = cedula
    visitor.browser.submit_selected()
    assert cedula not in visitor.url and cedula not in visitor.text
    assert amount in visitor.text and lote.rsplit("/", 1)[1] in visitor.text


def test_a_real_file_of_extras_registers_whole_once_the_foreigner_is_known(
    tmp_path: Path, stored_in: dict[str, str]
) -> None:
    with running(tmp_path, PORTAL_HOY="2013-01-15", **stored_in) as portal:
        visitor = portal.visitor()
        known = hires(INS, "20130102", "318.00")
        lote = visitor.send("ENT", ("altas.txt", known))
        visitor.wait(lote, "revisado")
        assert "El código de extranjero no está registrado" in visitor.text and FOREIGNER in visitor.text
        visitor.decide(lote, "desistir")

        people = tmp_path / "personas.csv"
        people.write_text(f"identificacion,nombre,extranjero\n{FOREIGNER},,si\n")
        assert "1" in portal.flask("personas", "importar", str(people))
        visitor.register("ENT", "altas.txt", known)
        extras = visitor.register("INS", "INS_2013-01.txt", INS)
        visitor.open(f"{extras}/comprobante")
        assert (figure(visitor.text, "Registradas"), figure(visitor.text, "Con error")) == (42, 0)

        assert visitor.send("INS", ("otro-nombre.txt", INS)) == extras, "the same bytes lead to the same lote"
        assert visitor.open(f"{extras}/original").content == INS


def test_the_lines_in_error_come_back_mended_and_only_they_are_registered(tmp_path: Path) -> None:
    with running(tmp_path, PORTAL_HOY="2013-01-15") as portal:
        visitor = portal.visitor()
        cedulas = b"\r\n".join(line for line in INS.splitlines() if FOREIGNER.encode() not in line)
        visitor.register("ENT", "altas.txt", hires(cedulas, "20130102", "318.00"))
        lote = visitor.register("INS", "extras.txt", INS)
        bad = visitor.open(f"{lote}/errores.txt").text
        assert bad.count(";INS;") == 1 and FOREIGNER in bad
        mended = bad.replace(FOREIGNER, "0909139099")
        visitor.register("ENT", "uno.txt", hires(f"{RUC};0009;2013;01;INS;0909139099".encode(), "20130103", "318.00"))
        again = visitor.register("INS", "errores-corregidos.txt", mended.encode("utf-8"))
        visitor.open(f"{again}/comprobante")
        assert (figure(visitor.text, "Registradas"), figure(visitor.text, "Líneas leídas")) == (1, 1)


def test_several_files_give_one_lote_each(tmp_path: Path) -> None:
    with running(tmp_path, PORTAL_HOY="2013-01-15") as portal:
        visitor = portal.visitor()
        half = INS.splitlines(keepends=True)
        where = visitor.send("INS", ("a.txt", b"".join(half[:20])), ("b.txt", b"".join(half[20:])), ("c.pdf", b"%PDF"))
        assert where == "/lotes"
        assert "a.txt" in visitor.answer and "b.txt" in visitor.answer
        assert "No recibimos «c.pdf»" in visitor.answer


def test_support_sees_a_lote_by_its_number_and_nothing_of_its_people(tmp_path: Path) -> None:
    with running(tmp_path, PORTAL_HOY="2013-01-15") as portal:
        visitor = portal.visitor()
        lote = visitor.send("INS", ("extras-secretos.txt", INS))
        visitor.wait(lote, "revisado")
        agent = portal.visitor(rol="soporte")
        agent.open("/soporte")
        agent.browser.select_form('form[action="/soporte"]')
        agent.browser["numero"] = lote.rsplit("/", 1)[1].replace("-", " ")
        agent.browser.submit_selected()
        assert "INS-01" in agent.text and hashlib.sha256(INS).hexdigest() in agent.text
        page = str(agent.browser.page)
        for secret in (RUC, "EMPRESA", "extras-secretos", "0710435207", FOREIGNER, "872,71", "872.71"):
            assert secret not in page
        assert agent.open(lote).status_code == 404
