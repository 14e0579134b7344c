"""One entry of the library of relaxed structures, and the file that holds it.

The files are extended XYZ: the number of atoms, a line of keys, a line an atom. The keys beyond
the format's own are the fields of :class:`Relaxed`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from sixring.errors import ReadError

__all__ = ["Anchor", "OuterGrain", "Relaxed", "read_relaxed", "write_relaxed"]

Anchor = Literal["ring", "atom", "bond"]

_PROPERTIES = "species:S:1:pos:R:3"
# Outside the sheet's plane nothing repeats; a number is needed for the cell all the same.
_OPEN = 100.0


@dataclass(frozen=True)
class OuterGrain:
    """The perfect lattice that an entry goes over into."""

    x: float
    """x of a ring's centre, in angstrom."""
    y: float
    """y of the same ring's centre."""
    orientation: float
    """Direction of a zigzag row in degrees, from the x axis towards the y axis."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Atoms of a defect at the minimum of a potential, in a lattice of 2.46 angstrom.

    A point defect is a disc: every atom within `radius` of the origin, those beyond it being on
    the perfect lattice. A boundary or an edge is a strip along y of which one period is given.
    """

    variant: str
    """The entry's name, one of its own."""
    name: str
    """The defect's name in the catalogue, ``"perfect"`` for none."""
    positions: NDArray[np.float64]
    """Shape (n, 3): x, y and height in angstrom; the sheet far away has the height 0."""
    elements: tuple[str, ...]
    """n chemical symbols."""
    potential: str
    """What the atoms were relaxed with."""
    energy: float
    """Formation energy: over as many carbon atoms of the perfect sheet, and free atoms of other
    elements."""
    unit: str
    """The unit of the energy: ``eV``, or ``eV/A`` where it is that of a length."""
    census: tuple[int, ...]
    """Sizes of the rings other than six, ascending; of one period in a boundary."""
    missing_atoms: int | None
    """Sites of the perfect sheet minus atoms, other elements counted as atoms; None where that
    has no meaning."""
    radius: float
    """At this distance from the origin (a strip: from the y axis) the atoms are those of the
    perfect lattice."""
    anchor: Anchor | None
    """What of the perfect lattice lies at the origin: a ring's centre, an atom that has a
    neighbour towards +y, or the middle of a bond along y; None for a strip."""
    grains: tuple[OuterGrain, ...]
    """The perfect lattices around: one for a disc or an edge, two for a boundary, that at -x
    first."""
    period: float | None
    """Length of a strip's period along y in angstrom; None for a disc."""
    angle: float | None
    """Misorientation of a boundary's grains in degrees; None for all else."""

    def __len__(self) -> int:
        """Return the number of atoms."""
        return len(self.elements)


def write_relaxed(entry: Relaxed) -> str:
    """Write an entry as the text of its file.

    Parameters
    ----------
    entry : Relaxed
        The entry.

    Returns
    -------
    str
        Extended XYZ, positions to 0.0001 angstrom.
    """
    period = _OPEN if entry.period is None else entry.period
    # Adding 0 turns -0 into 0, so that no sign comes and goes with a rounding error.
    keys = {
        "Lattice": f"{_OPEN:g} 0 0 0 {period:.6f} 0 0 0 {_OPEN:g}",
        "Properties": _PROPERTIES,
        "pbc": "F F F" if entry.period is None else "F T F",
        "variant": entry.variant,
        "name": entry.name,
        "potential": entry.potential,
        "energy": f"{round(entry.energy, 3) + 0.0:.3f}",
        "unit": entry.unit,
        "census": "-".join(str(size) for size in entry.census),
        "missing_atoms": "" if entry.missing_atoms is None else str(entry.missing_atoms),
        "radius": f"{entry.radius:.3f}",
        "anchor": entry.anchor or "",
        "grains": "; ".join(f"{g.x:.4f} {g.y:.4f} {g.orientation:.5f}" for g in entry.grains),
        "angle": "" if entry.angle is None else f"{entry.angle:.4f}",
    }
    places = np.round(entry.positions, 4) + 0.0
    lines = [
        str(len(entry)),
        " ".join(f'{key}="{value}"' for key, value in keys.items()),
        *(
            f"{element:2} {x:9.4f} {y:9.4f} {z:9.4f}"
            for element, (x, y, z) in zip(entry.elements, places, strict=True)
        ),
    ]
    return "\n".join(lines) + "\n"


def read_relaxed(text: str, source: str) -> Relaxed:
    """Read an entry from the text of its file.

    Parameters
    ----------
    text : str
        Extended XYZ as :func:`write_relaxed` writes it.
    source : str
        The file's name, for the messages.

    Returns
    -------
    Relaxed
        The entry.

    Raises
    ------
    ReadError
        If a key is missing or has an impossible value, or the atoms aren't those announced.
    """
    lines = text.splitlines()
    if len(lines) < 2:
        raise _damaged(source, "it has no header")
    try:
        entry = _entry(_keys(lines[1]), lines[2:])
    except KeyError as error:
        raise _damaged(source, f"the header lacks {error.args[0]!r}") from error
    except ValueError as error:
        raise _damaged(source, str(error)) from error
    if lines[0].strip() != str(len(entry)):
        raise _damaged(source, f"it announces {lines[0].strip()!r} atoms and holds {len(entry)}")
    return entry


def _damaged(source: str, what: str) -> ReadError:
    return ReadError(
        f"{source} is damaged: {what}; install sixring again, or remake the file with "
        "scripts/make_library.py"
    )


def _keys(header: str) -> dict[str, str]:
    keys = {}
    for item in shlex.split(header):
        key, equals, value = item.partition("=")
        if not equals:
            raise ValueError(f"{item!r} in the header isn't a key with a value")
        keys[key] = value
    return keys


def _grain(text: str) -> OuterGrain:
    numbers = text.split()
    if len(numbers) != 3:
        raise ValueError(f"a grain has x, y and a direction, not {text.strip()!r}")
    return OuterGrain(*map(float, numbers))


def _entry(keys: Mapping[str, str], rows: list[str]) -> Relaxed:
    if keys["Properties"] != _PROPERTIES:
        raise ValueError(f"Properties must be {_PROPERTIES}, not {keys['Properties']!r}")
    anchor = keys["anchor"]
    if anchor and anchor not in get_args(Anchor):
        raise ValueError(f"anchor must be ring, atom or bond, not {anchor!r}")
    cells = [row.split() for row in rows]
    wrong = next((row for row in cells if len(row) != 4), None)
    if wrong is not None:
        raise ValueError(f"an atom has an element and three numbers, not {' '.join(wrong)!r}")
    positions = np.array([row[1:] for row in cells], dtype=np.float64).reshape(-1, 3)
    if not np.isfinite(positions).all():
        raise ValueError("a position isn't finite")
    positions.setflags(write=False)
    return Relaxed(
        variant=keys["variant"],
        name=keys["name"],
        positions=positions,
        elements=tuple(row[0] for row in cells),
        potential=keys["potential"],
        energy=float(keys["energy"]),
        unit=keys["unit"],
        census=tuple(int(size) for size in keys["census"].split("-") if size),
        missing_atoms=int(keys["missing_atoms"]) if keys["missing_atoms"] else None,
        radius=float(keys["radius"]),
        anchor=cast("Anchor", anchor) if anchor else None,
        grains=tuple(_grain(text) for text in keys["grains"].split(";")),
        period=float(keys["Lattice"].split()[4]) if keys["pbc"] == "F T F" else None,
        angle=float(keys["angle"]) if keys["angle"] else None,
    )
