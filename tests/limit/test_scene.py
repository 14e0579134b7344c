"""Images of a lattice that lies as it should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sixring.limit._central import central_conditions
from sixring.limit._poses import CELL, cell_of, poses
from sixring.limit._scene import Scene
from sixring.simulate import STEM, preset, record
from sixring.structures import Plan, grow

OFFSET = np.array([0.4, -0.7])


def scene(
    mode: str, side: int = 48, orientation: float = 17.0, changed: dict[str, float] | None = None
) -> Scene:
    name, sampling = {"hrtem": ("challenge", 0.2), "stem": ("stem", 0.15)}[mode]
    conditions = replace(central_conditions(preset(name), sampling), **(changed or {}))  # type: ignore[arg-type]
    return Scene(conditions, orientation, OFFSET, side)


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
def test_the_perfect_lattice_repeats_itself(mode: str) -> None:
    first = scene(mode)
    moved = replace(
        first, offset=OFFSET + first.placed(CELL[:1])[0] - first.placed(np.zeros((1, 2)))[0]
    )
    apart = np.abs(first.image() - moved.image()).max()
    assert apart < 1e-3 * first.image().std()


def test_places_and_their_inverse() -> None:
    one = scene("hrtem")
    points = np.array([[0.0, 0.0], [3.0, -2.0]])
    np.testing.assert_allclose(one.in_lattice(one.placed(points)), points)
    np.testing.assert_allclose(one.placed(np.zeros((1, 2))), OFFSET[None])
    # A zigzag row along x lies at 17 degrees, from the columns towards the rows.
    along = one.placed(np.array([[1.0, 0.0]]))[0] - OFFSET
    assert np.degrees(np.arctan2(along[1], along[0])) == pytest.approx(17.0)
    row, col = one.pixels(np.array([1.0, 0.0]))
    assert (row, col) == pytest.approx(2.46 / 0.2 * along[::-1])


def test_a_ring_is_dark_in_a_scan_and_where_the_offset_says() -> None:
    image = replace(scene("stem"), offset=np.array([0.3, -0.45])).image()
    row, col = np.unravel_index(image[16:32, 16:32].argmin(), (16, 16))
    # From the middle, which lies between two pixels: 0.45 angstrom up, 0.3 to the right.
    assert (row - 7.5, col - 7.5) == pytest.approx((-3.0, 2.0), abs=1.0)


def test_the_signal_of_a_scan_adds_up() -> None:
    found = scene("stem")
    conditions = found.conditions
    assert isinstance(conditions, STEM)
    # 5.9e-4 of the beam at 60 kV, less at 80 kV, and a tenth more of background.
    mean = found.image().mean() / conditions.sampling**2
    assert 3e-4 < mean < 7e-4
    half = replace(conditions, efficiency=0.5)
    np.testing.assert_allclose(replace(found, conditions=half).image(), 0.5 * found.image())


def test_vacuum_gives_one_electron_for_each_of_the_beam() -> None:
    found = scene("hrtem").image()
    assert found.mean() / 0.2**2 == pytest.approx(1.0, abs=0.02)
    assert found.std() > 0.02 * found.mean()


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
def test_a_turned_scene_is_a_turned_image(mode: str) -> None:
    none = {"astigmatism": 0.0, "trefoil": 0.0, "coma": 0.0} if mode == "hrtem" else {}
    upright = scene(mode, orientation=10.0, changed=none)
    # By 90 degrees from the columns towards the rows: x becomes y, y becomes -x.
    turned = replace(upright, orientation=100.0, offset=np.array([0.7, 0.4]))
    pose = poses("SV")[0][0]
    for shown in (None, pose):
        one, other = upright.image(shown), turned.image(shown)
        assert np.abs(np.rot90(one, -1) - other).max() < 2e-3 * one.std()


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
def test_it_images_as_the_simulator_records(mode: str) -> None:
    one = scene(mode, orientation=0.0)
    specimen = grow(Plan(size=(60.0, 60.0), orientation=0.0), np.random.default_rng(0))
    conditions = replace(one.conditions, dose=1.0)
    found = record(specimen, conditions, shape=(48, 48), rng=np.random.default_rng(0))
    # The same lattice under another offset: the same frequencies of values.
    mean, spread = found.expected.mean(), found.expected.std()
    assert one.image().mean() == pytest.approx(mean, rel=0.03)
    assert one.image().std() == pytest.approx(spread, rel=0.05)


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
def test_a_defect_is_seen_where_it_lies_and_nowhere_else(mode: str) -> None:
    one = scene(mode, side=300)
    pose = poses("DV-585")[0][0]
    pose = pose.moved(cell_of(pose.middle - one.in_lattice(np.zeros((1, 2)))[0]))
    difference = one.image(pose) - one.image()
    rows, cols = np.indices(difference.shape)
    power = difference**2
    place = one.placed(pose.middle[None])[0] / one.conditions.sampling + 149.5
    assert (power * cols).sum() / power.sum() == pytest.approx(place[0], abs=4)
    assert (power * rows).sum() / power.sum() == pytest.approx(place[1], abs=4)
    border = np.concatenate([difference[[0, -1]].ravel(), difference[:, [0, -1]].ravel()])
    assert np.abs(border).max() < 2e-3 * np.abs(difference).max()
    if mode == "stem":
        # Two atoms less, each as bright as those of the sheet: 2.62 square angstrom an atom.
        perfect = one.image()
        signal = perfect.mean() / (1 + 0.1)
        missing = -difference.sum() / signal * one.conditions.sampling**2 / 2.62
        assert missing == pytest.approx(2, abs=0.15)
