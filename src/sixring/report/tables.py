"""The tables of a detection: defects, rings and atoms, one row each.

Positions are given twice, in pixels and in nanometres from the centre of pixel (0, 0). The rows
are in the order of the detection and their ids start at 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

    from sixring.types import Atoms, Defect, Rings

__all__ = [
    "Findings",
    "atoms_table",
    "census_text",
    "defects_table",
    "dopants_text",
    "rings_table",
]

_ANGSTROM_PER_NM = 10.0


class Findings(Protocol):
    """Atoms, rings and defects of an image: a detection's, or a simulation's true ones."""

    @property
    def atoms(self) -> Atoms:
        """Of the sheet."""

    @property
    def rings(self) -> Rings:
        """Sixes too."""

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Named."""

    @property
    def sampling(self) -> float:
        """Angstrom per pixel."""


def defects_table(detection: Findings) -> pd.DataFrame:
    """Tabulate the defects, wherever they lie.

    Parameters
    ----------
    detection : Findings
        What was found, or what is there.

    Returns
    -------
    pandas.DataFrame
        Columns ``id, name, probability, row_px, col_px, y_nm, x_nm, rings, missing_atoms,
        dopants``. ``rings`` holds the sizes other than six, ascending (``"5-5-8"``), ``dopants``
        the foreign atoms (``"Si2-N1"``); both are empty strings where there are none.
        ``missing_atoms`` is ``<NA>`` where it is undefined.
    """
    import pandas as pd

    defects = detection.defects
    return pd.DataFrame(
        {
            "id": _ids(len(defects)),
            "name": [defect.name for defect in defects],
            "probability": np.array([defect.probability for defect in defects], dtype=float),
            **_places([defect.position for defect in defects], detection.sampling),
            "rings": [census_text(defect.census) for defect in defects],
            "missing_atoms": pd.array([defect.missing_atoms for defect in defects], dtype="Int64"),
            "dopants": [dopants_text(defect.dopants) for defect in defects],
        }
    )


def rings_table(detection: Findings) -> pd.DataFrame:
    """Tabulate every ring, sixes too.

    Parameters
    ----------
    detection : Findings
        What was found, or what is there.

    Returns
    -------
    pandas.DataFrame
        Columns ``id, size, probability, row_px, col_px, y_nm, x_nm, defect_id``, the last
        ``<NA>`` where the ring belongs to no defect.
    """
    import pandas as pd

    rings = detection.rings
    defect_ids = pd.array(rings.defect + 1, dtype="Int64")
    defect_ids[rings.defect < 0] = pd.NA
    return pd.DataFrame(
        {
            "id": _ids(len(rings)),
            "size": rings.sizes,
            "probability": rings.probability,
            **_places(rings.centres, detection.sampling),
            "defect_id": defect_ids,
        }
    )


def atoms_table(detection: Findings) -> pd.DataFrame:
    """Tabulate every atom.

    Parameters
    ----------
    detection : Findings
        What was found, or what is there.

    Returns
    -------
    pandas.DataFrame
        Columns ``id, element, probability, row_px, col_px, y_nm, x_nm``.
    """
    import pandas as pd

    atoms = detection.atoms
    return pd.DataFrame(
        {
            "id": _ids(len(atoms)),
            "element": list(atoms.elements),
            "probability": atoms.probability,
            **_places(atoms.positions, detection.sampling),
        }
    )


def census_text(sizes: Iterable[int]) -> str:
    """Write ring sizes as the tables do, ascending: ``"5-5-8"``."""
    return "-".join(str(size) for size in sorted(sizes))


def dopants_text(symbols: Iterable[str]) -> str:
    """Write foreign atoms as the tables do, the most frequent first: ``"Si2-N1"``."""
    counts = sorted(Counter(symbols).items(), key=lambda item: (-item[1], item[0]))
    return "-".join(f"{symbol}{count}" for symbol, count in counts)


def _ids(count: int) -> NDArray[np.int64]:
    return np.arange(1, count + 1, dtype=np.int64)


def _places(positions: ArrayLike, sampling: float) -> dict[str, NDArray[np.float64]]:
    """Return the four columns of a position from an array of shape (n, 2), row and col."""
    places = np.asarray(positions, dtype=float).reshape(-1, 2)
    nanometres = places * sampling / _ANGSTROM_PER_NM
    return {
        "row_px": places[:, 0],
        "col_px": places[:, 1],
        "y_nm": nanometres[:, 0],
        "x_nm": nanometres[:, 1],
    }
