from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.simulate import (
    HRTEM,
    STEM,
    Distribution,
    Preset,
    draw,
    hrtem_reach,
    preset,
    presets,
    stem_reach,
)


def drawn(chosen: Preset, n: int = 20) -> list[tuple[object, HRTEM | STEM]]:
    return [draw(chosen, np.random.default_rng(seed)) for seed in range(n)]


def test_names() -> None:
    assert presets() == ("challenge", "hrtem", "stem", "team-80", "ulm-80", "ultrastem-60")


def test_an_unknown_name_is_told_the_others() -> None:
    with pytest.raises(UsageError) as raised:
        preset("titan")
    assert str(raised.value) == (
        "there is no preset 'titan': choose from challenge, hrtem, stem, team-80, ulm-80, "
        "ultrastem-60"
    )


@pytest.mark.parametrize("name", presets())
def test_every_preset_can_be_drawn_from(name: str) -> None:
    chosen = preset(name)
    assert chosen.name == name
    assert chosen.description
    for plan, conditions in drawn(chosen, 5):
        assert conditions.mode == chosen.mode
        rows, cols = (n * conditions.sampling for n in chosen.shape)
        width, height = plan.size  # type: ignore[attr-defined]
        assert width > cols + 10
        assert height > rows + 10


def test_the_challenge() -> None:
    chosen = preset("challenge")
    for plan, conditions in drawn(chosen):
        assert isinstance(conditions, HRTEM)
        assert (conditions.energy, conditions.sampling) == (80e3, 0.20)
        assert 1e3 <= conditions.dose <= 1e4
        assert set(plan.defects) == {  # type: ignore[attr-defined]
            "SV",
            "DV-585",
            "DV-555777",
            "SW",
            "flower",
            "Si-C3",
        }


def test_the_sheet_fills_what_an_hrtem_image_shows() -> None:
    for plan, conditions in drawn(preset("hrtem")):
        assert isinstance(conditions, HRTEM)
        beyond = (plan.size[0] - 512 * conditions.sampling) / 2  # type: ignore[attr-defined]
        assert beyond > hrtem_reach(conditions)


def test_a_drifting_scan_stays_on_the_sheet() -> None:
    chosen = preset("stem").changed(
        conditions={"drift_row": 0.2, "sampling": 0.1, "flyback": 3.0, "jitter": 0.1},
        shape=(100, 60),
    )
    [(plan, conditions)] = drawn(chosen, 1)
    assert isinstance(conditions, STEM)
    # 10 by 6 angstrom; on each side 2 of drift, 3 of fly-back, 0.3 of jitter, and 4 besides.
    beyond = 2 * (stem_reach(conditions) + 9.3)
    assert plan.size == pytest.approx((6 + beyond, 10 + beyond), abs=1e-3)  # type: ignore[attr-defined]


def test_the_same_seed_draws_the_same() -> None:
    chosen = preset("stem")
    assert drawn(chosen, 3) == drawn(chosen, 3)
    assert len({conditions.dose for _, conditions in drawn(chosen)}) == 20


def test_a_change_leaves_the_other_values_as_they_are() -> None:
    chosen = preset("challenge")
    changed = chosen.changed(conditions={"dose": 500.0}, camera={"gain": 2.0})
    for (plan, before), (same_plan, after) in zip(drawn(chosen), drawn(changed), strict=True):
        assert isinstance(before, HRTEM)
        assert isinstance(after, HRTEM)
        assert after == replace(before, dose=500.0, camera=replace(before.camera, gain=2.0))
        assert plan == same_plan


def test_every_field_can_be_drawn() -> None:
    limits: dict[str, Distribution] = {
        field.name: {"uniform": [field.default, field.default]}
        for field in fields(STEM)
        if isinstance(field.default, float)
    }
    changed = preset("stem").changed(conditions=limits)
    [(_, conditions)] = drawn(changed, 1)
    assert conditions == STEM()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conditions": {"dose": -1.0}}, "dose must be above 0 e/A^2, not -1"),
        ({"conditions": {"dose": {"uniform": [-5.0, 10.0]}}}, "dose must be above 0 e/A^2, not -5"),
        (
            {"conditions": {"sampling": {"choice": [0.2, 5.0]}}},
            "sampling must be at least 0.02 and at most 0.6 A per pixel, not 5",
        ),
        (
            {"conditions": {"doze": 5}},
            "challenge: conditions has no 'doze': choose from angular_spread",
        ),
        ({"conditions": {"camera": 5}}, "challenge: conditions has no 'camera': choose from"),
        ({"camera": {"mtf": {"uniform": [0.5, 1.5]}}}, "mtf must be above 0 and at most 1"),
        ({"camera": {"colour": 1}}, "challenge: camera has no 'colour': choose from bits, dead"),
        ({"specimen": {"size": [9, 9]}}, "challenge: specimen has no 'size': choose from bilayer"),
        ({"specimen": {"defects": ["SV", "SVV"]}}, "the defect 'SVV' can't be planted: choose"),
        ({"specimen": {"density": 9.0}}, "can't be packed into"),
        ({"specimen": {"density": {"uniform": [0.0, 9.0]}}}, "can't be packed into"),
        (
            {"specimen": {"vacuum": {"uniform": [0.5, 0.1]}}},
            "vacuum: the range 0.5..0.1 runs backwards",
        ),
        ({"shape": (16, 512)}, "shape must be rows and columns, at least 32 each and whole"),
        ({"shape": 100}, "shape must be rows and columns, at least 32 each and whole numbers, not"),
        ({"shape": (100.5, 100)}, "whole numbers, not (100.5, 100)"),
        (
            {"shape": (512, 10000)},
            "shape 512 x 10000 at a sampling of 0.2 A per pixel needs a sheet of 20",
        ),
        ({"shape": (5000, 512), "conditions": {"sampling": {"uniform": [0.2, 0.5]}}}, "0.5 A per"),
        ({"conditions": {"dose": "x"}}, "dose must be a number, not 'x'"),
        ({"conditions": {"sampling": [0.1]}}, "sampling must be a number, not (0.1,)"),
        ({"specimen": {"strain": 5.0}}, "strain must be three numbers, exx, eyy and exy, not 5.0"),
        ({"specimen": {"strain": [0.0, 0.0]}}, "strain must be three numbers"),
        ({"specimen": {"density": "a"}}, "density must be a number, not 'a'"),
        ({"specimen": {"defects": 5.0}}, "defects must be a tuple of names, not 5.0"),
        ({"camera": {"bits": 3.5}}, "bits must be a whole number, not 3.5"),
    ],
)
def test_a_wrong_value_is_an_error_before_anything_is_drawn(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError) as raised:
        preset("challenge").changed(**change)  # type: ignore[arg-type]
    assert message in str(raised.value)


def test_a_scan_has_no_camera() -> None:
    with pytest.raises(UsageError) as raised:
        preset("stem").changed(camera={"mtf": 1.0})
    assert str(raised.value) == (
        "stem: camera has no 'mtf': choose from nothing, as there is no camera"
    )


def test_there_are_two_modes() -> None:
    with pytest.raises(UsageError, match="mode must be 'hrtem' or 'stem', not 'sem'"):
        replace(preset("stem"), mode="sem")  # type: ignore[arg-type]
