"""Sheets and micrographs that several tests of the lattice look at."""

from __future__ import annotations

import pytest

from lattice_images import Analysis, analyse
from sixring.simulate import Simulated, micrograph
from sixring.structures import Sheet, perfect_sheet, tilt_boundary

SIDE = 64.0
"""Extent of the sheets in angstrom: 4 more than the images of them."""


@pytest.fixture(scope="session", params=[13.2, 21.8, 32.2])
def boundary(request: pytest.FixtureRequest) -> tuple[float, Sheet]:
    """A tilt boundary: its angle in degrees and its atoms, 104 angstrom wide."""
    return request.param, tilt_boundary(104, 104, request.param)


@pytest.fixture(scope="session")
def sheet() -> Sheet:
    """A perfect sheet, its zigzag rows at 11 degrees."""
    return perfect_sheet(SIDE, SIDE, orientation=11)


@pytest.fixture(scope="session")
def clean(sheet: Sheet) -> Simulated:
    """The sheet in HRTEM, 240 x 240 pixels."""
    return micrograph(sheet, shape=(240, 240), sampling=0.25, origin=(2.0, 2.0), seed=1)


@pytest.fixture(scope="session")
def analysis(clean: Simulated) -> Analysis:
    """What the stages say about it."""
    return analyse(clean.micrograph)
