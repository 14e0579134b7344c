from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.models import as_patches


def ramp(n: int = 2) -> np.ndarray:
    return np.arange(n * 64).reshape(n, 8, 8)


@pytest.mark.parametrize("dtype", ["u1", "<u2", ">u2", "i4", "u8", "f2", "f4", ">f8"])
def test_any_real_type_comes_to_the_same_range(dtype: str) -> None:
    patches = as_patches(ramp().astype(dtype))
    assert patches.dtype == np.float32
    np.testing.assert_allclose(patches, np.tile(np.arange(64).reshape(8, 8) / 63, (2, 1, 1)))


@given(
    exponent=st.floats(-300, 300),
    offset=st.floats(-1e3, 1e3),
)
def test_no_magnitude_is_lost(exponent: float, offset: float) -> None:
    scale = 10.0**exponent
    patches = as_patches(scale * (ramp() + offset))
    np.testing.assert_allclose(patches, as_patches(ramp()), atol=1e-6)


def test_the_largest_numbers_do_not_overflow() -> None:
    image = np.full((1, 8, 8), np.finfo(float).max)
    image[0, 0, 0] *= -1
    assert as_patches(image)[0, :1, :2].tolist() == [[0.0, 1.0]]


def test_the_patches_stay_as_they_are() -> None:
    given_patches = ramp().astype(np.float32)
    as_patches(given_patches)[:] = 5
    np.testing.assert_array_equal(given_patches, ramp())


def test_counts_stay_counts() -> None:
    np.testing.assert_array_equal(as_patches(ramp(), scaled=False), ramp())


def test_more_patches_than_are_handled_at_once() -> None:
    patches = as_patches(np.tile(ramp(1), (1030, 1, 1)))
    np.testing.assert_array_equal(patches[-1], patches[0])


def broken(value: float) -> np.ndarray:
    patches = np.tile(ramp(1), (1100, 1, 1)).astype(float)
    patches[1050, 3, 3] = value
    return patches


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (
            np.zeros((8, 8)),
            "the patches must be an array of shape (n, rows, cols), not (8, 8): "
            "pass image[None] for a single one",
        ),
        (
            np.zeros((2, 1, 8, 8)),
            "the patches must be an array of shape (n, rows, cols), not (2, 1, 8, 8)",
        ),
        (np.zeros((1, 8, 8), complex), "the patches must be real numbers, not complex128"),
        (np.zeros((1, 8, 8), bool), "the patches must be real numbers, not bool"),
        (np.array([["a"]]), "the patches must be real numbers, not <U1"),
        (
            [np.zeros((8, 8)), np.zeros((9, 9))],
            "the patches must all have one size, and these differ",
        ),
        (np.zeros((1, 7, 8)), "patches must have at least 8 pixels a side, not 7x8"),
        (broken(np.nan), "patch 1050 has pixels that aren't finite"),
        (broken(-np.inf), "patch 1050 has pixels that aren't finite"),
        (np.full((1, 8, 8), 3), "patch 0 is constant: there is nothing to judge in it"),
        (
            np.concatenate([ramp(1030), np.zeros((1, 8, 8), int)]),
            "patch 1030 is constant: there is nothing to judge in it",
        ),
    ],
)
def test_what_is_no_array_of_patches_is_refused(images: object, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        as_patches(images)  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_another_size_than_the_model_takes_is_refused() -> None:
    message = "^the model takes patches of 48x48 pixels, not 8x8$"
    with pytest.raises(UsageError, match=message):
        as_patches(ramp(), (48, 48))
