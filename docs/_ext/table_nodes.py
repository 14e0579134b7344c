"""Tables for the pages, from rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docutils import nodes

Cell = str | Sequence[nodes.Node]
"""Text, or what was parsed of it."""


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> nodes.table:
    """Lay out a table.

    Parameters
    ----------
    headings : sequence of str
        Above the columns.
    rows : iterable of sequence
        As many cells in each.
    """
    group = nodes.tgroup("", cols=len(headings))
    group += [nodes.colspec(colwidth=1) for _ in headings]
    group += nodes.thead("", _row(headings))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group)


def _row(cells: Sequence[Cell]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        content = [nodes.Text(cell)] if isinstance(cell, str) else cell
        row += nodes.entry("", nodes.paragraph("", "", *content))
    return row
