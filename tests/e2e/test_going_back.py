"""Through HTTP, with real workers: files sent one after another keep their order, and what was registered goes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import RUC, running

pytestmark = pytest.mark.slow
EVA, LEO = "0912791803", "0909139099"


@pytest.fixture
def stored_in(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url}


def hire(cedula: str, day: str) -> str:
    head = f"{RUC};0001;{day[:4]};{day[4:6]};ENT;{cedula}"
    return f"{head};{day};{day};1;R;2;06;ANALISTA;1507500000011;600.00;P"


def as_file(*lines: str) -> bytes:
    return "".join(line + "\r\n" for line in lines).encode()


def look_up(visitor, cedula: str) -> str:
    visitor.open("/historia")
    visitor.browser.select_form('form[action="/historia"]')
    visitor.browser["cedula"] = cedula
    visitor.browser.submit_selected()
    return visitor.text


def annul(visitor, lote: str, motivo: str) -> str:
    """Asks for the whole lote through its page; the text of the page it leads to."""
    visitor.open(f"{lote}/anulacion")
    visitor.browser.select_form(f'form[action="{lote}/anulacion"]')
    visitor.browser["motivo"] = motivo
    visitor.browser.submit_selected(btnName=None)
    return visitor.url


def test_a_hire_a_raise_and_a_leave_sent_at_once_all_register_and_go_back_from_the_end(
    tmp_path: Path, stored_in: dict[str, str]
) -> None:
    with running(tmp_path, PORTAL_HOY="2026-11-20", **stored_in) as portal:
        visitor = portal.visitor()
        hired = visitor.send("ENT", ("altas.txt", as_file(hire(EVA, "20261102"), hire(LEO, "20261102"))), auto=True)
        raised = visitor.send("MSU", ("sueldos.txt", as_file(f"{RUC};0001;2026;11;MSU;{EVA};700.00")), auto=True)
        leave = as_file(f"{RUC};0001;2026;11;SAL;{EVA};20261118;V;00000000")
        left = visitor.send("SAL", ("bajas.txt", leave), auto=True)
        visitor.wait(left, "revisado")  # a leave waits for a person
        visitor.decide(left)
        for lote in (left, raised, hired):
            visitor.wait(lote, "registrado")
        assert "salió el 18 nov 2026" in look_up(visitor, EVA)

        visitor.open(f"{hired}/anulacion")
        assert visitor.text.index("Aviso de salida") < visitor.text.index("Modificación de sueldo")
        for lote in (left, raised):
            page = annul(visitor, lote, "La salida no fue ese día")
            visitor.wait(page, "hecha")
            visitor.wait(lote, "anulado")
        assert "Relación abierta" in look_up(visitor, EVA) and "USD 600,00" in visitor.text

        again = visitor.send("SAL", ("bajas.txt", leave), auto=True)
        assert again != left
        visitor.wait(again, "revisado")
        visitor.decide(again)
        visitor.wait(again, "registrado")
        visitor.open(f"{left}/comprobante")
        assert "Registradas 1" in visitor.text and "Anulado después" in visitor.text
