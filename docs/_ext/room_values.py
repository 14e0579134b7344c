"""The directive ``room-values``: what a room shows that is neither a class nor a function.

Constants and names of types have their docstring where they are written, which autodoc doesn't
find through the door of the room.
"""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from table_nodes import table


class RoomValues(SphinxDirective):
    """Say what values mean: the room is the argument, their names are the lines."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Look up each name where it is written."""
        room = self.arguments[0]
        homes = _homes(room)
        rows = []
        for name in self.content:
            written = ModuleAnalyzer.for_module(homes.get(name, room))
            self.env.note_dependency(written.srcname)
            meaning = " ".join(written.find_attr_docs().get(("", name), [])).strip()
            if not meaning:
                raise self.error(f"{room}.{name} has no docstring below it")
            rows.append([[nodes.literal("", name)], self.parse_inline(meaning)[0]])
        return [table(("value", "meaning"), rows)]


def _homes(room: str) -> dict[str, str]:
    """Return the modules from which a room takes what it shows."""
    spec = find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    return {
        alias.name: statement.module
        for statement in tree.body
        if isinstance(statement, ast.ImportFrom) and statement.module
        for alias in statement.names
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directive."""
    app.add_directive("room-values", RoomValues)
    return {"parallel_read_safe": True}
