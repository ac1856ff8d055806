"""What may be put into a page later, read from the templates and scripts that write it: their tags and classes.

A page whose section is fetched again carries the rules of everything that the section can become. Its template names
only the partial: `{% set vendran = nombres_de("lotes/_avance.html") %}`. Jinja's own syntax tree is read: both branches
of each condition, included templates (a name built from parts stands for all that match), and of imported macros those
that are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from flask import Flask
from jinja2 import Environment, FileSystemLoader, nodes

from portal.web.respuesta.assets import script
from portal.web.respuesta.class_names import given_by_script, table

TAG = re.compile(r'<(?!input type="hidden")([a-z][a-z0-9]*)')
CLASSES = re.compile(r' class="([^"]*)"')
UNKNOWN = " \0 "  # in what a template may write: a value that only the running page knows
#: the classes that come from outside of templates: the marks of a state
MARKS = frozenset({"ok", "warning", "error", "doing"})


class Reader:
    """Reads all that templates may write, with UNKNOWN where they learn it only when they are asked."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._trees: dict[str, nodes.Template] = {}
        self.constants: set[str] = set()

    def template(self, name: str) -> str:
        """A template and what it includes, without its macros: those are written where they are called."""
        return "".join(part for node in self._tree(name).body for part in self._written(node, name))

    def _tree(self, name: str) -> nodes.Template:
        if name not in self._trees:
            loader = self._env.loader or FileSystemLoader([])
            self._trees[name] = self._env.parse(loader.get_source(self._env, name)[0])
        return self._trees[name]

    def _written(self, node: nodes.Node, here: str) -> Iterator[str]:
        match node:
            case nodes.Macro() | nodes.FromImport():
                return
            case nodes.TemplateData():
                yield node.data
            case nodes.Const(value=str() as value):
                self.constants.add(value)
                yield f" {value} "  # of two that a condition chooses from, each is a word of its own
            case nodes.Name() | nodes.Getattr():
                yield UNKNOWN
            case nodes.Include():
                yield from map(self.template, self._fitting(node.template))
            case _:
                yield from self._inside(node, here)

    def _inside(self, node: nodes.Node, here: str) -> Iterator[str]:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            yield from self._macro(here, node.node.name)
        for child in node.iter_child_nodes():
            yield from self._written(child, here)

    def _macro(self, here: str, name: str) -> Iterator[str]:
        """The body of the macro that `name` is in the template `here`; nothing when it is a function."""
        for macro in self._tree(here).find_all(nodes.Macro):
            if macro.name == name:
                for child in macro.iter_child_nodes():
                    yield from self._written(child, here)
        for imported in self._tree(here).find_all(nodes.FromImport):
            for one in imported.names:
                there, alias = one if isinstance(one, tuple) else (one, one)
                if alias == name and isinstance(imported.template, nodes.Const):
                    yield from self._macro(imported.template.value, there)

    def _fitting(self, name: nodes.Node) -> list[str]:
        """The templates that an `include` can mean."""
        if isinstance(name, nodes.Const):
            return [name.value]
        pattern = "".join(
            re.escape(part.value) if isinstance(part, nodes.Const) else "[a-z_]+" for part in name.iter_child_nodes()
        )
        return [one for one in self._env.list_templates() if re.fullmatch(pattern, one)]


@lru_cache(maxsize=64)
def names_of(env: Environment, *sources: str) -> frozenset[str]:
    """The tags and `.classes` of what may come from these templates (`lotes/_avance.html`) and scripts (`envio.js`)."""
    reader = Reader(env)
    html = "".join(reader.template(one) for one in sources if one.endswith(".html"))
    attributes = CLASSES.findall(html)
    words = {word for one in (*attributes, *reader.constants) for word in one.split()} & table().keys()
    marks = MARKS if any(UNKNOWN in one for one in attributes) else frozenset()
    given = {word for one in sources if one.endswith(".js") for word in given_by_script(script(one))}
    return frozenset({*TAG.findall(html), *(f".{word}" for word in {*words, *marks, *given})})


def init_app(app: Flask) -> None:
    def nombres_de(*sources: str) -> str:
        return " ".join(sorted(names_of(app.jinja_env, *sources)))

    app.jinja_env.globals["nombres_de"] = nombres_de
