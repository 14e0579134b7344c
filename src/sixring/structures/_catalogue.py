"""Names of defects, from the table ``catalogue.csv``.

A row of the table says what a defect of its name is like; the first row that fits gives the
name. Its ``rule`` says how it is read:

``exact``
    the census, the dopants and, where the row gives them, the missing atoms and the dopant's
    number of neighbours are the row's. Rings that the border cuts off could be anything's.
``pairs``
    as many fives as sevens and nothing else, at least ``minimum`` and at most ``maximum`` pairs.
``large ring``
    a ring of at least ``minimum`` members, and no dopant.
``dopants``
    at least ``minimum`` dopants, all of the row's element, whatever the rings.
``edge``
    the defect touches the border of the sheet.

A row with a ``circuit`` wants the Burgers circuit round the defect to be ``closed`` or ``open``.
What isn't known (None) contradicts no row.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["CatalogueEntry", "load_catalogue", "name_defect"]


@dataclass(frozen=True)
class CatalogueEntry:
    """One row of the catalogue."""

    name: str
    """The defect's name."""
    rule: str
    """How the row is read: ``exact``, ``pairs``, ``chain``, ``large ring``, ``dopants`` or
    ``edge``."""
    census: tuple[int, ...]
    """Sizes of the rings other than six, ascending; empty where the rule doesn't use it."""
    missing_atoms: int | None
    """Sites of the perfect sheet minus atoms, dopants counted as atoms; None for any number."""
    dopants: str
    """Such as ``Si1``; the element alone where the rule gives the number; empty for none."""
    dopant_neighbours: int | None
    """Bonds of the dopant; None where that doesn't matter."""
    circuit: str
    """Whether the Burgers circuit is ``closed`` or ``open``; empty where that doesn't matter."""
    minimum: int
    """Least number of what the rule counts."""
    maximum: int | None
    """Greatest number of what the rule counts; None for no limit."""
    source: str
    """What the defect is, and a paper."""


@cache
def load_catalogue() -> tuple[CatalogueEntry, ...]:
    """Read the catalogue that the package carries.

    Returns
    -------
    tuple of CatalogueEntry
        In the order in which they are tried.
    """
    text = files("sixring.structures").joinpath("catalogue.csv").read_text(encoding="utf-8")
    return tuple(
        CatalogueEntry(
            name=row["name"],
            rule=row["rule"],
            census=tuple(int(size) for size in row["census"].split("-") if size),
            missing_atoms=_whole(row["missing_atoms"]),
            dopants=row["dopants"],
            dopant_neighbours=_whole(row["dopant_neighbours"]),
            circuit=row["circuit"],
            minimum=_whole(row["minimum"]) or 0,
            maximum=_whole(row["maximum"]),
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def name_defect(
    census: Sequence[int],
    *,
    missing_atoms: int | None = None,
    dopants: Sequence[str] = (),
    dopant_neighbours: Sequence[int] = (),
    burgers: float | None = None,
    at_edge: bool = False,
) -> str:
    """Name a defect after the catalogue.

    Parameters
    ----------
    census : sequence of int
        Sizes of its rings other than six, in any order.
    missing_atoms : int or None
        Sites of the perfect sheet minus atoms; None where that couldn't be counted.
    dopants : sequence of str
        The chemical symbol of each foreign atom.
    dopant_neighbours : sequence of int
        The number of bonds of each foreign atom; empty where that isn't known.
    burgers : float or None
        Length of the Burgers vector in lattice constants, 0 where the circuit closes; None
        where it couldn't be walked.
    at_edge : bool
        Whether the defect touches the border of the sheet.

    Returns
    -------
    str
        A name of the catalogue, or ``"unknown"`` where nothing fits.

    Examples
    --------
    >>> name_defect([7, 5, 7, 5])
    'SW'
    >>> name_defect([], dopants=["Si"], dopant_neighbours=[3])
    'Si-C3'
    >>> name_defect([5, 5, 9])
    'unknown'
    """
    sizes = tuple(sorted(census))
    if missing_atoms is not None:
        burgers = 0.0  # atoms can be counted only where the circuit closes
    for entry in load_catalogue():
        if _circuit_fits(entry.circuit, burgers) and _rule_fits(
            entry, sizes, missing_atoms, tuple(dopants), tuple(dopant_neighbours), at_edge
        ):
            return entry.name
    return "unknown"


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _circuit_fits(circuit: str, burgers: float | None) -> bool:
    if not circuit or burgers is None:
        return True
    return (circuit == "open") == (burgers > 0)


def _rule_fits(
    entry: CatalogueEntry,
    census: tuple[int, ...],
    missing_atoms: int | None,
    dopants: tuple[str, ...],
    dopant_neighbours: tuple[int, ...],
    at_edge: bool,
) -> bool:
    match entry.rule:
        case "exact":
            known = missing_atoms is not None and entry.missing_atoms is not None
            wanted = entry.dopant_neighbours
            return (
                # At the edge a ring may be hidden; the bonds of a dopant are all there.
                not (census and at_edge and not dopants)
                and census == entry.census
                and dopant_label(dopants) == entry.dopants
                and not (known and missing_atoms != entry.missing_atoms)
                and (wanted is None or all(n == wanted for n in dopant_neighbours))
            )
        case "pairs":
            fives, sevens = census.count(5), census.count(7)
            return (
                not dopants
                and fives == sevens
                and fives + sevens == len(census)
                and _in_range(entry, fives)
            )
        case "chain":
            # Other rings may hide in a long chain, and it may be cut anywhere.
            fives, sevens = census.count(5), census.count(7)
            return (
                not dopants
                and fives + sevens >= 0.8 * len(census)
                and abs(fives - sevens) <= max(1, 0.2 * len(census))
                and _in_range(entry, min(fives, sevens))
            )
        case "large ring":
            return not dopants and bool(census) and _in_range(entry, census[-1])
        case "dopants":
            return set(dopants) == {entry.dopants} and _in_range(entry, len(dopants))
        case "edge":
            return at_edge
        case rule:
            raise AssertionError(f"catalogue.csv has an unknown rule: {rule}")


def _in_range(entry: CatalogueEntry, count: int) -> bool:
    return entry.minimum <= count and (entry.maximum is None or count <= entry.maximum)


def dopant_label(dopants: Sequence[str]) -> str:
    """Write dopants as the tables have them, such as ``Si1`` or ``N1 Si2``."""
    return " ".join(f"{element}{dopants.count(element)}" for element in sorted(set(dopants)))
