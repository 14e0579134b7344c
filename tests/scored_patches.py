"""Scores and labels with known properties, for the tests of the evaluation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray


class Scored(NamedTuple):
    scores: NDArray[np.float64]
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]


def normals(
    n_defect: int, n_perfect: int, distance: float, *, groups: int = 20, seed: int = 0
) -> Scored:
    """Draw scores from N(0, 1) for perfect patches and N(distance, 1) for defects.

    The AUC is Phi(distance / sqrt 2), the groups have no influence.
    """
    generator = np.random.default_rng(seed)
    labels = np.repeat([1, 0], [n_defect, n_perfect])
    scores = generator.normal(size=len(labels)) + distance * labels
    names = np.char.add("m", generator.integers(groups, size=len(labels)).astype(str))
    return Scored(scores, labels, names)


@st.composite
def tied_scores(draw: st.DrawFn, *, groups: int = 4) -> Scored:
    """Draw few patches of both classes whose scores often agree."""
    n = draw(st.integers(4, 30))
    labels = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n).filter(_both))
    scores = draw(st.lists(st.integers(-4, 4), min_size=n, max_size=n))
    names = draw(st.lists(st.integers(0, groups - 1), min_size=n, max_size=n))
    return Scored(
        np.array(scores) / 4, np.array(labels), np.char.add("m", np.array(names).astype(str))
    )


def _both(labels: list[int]) -> bool:
    return 0 < sum(labels) < len(labels)
