"""The middle of a preset."""

from __future__ import annotations

import math

import pytest

from sixring.errors import UsageError
from sixring.limit._central import central_conditions
from sixring.simulate import HRTEM, STEM, Camera, preset, presets


def test_the_middle_of_the_challenge() -> None:
    found = central_conditions(preset("challenge"), 0.25)
    assert found == HRTEM(
        sampling=0.25,
        dose=1.0,
        energy=80e3,
        cs=-10e4,
        defocus=-70.0,
        astigmatism=10.0,
        astigmatism_angle=90.0,
        trefoil=150.0,
        trefoil_angle=60.0,
        coma=150.0,
        coma_angle=180.0,
        focal_spread=32.5,
        vibration=0.15,
        camera=Camera(mtf=0.65),
    )


def test_a_scan_is_not_distorted() -> None:
    found = central_conditions(preset("stem"), 0.15)
    assert isinstance(found, STEM)
    assert (found.jitter, found.flyback, found.drift_row, found.drift_col) == (0, 0, 0, 0)
    # Three energies, two inner angles; a logarithmic range.
    assert (found.energy, found.inner) == (80e3, 60.0)
    assert found.gain == pytest.approx(math.sqrt(50))


def test_choices_of_ranges() -> None:
    found = central_conditions(preset("team-80"), 0.3)
    assert isinstance(found, HRTEM)
    # The middles in order: -182.5 twice, -72.5, 142.5 twice, 250.
    assert found.defocus == -72.5


def test_no_bits_and_some() -> None:
    chosen = preset("stem")
    for bits, expected in (("none", None), ({"choice": ["none", 8, 12, 16]}, 12)):
        changed = chosen.changed(conditions={"bits": bits})  # type: ignore[dict-item]
        found = central_conditions(changed, 0.15)
        assert isinstance(found, STEM)
        assert found.bits == expected


@pytest.mark.parametrize("name", presets())
def test_every_preset_has_a_middle(name: str) -> None:
    found = central_conditions(preset(name), 0.2)
    assert (found.mode, found.sampling, found.dose) == (preset(name).mode, 0.2, 1.0)


def test_a_sampling_that_can_t_be() -> None:
    with pytest.raises(UsageError, match=r"^sampling must be at least 0\.02 and at most 0\.6"):
        central_conditions(preset("challenge"), 2.0)
