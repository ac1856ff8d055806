"""Templates can be read: short lines, short conditions, no counting and no work on strings; each macro says what it
needs. What is shown is worked out in Python, where a test can ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from portal.config import ROOT
from portal.web.page import Continued

TEMPLATES = ROOT / "portal" / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
ENV = Environment(loader=FileSystemLoader(TEMPLATES), extensions=[Continued])
LONGEST, TERMS = 140, 2
#: filters that work on strings or count
WORK = {
    "replace",
    "format",
    "truncate",
    "join",
    "length",
    "count",
    "sum",
    "round",
    "int",
    "select",
    "selectattr",
    "map",
}
ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
#: drawings, where what is reckoned are places on paper
DRAWINGS = {"macros/grafico.html", "transparencia/_graficos.html"}


def text_of(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def tree_of(name: str) -> nodes.Template:
    return ENV.parse(text_of(name), name)


def terms(test: nodes.Node) -> int:
    """How many things a condition asks."""
    if isinstance(test, nodes.And | nodes.Or):
        return terms(test.left) + terms(test.right)
    return terms(test.node) if isinstance(test, nodes.Not) else 1


def work_in(tree: nodes.Template) -> Iterator[str]:
    """What is worked out there: names of filters, `slice`, `arithmetic`."""
    for node in tree.find_all((nodes.Filter, nodes.Slice, *ARITHMETIC)):
        if isinstance(node, nodes.Filter):
            yield from {node.name} & WORK
        else:
            yield "slice" if isinstance(node, nodes.Slice) else "arithmetic"


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_long(name: str) -> None:
    assert [line for line in text_of(name).splitlines() if len(line) > LONGEST] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_condition_asks_more_than_two_things(name: str) -> None:
    asked = tree_of(name).find_all((nodes.If, nodes.CondExpr))
    assert [one.lineno for one in asked if terms(one.test) > TERMS] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name not in DRAWINGS])
def test_nothing_is_counted_or_cut_in_a_template(name: str) -> None:
    assert set(work_in(tree_of(name))) == set()


@pytest.mark.parametrize("name", NAMES)
def test_each_macro_says_in_a_line_what_it_needs(name: str) -> None:
    lines = text_of(name).splitlines()
    bare = [line for above, line in zip(["", *lines], lines, strict=False) if _begins_macro(line) and "#}" not in above]
    assert bare == []


def _begins_macro(line: str) -> bool:
    return re.match(r"\{%-? macro ", line) is not None


def test_an_indented_line_goes_on_with_the_one_above() -> None:
    env = Environment(extensions=[Continued], trim_blocks=True, lstrip_blocks=True)
    source = "<tr><td>1</td>\n  <td>2</td>\n  {% if x %}\n  <td>3</td>{% endif %}\n  {{ x }}\n</tr>\n  words\n"
    assert env.from_string(source).render(x=4) == "<tr><td>1</td><td>2</td><td>3</td>4\n</tr>\n  words"
    with pytest.raises(ZeroDivisionError) as failed:
        env.from_string("<p>\n  <b>\n  {{ 1 // 0 }}").render()
    assert failed.traceback[-1].lineno == 2, "lines keep their numbers"


def test_the_drawings_are_there() -> None:
    assert set(NAMES) >= DRAWINGS
