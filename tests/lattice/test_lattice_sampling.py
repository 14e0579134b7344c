"""The sampling that the lattice itself gives, and what is made of a given one."""

from __future__ import annotations

import numpy as np
import pytest

from lattice_images import as_micrograph, honeycomb, noisy
from sixring.lattice import GRAPHENE, find_lattice
from sixring.simulate import micrograph, preset, sample
from sixring.structures import perfect_sheet
from sixring.types import Contrast, Mode

CONTRASTS: tuple[Contrast, ...] = ("bright", "dark")


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize(
    ("sampling", "side"),
    [(0.06, 400), (0.08, 320), (0.12, 256), (0.2, 200), (0.3, 200), (0.45, 160), (0.7, 128)],
)
def test_the_sampling_of_three_waves_in_noise(
    sampling: float, side: int, contrast: Contrast
) -> None:
    image = honeycomb((side, side + 16), sampling, orientation=17, contrast=contrast)
    lattice = find_lattice(as_micrograph(noisy(100 + 3 * image, 5.0)))
    assert lattice.sampling == pytest.approx(sampling, rel=0.02)
    assert lattice.sampling == lattice.sampling_from_lattice
    assert lattice.lattice_constant == pytest.approx(GRAPHENE)
    assert lattice.contrast == contrast


@pytest.mark.parametrize(
    ("mode", "contrast", "dose"),
    [("hrtem", "bright", 1e4), ("hrtem", "dark", 1e4), ("stem", "bright", 2e6)],
)
@pytest.mark.parametrize("sampling", [0.1, 0.25, 0.45])
def test_the_sampling_of_a_simulated_micrograph(
    sampling: float, mode: Mode, contrast: Contrast, dose: float
) -> None:
    extent = 200 * sampling + 4
    found = micrograph(
        perfect_sheet(extent, extent, orientation=41),
        mode=mode,
        contrast=contrast,
        shape=(200, 200),
        sampling=sampling,
        dose=dose,
        origin=(2.0, 2.0),
    )
    lattice = find_lattice(as_micrograph(found.image))
    assert lattice.sampling == pytest.approx(sampling, rel=0.02)
    assert lattice.contrast == contrast
    assert lattice.significance > 6


@pytest.mark.parametrize("off", [0.92, 0.97, 1.0, 1.05, 1.08])
def test_a_given_sampling_is_used_and_the_lattice_constant_tells_how_far_it_is_off(
    off: float,
) -> None:
    image = noisy(honeycomb((200, 200), 0.2, orientation=5), 1.0)
    lattice = find_lattice(as_micrograph(image, 0.2 * off))
    assert lattice.sampling == 0.2 * off
    assert lattice.sampling_from_lattice == pytest.approx(0.2, rel=0.005)
    assert lattice.lattice_constant == pytest.approx(GRAPHENE * off, rel=0.005)


@pytest.mark.parametrize("given", [0.216, 0.26])
def test_the_lattices_own_sampling_on_request(given: float) -> None:
    image = noisy(honeycomb((200, 200), 0.2, orientation=5), 1.0)
    lattice = find_lattice(as_micrograph(image, given), use_lattice_sampling=True)
    assert lattice.sampling == lattice.sampling_from_lattice == pytest.approx(0.2, rel=0.005)
    assert lattice.lattice_constant == pytest.approx(GRAPHENE)


@pytest.mark.parametrize("a", [2.39, 2.46, 2.53])
def test_the_lattice_constant_at_a_true_sampling(a: float) -> None:
    sheet = perfect_sheet(64, 64, a=a, orientation=9)
    found = micrograph(sheet, shape=(200, 200), sampling=0.3, origin=(2.0, 2.0))
    lattice = find_lattice(found.micrograph)
    assert lattice.lattice_constant == pytest.approx(a, rel=0.005)


def test_an_oblong_image_is_calibrated_by_both_its_sides() -> None:
    image = noisy(honeycomb((100, 900), 0.25, orientation=3), 1.0)
    assert find_lattice(as_micrograph(image)).sampling == pytest.approx(0.25, rel=0.01)
    turned = find_lattice(as_micrograph(np.ascontiguousarray(image.T)))
    assert turned.sampling == pytest.approx(0.25, rel=0.01)


def test_dirt_and_bright_atoms_do_not_hide_the_lattice() -> None:
    rng = np.random.default_rng(4)
    image = noisy(honeycomb((256, 256), 0.25, orientation=22), 0.8)
    image[:, :100] += rng.normal(0, 40, (256, 100))
    for row, col in rng.integers(110, 250, (12, 2)):
        image[row - 3 : row + 3, col - 3 : col + 3] += 200
    lattice = find_lattice(as_micrograph(image))
    assert lattice.sampling == pytest.approx(0.25, rel=0.02)


def test_both_orders_are_not_confused() -> None:
    # In HRTEM the second order can outshine the first, and is turned by 30 degrees.
    first = honeycomb((200, 200), 0.2, orientation=12)
    second = honeycomb((200, 200), 0.2 * np.sqrt(3), orientation=42)
    lattice = find_lattice(as_micrograph(noisy(first + 2 * second, 2.0)))
    assert lattice.sampling == pytest.approx(0.2, rel=0.01)
    assert lattice.orientation == pytest.approx(12, abs=0.5)


def test_evidence_grows_with_the_dose() -> None:
    sheet = perfect_sheet(64, 64, orientation=9)
    found = [
        find_lattice(
            micrograph(sheet, shape=(200, 200), sampling=0.3, origin=(2.0, 2.0), dose=d).micrograph
        ).significance
        for d in (100.0, 400.0, 4000.0)
    ]
    assert found[0] < found[1] < found[2]


def test_a_given_sampling_is_kept_in_a_sharp_image_with_a_hole() -> None:
    # The rim of the vacuum puts a little power where a lattice with sqrt(3) as large would be.
    frame = sample(preset("ulm-80"), np.random.default_rng([1, 2])).simulated
    lattice = find_lattice(frame.micrograph)
    assert lattice.sampling_from_lattice == pytest.approx(frame.sampling, rel=0.02)
