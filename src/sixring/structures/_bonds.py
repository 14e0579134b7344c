"""Which atoms are bonded: the one rule for atoms that were placed rather than edited."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sixring.errors import UsageError

__all__ = ["bonds_of"]

# Half of the longest bond between two atoms of an element, in angstrom. Relaxed bonds of carbon
# are 1.3 to 1.7 long, the longest being the new ones in vacancies, and second neighbours 2.2 and
# farther apart. Silicon's bonds to carbon are 1.7 to 2.0 long, to silicon 2.2 to 2.5, and
# carbon atoms that aren't bonded to it lie beyond 2.5.
_REACH = {"C": 0.95, "N": 0.9, "B": 0.95, "Si": 1.325}


def bonds_of(positions: NDArray[np.float64], elements: Sequence[str]) -> NDArray[np.int64]:
    """Bond the atoms that are near enough: carbon to carbon up to 1.9 angstrom.

    Each element has a reach; two atoms are bonded where they are no farther apart than both
    reaches together: C-C 1.9, N-C 1.85, B-C 1.9, Si-C 2.275, Si-Si 2.65 angstrom.

    Parameters
    ----------
    positions : ndarray, shape (n, 2) or (n, 3)
        Atoms of one layer in angstrom. Give the heights where there are any: in projection a
        bond of a silicon atom that stands out of the sheet looks too short, and one across a
        crowded spot appears.
    elements : sequence of str
        n chemical symbols out of C, N, B and Si.

    Returns
    -------
    ndarray, shape (m, 2)
        Pairs of indices, the smaller first, in ascending order.

    Raises
    ------
    UsageError
        If there isn't one element an atom, or an element has no reach.

    Examples
    --------
    >>> import numpy as np
    >>> bonds_of(np.array([[0.0, 0.0], [1.42, 0.0], [3.5, 0.0]]), ["C", "C", "Si"]).tolist()
    [[0, 1], [1, 2]]
    """
    if len(positions) != len(elements):
        raise UsageError(
            f"{len(positions)} atoms can't have {len(elements)} elements: give one each"
        )
    unknown = sorted(set(elements) - _REACH.keys())
    if unknown:
        raise UsageError(
            f"no length of bond is known for {', '.join(unknown)}: "
            f"the elements are {', '.join(_REACH)}"
        )
    if len(positions) < 2:
        return np.empty((0, 2), dtype=np.int64)
    reach = np.array([_REACH[element] for element in elements])
    tree = cKDTree(positions)
    pairs = tree.query_pairs(2 * float(reach.max()), output_type="ndarray").astype(np.int64)
    i, j = pairs.T
    near = np.linalg.norm(positions[j] - positions[i], axis=1) <= reach[i] + reach[j]
    bonds: NDArray[np.int64] = pairs[near]
    return bonds[np.lexsort((bonds[:, 1], bonds[:, 0]))]
