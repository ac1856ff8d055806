"""The error dictionary on screen."""

from __future__ import annotations

import re

import brotli
import pytest

from portal.novedades import todas
from portal.revision.diccionario import entradas

LIMIT = 8_000  # bytes on the wire of a page that does not poll


def marked(browser):
    return [mark.text for mark in browser.page.iter("mark")]


@pytest.mark.parametrize("codigo", list(entradas()))
def test_each_code_has_its_page(anonimo, codigo):
    response = anonimo.get(f"/ayuda/errores/{codigo}")
    words = entradas()[codigo].explicacion
    assert f"{codigo} {words.titulo}" in anonimo.text
    assert "Cómo decirlo por teléfono" in anonimo.text
    assert not re.search(r"\{[a-z_]+\}|«»", anonimo.text)
    assert len(brotli.compress(response.data, quality=5)) < LIMIT


def test_a_page_says_why_how_and_what_to_say_and_marks_the_wrong_field(anonimo):
    anonimo.get("/ayuda/errores/SAL-04")
    for text in ("✕", "style="):
        assert text not in anonimo.text
    for text in (
        "SAL-04 Hay fecha de fallecimiento y la causa no es F",
        "Error La línea no se registra hasta que la corrija.",
        "La línea lleva la fecha «20261121»",
        "Escriba 00000000 en la fecha de fallecimiento",
        "«En la línea 47, hay una fecha de fallecimiento",
        "Formato: Aviso de salida (SAL)",
    ):
        assert text in anonimo.text
    assert marked(anonimo) == ["20261121"]
    before, after = [" ".join("".join(one.itertext()).split()) for one in anonimo.page.iter("pre")]
    assert before == "1799000004001;0001;2026;11;SAL;0912791803;20261121;V;20261121"
    assert after == "1799000004001;0001;2026;11;SAL;0912791803;20261121;V;00000000"


def test_an_empty_field_is_marked_with_a_word(anonimo):
    anonimo.get("/ayuda/errores/VAC-01")
    assert marked(anonimo) == ["(vacío)"]


def test_two_lines_of_an_example_stand_one_below_the_other(anonimo):
    anonimo.get("/ayuda/errores/DUP-02")
    before = "".join(next(anonimo.page.iter("pre")).itertext())
    first, second = before.split("\n")
    assert first.split(";")[:6] == second.split(";")[:6] and first != second
    assert marked(anonimo) == [first.split(";")[6], second.split(";")[6]]


def test_a_warning_does_not_speak_as_an_error(anonimo):
    anonimo.get("/ayuda/errores/ENT-05")
    assert "Aviso La línea se registra." in anonimo.text and "no se registra hasta" not in anonimo.text


def test_an_unknown_code_is_not_there(anonimo):
    anonimo.get("/ayuda/errores/XXX-99", status=404)


def test_small_letters_lead_to_the_code(anonimo):
    response = anonimo.get("/ayuda/errores/sal-02", status=301)
    assert response.location == "/ayuda/errores/SAL-02"


def codes(browser):
    links = [str(a.get("href")) for a in browser.page.iter("a")]
    return [link.rsplit("/", 1)[1] for link in links if re.fullmatch(r"/ayuda/errores/[A-Z]+-[A-Z0-9]+", link)]


def test_the_list_has_every_code_once(anonimo):
    response = anonimo.get("/ayuda/errores")
    assert sorted(codes(anonimo)) == sorted(entradas())
    assert len(brotli.compress(response.data, quality=5)) < LIMIT


def test_a_movement_shows_its_own_codes_first_and_no_other_movements(anonimo):
    anonimo.get("/ayuda/errores?movimiento=SAL")
    shown = codes(anonimo)
    own = [c for c, e in entradas().items() if e.novedades == ("SAL",)]
    assert own and shown[: len(own)] == own
    assert {"PLA-01", "IDE-01", "ARC-01"} <= set(shown) and "ENT-01" not in shown


@pytest.mark.parametrize("asked", ["fallecimiento", "FALLECIMIENTO", "  fecha   fallecimiento "])
def test_words_find_codes_whatever_their_case(anonimo, asked):
    anonimo.get("/ayuda/errores", query_string={"q": asked})
    assert {"SAL-03", "SAL-04"} <= set(codes(anonimo)) and "ARC-01" not in codes(anonimo)


def test_accents_need_not_be_written(anonimo):
    anonimo.get("/ayuda/errores?q=cedula")
    assert "IDE-01" in codes(anonimo)


def test_a_code_typed_leads_to_its_page(anonimo):
    assert anonimo.get("/ayuda/errores?q=sal-02", status=303).location == "/ayuda/errores/SAL-02"
    anonimo.get("/ayuda/errores?q=sal02")
    assert codes(anonimo) == ["SAL-02"]


def test_nothing_found_is_said_with_what_was_asked(anonimo):
    anonimo.get("/ayuda/errores", query_string={"q": "<b>xyzzy"})
    assert "Ningún código tiene «<b>xyzzy»" in anonimo.text and not codes(anonimo)


@pytest.mark.parametrize(
    "asked", ["0912791803", "091279180-3", "1799000004001", "09 1279 1803", "juan 0912791803", "912791803"]
)
def test_a_cedula_is_never_searched_nor_repeated(anonimo, asked):
    response = anonimo.get("/ayuda/errores", query_string={"q": asked, "movimiento": "SAL"}, status=303)
    assert asked not in response.location and "movimiento=SAL" in response.location
    anonimo.follow()
    assert "No buscamos por cédula" in anonimo.text and asked not in anonimo.text


def test_an_unknown_movement_filters_nothing(anonimo):
    anonimo.get("/ayuda/errores?movimiento=ZZZ")
    assert len(codes(anonimo)) == len(entradas())


def test_every_movement_can_be_chosen(anonimo):
    anonimo.get("/ayuda/errores?movimiento=ins")
    values = [option.get("value") for option in anonimo.page.iter("option")]
    assert values == ["", *todas()]
    assert [o.get("value") for o in anonimo.page.iter("option") if o.get("selected") is not None] == ["INS"]


def test_the_dictionary_may_be_kept_by_caches_and_asked_for_again(anonimo):
    first = anonimo.get("/ayuda/errores/SAL-02")
    assert first.headers["Cache-Control"] == "no-cache"
    anonimo.get("/ayuda/errores/SAL-02", headers={"If-None-Match": first.headers["ETag"]}, status=304)
