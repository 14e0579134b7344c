"""Atoms that scatter more than carbon: found, not invented, and brought down to carbon."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from detection_cases import (
    NO_FOREIGN,
    STEP,
    bumps,
    canvas_of,
    image_of,
    in_canvas,
    nearest,
    perfect,
    planted,
    triangular,
)
from sixring.detection._foreign import ForeignAtoms, calm, find_foreign_atoms
from sixring.detection._lookup import interpolated
from sixring.lattice import Canvas, find_lattice, prepare
from sixring.simulate import Patch, Simulated, micrograph
from sixring.structures import perfect_sheet, substitute
from sixring.types import Contrast, Mode

CLEAR: list[tuple[Mode, Contrast]] = [("hrtem", "dark"), ("hrtem", "bright"), ("stem", "bright")]
SHAPE = (130, 190)
RINGS = triangular(10, 11)


def on_canvas(simulated: Simulated) -> tuple[Canvas, Contrast]:
    lattice = find_lattice(simulated.micrograph)
    return prepare(simulated.image, lattice.sampling_from_lattice), lattice.contrast


def silicon_of(simulated: Simulated) -> NDArray[np.float64]:
    where: NDArray[np.float64] = simulated.atoms.positions[
        np.array(simulated.atoms.elements) == "Si"
    ]
    return where


def by_hand(
    bright: NDArray[np.float64], height: float = 4.0, contrast: Contrast = "bright"
) -> Canvas:
    """Atoms of height 1 on a triangular grid, and some higher ones."""
    points = np.concatenate([RINGS, bright])
    heights = np.concatenate([np.ones(len(RINGS)), np.full(len(bright), height)])
    image = bumps(points, SHAPE, 0.5 / STEP, heights)
    return canvas_of(image if contrast == "bright" else -image)


@pytest.mark.parametrize("sampling", [0.12, 0.2, 0.3])
@pytest.mark.parametrize("name", ["Si-C3", "Si-C4"])
@pytest.mark.parametrize(("mode", "contrast"), CLEAR)
def test_silicon_is_found(mode: Mode, contrast: Contrast, name: str, sampling: float) -> None:
    simulated = image_of(planted(name), mode, contrast, sampling=sampling)
    canvas, seen = on_canvas(simulated)
    found = find_foreign_atoms(canvas, seen, mode)
    true = in_canvas(canvas, silicon_of(simulated))
    assert len(found.positions) == len(true) == 1
    assert np.linalg.norm(found.positions - true) * canvas.sampling < 0.1
    assert found.probability[0] > 0.99
    assert found.elements == ("Si",)
    # 1.7 times carbon in HRTEM and 4.2 times in a dark field, and carbon stands between atoms.
    assert found.contrast[0] > (1.7 if mode == "hrtem" else 4.2)


@pytest.mark.parametrize(("mode", "dose"), [("hrtem", 2e3), ("hrtem", 1e4), ("stem", 1e5)])
def test_perfect_sheets_hold_none(mode: Mode, dose: float) -> None:
    for seed in range(20):
        canvas, contrast = on_canvas(image_of(perfect(), mode, dose=dose, seed=seed))
        assert len(find_foreign_atoms(canvas, contrast, mode).positions) == 0, seed


@pytest.mark.parametrize(("mode", "dose"), [("hrtem", 1e4), ("stem", 1e6)])
def test_contamination_holds_none(mode: Mode, dose: float) -> None:
    sheet = perfect_sheet(64, 64, orientation=11)
    for seed in range(4):
        simulated = micrograph(
            sheet,
            mode=mode,
            shape=(290, 290),
            sampling=0.2,
            dose=dose,
            origin=(3.0, 3.0),
            contamination=[Patch((32.0, 32.0), 12.0)],
            seed=seed,
        )
        canvas, contrast = on_canvas(simulated)
        assert len(find_foreign_atoms(canvas, contrast, mode).positions) == 0, seed


def test_silicon_beside_contamination_is_found() -> None:
    sheet = perfect_sheet(64, 64, orientation=11)
    atom = int(np.linalg.norm(sheet.positions - [50.0, 50.0], axis=1).argmin())
    simulated = micrograph(
        substitute(sheet, atom, "Si"),
        mode="stem",
        shape=(290, 290),
        sampling=0.2,
        dose=1e6,
        origin=(3.0, 3.0),
        contamination=[Patch((20.0, 20.0), 9.0)],
        seed=2,
    )
    canvas, contrast = on_canvas(simulated)
    found = find_foreign_atoms(canvas, contrast, "stem")
    true = in_canvas(canvas, silicon_of(simulated))
    assert nearest(true, found.positions)[0] * canvas.sampling < 0.15
    assert len(found.positions) == 1


@pytest.mark.parametrize("contrast", ["bright", "dark"])
def test_hand_made_bright_atom(contrast: Contrast) -> None:
    place = np.array([[60.3, 88.6]])
    found = find_foreign_atoms(by_hand(place, contrast=contrast), contrast, "hrtem")
    assert len(found.positions) == 1
    assert np.abs(found.positions - place).max() < 0.5
    assert found.contrast[0] > 2


@pytest.mark.parametrize(
    ("height", "mode", "element"),
    [(1.5, "stem", "N"), (1.5, "hrtem", "Si"), (12.0, "stem", "Si"), (12.0, "hrtem", "Si")],
)
def test_height_tells_nitrogen_from_silicon_in_dark_field(
    height: float, mode: Mode, element: str
) -> None:
    atom = int(np.linalg.norm(RINGS - RINGS.mean(axis=0), axis=1).argmin())
    found = find_foreign_atoms(by_hand(RINGS[[atom]], height=height), "bright", mode)
    assert found.elements == (element,)


def test_not_much_brighter_is_not_foreign() -> None:
    atom = int(np.linalg.norm(RINGS - RINGS.mean(axis=0), axis=1).argmin())
    # One atom of the grid itself, raised in place: 1 of 1.3 doesn't pass 1.6 times the median.
    for raise_by, number in ((0.3, 0), (1.5, 1)):
        canvas = by_hand(RINGS[[atom]], height=raise_by)
        assert len(find_foreign_atoms(canvas, "bright", "hrtem").positions) == number


@pytest.mark.parametrize(("crowd", "found"), [(1, 1), (3, 3), (4, 4), (5, 0), (7, 0)])
def test_crowds_are_contamination(crowd: int, found: int) -> None:
    middle = RINGS.mean(axis=0)
    around = 2 * np.pi * np.arange(crowd) / crowd
    ring = middle + 3.0 / STEP * np.stack([np.sin(around), np.cos(around)], axis=1)
    assert len(find_foreign_atoms(by_hand(ring), "bright", "hrtem").positions) == found


def test_bright_atoms_far_apart_are_no_crowd() -> None:
    corners = np.array([[25.0, 25.0], [25.0, 120.0], [75.0, 60.0], [75.0, 110.0], [75.0, 155.0]])
    assert len(find_foreign_atoms(by_hand(corners), "bright", "hrtem").positions) == 5


def test_nothing_in_an_image_without_tops() -> None:
    ramp = np.add.outer(np.arange(40.0), np.arange(50.0)).astype(np.float32)
    found = find_foreign_atoms(canvas_of(ramp), "bright", "hrtem")
    assert found.positions.shape == (0, 2)
    assert len(found.contrast) == len(found.probability) == 0


@pytest.mark.parametrize("name", ["Si-C3", "Si-C4"])
@pytest.mark.parametrize(("mode", "contrast"), CLEAR)
def test_calm_brings_silicon_down_to_carbon(mode: Mode, contrast: Contrast, name: str) -> None:
    simulated = image_of(planted(name), mode, contrast)
    raw, seen = on_canvas(simulated)
    calmed = calm(raw, find_foreign_atoms(raw, seen, mode), seen)
    sign = 1 if seen == "bright" else -1

    def height(canvas: Canvas, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        smooth = ndimage.gaussian_filter(sign * canvas.image, 0.3 / canvas.sampling)
        return interpolated(smooth, in_canvas(canvas, pixels))

    carbon = simulated.atoms.positions[np.array(simulated.atoms.elements) == "C"]
    atom = float(np.median(height(raw, carbon)))
    hole = float(np.median(height(raw, simulated.rings.centres)))

    def share(canvas: Canvas) -> float:
        """Height of the silicon, 0 at a ring's centre and 1 at a carbon atom."""
        return float((height(canvas, silicon_of(simulated))[0] - hole) / (atom - hole))

    assert share(raw) > 1.5
    # Rather too low than too high, and never so low that the site would be called vacant.
    assert 0.5 < share(calmed) < 1.1


