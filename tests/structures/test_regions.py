import numpy as np
import pytest

from sixring.structures import perfect_sheet
from sixring.structures._regions import RegionMap
from sixring.types import Region
from specimens import grown

NOTHING = np.empty((0, 2))


def at(regions: RegionMap, *points: tuple[float, float]) -> list[Region]:
    return [Region(int(value)) for value in regions.at(np.array(points))]


def test_a_sheet_ends_an_angstrom_beyond_its_atoms() -> None:
    sheet = perfect_sheet(40, 40).positions
    left = sheet[:, 0].min()
    regions = RegionMap((40.0, 40.0), sheet, NOTHING, NOTHING)
    assert at(regions, (left - 0.5, 20.0), (left - 1.8, 20.0)) == [Region.CLEAR, Region.VACUUM]
    assert at(regions, (20.0, 20.0), (-30.0, 20.0), (20.0, 1e6)) == [
        Region.CLEAR,
        Region.VACUUM,
        Region.VACUUM,
    ]


def test_the_middle_of_a_ring_belongs_to_the_sheet_and_a_hole_does_not() -> None:
    sheet = perfect_sheet(60, 60).positions
    away = np.linalg.norm(sheet - 30, axis=1)
    regions = RegionMap((60.0, 60.0), sheet[away > 6], NOTHING, NOTHING)
    assert at(regions, (30.0, 30.0), (34.0, 30.0)) == [Region.VACUUM, Region.VACUUM]
    assert at(regions, (30.0, 40.0)) == [Region.CLEAR]
    whole = RegionMap((60.0, 60.0), sheet, NOTHING, NOTHING)
    assert at(whole, (30.0, 30.0), (34.0, 30.0)) == [Region.CLEAR, Region.CLEAR]


def test_dirt_comes_before_the_second_layer_and_this_before_the_sheet() -> None:
    sheet = perfect_sheet(60, 60).positions
    second = sheet[sheet[:, 0] < 40]
    lying = sheet[sheet[:, 0] < 20]
    regions = RegionMap((60.0, 60.0), sheet, lying, second)
    assert at(regions, (10.0, 30.0), (30.0, 30.0), (50.0, 30.0)) == [
        Region.CONTAMINATION,
        Region.BILAYER,
        Region.CLEAR,
    ]


def test_single_atoms_of_dirt_count_where_they_are() -> None:
    sheet = perfect_sheet(40, 40).positions
    regions = RegionMap((40.0, 40.0), sheet, np.array([[20.0, 20.0]]), NOTHING)
    assert at(regions, (20.0, 20.0), (20.6, 20.0), (22.0, 20.0)) == [
        Region.CONTAMINATION,
        Region.CONTAMINATION,
        Region.CLEAR,
    ]


@pytest.mark.parametrize("shape", [(2,), (5, 2), (3, 4, 2)])
def test_regions_have_the_shape_of_the_points(shape: tuple[int, ...]) -> None:
    specimen = grown(size=(40.0, 40.0))
    regions = specimen.regions(np.full(shape, 20.0))
    assert regions.shape == shape[:-1]
    assert regions.dtype == np.uint8
    assert (regions == Region.CLEAR).all()
