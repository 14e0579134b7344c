import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.simulate import Patch


def test_a_patch_has_the_density_and_about_the_size_that_were_asked_for() -> None:
    patch = Patch((3.0, -2.0), radius=20.0, density=0.5)
    rng = np.random.default_rng(0)
    grid = np.stack(np.meshgrid(np.arange(-60, 60, 0.5), np.arange(-60, 60, 0.5)), axis=-1)
    areas, counts = [], []
    for _ in range(40):
        drawn = patch.draw(rng)
        areas.append(drawn.covers(grid).sum() * 0.25)
        counts.append(len(drawn.atoms))
        assert drawn.covers(drawn.atoms).all()
    assert np.mean(areas) == pytest.approx(np.pi * 20**2, rel=0.15)
    assert np.sum(counts) / np.sum(areas) == pytest.approx(0.5, rel=0.05)


def test_the_outline_is_irregular_and_follows_the_seed() -> None:
    patch = Patch((0.0, 0.0), radius=10.0)
    first, again, other = (patch.draw(np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.atoms, again.atoms)
    assert not np.array_equal(first.outline.swing, other.outline.swing)
    angle = np.linspace(0, 2 * np.pi, 90)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])
    reach = np.array([first.covers(r * ring) for r in np.arange(1, 20, 0.25)]).sum(axis=0) * 0.25
    assert reach.std() > 0.5


@pytest.mark.parametrize("values", [{"radius": 0.0}, {"radius": 3.0, "density": -1.0}])
def test_patches_that_cannot_be(values: dict[str, float]) -> None:
    with pytest.raises(UsageError) as caught:
        Patch((0.0, 0.0), **values)
    assert str(caught.value).startswith(
        "contamination needs a positive radius and density, not Patch(position=(0.0, 0.0)"
    )
