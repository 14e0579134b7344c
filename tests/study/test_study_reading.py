"""Rows of the study's numbers are found by what they are about."""

from __future__ import annotations

import pytest

from sixring.study._reading import (
    REMEDIES,
    STEPS,
    compared,
    curve,
    find,
    scores_of,
    trainings_of,
)
from sixring.study._results import LADDER, Kind
from study_documents import AUCS, document

DOCUMENT = document()


@pytest.mark.parametrize("key", AUCS)
def test_every_kind_is_found(key: tuple[str, str, str]) -> None:
    assert find(DOCUMENT, Kind(*key))["auc"]["value"] == AUCS[key]


def test_the_score_that_decides_is_found() -> None:
    rows = [row for row in scores_of(DOCUMENT, "autoencoder") if row["model"] == "vae"]
    assert len(rows) == 7
    assert find(DOCUMENT, Kind("autoencoder", "", "vae")) is rows[0]
    reordered = {**DOCUMENT, "results": DOCUMENT["results"][::-1]}
    assert find(reordered, Kind("autoencoder", "", "vae"))["score"] == "local"


def test_a_kind_that_is_not_there() -> None:
    with pytest.raises(LookupError, match=r"^the study has no result of Kind\(question='none'"):
        find(DOCUMENT, Kind("none", "", "cnn-a"))


def test_the_trainings_of_a_kind() -> None:
    rows = trainings_of(DOCUMENT, Kind("ladder", "balanced", "cnn-a"))
    assert [row["name"] for row in rows] == ["ladder-balanced-cnn-a-0", "ladder-balanced-cnn-a-1"]
    assert trainings_of(DOCUMENT, Kind("ladder", "", "cnn-a")) == []


def test_the_steps_are_the_ladder() -> None:
    assert tuple(STEPS.values()) == LADDER
    assert next(iter(STEPS)) == "as reported"
    assert next(iter(REMEDIES.values())) == STEPS["all patches"]


def test_a_curve_ascends_and_keeps_apart_what_was_augmented() -> None:
    augmented, plain = (curve(DOCUMENT, augmented=kind) for kind in (True, False))
    assert list(augmented) == list(plain) == [10, 100]
    assert [row["auc"]["value"] for row in augmented.values()] == [0.60, 0.91]
    assert [row["auc"]["value"] for row in plain.values()] == [0.52, 0.70]


def test_a_comparison_by_its_first_side() -> None:
    row = compared(DOCUMENT, "ladder", Kind("ladder", "normalised", "cnn-a"))
    assert row["second"]["variant"] == "balanced"
    assert row["difference"]["value"] == pytest.approx(0.19)


def test_a_comparison_by_both_sides() -> None:
    first, second = REMEDIES["balanced sampling"], REMEDIES["focal loss"]
    row = compared(DOCUMENT, "imbalance", first, second)
    assert row["difference"]["value"] == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("about", "second"), [("pooling", None), ("imbalance", Kind("curve", "10", "cnn-a"))]
)
def test_a_comparison_that_is_not_there(about: str, second: Kind | None) -> None:
    with pytest.raises(LookupError, match=r"^the study has no comparison of Kind"):
        compared(DOCUMENT, about, REMEDIES["balanced sampling"], second)
