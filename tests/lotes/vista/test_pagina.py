"""What the page of a lote says in each state, without a database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.files.problems import FileProblem
from portal.lotes.vista.pagina import PaginaDeLote, Paso
from portal.lotes.vista.problema_dicho import Dicho
from portal.lotes.vista.resultado import Grupo, Reparacion
from portal.modelos import Lote
from portal.modelos.lote import ESTADOS
from portal.novedades import todas
from portal.revision.diccionario import entradas

AT = datetime.fromisoformat("2026-11-22T15:42:07")
HORA = "10:42:07"  # in Ecuador
MOMENTS = dict.fromkeys(("recibido", "revisando", "revisado", "rechazado", "anulado"), AT)
COUNTS = {
    **{"leidas": 5, "revisadas": 3, "correctas": 3, "con_error": 2, "repetidas": 0, "ya_registradas": 0},
    **{"registradas": 0, "anuladas": 0, "cambiadas": 0},
}


def page(estado: str, momentos: dict[str, datetime] | None = None, **more: Any) -> PaginaDeLote:
    """Of an INS lote with these columns, and what its page has beside it."""
    beside = PaginaDeLote.__dataclass_fields__.keys() - {"efectos"}
    columns = {name: more.pop(name) for name in list(more) if name not in beside}
    lote = Lote(numero="2026-000001-5", movimiento="INS", estado=estado, **{**COUNTS, **columns})
    return PaginaDeLote(lote=lote, nov=todas()["INS"], momentos=MOMENTS if momentos is None else momentos, **more)


def without(*estados: str) -> dict[str, datetime]:
    return {estado: at for estado, at in MOMENTS.items() if estado not in estados}


WAITS = Paso("Decidir", "usted")
NOT_YET = Paso("Registrado")


@pytest.mark.parametrize(
    ("shown", "steps"),
    [
        (page("recibido", without("revisado")), [Paso("Revisar", "en espera", "doing"), WAITS, NOT_YET]),
        (page("en_cola", without("revisado")), [Paso("Revisar", "en espera", "doing"), WAITS, NOT_YET]),
        (page("revisando", without("revisado")), [Paso("En revisión", f"desde las {HORA}", "doing"), WAITS, NOT_YET]),
        (page("fallido", without("revisado")), [Paso("Revisar", "", "doing"), WAITS, NOT_YET]),
        (page("rechazado"), [Paso("Rechazado", HORA, "error"), WAITS, NOT_YET]),
        (page("revisado"), [Paso("Revisado", HORA, "ok"), Paso("Decidir", "le toca al titular", "doing"), NOT_YET]),
        (
            page("revisado", puede_decidir=True),
            [Paso("Revisado", HORA, "ok"), Paso("Decidir", "le toca a usted", "doing"), NOT_YET],
        ),
        (
            page("revisado", puede_decidir=True, a_mano=[{"motivo": "muestra", "impide": True}]),
            [Paso("Revisado", HORA, "ok"), Paso("Decidir", "no se registra", "doing"), NOT_YET],
        ),
        (page("revisado", correctas=0), [Paso("Revisado", HORA, "ok"), WAITS, NOT_YET]),
        (
            page("desistido", decidido_en=AT),
            [Paso("Revisado", HORA, "ok"), Paso("Desistido", HORA, "ok"), NOT_YET],
        ),
        (page("desistido"), [Paso("Revisado", HORA, "ok"), Paso("Desistido", "", "ok"), NOT_YET]),
        (
            page("registrando", decidido_en=AT),
            [Paso("Revisado", HORA, "ok"), Paso("Decidido", HORA, "ok"), Paso("Registrando", "", "doing")],
        ),
        (
            page("registrado", decidido_en=AT, registrado_en=AT),
            [Paso("Revisado", HORA, "ok"), Paso("Decidido", HORA, "ok"), Paso("Registrado", HORA, "ok")],
        ),
        (
            page("registrado", decidido_en=AT, registrado_en=AT, por_corregir=2),
            [Paso("Revisado", HORA, "ok"), Paso("Decidido", HORA, "ok"), Paso("Registrado en parte", HORA, "warning")],
        ),
        (
            page("anulado", decidido_en=AT, registrado_en=AT),
            [
                *(Paso("Revisado", HORA, "ok"), Paso("Decidido", HORA, "ok"), Paso("Registrado", HORA, "ok")),
                Paso("Anulado", HORA, "ok"),
            ],
        ),
    ],
)
def test_the_way_of_a_lote_is_shown_in_steps(shown: PaginaDeLote, steps: list[Paso]) -> None:
    assert shown.pasos == [Paso("Recibido", HORA, "ok"), *steps]
    assert sum(paso.marca == "doing" for paso in shown.pasos) <= 1, "there is one present step at most"


@pytest.mark.parametrize("estado", ESTADOS)
def test_every_state_has_its_page(estado: str) -> None:
    shown = page(estado, decidido_en=AT, registrado_en=AT, puede_decidir=True)
    assert shown.pasos[0].nombre == "Recibido" and shown.dicho.startswith("Lote 2026-000001-5: ")
    assert "_" not in shown.estado_dicho


def test_parts_and_their_sum() -> None:
    parts = [("Con error", 2), ("Repetidas", 0), ("Ya registradas", 0)]
    assert page("revisado").suma == ([("Correctas", 3), *parts], ("Líneas leídas", 5))
    assert page("registrado").suma[0][0] == page("anulado").suma[0][0] == ("Registradas", 3)


@pytest.mark.parametrize(
    ("left", "said"),
    [(None, ""), (0.2, "1 segundo"), (1.4, "1 segundo"), (1.6, "2 segundos"), (90, "90 segundos")],
)
def test_what_is_left_to_check_is_never_no_time(left: float | None, said: str) -> None:
    assert page("revisando", falta=None if left is None else timedelta(seconds=left)).falta_dicho == said


def test_a_refused_file_says_that_nothing_was_registered_once() -> None:
    for codigo in ("ARC-01", "ARC-06"):
        shown = page("rechazado", falla=FileProblem(codigo, otro="SAL", nombre="Aviso de salida"))
        assert shown.causa.lower().count("registr") == 1, shown.causa


@pytest.mark.parametrize(
    ("columns", "title"),
    [
        ({"a_mano": [{"motivo": "muestra", "impide": True}]}, "Este lote no se registra"),
        (
            {"registrar_automaticamente": True, "con_error": 0},
            "Pidió registrarlo automáticamente, y espera su decisión",
        ),
        ({"registrar_automaticamente": True}, "Antes de decidir"),
        ({}, "Antes de decidir"),
    ],
)
def test_why_it_waits_for_a_person_has_a_heading(columns: dict[str, Any], title: str) -> None:
    assert page("revisado", **columns).titulo_reparos == title


@pytest.mark.parametrize(
    ("columns", "decide", "nothing"),
    [
        ({}, True, False),
        ({"correctas": 0}, False, True),
        ({"a_mano": [{"motivo": "muestra", "impide": True}]}, False, False),
        ({"correctas": 0, "a_mano": [{"motivo": "muestra", "impide": True}]}, False, False),
    ],
)
def test_what_can_be_decided(columns: dict[str, Any], decide: bool, nothing: bool) -> None:
    shown = page("revisado", **columns)
    assert (shown.se_decide, shown.nada_que_registrar) == (decide, nothing)


def test_lotes_sent_before_are_named_with_what_to_do_about_them() -> None:
    hires, leaves = (
        Lote(numero="2026-000002-3", movimiento="ENT", estado="revisado"),
        Lote(numero="2026-000003-1", movimiento="SAL", estado="registrado"),
    )
    one, done, more = (page("revisado", antes=antes) for antes in ([hires], [leaves], [hires, leaves, leaves, leaves]))
    assert one.anteriores == [("2026-000002-3", "avisos de entrada", True)]
    assert one.consejo_anteriores == ("Si estas líneas dependen de él, decídalo primero y luego revise este de nuevo.")
    assert done.anteriores == [("2026-000003-1", "avisos de salida", False)]
    assert done.consejo_anteriores == "Si estas líneas dependen de él, revise este de nuevo."
    assert len(more.anteriores) == 3 and more.consejo_anteriores == (
        "Si estas líneas dependen de ellos, decídalos primero y luego revise este de nuevo."
    )


def test_the_last_day_is_said_where_it_is_today() -> None:
    assert page("revisado").vence_hoy == page("revisado", efectos={"lineas": 3}).vence_hoy == ""
    assert page("revisado", efectos={"vencen_hoy": 1}).vence_hoy == (
        "de 1 línea con error: corríjala y envíela hoy. Desde mañana quedan fuera de plazo."
    )
    assert "de 2 líneas con error: corríjalas y envíelas hoy." in page("revisado", efectos={"vencen_hoy": 2}).vence_hoy


@pytest.mark.parametrize(
    ("correctas", "leidas", "words"),
    [(1, 1, "Registrar la línea correcta"), (3, 5, "Registrar las 3 correctas"), (5, 5, "Registrar las 5 líneas")],
)
def test_the_button_says_what_it_registers(correctas: int, leidas: int, words: str) -> None:
    assert page("revisado", correctas=correctas, leidas=leidas).boton_registrar == words


def test_one_line_is_spoken_of_as_one() -> None:
    one, more = (page("registrado", con_error=n, cambiadas=n, por_corregir=n, registradas=n) for n in (1, 1_200))
    assert one.con_error_no_se_registran.startswith("La línea con error no se registra.")
    assert more.con_error_no_se_registran.startswith("Las 1\u202f200 líneas con error no se registran.")
    assert one.cambiadas == "1 línea estaba correcta al revisar y ya no lo estaba al registrar:"
    assert more.cambiadas == "1\u202f200 líneas estaban correctas al revisar y ya no lo estaban al registrar:"
    assert (one.ver_cambiadas, more.ver_cambiadas) == ("Ver la línea", "Ver las 1\u202f200 líneas")
    assert one.titulo_registrado == "Quedó registrado en parte: 1 registrada, 1 por corregir"
    assert one.como_corregir.startswith("La línea con error no se registró. Bájela")
    assert more.como_corregir.startswith("Las líneas con error no se registraron. Bájelas")
    assert (one.bajar, more.bajar) == ("Bajar la línea con error", "Bajar las 1\u202f200 líneas con error")
    assert page("registrado", registradas=3).titulo_registrado == "Quedó registrado"
    assert page("registrado").titulo_registrado == "No quedó nada por registrar"


def test_who_may_decide_may_annul_what_still_counts_and_check_again_what_nobody_did() -> None:
    done = page("registrado", registradas=3, puede_decidir=True)
    assert done.puede_anular and not page("registrado", registradas=3).puede_anular
    assert not page("registrado", registradas=3, anuladas=3, puede_decidir=True).puede_anular
    assert page("desistido", puede_decidir=True).puede_revisar_otra_vez
    assert not page("desistido", puede_decidir=True, otra_vez="2026-000009-8").puede_revisar_otra_vez
    assert not page("desistido").puede_revisar_otra_vez


def group(codigo: str, *lines: int, of: int | None = None) -> Grupo:
    said = [Dicho(n, codigo, "error", "", "", "", "", "Fecha de salida", "", "") for n in lines]
    return Grupo(entradas()[codigo].explicacion, of or len(lines), said)


def test_the_first_group_is_open_and_the_one_that_is_pointed_at() -> None:
    first, second = group("FEC-01", 1, 2), group("IDE-01", 7)
    shown = page("revisado", errores=[first, second])
    assert shown.abierto(first) and not shown.abierto(second)
    pointed = page("revisado", errores=[first, second], senalada=7)
    assert pointed.abierto(first) and pointed.abierto(second)


def test_a_group_leads_to_its_own_list() -> None:
    error, again = group("FEC-01", 1), group("DUP-01", 1, 2, of=9)
    assert (error.lista, error.por_codigo, error.hay_mas) == ("error", True, False)
    assert (again.lista, again.por_codigo, again.hay_mas) == ("repetida", False, True)
    assert group("YA-01", 1).lista == "ya_registrada"


def test_a_field_is_said_within_a_sentence() -> None:
    assert Reparacion("Se quitaron espacios", "RUC", 3).en == "RUC"
    assert Reparacion("Se quitaron espacios", "Fecha de salida", 3).en == "fecha de salida"
    assert group("FEC-01", 1).primeras[0].en_campo == "campo «fecha de salida»"


def test_something_is_left_to_look_at() -> None:
    assert not page("revisado").hay_que_revisar
    assert page("revisado", notas=[group("DUP-01", 1)]).hay_que_revisar
    assert page("revisado", reparaciones=[Reparacion("x", "RUC", 1)]).hay_que_revisar


def test_letters_that_can_be_read_in_two_ways_are_counted() -> None:
    assert page("revisado", por_codigo={"LET-01": 4}).letras_dudosas == 4
    assert page("revisado", por_codigo=None).letras_dudosas == 0
