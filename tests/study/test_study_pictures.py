"""Patches as pictures."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from sixring.models.network import normalise
from sixring.patches import PatchSet
from sixring.study._figures._pictures import describe, grey_range, normalised


@given(st.integers(0, 2**32 - 1), st.floats(1, 1e4), st.floats(-10, 10))
def test_patches_are_shown_as_the_networks_see_them(seed: int, gain: float, offset: float) -> None:
    noise = np.random.default_rng(seed).normal(size=(3, 8, 9))
    images = (gain * noise + offset).astype(np.float32)
    expected = normalise(torch.from_numpy(images)).squeeze(1).numpy()
    np.testing.assert_allclose(normalised(images), expected, rtol=1e-4, atol=1e-4)


def test_the_grey_scale_leaves_out_a_single_hot_pixel() -> None:
    image = np.linspace(0, 1, 2304, dtype=np.float32).reshape(48, 48)
    image[3, 4] = 1e6
    low, high = grey_range(image)
    assert 0 < low < 0.01
    assert 0.99 < high < 1.0


def test_what_stands_above_a_patch() -> None:
    patches = PatchSet(
        images=np.zeros((2, 8, 8), np.float32),
        labels=np.array([0, 1], np.int8),
        groups=np.array(["a", "b"]),
        names=("0", "1"),
        details={"defect": np.array(["", "SV"]), "dose": np.array([1238.13, 9987.6])},
    )
    assert describe(patches, 0) == "perfect\n1200 e/Å²"
    assert describe(patches, 1) == "SV\n10000 e/Å²"
