from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from honeycomb_patches import honeycomb
from sixring.errors import UsageError
from sixring.models import Kind
from sixring.train._data import Prepared, prepare

IMAGES, LABELS = honeycomb(40, side=16)
GROUPS = np.repeat([f"m{i}" for i in range(8)], 5)


def prepared(
    images: Any = IMAGES,  # noqa: ANN401
    labels: Any = LABELS,  # noqa: ANN401
    groups: Any = None,  # noqa: ANN401
    details: Any = None,  # noqa: ANN401
    *,
    kind: Kind = "supervised",
    share: float = 0.25,
    seed: int = 0,
    counts: bool = False,
) -> Prepared:
    return prepare(
        images, labels, groups, details, kind=kind, share=share, seed=seed, counts=counts
    )


def test_the_parts_hold_everything_once_and_both_classes() -> None:
    data = prepared()
    assert len(data.train.images) + len(data.validation.images) == 40
    assert data.validation.count(1) == 3
    assert data.validation.count(0) == 7
    assert data.train.images.dtype == np.float32
    assert (data.described.perfect, data.described.defects, data.described.groups) == (28, 12, None)


def test_no_group_is_in_both_parts() -> None:
    data = prepared(groups=GROUPS)
    assert data.train.groups is not None
    assert data.validation.groups is not None
    assert not set(data.train.groups) & set(data.validation.groups)
    assert data.described.groups == 8


def test_a_one_class_model_learns_from_perfect_patches_and_is_watched_on_both() -> None:
    data = prepared(kind="one-class")
    assert data.train.count(1) == 0
    assert data.validation.count(1) == 3


def test_without_labels_all_are_perfect_to_a_one_class_model() -> None:
    data = prepared(labels=None, kind="one-class")
    assert data.described.defects == 0
    assert len(data.train.images) == 30


def test_the_seed_decides_on_the_split() -> None:
    assert np.array_equal(prepared().validation.images, prepared().validation.images)
    assert not np.array_equal(prepared().validation.images, prepared(seed=1).validation.images)


def test_the_digest_is_that_of_the_data_and_of_nothing_else() -> None:
    digest = prepared().described.sha256
    assert len(digest) == 64
    assert prepared(seed=3, share=0.5).described.sha256 == digest
    assert prepared(images=IMAGES.copy()).described.sha256 == digest
    changed = IMAGES.copy()
    changed[5, 5, 5] += 1
    assert prepared(images=changed).described.sha256 != digest
    assert prepared(labels=LABELS[::-1]).described.sha256 != digest
    assert prepared(groups=GROUPS).described.sha256 != digest


def test_details_become_ranges() -> None:
    details = {
        "sampling": np.full(40, 0.2),
        "dose": np.r_[np.nan, np.linspace(1e3, 1e4, 39)],
        "mode": ["hrtem"] * 39 + [""],
        "defect": ["SV"] * 40,
    }
    described = prepared(details=details).described
    assert described.sampling == (0.2, 0.2)
    assert described.dose == (1e3, 1e4)
    assert described.modes == ("hrtem",)
    assert prepared(details={"dose": np.full(40, np.nan)}).described.dose is None


def test_counts_stay_counts_for_what_is_learned_from() -> None:
    counts = np.random.default_rng(0).poisson(5, (20, 16, 16))
    data = prepared(counts, LABELS[:20], counts=True)
    assert np.array_equal(data.train.images, np.rint(data.train.images))
    assert data.train.images.max() > 1


