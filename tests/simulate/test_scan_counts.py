"""Counts are Poisson, then what the electronics make of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sixring.simulate import STEM
from sixring.simulate._counts import expected_electrons, record_scan

RNG = np.random.default_rng


def test_electrons_are_dose_times_area_times_share_times_efficiency() -> None:
    signal = np.array([[5e-4, 1e-3]])
    conditions = STEM(dose=1e6, sampling=0.1, efficiency=0.5)
    np.testing.assert_allclose(expected_electrons(signal, conditions), [[2.5, 5.0]])


def test_a_signal_below_zero_is_none() -> None:
    assert expected_electrons(np.array([-1e-9]), STEM()).tolist() == [0.0]


@pytest.mark.parametrize("mean", [0.3, 1.0, 7.0, 400.0])
def test_mean_and_variance_of_the_counts_are_equal(mean: float) -> None:
    image = record_scan(np.full((400, 400), mean), STEM(), RNG(3)).astype(np.float64)
    assert image.mean() == pytest.approx(mean, rel=0.02)
    assert image.var() == pytest.approx(image.mean(), rel=0.02)
    np.testing.assert_array_equal(image, np.rint(image))


def test_gain_offset_and_read_noise() -> None:
    conditions = STEM(gain=30.0, offset=1000.0, read_noise=12.0)
    image = record_scan(np.full((300, 300), 4.0), conditions, RNG(5)).astype(np.float64)
    assert image.mean() == pytest.approx(1000 + 30 * 4, rel=0.005)
    assert image.var() == pytest.approx(30**2 * 4 + 12**2, rel=0.02)


def test_where_nothing_arrives_the_read_noise_is_left() -> None:
    conditions = STEM(offset=100.0, read_noise=3.0)
    image = record_scan(np.zeros((300, 300)), conditions, RNG(6))
    assert image.mean() == pytest.approx(100.0, abs=0.05)
    assert image.std() == pytest.approx(3.0, rel=0.02)


def test_bits_make_whole_numbers_and_clip() -> None:
    expected = np.array([0.0, 10.0, 100.0, 1000.0])
    conditions = STEM(dose=math.inf, gain=1.27, offset=-5.0, bits=8)
    image = record_scan(expected, conditions, RNG(0))
    assert image.tolist() == [0.0, 8.0, 122.0, 255.0]
    assert image.dtype == np.float32


def test_an_infinite_dose_has_no_noise() -> None:
    conditions = STEM(dose=math.inf, sampling=0.1)
    expected = expected_electrons(np.array([[5e-4]]), conditions)
    np.testing.assert_allclose(expected, [[5e3]])
    np.testing.assert_allclose(record_scan(expected, conditions, RNG(0)), [[5e3]])


def test_the_same_seed_gives_the_same_bytes() -> None:
    expected, conditions = np.full((30, 30), 2.0), STEM(read_noise=0.5)
    one, same, other = (record_scan(expected, conditions, RNG(s)) for s in (4, 4, 5))
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()
