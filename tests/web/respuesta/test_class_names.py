"""Classes: words where people write them, one letter where they travel; none without a rule, no rule without one."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment

from portal.config import ROOT
from portal.web.respuesta.assets import assets, script, stylesheet
from portal.web.respuesta.class_names import (
    SELECTED,
    given_by_script,
    short,
    shorten_page,
    shorten_script,
    shorten_selectors,
    table,
)
from portal.web.respuesta.estilo import known
from portal.web.respuesta.later import CLASSES, MARKS, Reader, names_of

SCRIPTS = ("app.js", "envio.js", "guia.js", "umbral.js")
TEMPLATES = ROOT / "portal" / "templates"


def test_each_class_of_the_stylesheet_has_letters_of_its_own() -> None:
    letters = list(table().values())
    assert len(set(letters)) == len(letters) and all(re.fullmatch("[a-z]{1,2}", one) for one in letters)
    assert set(table()) == set(SELECTED.findall(stylesheet())) == {one[1:] for one in known() if one[0] == "."}
    assert letters[0] == "a", "the most of them have one letter"


def test_pages_selectors_and_scripts_say_the_same_letters() -> None:
    note, bad = table()["notice"], table()["error"]
    assert short("notice error") == f"{note} {bad}" and short("") == ""
    assert shorten_page('<p class="notice error">notice</p><b data-class="error">') == (
        f'<p class="{note} {bad}">notice</p><b data-class="error">'
    )
    assert shorten_selectors("p.notice>b:not(.error){margin:.5rem}") == f"p.{note}>b:not(.{bad}){{margin:.5rem}}"
    source = r"a='notice '+k;b='\'x';q('.notice .error');f('errors','no error here','notice error')"
    assert shorten_script(source) == (
        rf"a='{note} '+k;b='\'x';q('.{note} .{bad}');f('errors','no error here','{note} {bad}')"
    )
    assert given_by_script(source) == {"notice", "error"}


def test_scripts_as_they_go_out_name_no_class_by_its_word() -> None:
    bodies = b"".join(asset.bodies[""] for asset in assets().values() if asset.mimetype.endswith("javascript"))
    assert b".while-polling" not in bodies and f"'.{table()['while-polling']}'".encode() in bodies


@pytest.fixture
def written(app: Flask) -> tuple[set[str], set[str]]:
    """What classes the templates write in attributes, and what other constants they have."""
    reader = Reader(app.jinja_env)
    pages = [reader.template(path.relative_to(TEMPLATES).as_posix()) for path in TEMPLATES.rglob("*.html")]
    attributes = chain.from_iterable(CLASSES.findall(page) for page in pages)
    return {word for one in attributes for word in one.replace("\0", " ").split()}, reader.constants


def test_no_template_has_a_class_that_no_rule_is_about(written: tuple[set[str], set[str]]) -> None:
    assert written[0] - table().keys() == set()


def test_no_rule_is_about_a_class_that_nothing_has(written: tuple[set[str], set[str]]) -> None:
    given = {word for name in SCRIPTS for word in given_by_script(script(name))}
    constants = {word for one in written[1] for word in one.split()}
    assert table().keys() - written[0] - given - constants == set()


ENV = Environment(
    loader=DictLoader(
        {
            "page.html": '{% from "macros.html" import called as it %}{% if a %}<p class="lead{% if b %} warning'
            '{% endif %}">{% else %}<pre>{% endif %}{{ it("button-quiet") }}{% include "states/" ~ s ~ ".html" %}',
            "macros.html": '{% macro called(c) %}{{ inner() }}<b class="{{ c }}">{% endmacro %}'
            "{% macro inner() %}<small>{% endmacro %}{% macro other() %}<table>{% endmacro %}",
            "states/one.html": '<ul class="steps"><input type="hidden">',
            "states/two.html": "<ol>",
            "states/deeper/three.html": "<svg>",
        }
    )
)


def test_what_a_partial_can_become_is_read_from_it() -> None:
    states = {f".{mark}" for mark in MARKS}
    assert names_of(ENV, "page.html") == {
        *("p", "pre", "small", "b", "ul", "ol", ".lead", ".warning", ".button-quiet", ".steps"),
        *states,  # a class that comes from outside
    }


def test_what_a_script_gives_is_read_from_it() -> None:
    assert names_of(ENV, "envio.js") == {".notice", ".doing", ".warning", ".error"}
