"""Exit waves: where their focus is, what they refuse, and that they are always the same."""

from __future__ import annotations

import hashlib
import math
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from hrtem_cases import flat, image, sheet
from sixring.errors import UsageError
from sixring.simulate import HRTEM, ExitWave, exit_wave, hrtem_intensity
from sixring.simulate._abtem import quiet_abtem

ONE = np.array([[12.0, 12.0]])
NOTHING: dict[str, Any] = {
    "positions": np.empty((0, 3)),
    "elements": [],
    "energy": 80e3,
    "shape": (40, 50),
    "sampling": 0.2,
}

FINGERPRINT = """
import hashlib
import numpy as np
from sixring.simulate import HRTEM, exit_wave, hrtem_intensity
rng = np.random.default_rng(4)
points = rng.uniform(0, 40, (300, 3)) * [1, 1, 0.2]
wave = exit_wave(points, ["C"] * 300, energy=80e3, shape=(90, 100), sampling=0.2, origin=(8, 9))
print(hashlib.sha256(hrtem_intensity(wave, HRTEM()).tobytes()).hexdigest())
"""


def test_without_a_specimen_the_wave_is_plane() -> None:
    wave = exit_wave(**NOTHING)
    assert wave.coefficients[0, 0] == pytest.approx(1, abs=1e-5)
    assert np.abs(wave.coefficients.ravel()[1:]).max() < 1e-6
    np.testing.assert_allclose(hrtem_intensity(wave, HRTEM()), np.ones((40, 50)), atol=1e-5)


def test_the_cell_goes_beyond_the_image_by_the_margin() -> None:
    wave = exit_wave(**NOTHING, margin=7.1)
    assert wave.margin == pytest.approx(7.2)
    assert wave.cell >= (40 + 2 * 36, 50 + 2 * 36)
    assert wave.extent == (wave.cell[1] * 0.2, wave.cell[0] * 0.2)
    assert exit_wave(**NOTHING, margin=0.0).margin == 0


def test_no_electron_is_lost_in_a_thin_specimen() -> None:
    points, elements = sheet(60.0)
    wave = exit_wave(points, elements, energy=80e3, shape=(100, 100), sampling=0.2, origin=(20, 20))
    # What is scattered beyond 2 / angstrom is all that is missing.
    assert 0.99 < np.square(np.abs(wave.coefficients)).sum() < 1


@pytest.mark.parametrize("height", [-4.0, 2.0, 6.0])
def test_height_is_focus(height: float) -> None:
    # Electrons come from above: an atom higher up is farther from the lens, and underfocus is
    # what brings it into focus.
    raised = image(flat(ONE, height), ["Si"], HRTEM(defocus=40 + height, cs=0.0))
    level = image(flat(ONE), ["Si"], HRTEM(defocus=40, cs=0.0))
    assert level.std() > 0.002
    np.testing.assert_allclose(raised, level, atol=2e-4)
    unfocused = image(flat(ONE, height), ["Si"], HRTEM(defocus=40, cs=0.0))
    assert np.abs(unfocused - level).max() > 2e-3


def test_atoms_beyond_the_cell_do_not_come_in_from_the_other_side() -> None:
    far = np.array([[-30.0, 5.0, 0.0], [5.0, 300.0, 0.0]])
    wave = exit_wave(**{**NOTHING, "positions": far, "elements": ["Si", "Si"]})
    np.testing.assert_allclose(hrtem_intensity(wave, HRTEM()), 1, atol=1e-5)


def test_the_order_of_the_atoms_is_nothing() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(2, 22, (60, 3)) * [1, 1, 0.3]
    elements = np.array(["C", "Si", "H"])[rng.integers(0, 3, 60)]
    turn = rng.permutation(60)
    np.testing.assert_allclose(
        image(points[turn], list(elements[turn]), HRTEM()),
        image(points, list(elements), HRTEM()),
        atol=1e-5,
    )


def test_a_wave_can_be_sent_to_another_process() -> None:
    points, elements = sheet(20.0)
    wave = exit_wave(points, elements, energy=80e3, shape=(50, 50), sampling=0.2, origin=(5, 5))
    sent: ExitWave = pickle.loads(pickle.dumps(wave))
    np.testing.assert_array_equal(hrtem_intensity(sent, HRTEM()), hrtem_intensity(wave, HRTEM()))


@pytest.mark.slow
def test_another_process_and_another_configuration_give_the_same_bytes() -> None:
    rng = np.random.default_rng(4)
    points = rng.uniform(0, 40, (300, 3)) * [1, 1, 0.2]
    with quiet_abtem() as abtem:
        pass
    theirs = {"fft": "fftw", "dask.lazy": True, "precision": "float64", "antialias.cutoff": 0.9}
    with abtem.config.set(theirs):
        wave = exit_wave(
            points, ["C"] * 300, energy=80e3, shape=(90, 100), sampling=0.2, origin=(8, 9)
        )
        ours = hashlib.sha256(hrtem_intensity(wave, HRTEM()).tobytes()).hexdigest()
    other = subprocess.run(
        [sys.executable, "-c", FINGERPRINT], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == ours
    assert other.stderr == ""


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"positions": np.zeros((2, 2))}, "positions must have the shape (n, 3), not (2, 2)"),
        ({"positions": np.zeros((2, 3))}, "2 positions can't have 0 elements"),
        (
            {"positions": np.full((1, 3), math.nan), "elements": ["C"]},
            "positions and origin must be finite",
        ),
        ({"origin": (0.0, math.inf)}, "positions and origin must be finite"),
        ({"energy": 10.0}, "energy must be at least 20000 and at most 300000, not 10"),
        ({"shape": (0, 5)}, "shape must be at least one row and one column, not (0, 5)"),
        ({"sampling": 0.0}, "sampling must be at least 0.02 and at most 0.6, not 0"),
        ({"margin": -1.0}, "margin must be at least 0 and finite, not -1"),
        ({"margin": math.inf}, "margin must be at least 0 and finite, not inf"),
        (
            {"shape": (2000, 3000), "margin": 50.0},
            "an image 600 angstrom wide with a margin of 50 is too large for one wave: both "
            "together may be 683 angstrom",
        ),
        (
            {"positions": np.ones((1, 3)), "elements": ["Xx"]},
            "there is no scattering factor for the element 'Xx'",
        ),
    ],
)
def test_arguments_that_can_not_be(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        exit_wave(**{**NOTHING, **changed})
    assert str(refused.value) == message


def test_without_abtem_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "abtem", None)
    with pytest.raises(UsageError, match=r'pip install "sixring\[simulate\]"'):
        exit_wave(**NOTHING)
