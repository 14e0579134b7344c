"""What the shipped model's micrographs are drawn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sixring.simulate import draw
from sixring.simulate._distributions import extremes
from sixring.structures import library, load_catalogue
from sixring.structures._packing import greatest_number
from training._sources import KINDS, SAMPLINGS, SOURCES, Source


def test_the_kinds_are_names_of_the_catalogue() -> None:
    assert set(KINDS) <= {entry.name for entry in load_catalogue()}
    assert len(set(KINDS)) == len(KINDS)


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_what_is_planted_has_a_kind(source: Source) -> None:
    planted = source.preset.specimen["defects"]
    assert isinstance(planted, list)
    assert {str(name) for name in planted} <= set(KINDS)
    assert {entry.name for entry in library().values()} >= {str(name) for name in planted}


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_conditions_lie_where_they_are_said_to(source: Source) -> None:
    assert source.weight > 0
    for seed in range(20):
        _, conditions = draw(source.preset, np.random.default_rng(seed))
        assert SAMPLINGS[0] <= conditions.sampling <= SAMPLINGS[1]
        assert source.dose[0] <= conditions.dose <= source.dose[1]


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_all_that_can_be_drawn_together_can_be_packed(source: Source) -> None:
    # A training of hours would end where it can't.
    preset = source.preset
    drawn = [draw(preset, np.random.default_rng(seed)) for seed in range(40)]
    smallest, _ = min(drawn, key=lambda pair: pair[0].size)
    density, vacuum = preset.specimen["density"], preset.specimen["vacuum"]
    assert isinstance(density, dict)
    assert isinstance(vacuum, dict)
    most = max(float(str(value)) for value in extremes(density))
    hole = max(float(str(value)) for value in extremes(vacuum))
    margin = min(plan.size[0] - preset.shape[1] * one.sampling for plan, one in drawn)
    least = preset.shape[1] * SAMPLINGS[0] + margin
    for side in np.linspace(least, least + 60, 12):
        plan = replace(smallest, size=(side, side), density=most, vacuum=hole)
        room = greatest_number(plan.size, plan.vacuum, plan.shares(), plan.spacing)
        assert np.ceil(plan.wanted()) < room


def test_both_modes_and_all_hard_negatives_are_there() -> None:
    assert {source.preset.mode for source in SOURCES} == {"hrtem", "stem"}
    for name in ("contamination", "vacuum", "bilayer", "strain", "boundary"):
        assert any(name in source.preset.specimen for source in SOURCES), name


def test_nitrogen_and_boron_are_shown_only_where_they_might_be_seen() -> None:
    least = {"hrtem": 3e4, "stem": 3e5}
    for source in SOURCES:
        if {"N", "B"} & {str(name) for name in source.preset.specimen["defects"]}:  # type: ignore[union-attr]
            assert source.dose[0] >= least[source.preset.mode]
