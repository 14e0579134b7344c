from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import ImageError
from sixring.io._sampling import choose_sampling, pixel_size
from sixring.io._signal import UNCALIBRATED, Axis, Signal, describe, is_reciprocal

LENGTHS = {"m": 1e10, "mm": 1e7, "µm": 1e4, "um": 1e4, "micron": 1e4, "nm": 10.0, "Å": 1.0,
           "A": 1.0, "angstrom": 1.0, "pm": 1e-2}  # fmt: skip


def signal(rows: Axis, cols: Axis) -> Signal:
    return describe(np.zeros((40, 40)), [rows, cols])


@given(st.sampled_from(sorted(LENGTHS)), st.floats(1e-3, 1e3))
def test_every_unit_of_length(unit: str, angstrom: float) -> None:
    length, note = pixel_size(Axis(angstrom / LENGTHS[unit], unit))
    assert length == pytest.approx(angstrom, rel=1e-9)
    assert note == ""


@pytest.mark.parametrize("unit", ["", " ", "px", "Pixels", "[]", "None"])
@pytest.mark.parametrize("scale", [None, 1.0, 0.0])
def test_what_stands_for_nothing(scale: float | None, unit: str) -> None:
    assert pixel_size(Axis(scale, unit)) == (None, "")


@pytest.mark.parametrize(
    ("axis", "note"),
    [
        (Axis(0.2, ""), "the file's pixel size of 0.2 has no unit of length and was left out"),
        (Axis(2, "px"), "the file's pixel size of 2 px has no unit of length and was left out"),
        (Axis(-1, "nm"), "the file's pixel size of -1 nm is impossible and was left out"),
        (Axis(0, "nm"), "the file's pixel size of 0 nm is impossible and was left out"),
        (Axis(math.inf, "nm"), "the file's pixel size of inf nm is impossible and was left out"),
        (Axis(math.nan, "wide"), "the file's pixel size of 'wide' is impossible and was left out"),
        (
            Axis(0.2, "ells2"),
            "the file's pixel size of 0.2 ells2 has no known unit and was left out",
        ),
        (Axis(0.2, "s"), "the file's pixel size of 0.2 s has no known unit and was left out"),
        (
            Axis(0.1, "inch"),
            "the file's pixel size of 0.1 inch is that of a printer and was left out",
        ),
    ],
)
def test_what_is_left_out_is_said(axis: Axis, note: str) -> None:
    assert pixel_size(axis) == (None, note)
    assert choose_sampling(signal(axis, axis), 0.3, "f") == (0.3, [note])


@pytest.mark.parametrize(
    "unit", ["1/nm", "1 / nm", "nm^-1", "nm-1", "Å⁻¹", "1/Å", "mrad", "rad", "deg", "1/meters"]
)
def test_reciprocal_units(unit: str) -> None:
    assert is_reciprocal(unit)


@pytest.mark.parametrize("unit", ["nm", "m", "Å", "", "px", "A", "radish"])
def test_other_units(unit: str) -> None:
    assert not is_reciprocal(unit)


def test_the_two_sides_may_be_in_different_units() -> None:
    assert choose_sampling(signal(Axis(0.02, "nm"), Axis(20, "pm")), None, "f") == (0.2, [])


def test_sides_within_one_percent_are_averaged() -> None:
    sampling, notes = choose_sampling(signal(Axis(0.2, "A"), Axis(0.2018, "A")), None, "f")
    assert sampling == pytest.approx(0.2009)
    assert notes == []


def test_sides_that_differ_by_more() -> None:
    rectangle = signal(Axis(0.2, "A"), Axis(0.203, "A"))
    with pytest.raises(ImageError, match=r"^f: the pixels aren't square, 0\.2 A high and 0\.203 A"):
        choose_sampling(rectangle, None, "f")
    assert choose_sampling(rectangle, 0.2, "f")[0] == 0.2


def test_one_side_only() -> None:
    sampling, notes = choose_sampling(signal(Axis(0.2, "A"), UNCALIBRATED), None, "f")
    assert sampling is None
    assert notes == ["the file states a pixel size along one axis only, which was left out"]


def test_the_user_goes_before_the_file() -> None:
    square = signal(Axis(0.2, "A"), Axis(0.2, "A"))
    assert choose_sampling(square, 0.2015, "f") == (0.2015, [])
    assert choose_sampling(square, 0.25, "f") == (
        0.25,
        ["the sampling given, 0.25 A/px, was used; the file says 0.2 A/px"],
    )
    assert choose_sampling(signal(UNCALIBRATED, UNCALIBRATED), 0.25, "f") == (0.25, [])
