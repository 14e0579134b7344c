"""The directive ``library-table``: the relaxed structures that the package carries."""

from __future__ import annotations

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sixring.structures import Relaxed, library

_DISCS = ("entry", "name", "rings", "missing atoms", "others", "height (Å)", "energy (eV)")
_STRIPS = ("entry", "name", "angle (°)", "period (Å)", "rings", "energy (eV/Å)")


def _disc(entry: Relaxed) -> tuple[str, ...]:
    others = [element for element in entry.elements if element != "C"]
    height = float(np.ptp(entry.positions[:, 2]))
    return (
        entry.variant,
        entry.name,
        _census(entry),
        str(entry.missing_atoms),
        " ".join(f"{element}{others.count(element)}" for element in sorted(set(others))),
        f"{height:.1f}" if height > 0.05 else "flat",
        f"{entry.energy:.2f}",
    )


def _strip(entry: Relaxed) -> tuple[str, ...]:
    return (
        entry.variant,
        entry.name,
        "" if entry.angle is None else f"{entry.angle:.2f}",
        f"{entry.period:.2f}",
        _census(entry),
        f"{entry.energy:.2f}",
    )


def _census(entry: Relaxed) -> str:
    return "-".join(str(size) for size in entry.census)


def _row(cells: tuple[str, ...], literal: bool) -> nodes.row:
    row = nodes.row()
    for k, text in enumerate(cells):
        kind = nodes.literal if literal and k == 0 else nodes.inline
        row += nodes.entry("", nodes.paragraph("", "", kind(text, text)))
    return row


class LibraryTable(SphinxDirective):
    """Show the ``discs`` or the ``strips`` of the library, a row an entry."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Read the library and lay out the table."""
        kind = self.arguments[0]
        if kind not in ("discs", "strips"):
            raise self.error(f"library-table shows the discs or the strips, not {kind!r}")
        discs = kind == "discs"
        head, cells = (_DISCS, _disc) if discs else (_STRIPS, _strip)
        entries = [e for e in library().values() if (e.period is None) == discs]
        group = nodes.tgroup("", cols=len(head))
        group += [nodes.colspec(colwidth=1) for _ in head]
        group += nodes.thead("", _row(head, literal=False))
        group += nodes.tbody("", *(_row(cells(entry), literal=True) for entry in entries))
        return [nodes.table("", group)]


class LibraryPotentials(SphinxDirective):
    """List the potentials of the library and what was relaxed with each."""

    def run(self) -> list[nodes.Node]:
        """Read the library and lay out the list."""
        variants: dict[str, list[str]] = {}
        for entry in library().values():
            variants.setdefault(entry.potential, []).append(entry.variant)
        most = max(variants, key=lambda potential: len(variants[potential]))
        items = nodes.bullet_list()
        for potential in sorted(variants, key=lambda potential: potential != most):
            which = "all the others" if potential == most else ", ".join(variants[potential])
            items += nodes.list_item("", nodes.paragraph("", f"{potential}: {which}"))
        return [items]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("library-table", LibraryTable)
    app.add_directive("library-potentials", LibraryPotentials)
    return {"parallel_read_safe": True}
