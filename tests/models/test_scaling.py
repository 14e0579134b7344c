"""What is done with patches of a sampling that a model doesn't know."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, sqrt

import numpy as np
import pytest

from honeycomb_patches import untrained
from sixring.errors import ImageError
from sixring.models import SavedModel, Scaling, scaling
from sixring.patches import rescaled
from sixring.structures import LATTICE_CONSTANT

SIDE = 64
KNOWN = (0.1, 0.3)


def model(name: str, sampling: tuple[float, float] | None) -> SavedModel:
    saved = untrained(name)
    data = replace(saved.description.data, sampling=sampling)
    return SavedModel(replace(saved.description, data=data), saved.graph, saved.weights)


@pytest.mark.parametrize("sampling", [0.1, 0.2, 0.3, 0.0951, 0.3149])
def test_what_it_knows_is_left_alone(sampling: float) -> None:
    assert scaling(model("resnet", KNOWN), SIDE, sampling) == Scaling()


@pytest.mark.parametrize(
    ("side", "sampling", "wanted", "said"),
    [
        (96, 0.08, sqrt(0.03), "0.1732"),
        (48, 0.3333, sqrt(0.03), "0.1732"),
        (48, 0.6, sqrt(0.03), "0.1732"),
        # No more than leaves 32 pixels, and nothing finer than it knows.
        (48, 0.08, 0.12, "0.12"),
        (48, 0.06, 0.1, "0.1"),
    ],
)
def test_what_it_does_not_know_is_brought_to_what_it_does(
    side: int, sampling: float, wanted: float, said: str
) -> None:
    found = scaling(model("resnet", KNOWN), side, sampling)
    assert found.factor == pytest.approx(sampling / wanted)
    assert found.note == f"patches of {sampling} A/px are interpolated to {said} A/px"
    assert found.warning == ""


@pytest.mark.parametrize(
    ("name", "sampling", "known", "trained"),
    [
        ("resnet", 0.012, KNOWN, "0.1 to 0.3"),
        ("resnet", 0.7, KNOWN, "0.1 to 0.3"),
        ("cnn-a", 0.3, (0.2, 0.2), "0.2"),
    ],
)
def test_where_nothing_can_be_done(
    name: str, sampling: float, known: tuple[float, float], trained: str
) -> None:
    assert scaling(model(name, known), SIDE, sampling) == Scaling(
        warning=f"the model was trained at {trained} A/px, not at {sampling}: its scores may mean "
        "nothing here"
    )


def test_where_the_sampling_of_the_patches_is_not_known() -> None:
    assert scaling(model("resnet", KNOWN), SIDE, None) == Scaling(
        note="the sampling isn't known, and is taken to be the model's, 0.1 to 0.3 A/px: give it "
        "with --sampling"
    )


def test_the_lattice_says_what_nobody_else_does() -> None:
    shown = scaling(model("resnet", KNOWN), SIDE, None, LATTICE_CONSTANT / 0.2)
    told = "the sampling isn't known: if this is graphene, its lattice says"
    assert shown == Scaling(note=f"{told} 0.2 A/px")
    finer = scaling(model("resnet", KNOWN), 96, None, LATTICE_CONSTANT / 0.078)
    assert finer.factor == pytest.approx(0.078 / sqrt(0.03))
    assert finer.note == (
        f"{told} 0.078 A/px; patches of 0.078 A/px are interpolated to 0.1732 A/px"
    )
    fixed = scaling(model("cnn-a", (0.2, 0.2)), 48, None, LATTICE_CONSTANT / 0.1)
    assert fixed == Scaling(
        note=f"{told} 0.1 A/px",
        warning="the model was trained at 0.2 A/px, not at 0.1: its scores may mean nothing here",
    )


@pytest.mark.parametrize("constant", [2.28, 2.46, 2.66])
def test_the_lattice_of_graphene_is_known(constant: float) -> None:
    assert scaling(model("resnet", KNOWN), SIDE, 0.2, constant / 0.2) == Scaling()


@pytest.mark.parametrize("constant", [2.26, 3.16, 4.92, 2.68])
def test_another_lattice_is_warned_of(constant: float) -> None:
    found = scaling(model("resnet", KNOWN), SIDE, 0.2, constant / 0.2)
    assert found == Scaling(
        warning=f"the patches' lattice constant is {constant:.2f} A at this sampling, graphene's "
        "is 2.46 A: the sampling is another, or this is no graphene, and the scores mean nothing"
    )


def test_where_the_sampling_of_the_model_is_not_known() -> None:
    assert scaling(model("resnet", None), SIDE, None) == Scaling()
    assert scaling(model("resnet", None), SIDE, None, 5.0) == Scaling()
    assert scaling(model("resnet", None), SIDE, 0.2) == Scaling(
        warning="the model doesn't know at which sampling it was trained"
    )


def test_patches_in_other_pixels() -> None:
    images = np.random.default_rng(0).normal(size=(2, 64, 80)).astype(np.float32)
    assert Scaling()(images) is images
    np.testing.assert_array_equal(Scaling(0.5)(images), rescaled(images, 0.5))


def test_patches_of_which_too_little_would_be_left() -> None:
    images = np.zeros((1, 48, 63), np.float32)
    assert Scaling(32 / 48)(images).shape == (1, 32, 42)
    found = scaling(model("resnet", KNOWN), 48, 0.06)
    with pytest.raises(ImageError) as refused:
        found(images)
    least = ceil(32 * 0.1 / 0.06)
    assert str(refused.value) == (
        "patches of 48x63 pixels show too little at this sampling: cut them "
        f"{least} pixels wide or wider"
    )
