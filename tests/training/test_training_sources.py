"""What the shipped model's micrographs are drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from sixring.simulate import draw
from sixring.structures import library, load_catalogue
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


def test_both_modes_and_all_hard_negatives_are_there() -> None:
    assert {source.preset.mode for source in SOURCES} == {"hrtem", "stem"}
    for name in ("contamination", "vacuum", "bilayer", "strain", "boundary"):
        assert any(name in source.preset.specimen for source in SOURCES), name


def test_nitrogen_and_boron_are_shown_only_where_they_might_be_seen() -> None:
    least = {"hrtem": 3e4, "stem": 3e5}
    for source in SOURCES:
        if {"N", "B"} & {str(name) for name in source.preset.specimen["defects"]}:  # type: ignore[union-attr]
            assert source.dose[0] >= least[source.preset.mode]
