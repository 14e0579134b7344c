"""Cameras: statistics, spread of signal, bad pixels and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate import Camera, record_camera
from sixring.simulate._camera import modulation_transfer

IDEAL = Camera()


def even(electrons: float, shape: tuple[int, int] = (512, 512)) -> NDArray[np.float64]:
    return np.full(shape, electrons)


@pytest.mark.parametrize("electrons", [0.3, 4.0, 400.0, 1e5])
def test_the_variance_of_the_counts_is_their_mean(electrons: float) -> None:
    counts = record_camera(even(electrons), IDEAL, np.random.default_rng(0)).astype(np.float64)
    assert counts.mean() == pytest.approx(electrons, rel=0.01)
    assert counts.var() == pytest.approx(counts.mean(), rel=0.02)
    assert (counts == np.rint(counts)).all()


def test_counts_follow_the_expectation_pixel_by_pixel() -> None:
    expected = np.random.default_rng(1).uniform(0, 50, (40, 60))
    rng = np.random.default_rng(2)
    frames = np.stack([record_camera(expected, IDEAL, rng) for _ in range(2000)])
    assert np.abs(frames.mean(axis=0) - expected).max() < 5 * math.sqrt(50 / 2000)
    assert (frames.var(axis=0) / expected).mean() == pytest.approx(1, rel=0.02)


@given(mtf=st.floats(0.02, 1.0), rows=st.integers(1, 40), cols=st.integers(1, 40))
def test_the_spread_of_signal_loses_no_electron(mtf: float, rows: int, cols: int) -> None:
    expected = np.random.default_rng(3).uniform(0, 1e4, (rows, cols))
    sharp = record_camera(expected, IDEAL, np.random.default_rng(5))
    spread = record_camera(expected, Camera(mtf=mtf), np.random.default_rng(5))
    assert spread.sum(dtype=np.float64) == pytest.approx(sharp.sum(dtype=np.float64), rel=1e-6)


@given(frequency=st.floats(0, 0.5), mtf=st.floats(0.01, 1.0))
def test_the_transfer_is_one_at_zero_and_what_was_said_at_nyquist(
    frequency: float, mtf: float
) -> None:
    ends = modulation_transfer(np.array([0.0, 0.5]), mtf)
    np.testing.assert_allclose(ends, [1.0, mtf])
    assert mtf * 0.999 <= modulation_transfer(np.array(frequency), mtf) <= 1


def test_the_power_of_the_noise_is_that_of_the_transfer_squared() -> None:
    camera = Camera(mtf=0.3)
    frames = [
        record_camera(even(100.0, (256, 256)), camera, np.random.default_rng(s)) for s in range(12)
    ]
    # Away from the borders, where what is mirrored adds up.
    power = np.mean([np.square(np.abs(np.fft.fft2(f[20:-20, 20:-20]))) for f in frames], axis=0)
    side = 216
    f = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None, :])
    ring = np.rint(f / 0.05).astype(int)
    for number in range(1, 11):
        chosen = ring == number
        expected = 100.0 * side**2 * np.square(modulation_transfer(f[chosen], 0.3)).mean()
        assert power[chosen].mean() == pytest.approx(expected, rel=0.04)


def test_a_modulation_is_weakened_by_the_transfer() -> None:
    cols = np.arange(200)
    wave = np.cos(2 * np.pi * 0.2 * (cols + 0.5))
    expected = np.broadcast_to(1e6 * (1 + 0.5 * wave), (200, 200))
    recorded = record_camera(expected, Camera(mtf=0.25), np.random.default_rng(0)).mean(axis=0)
    left = 2 * np.mean(recorded * wave) / recorded.mean()
    assert left == pytest.approx(0.5 * 0.25**0.4, rel=0.005)


def test_gain_offset_and_read_noise() -> None:
    camera = Camera(gain=3.0, offset=100.0, read_noise=5.0)
    counts = record_camera(even(20.0), camera, np.random.default_rng(0)).astype(np.float64)
    assert counts.mean() == pytest.approx(160, rel=0.005)
    assert counts.var() == pytest.approx(9 * 20 + 25, rel=0.02)
    dark = record_camera(even(0.0), camera, np.random.default_rng(0))
    assert dark.mean() == pytest.approx(100, abs=0.1)
    assert dark.std() == pytest.approx(5, rel=0.02)


def test_the_dose_scales_the_signal_and_its_noise() -> None:
    ramp = np.linspace(0.5, 1.5, 256) * np.ones((256, 1))
    relative = []
    for dose in (10.0, 1000.0):
        counts = record_camera(dose * ramp, IDEAL, np.random.default_rng(0))
        assert counts.mean() == pytest.approx(dose, rel=0.01)
        relative.append((counts / dose - ramp).std())
    assert relative[0] / relative[1] == pytest.approx(10, rel=0.03)


def test_dead_and_hot_pixels_have_their_shares() -> None:
    camera = Camera(offset=-7.0, dead=0.02, hot=0.01)
    counts = record_camera(even(1000.0), camera, np.random.default_rng(0))
    size = counts.size
    assert (counts == -7.0).sum() == round(0.02 * size)
    assert (counts == counts.max()).sum() == pytest.approx(0.01 * size, abs=3)
    healthy = counts[(counts > -7.0) & (counts < counts.max())]
    assert healthy.mean() == pytest.approx(993, rel=0.001)
    where = np.argwhere(counts == -7.0).mean(axis=0)
    np.testing.assert_allclose(where, 255.5, atol=10)


def test_half_the_pixels_may_be_dead_and_the_others_hot() -> None:
    counts = record_camera(even(50.0), Camera(dead=0.5, hot=0.5), np.random.default_rng(0))
    assert sorted(np.unique(counts)) == [0.0, counts.max()]


def test_bits_make_whole_numbers_and_clip_them() -> None:
    camera = Camera(gain=1.5, offset=-20.0, read_noise=0.5, bits=8)
    ramp = np.linspace(0, 400, 256) * np.ones((64, 1))
    counts = record_camera(ramp, camera, np.random.default_rng(0))
    assert counts.dtype == np.float32
    assert (counts == np.rint(counts)).all()
    assert counts.min() == 0
    assert counts.max() == 255
    assert (counts[:, -50:] == 255).all()
    assert (counts[:, 0] == 0).all()
    deep = record_camera(even(1e9, (4, 4)), Camera(bits=24), np.random.default_rng(0))
    assert (deep.astype(np.uint32) == 2**24 - 1).all()


def test_the_seed_makes_the_frame() -> None:
    camera = Camera(mtf=0.4, gain=2.0, read_noise=1.0, dead=0.01, hot=0.01, bits=12)
    first, again, other = (
        record_camera(even(30.0, (64, 48)), camera, np.random.default_rng(s)) for s in (1, 1, 2)
    )
    assert first.tobytes() == again.tobytes()
    assert (first != other).mean() > 0.5
    assert first.shape == (64, 48)


def test_what_is_expected_is_left_as_it_was() -> None:
    expected = even(5.0, (8, 8))
    record_camera(expected, replace(IDEAL, mtf=0.2, dead=0.1), np.random.default_rng(0))
    np.testing.assert_array_equal(expected, 5.0)


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (np.ones(4), "the expected electrons must be an image of two axes, not of shape (4,)"),
        (
            np.ones((0, 4)),
            "the expected electrons must be an image of two axes, not of shape (0, 4)",
        ),
        (
            np.array([[1.0, -0.5]]),
            "the expected electrons of a pixel must be from 0 to 1e15, not -0.5 to 1",
        ),
        (
            np.array([[1.0, math.nan]]),
            "the expected electrons of a pixel must be from 0 to 1e15, not nan to nan",
        ),
        (
            np.array([[1.0, math.inf]]),
            "the expected electrons of a pixel must be from 0 to 1e15, not 1 to inf",
        ),
    ],
)
def test_expectations_that_can_not_be(expected: NDArray[np.float64], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        record_camera(expected, IDEAL, np.random.default_rng(0))
    assert str(refused.value) == message
