"""What was typed is put back into the right form of a page, and nowhere else."""

from __future__ import annotations

import html5lib
import pytest

from portal.web.formularios.relleno import filled

PAGE = """<h1>Dos</h1>
<form method="post" action="/otro"><input type="text" id="nota" name="nota" value="de otro"></form>
<form method="get" action="/aqui"><input type="text" name="nota" value="de buscar"></form>
<form method="post" action="/aqui">
<input type="hidden" name="nota_oculta" value="del portal"><input type="password" name="clave">
<label>Nota <input id="n2" name="nota" type="text" value="antes &quot;así&quot;" maxlength="9"></label>
<textarea id="texto" name="texto" rows="3">
vieja</textarea>
<select name="motivo"><option value="a" selected>A</option><option value="b">B</option></select>
<label><input type="checkbox" id="auto" name="auto" checked> Auto</label>
<label><input type="checkbox" name="otra"> Otra</label>
<details><summary>Más</summary><input type="text" name="codigo" value=""></details>
<details><summary>Nada</summary><input type="text" name="libre" value=""></details>
<button type="submit" formaction="/aqui/de-otro-modo">Así</button>
</form>"""
TYPED = '<script>"á" & \\1 $0</script>'


def fields(page: str) -> dict[str, str]:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse("<!DOCTYPE html><title>x</title>" + page)
    [form] = [one for one in tree.iter("form") if one.get("method") == "post" and one.get("action") == "/aqui"]
    found = {str(one.get("name")): str(one.get("value", "")) for one in form.iter("input")}
    found |= {str(one.get("name")): "on" for one in form.iter("input") if one.get("checked") is not None}
    found |= {str(one.get("name")): (one.text or "") for one in form.iter("textarea")}
    found["motivo"] = ",".join(str(one.get("value")) for one in form.iter("option") if one.get("selected") is not None)
    return found


@pytest.mark.parametrize("ruta", ["/aqui", "/aqui/de-otro-modo"])
def test_every_kind_of_field_takes_what_was_typed(ruta: str) -> None:
    campos = {"nota": [TYPED], "texto": [TYPED + "\n\ndos"], "motivo": ["b"], "otra": ["on"], "codigo": ["INS-01"]}
    page = filled(PAGE, ruta, campos)
    assert page is not None
    got = fields(page)
    assert got["nota"] == TYPED and got["texto"] == TYPED + "\n\ndos" and got["motivo"] == "b"
    assert (got["otra"], got["auto"], got["codigo"]) == ("on", "", "INS-01")
    assert got["nota_oculta"] == "del portal" and got["clave"] == ""
    assert page.count("<details open>") == 1 and 'value="de otro"' in page and 'value="de buscar"' in page


def test_text_that_begins_with_an_empty_line_keeps_it() -> None:
    page = filled(PAGE, "/aqui", {"texto": ["\nuno"]})
    assert page is not None and fields(page)["texto"].lstrip("\n") == "uno"


@pytest.mark.parametrize("campos", [{"nada": ["x"]}, {"clave": ["x"]}, {"nota_oculta": ["x"]}])
def test_what_has_no_field_there_is_told_to_have_none(campos: dict[str, list[str]]) -> None:
    if "nada" in campos:
        assert filled(PAGE.replace('type="checkbox"', 'type="hidden"'), "/aqui", campos) is None
    else:
        page = filled(PAGE, "/aqui", campos)
        assert page is None or fields(page)["clave"] == "" and fields(page)["nota_oculta"] == "del portal"


def test_a_form_that_is_not_there_changes_nothing() -> None:
    assert filled(PAGE, "/en-ninguna", {"nota": ["x"]}) is None
