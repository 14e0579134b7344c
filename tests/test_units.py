"""Lengths as users and files write them."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import SixringError, UnitError, UsageError
from sixring.units import length_in_angstrom, parse_sampling


@pytest.mark.parametrize(
    ("text", "angstrom"),
    [
        ("11.2 pm", 0.112),
        ("0.0112 nm", 0.112),
        ("0.112 A", 0.112),
        ("0.112", 0.112),
        ("0.112 Å", 0.112),
        ("0.112Å", 0.112),
        ("0.112 angstrom", 0.112),
        ("0.112 Angstroms", 0.112),
        ("  .112 A ", 0.112),
        ("1.12e-1 A", 0.112),
        ("1.12E1 pm", 0.112),
        ("+11.2pm", 0.112),
        ("0.112 A/px", 0.112),
        ("0.112/px", 0.112),
        ("11.2 pm / pixel", 0.112),
        ("0.0112 nm/pix", 0.112),
        ("1.12e-11 m", 0.112),
        ("1.12e-5 µm", 0.112),
        ("1.12e-5 um", 0.112),
        ("1.12e-5 micron", 0.112),
        ("3 A", 3.0),
    ],
)
def test_a_sampling_is_read_as_it_is_written(text: str, angstrom: float) -> None:
    assert parse_sampling(text) == angstrom


@pytest.mark.parametrize("number", [0.112, 1, 3.5e-2])
def test_a_bare_number_is_angstrom(number: float) -> None:
    assert parse_sampling(number) == number
    assert isinstance(parse_sampling(number), float)


@pytest.mark.parametrize("text", ["", "pm", "two pm", "--1 A", "nan A", "inf", "e5 A"])
def test_what_holds_no_number(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_sampling(text)
    assert str(caught.value) == (
        f"the sampling {text!r} isn't a length: write a number and a unit, such as '11.2 pm'"
    )


@pytest.mark.parametrize("given", ["-0.1 A", "0", "0 nm", 0.0, -2.0, math.nan, math.inf])
def test_a_sampling_is_positive_and_finite(given: str | float) -> None:
    with pytest.raises(UnitError) as caught:
        parse_sampling(given)
    assert str(caught.value) == f"the sampling must be a positive length, not {given!r}"


@pytest.mark.parametrize(
    "unit", ["eV", "mrad", "furlongs per moon", "px", "pixel", "1/nm", "nm^2", "px/A"]
)
def test_what_is_no_unit_of_length(unit: str) -> None:
    with pytest.raises(UnitError) as caught:
        length_in_angstrom(0.5, unit)
    assert str(caught.value) == f"unknown unit of length {unit!r} in '0.5 {unit}': use A, pm or nm"
    with pytest.raises(UnitError, match="unknown unit of length"):
        parse_sampling(f"0.5 {unit}")


@pytest.mark.parametrize(
    ("text", "rest"), [("1,2 pm", "'1 ,2 pm'"), ("0x10 A", "'0 x10 A'"), ("0.2 px", "'0.2 px'")]
)
def test_a_number_that_goes_on_where_the_unit_should_be(text: str, rest: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_sampling(text)
    assert str(caught.value).endswith(f" in {rest}: use A, pm or nm")


def test_a_wrong_unit_is_a_wrong_argument() -> None:
    with pytest.raises(UsageError):
        parse_sampling("1 eV")
    with pytest.raises(ValueError, match="1 eV"):
        parse_sampling("1 eV")
    assert issubclass(UnitError, SixringError)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("", 1), ("A", 1), ("Å", 1), ("pm", 0.01), ("nm", 10), ("μm", 1e4), ("µm", 1e4), ("m", 1e10)],
)
@given(value=st.floats(1e-6, 1e6))
def test_lengths_are_converted(unit: str, factor: float, value: float) -> None:
    assert length_in_angstrom(value, unit) == pytest.approx(value * factor, rel=1e-12)


@pytest.mark.parametrize("spelling", ["um", "μm", "micron", "microns", "\\u00B5m", "micrometer"])
def test_every_spelling_of_the_micrometre(spelling: str) -> None:
    assert length_in_angstrom(0.5, spelling) == pytest.approx(5000.0)


@pytest.mark.parametrize("spelling", ["A", "Å", "Ang", "ang", "Angstrom", "angstrom", "angstroms"])
def test_every_spelling_of_the_angstrom(spelling: str) -> None:
    assert length_in_angstrom(0.25, spelling) == pytest.approx(0.25)


@given(picometres=st.integers(1, 100_000))
def test_no_digits_come_from_the_conversion(picometres: int) -> None:
    assert parse_sampling(f"{picometres} pm") == picometres / 100


@given(value=st.floats(1e-4, 1e4), unit=st.sampled_from(["A", "pm", "nm", "um"]))
def test_what_is_written_with_and_without_a_space_is_the_same(value: float, unit: str) -> None:
    assert parse_sampling(f"{value!r}{unit}") == parse_sampling(f" {value!r}   {unit}/px ")


def test_angstrom_does_not_wait_for_pint() -> None:
    code = (
        "import sys; from sixring.units import parse_sampling; parse_sampling('0.2 A'); "
        "sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