@pytest.mark.parametrize("labels", [LABELS.astype(bool), LABELS.astype(float), list(LABELS)])
def test_labels_of_any_real_type(labels: Any) -> None:  # noqa: ANN401
    assert prepared(labels=labels).described.defects == 12


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"labels": None}, "a supervised model needs y: 0 for perfect, 1 for defect patches"),
        (
            {"images": IMAGES[:1], "labels": [0]},
            "1 patches can't be split into one part to learn from and one to watch: "
            "give at least two",
        ),
        (
            {"labels": LABELS[:-1]},
            "y must have one value for each of 40 patches, not (39,)",
        ),
        ({"labels": LABELS * 2}, "y must be 0 (perfect) or 1 (defect) for each patch, not 2"),
        (
            {"labels": ["perfect"] * 40},
            "y must be 0 (perfect) or 1 (defect) for each patch, not 'perfect'",
        ),
        (
            {"labels": np.where(LABELS, np.nan, 0.0)},
            "y must be 0 (perfect) or 1 (defect) for each patch, not nan",
        ),
        (
            {"labels": np.zeros(40)},
            "none of the 40 patches is defect (y == 1), and a supervised model learns from both "
            "classes",
        ),
        (
            {"labels": np.ones(40)},
            "none of the 40 patches is perfect (y == 0), and a supervised model learns from both "
            "classes",
        ),
        (
            {"labels": np.ones(40), "kind": "one-class"},
            "none of the 40 patches is perfect (y == 0), and a one-class model learns from "
            "perfect ones",
        ),
        (
            {"groups": ["a"] * 39},
            "groups must have one value for each of 40 patches, not (39,)",
        ),
        (
            {"details": {"dose": [1.0]}},
            "dose must have one value for each of 40 patches, not (1,)",
        ),
        (
            {"groups": ["a"] * 40},
            "all perfect patches are of one group, 'a', which can't be split: give patches of "
            "another micrograph, or a table of groups",
        ),
        ({"images": np.full((40, 16, 16), np.nan)}, "patch 0 has pixels that aren't finite"),
    ],
)
def test_what_can_not_be_trained_on_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        prepared(**changes)
    assert str(caught.value) == sentence


class TestHeldOut:
    """The user says which patches are watched on."""

    def held(self, chosen: Any, **changes: Any) -> Prepared:  # noqa: ANN401
        arguments: dict[str, Any] = {"kind": "supervised", "share": 0.5, "seed": 0, **changes}
        return prepare(IMAGES, LABELS, GROUPS, None, held_out=chosen, **arguments)

    def test_the_parts_are_these_whatever_share_and_seed(self) -> None:
        chosen = np.isin(GROUPS, ["m2", "m5"])
        for changes in ({}, {"share": 0.1, "seed": 7}):
            data = self.held(chosen, **changes)
            assert data.validation.groups is not None
            assert set(data.validation.groups) == {"m2", "m5"}
            np.testing.assert_array_equal(data.train.labels, LABELS[~chosen])
        assert set(self.held(chosen, kind="one-class").train.labels) == {0}

    def test_another_choice_is_another_training(self) -> None:
        digests = {
            self.held(GROUPS == "m2").described.sha256,
            self.held(GROUPS == "m3").described.sha256,
            prepared(groups=GROUPS).described.sha256,
        }
        assert len(digests) == 3

    @pytest.mark.parametrize(
        ("chosen", "message"),
        [
            (np.ones(3), "held_out must have one value for each of 40 patches, not (3,)"),
            (
                np.zeros(40),
                "no perfect patch is held out: choose held_out so that there is at least one",
            ),
            (
                LABELS == 1,
                "no perfect patch is held out: choose held_out so that there is at least one",
            ),
            (
                LABELS == 0,
                "no perfect patch is left to learn from: choose held_out so that there is at "
                "least one",
            ),
            (
                (LABELS == 1) | (np.cumsum(LABELS == 0) == 1),
                "no defect patch is left to learn from: choose held_out so that there is at "
                "least one",
            ),
            (
                np.arange(40) < 7,
                "patches of the group 'm1' are held out and others of it are learned from: hold "
                "out whole groups",
            ),
        ],
    )
    def test_a_choice_that_can_not_be(self, chosen: Any, message: str) -> None:  # noqa: ANN401
        with pytest.raises(UsageError) as caught:
            self.held(chosen)
        assert str(caught.value) == message
