"""Areas, counts and densities against published values and by simulation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson

from sixring.report import SUMMARY_COLUMNS, clear_area, density, ring_census, summary
from sixring.report.statistics import (
    counted_defects,
    densities,
    in_clear,
    region_area,
    wilson,
)
from sixring.types import Defect, Detection, Mask, Region

# Garwood's limits of 95 % as others publish them.
PUBLISHED = [
    (0, 0.0, 3.689),  # the R package epitools, documentation of pois.exact
    (10, 4.80, 18.39),  # calculatorhub.com, "Poisson confidence interval calculator"
    (25, 16.18, 36.90),  # graphpad.com, "How QuickCalcs computes the interval of a count"
]


@pytest.mark.parametrize(("count", "low", "high"), PUBLISHED)
def test_the_interval_is_the_published_one(count: int, low: float, high: float) -> None:
    found = density(count, 1.0)
    assert found is not None
    assert found.value == count
    assert found.low == pytest.approx(low, abs=0.0051)
    assert found.high == pytest.approx(high, abs=0.0051)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8, 20, 75, 300])
def test_the_limits_solve_garwoods_equations(count: int) -> None:
    found = density(count, 1.0)
    assert found is not None
    # At the upper limit so few, and at the lower one so many, come once in forty experiments.
    assert poisson.cdf(count, found.high) == pytest.approx(0.025, rel=1e-9)
    if count:
        assert poisson.sf(count - 1, found.low) == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize("mean", [0.3, 1.7, 4.0, 12.5, 60.0])
def test_the_interval_holds_the_mean_at_least_as_often_as_it_says(mean: float) -> None:
    area = 7.0
    counts = np.random.default_rng(5).poisson(mean, 20_000)
    intervals = {int(count): density(int(count), area) for count in np.unique(counts)}
    hits = 0
    for count in counts:
        found = intervals[int(count)]
        assert found is not None
        hits += found.low <= mean / area <= found.high
    # Three standard errors of a coverage of 95 % are 0.5 %.
    assert hits / len(counts) >= 0.945


@pytest.mark.parametrize(
    ("found", "there"), [(0, 1), (1, 1), (0, 25), (9, 10), (31, 66), (400, 400)]
)
def test_the_interval_of_a_share_is_the_one_of_scipy(found: int, there: int) -> None:
    expected = binomtest(found, there).proportion_ci(method="wilson")
    assert wilson(found, there) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("found", "there"), [(0, 0), (5, 3), (-1, 3)])
def test_no_share_is_that_of_more_than_all(found: int, there: int) -> None:
    with pytest.raises(ValueError, match=f"^of {there} there can't be {found}$"):
        wilson(found, there)


def test_a_count_of_zero_has_a_real_upper_limit() -> None:
    found = density(0, 50.0)
    assert found is not None
    assert (found.value, found.low) == (0.0, 0.0)
    # No event has a chance of exp(-mean); 2.5 % of it is the upper limit.
    assert found.high == pytest.approx(-math.log(0.025) / 50.0)


def test_no_area_gives_no_density() -> None:
    assert density(0, 0.0) is None
    assert density(3, 0.0) is None


@pytest.mark.parametrize(
    ("count", "area", "message"),
    [
        (-1, 1.0, "a count can't be negative, not -1"),
        (1, -2.0, "an area must be finite and not negative, not -2.0 nm^2"),
        (1, math.nan, "an area must be finite and not negative, not nan nm^2"),
        (1, math.inf, "an area must be finite and not negative, not inf nm^2"),
    ],
)
def test_impossible_counts_and_areas_are_named(count: int, area: float, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is asserted whole
        density(count, area)
    assert str(caught.value) == message


@given(st.integers(0, 5000), st.floats(1e-3, 1e6))
def test_the_density_lies_in_its_interval(count: int, area: float) -> None:
    found = density(count, area)
    assert found is not None
    assert found.low <= found.value <= found.high
    assert found.high > found.low


@given(st.integers(0, 500), st.floats(0.1, 1e4), st.floats(0.1, 100.0))
def test_the_density_scales_with_the_area(count: int, area: float, factor: float) -> None:
    one, other = density(count, area), density(count, area * factor)
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(np.array(other) * factor, one, rtol=1e-9)


def test_the_clear_area_is_in_nanometres(make_sheet: Callable[..., Detection]) -> None:
    detection = make_sheet(
        (50, 80), sampling=0.2, regions=[(Region.VACUUM, slice(0, 50), slice(0, 20))]
    )
    # 50 x 60 pixels of 0.02 nm: 1.0 nm x 1.2 nm.
    assert clear_area(detection) == pytest.approx(1.2)
    assert region_area(detection, Region.VACUUM) == pytest.approx(0.4)
    assert region_area(detection, Region.BLUR) == 0


def test_positions_are_judged_by_their_nearest_pixel() -> None:
    regions = np.zeros((4, 5), dtype=np.uint8)
    regions[1, 2] = Region.CONTAMINATION
    places = [(1.4, 2.4), (1.6, 2.0), (1.0, 1.4), (0.6, 1.6)]
    assert in_clear(Mask(regions), places).tolist() == [False, True, True, False]


def test_positions_outside_the_image_are_not_clear() -> None:
    mask = Mask(np.zeros((4, 5), dtype=np.uint8))
    places = [(-0.4, 0.0), (-0.6, 0.0), (3.4, 4.4), (3.6, 0.0), (0.0, 4.6)]
    assert in_clear(mask, places).tolist() == [True, False, True, False, False]
    assert in_clear(mask, []).tolist() == []


def test_only_defects_of_the_clear_area_count(planted: Detection) -> None:
    assert counted_defects(planted).tolist() == [True, False, True, True]
    found = densities(planted)
    assert {name: count for name, (count, _) in found.items()} == {"DV-585": 1, "SW": 1, "Si-C3": 1}
    assert found["SW"][1] == density(1, clear_area(planted))


def test_names_come_by_how_often_they_were_counted(perfect: Detection) -> None:
    names = ["SW", "N", "SW", "B"]
    defects = tuple(Defect(name, 0.9, (50.0, 50.0), (), 0) for name in names)
    assert list(densities(replace(perfect, defects=defects))) == ["SW", "B", "N"]


def test_every_region_but_clear_is_left_out(perfect: Detection) -> None:
    defect = Defect("SW", 0.9, (10.0, 10.0), (5, 5, 7, 7), 0)
    for region in Region:
        mask = Mask(np.full(perfect.mask.regions.shape, region, dtype=np.uint8))
        counted = counted_defects(replace(perfect, mask=mask, defects=(defect,)))
        assert counted.tolist() == [region == Region.CLEAR]


def test_the_census_counts_rings_by_size(planted: Detection) -> None:
    census = ring_census(planted)
    assert list(census) == [5, 6, 7, 8]
    assert census[5] == (6, 4)
    assert census[7] == (4, 2)
    assert census[8] == (1, 1)
    assert sum(count.found for count in census.values()) == len(planted.rings)
    assert census[6].clear < census[6].found


def test_the_summary_has_the_columns_that_follow_from_a_detection(planted: Detection) -> None:
    row = summary(planted)
    assert ("file", "status", "reason", *row) == SUMMARY_COLUMNS
    area = clear_area(planted)
    expected = density(3, area)
    assert expected is not None
    assert row == {
        "mode": "hrtem",
        "sampling_A": 0.22,
        "orientation_deg": 11.0,
        "clear_area_nm2": area,
        "contaminated_fraction": pytest.approx(90 * 80 / 256**2),
        "n_defects": 3,
        "density_per_nm2": expected.value,
        "density_low": expected.low,
        "density_high": expected.high,
        "seconds": 1.25,
    }


def test_a_summary_without_clear_area_has_no_density(planted: Detection) -> None:
    hidden = Mask(np.full(planted.mask.regions.shape, Region.CONTAMINATION, dtype=np.uint8))
    row = summary(replace(planted, mask=hidden))
    assert (row["clear_area_nm2"], row["n_defects"], row["contaminated_fraction"]) == (0, 0, 1)
    assert [row[f"density_{end}"] for end in ("per_nm2", "low", "high")] == [None] * 3
