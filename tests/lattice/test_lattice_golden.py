"""One value a stage, as it was when it was last looked at: what changes one, says so."""

from __future__ import annotations

import numpy as np
import pytest

from lattice_images import Analysis, analyse
from sixring.lattice._calibrate import calibrate
from sixring.lattice._hexagon import HexagonMap
from sixring.lattice._spectrum import excess, flatten, power_spectrum
from sixring.lattice._waves import grain_amplitudes, ring_centre_sign
from sixring.simulate import Patch, Simulated, micrograph
from sixring.structures import perfect_sheet
from sixring.types import Region


@pytest.fixture(scope="module")
def golden() -> Simulated:
    return micrograph(
        perfect_sheet(64, 64, orientation=11),
        shape=(200, 200),
        sampling=0.3,
        dose=2e3,
        origin=(2.0, 2.0),
        contamination=(Patch((24.0, 40.0), 14.0),),
        seed=20,
    )


@pytest.fixture(scope="module")
def found(golden: Simulated) -> Analysis:
    return analyse(golden.micrograph)


def test_spectrum(golden: Simulated) -> None:
    ratio = excess(power_spectrum(flatten(golden.image, 8.0)))
    assert np.log(ratio.max()) == pytest.approx(5.75787, abs=5e-3)


def test_hexagon(golden: Simulated) -> None:
    best = HexagonMap(excess(power_spectrum(flatten(golden.image, 8.0)))).best()
    assert best.frequency == pytest.approx(0.140197, abs=5e-5)
    assert best.power == pytest.approx(5.21208, abs=5e-3)


def test_calibration(golden: Simulated) -> None:
    calibration = calibrate(golden.image, None)
    assert calibration.sampling == pytest.approx(0.300211, abs=1e-5)
    assert calibration.significance == pytest.approx(19.1571, abs=0.01)


def test_lattice(found: Analysis) -> None:
    assert found.lattice.orientation == pytest.approx(10.9365, abs=2e-3)
    assert found.lattice.contrast_strength == pytest.approx(0.995424, abs=1e-3)


def test_canvas(found: Analysis) -> None:
    assert found.canvas.image[100, 100] == pytest.approx(0.496771, abs=1e-4)


def test_waves(found: Analysis) -> None:
    sign = ring_centre_sign(found.canvas, found.lattice.grains)
    assert sign == pytest.approx(0.995424, abs=1e-3)
    amplitude = grain_amplitudes(found.canvas, found.lattice.grains[:1], 6.0)[0]
    assert np.median(amplitude) == pytest.approx(0.145488, abs=1e-3)


def test_local_view(found: Analysis) -> None:
    assert found.view.floor == pytest.approx(13.8735, rel=2e-3)
    assert np.median(found.view.lattice) == pytest.approx(35.5655, rel=2e-3)
    assert found.view.rings.std() == pytest.approx(0.448266, rel=2e-3)


def test_mask(found: Analysis) -> None:
    assert found.mask.fraction(Region.CONTAMINATION) == pytest.approx(0.215275, abs=2e-3)
