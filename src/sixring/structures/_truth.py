"""What a sheet holds, recomputed from its atoms and bonds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.structures._circuit import ring_centres
from sixring.structures._groups import DefectGroup, group_defects
from sixring.structures._sheet import Sheet

__all__ = ["Truth", "truth"]


@dataclass(frozen=True, eq=False)
class Truth:
    """The rings and the defects of a sheet."""

    rings: tuple[NDArray[np.int64], ...]
    """The atoms of each ring, in order."""
    sizes: NDArray[np.int64]
    """Shape (n,): members of each ring."""
    centres: NDArray[np.float64]
    """Shape (n, 2): x, y of the mean of each ring's atoms, angstrom."""
    defects: tuple[DefectGroup, ...]
    """The defects, with indices into the rings and atoms, positions in angstrom."""


def truth(sheet: Sheet) -> Truth:
    """Find the rings and the defects of a sheet, whatever it was meant to hold.

    Parameters
    ----------
    sheet : Sheet
        Any sheet.

    Returns
    -------
    Truth
        Exact: it follows from the bonds.
    """
    rings = sheet.rings()
    return Truth(
        rings=tuple(rings),
        sizes=np.array([len(r) for r in rings], dtype=np.int64),
        centres=ring_centres(sheet.positions, rings),
        defects=group_defects(sheet.positions, sheet.elements, sheet.bonds, rings),
    )
