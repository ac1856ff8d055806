"""The sentence about a lote: every state, every mixture of counts, short enough for an answer of 400 bytes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from portal import clock
from portal.lotes.estados import MOVES
from portal.lotes.vista.estado_dicho import STATES, sentence
from portal.modelos import Lote
from portal.modelos.lote import ESTADOS

NUMERO = "2026-000123-7"
#: what 400 bytes leave beside the headers of Granian and the line with the time; a year of a million lotes adds one
ROOM = 400 - 193 - 43 - 1


def said(estado: str, **counts: object) -> str:
    """What is said of a lote in that state, without its number and with spaces for thin ones."""
    nothing = {"revisadas": 0, "con_error": 0, "repetidas": 0, "ya_registradas": 0}
    after = {"registradas": 0, "cambiadas": 0, "anuladas": 0}
    text = sentence(Lote(numero=NUMERO, estado=estado, **{**nothing, **after, **counts}))
    assert text.startswith(f"Lote {NUMERO}: ") and text.endswith(".")
    return text.removeprefix(f"Lote {NUMERO}: ").replace("\u202f", " ")


SAID = [
    ("recibido", {}, "recibido. El archivo está guardado y espera su turno. Le toca al portal: no hay que hacer nada."),
    ("en_cola", {}, "en cola. El archivo está guardado y espera su turno. Le toca al portal: no hay que hacer nada."),
    ("revisando", {}, "en revisión. Le toca al portal: no hay que hacer nada."),
    (
        "revisando",
        {"leidas": 2000, "revisadas": 800, "con_error": 3},
        "en revisión. 800 de 2 000 líneas revisadas, 3 con error hasta ahora. "
        "Le toca al portal: no hay que hacer nada.",
    ),
    (
        "revisado",
        {"leidas": 12, "correctas": 11, "con_error": 1},
        "revisado. 11 correctas, 1 con error, 0 repetidas, 0 ya registradas; 12 leídas. "
        "Falta que el empleador decida: registrar o desistir.",
    ),
    (
        "revisado",
        {"leidas": 3, "correctas": 1, "repetidas": 1, "ya_registradas": 1},
        "revisado. 1 correcta, 0 con error, 1 repetida, 1 ya registrada; 3 leídas. "
        "Falta que el empleador decida: registrar o desistir.",
    ),
    (
        "revisado",
        {"leidas": 1, "correctas": 0, "con_error": 1},
        "revisado. 0 correctas, 1 con error, 0 repetidas, 0 ya registradas; 1 leída. "
        "Nada que registrar. El empleador puede corregir los errores.",
    ),
    (
        "revisado",
        {"leidas": 2, "correctas": 0, "repetidas": 1, "ya_registradas": 1},
        "revisado. 0 correctas, 0 con error, 1 repetida, 1 ya registrada; 2 leídas. "
        "Nada que registrar: no hay que hacer nada.",
    ),
    (
        "registrando",
        {"leidas": 1, "correctas": 1},
        "registrando. 0 de 1 línea registrada. Le toca al portal: no hay que hacer nada.",
    ),
    (
        "registrado",
        {"leidas": 12, "registradas": 12, "correctas": 12},
        "registrado. 12 registradas, 0 con error, 0 repetidas, 0 ya registradas; 12 leídas. No hay que hacer nada.",
    ),
    (
        "registrado",
        {"leidas": 4, "registradas": 3, "con_error": 1, "anuladas": 1},
        "registrado. 3 registradas, 1 de ellas anulada, 1 con error, 0 repetidas, 0 ya registradas; 4 leídas. "
        "Puede corregir.",
    ),
    (
        "registrado",
        {"leidas": 3, "registradas": 1, "con_error": 2, "cambiadas": 1},
        "registrado. 1 registrada de 2 correctas, 2 con error, 0 repetidas, 0 ya registradas; 3 leídas. "
        "El empleador puede corregir los errores.",
    ),
    (
        "registrado",
        {"leidas": 1, "ya_registradas": 1, "cambiadas": 1},
        "registrado. 0 registradas de 1 correcta, 0 con error, 0 repetidas, 1 ya registrada; 1 leída. "
        "No hay que hacer nada.",
    ),
    (
        "rechazado",
        {},
        "rechazado. El archivo no se pudo usar: nada se registró. "
        "El empleador ve la causa en el portal y envía el archivo corregido.",
    ),
    (
        "desistido",
        {"leidas": 1, "correctas": 1},
        "desistido. Nada se registró de 1 línea leída. Si hace falta, el empleador puede revisarlo de nuevo.",
    ),
    ("fallido", {"leidas": 9}, "detenido. La falla es del portal, no del archivo. "
        "El portal reintenta: no hay que hacer nada."),
    (
        "fallido",
        {"leidas": 9, "correctas": 8, "registradas": 5, "decidido_en": clock.now()},
        "detenido. La falla es del portal, no del archivo. 5 de 8 registradas. "
        "El portal reintenta: no hay que hacer nada.",
    ),
    (
        "anulado",
        {"leidas": 2, "registradas": 1, "anuladas": 1, "con_error": 1},
        "anulado. 1 registrada y luego anulada, 1 con error, 0 repetidas, 0 ya registradas; 2 leídas. "
        "Ninguna cuenta ya: no hay que hacer nada.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("estado", "counts", "text"), SAID)
def test_each_state_is_said_in_these_words(estado: str, counts: dict[str, object], text: str) -> None:
    assert said(estado, **counts) == text


def test_every_state_has_its_words() -> None:
    assert set(STATES) == set(ESTADOS) == {one for _, one in MOVES} and {estado for estado, _, _ in SAID} == set(STATES)


LINES = 1_000_000
SIZES = (0, 1, 2, 999, 1000, 99_999, 100_000, 250_000, LINES // 2, LINES)


def mixtures() -> Iterator[dict[str, object]]:
    """Files of a million lines and of a few, with lines of every kind, changed and annulled."""
    for good, wrong, twice in itertools.product(SIZES, repeat=3):
        for lines in (good + wrong + twice, LINES):
            if 0 < good + wrong + twice <= lines <= LINES:
                for changed, undone in itertools.product({0, min(1, wrong), wrong}, {0, min(1, good), good}):
                    yield {
                        "leidas": lines,
                        "revisadas": lines,
                        "correctas": good,
                        "registradas": good,
                        "con_error": wrong,
                        "repetidas": twice,
                        "ya_registradas": lines - good - wrong - twice,
                        "cambiadas": changed,
                        "anuladas": undone,
                        "decidido_en": clock.now(),
                    }


@pytest.mark.parametrize("estado", ESTADOS)
def test_it_fits_whatever_the_counts_and_always_says_how_many_count_no_more(estado: str) -> None:
    for counts in mixtures():
        text = sentence(Lote(numero=NUMERO, estado=estado, **counts))
        assert len(text.encode()) <= ROOM, text
        if estado == "registrado":
            assert ("anulad" in text) == bool(counts["anuladas"])
