"""The period of the lattice in real patches, of graphene and of another crystal."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sixring
from sixring.patches import lattice_period
from sixring.structures import LATTICE_CONSTANT

REAL_DATA = os.environ.get("SIXRING_REAL_DATA", "")

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not REAL_DATA, reason="SIXRING_REAL_DATA names no folder"),
]


def patches(image: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    rows, cols = (length // side for length in image.shape)
    return (
        image[: rows * side, : cols * side]
        .reshape(rows, side, cols, side)
        .swapaxes(1, 2)
        .reshape(-1, side, side)
    )


def test_a_crystal_that_is_not_graphene() -> None:
    [file] = (Path(REAL_DATA) / "not_graphene").glob("MoS2*.npy")
    period = lattice_period(patches(sixring.read(file).image, 48))
    assert period is not None
    assert 0.137 * period == pytest.approx(3.16, rel=0.05)  # angstrom, MoS2


def test_silicon_in_graphene() -> None:
    folder = Path(REAL_DATA) / "stem_si_dopants"
    with (folder / "si_atoms.csv").open(encoding="utf-8", newline="") as file:
        samplings = {row["file"]: float(row["sampling_A_per_px"]) for row in csv.DictReader(file)}
    said = {
        name: lattice_period(patches(sixring.read(folder / name).image, 96)) for name in samplings
    }
    found = np.array([samplings[name] * period for name, period in said.items() if period])
    assert len(found) > 0.8 * len(samplings)
    assert np.mean(np.abs(np.log(found / LATTICE_CONSTANT)) < 0.08) > 0.9
