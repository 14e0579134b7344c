"""Several images of one specimen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sixring.simulate import HRTEM, STEM, record
from sixring.structures import grow
from training._expose import expose, glitched
from training._sources import SOURCES, Source

SCAN = np.random.default_rng(0).poisson(5.0, (40, 30)).astype(np.float32)


def small(mode: str) -> Source:
    source = next(one for one in SOURCES if one.preset.mode == mode)
    return replace(
        source,
        preset=source.preset.changed(
            shape=(96, 96),
            specimen={"density": 0.1, "contamination": 0.0, "vacuum": 0.0, "bilayer": 0.0},
            conditions={"sampling": 0.2},
        ),
    )


def test_most_scans_have_no_glitch() -> None:
    clean = sum(glitched(SCAN, np.random.default_rng(seed)) is SCAN for seed in range(400))
    assert 0.78 < clean / 400 < 0.92


def test_a_glitch_moves_or_scales_rows_and_nothing_else() -> None:
    seen = set()
    for seed in range(200):
        found = glitched(SCAN, np.random.default_rng(seed))
        assert found.shape == SCAN.shape
        assert found.dtype == np.float32
        moved = [
            tuple(sorted(row)) == tuple(sorted(old)) for row, old in zip(found, SCAN, strict=True)
        ]
        changed = [bool((row != old).any()) for row, old in zip(found, SCAN, strict=True)]
        seen |= {(a, b) for a, b in zip(moved, changed, strict=True)}
    assert seen == {(True, False), (True, True), (False, True)}


def test_a_scan_is_never_changed_in_place() -> None:
    before = SCAN.copy()
    for seed in range(50):
        glitched(SCAN, np.random.default_rng(seed))
    np.testing.assert_array_equal(SCAN, before)


@pytest.mark.slow
def test_images_of_a_wave_are_those_that_would_be_recorded_one_by_one() -> None:
    images = expose(small("hrtem"), 3, np.random.default_rng(5))
    assert len(images) == 3
    first = images[0]
    assert {one.sampling for one in images} == {0.2}
    assert len({one.dose for one in images}) == 3
    assert all(one.defects is first.defects for one in images)
    again = expose(small("hrtem"), 3, np.random.default_rng(5))
    for one, other in zip(images, again, strict=True):
        np.testing.assert_array_equal(one.image, other.image)
    for one in images:
        assert isinstance(one.conditions, HRTEM)
        electrons = float(one.expected.mean()) / (one.dose * 0.2**2)
        assert electrons == pytest.approx(1.0, abs=0.05)


@pytest.mark.slow
def test_one_image_of_a_wave_is_what_the_simulator_records() -> None:
    from sixring.simulate import draw
    from training._expose import _exposed, _sheet

    rng = np.random.default_rng(7)
    source = small("hrtem")
    plan, conditions = draw(source.preset, rng)
    sheet = replace(plan, size=_sheet([conditions], source.preset.shape))
    specimen = grow(sheet, np.random.default_rng(1))
    (found,) = _exposed(specimen, [conditions], source.preset.shape, np.random.default_rng(2))
    expected = record(specimen, conditions, shape=source.preset.shape, rng=np.random.default_rng(2))
    np.testing.assert_allclose(found.expected, expected.expected, rtol=1e-5)
    np.testing.assert_array_equal(found.mask.regions, expected.mask.regions)
    np.testing.assert_allclose(found.rings.centres, expected.rings.centres, atol=1e-9)
    assert len(found.defects) == len(expected.defects) > 0
    for one, other in zip(found.defects, expected.defects, strict=True):
        assert one.position == pytest.approx(other.position, abs=1e-9)
        assert (one.name, one.census, one.rings) == (other.name, other.census, other.rings)


@pytest.mark.slow
def test_scans_share_their_specimen_and_not_their_conditions() -> None:
    images = expose(small("stem"), 2, np.random.default_rng(5))
    one, other = (image.conditions for image in images)
    assert isinstance(one, STEM)
    assert isinstance(other, STEM)
    assert (one.sampling, one.energy) == (other.sampling, other.energy)
    assert one.dose != other.dose
    names = [[defect.name for defect in image.defects] for image in images]
    assert names[0] == names[1]