def test_calm_leaves_what_is_far_alone() -> None:
    simulated = image_of(planted("Si-C3"), "stem")
    raw, contrast = on_canvas(simulated)
    found = find_foreign_atoms(raw, contrast, "stem")
    calmed = calm(raw, found, contrast)
    rows, cols = np.indices(raw.image.shape)
    away = np.hypot(rows - found.positions[0, 0], cols - found.positions[0, 1]) * raw.sampling
    assert np.array_equal(calmed.image[away > 8], raw.image[away > 8])
    assert np.abs(calmed.image - raw.image)[away < 0.5].min() > 1.0
    assert calmed.sampling == raw.sampling
    assert calmed.zoom == raw.zoom


def test_calm_does_not_write_into_its_input() -> None:
    canvas = by_hand(np.array([[60.0, 88.0]]))
    before = canvas.image.copy()
    calm(canvas, find_foreign_atoms(canvas, "bright", "hrtem"), "bright")
    np.testing.assert_array_equal(canvas.image, before)


def test_calm_without_foreign_atoms_is_the_same_canvas() -> None:
    canvas = by_hand(np.empty((0, 2)))
    assert calm(canvas, NO_FOREIGN, "bright") is canvas


def test_calm_takes_off_what_is_over_the_others() -> None:
    # Alone on flat ground, four times as high as an atom: a quarter of it stays.
    place = np.array([[30.0, 40.0]])
    canvas = canvas_of(4.0 * bumps(place, (61, 81), 0.65 / STEP))
    foreign = ForeignAtoms(place, np.array([4.0]), np.array([1.0]), ("Si",))
    assert calm(canvas, foreign, "bright").image[30, 40] == pytest.approx(1.0, abs=0.05)
    dark = canvas_of(-canvas.image)
    np.testing.assert_allclose(
        calm(dark, foreign, "dark").image, -calm(canvas, foreign, "bright").image
    )


def test_calm_at_the_corner_of_the_image() -> None:
    place = np.array([[1.0, 2.0]])
    canvas = canvas_of(4.0 * bumps(place, (40, 40), 0.65 / STEP))
    foreign = ForeignAtoms(place, np.array([4.0]), np.array([1.0]), ("Si",))
    assert calm(canvas, foreign, "bright").image[1, 2] == pytest.approx(1.0, abs=0.05)
