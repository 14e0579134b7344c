from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from sixring.errors import ImageError, ReadError, UnitError, UsageError
from sixring.io import SMALLEST_SIDE, read

RAMP = np.arange(40 * 50, dtype=np.float32).reshape(40, 50)

REAL_TYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?"),
)


@st.composite
def images(draw: st.DrawFn) -> NDArray[Any]:
    """Images of any real type, byte order and memory layout, with a few levels."""
    dtype = draw(REAL_TYPES)
    seed = draw(st.integers(0, 2**32 - 1))
    levels = 2 if dtype.kind == "b" else draw(st.integers(2, 100))
    image = np.random.default_rng(seed).integers(0, levels, size=(33, 47))
    image.flat[:2] = (0, 1)
    array = image.astype(dtype)
    return draw(st.sampled_from([array, array.T, array[::-1], np.asfortranarray(array)]))


@given(image=images())
def test_every_real_type_and_byte_order_keeps_its_values(image: NDArray[Any]) -> None:
    result = read(image).image
    assert result.dtype == np.float32
    assert result.dtype.isnative
    np.testing.assert_array_equal(result, image.astype(np.float64))


@given(image=images())
@settings(max_examples=25)
def test_npy_gives_what_the_array_gives(
    tmp_path_factory: pytest.TempPathFactory, image: NDArray[Any]
) -> None:
    file = tmp_path_factory.mktemp("npy") / "a.npy"
    np.save(file, image)
    np.testing.assert_array_equal(read(file).image, read(image).image)


def test_array_is_copied() -> None:
    array = RAMP.copy()
    micrograph = read(array)
    array[:] = 0
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.source == "array"
    assert (micrograph.sampling, micrograph.mode, micrograph.notes) == (None, None, ())


def test_what_the_user_states() -> None:
    micrograph = read(RAMP, sampling="0.0112 nm", mode="stem")
    assert (micrograph.sampling, micrograph.mode) == (0.112, "stem")


@pytest.mark.parametrize("sampling", [-0.1, 0.0, float("nan"), "-2 pm", "3 parsnips", "wide"])
def test_impossible_sampling(sampling: float | str) -> None:
    with pytest.raises(UnitError):
        read(RAMP, sampling=sampling)


def test_unknown_mode() -> None:
    with pytest.raises(UsageError, match=r"^the mode must be 'hrtem' or 'stem', not 'sem'$"):
        read(RAMP, mode="sem")  # type: ignore[arg-type]


def test_source_of_another_type() -> None:
    with pytest.raises(UsageError, match=r"^can't read a list: give a path, a NumPy array or a Hy"):
        read([[1, 2], [3, 4]])  # type: ignore[arg-type]


def test_stack_gives_the_first_frame() -> None:
    micrograph = read(np.stack([RAMP, RAMP + 1, RAMP + 2, RAMP + 3, RAMP + 4]))
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.notes == ("a stack of 5 frames: the first was taken",)


@pytest.mark.parametrize("array", [RAMP[None], RAMP[..., None], RAMP[None, ..., None]])
def test_dimensions_of_one_are_no_stack(array: NDArray[Any]) -> None:
    micrograph = read(array)
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.notes == ()


def test_grey_as_rgb_within_two_levels() -> None:
    grey = np.random.default_rng(1).integers(5, 250, size=(40, 40, 1))
    rgb = np.repeat(grey, 3, axis=2).astype(np.uint8)
    rgb[..., 1] += 2
    micrograph = read(rgb)
    np.testing.assert_allclose(micrograph.image, grey[..., 0] + 2 / 3, rtol=1e-6)
    assert micrograph.notes == ("a grey image stored in colour: its one intensity was taken",)
    rgb[7, 9, 2] += 3
    with pytest.raises(
        ImageError, match=r"^array: a colour picture \(0\.06% of the pixels are col"
    ):
        read(rgb)


def test_grey_as_rgb_of_floats() -> None:
    rgb = np.repeat(RAMP[..., None] / RAMP.max(), 3, axis=2)
    np.testing.assert_allclose(read(rgb).image, RAMP / RAMP.max())
    rgb[3, 3, 0] += 0.1
    with pytest.raises(ImageError, match="a colour picture"):
        read(rgb)


@pytest.mark.parametrize("opaque", [True, False])
def test_transparency_is_left_out(opaque: bool) -> None:
    grey = (RAMP % 251).astype(np.uint8)
    alpha = np.full_like(grey, 255)
    alpha[0, 0] = 255 if opaque else 10
    micrograph = read(np.stack([grey, grey, grey, alpha], axis=-1))
    np.testing.assert_array_equal(micrograph.image, grey)
    assert ("the image's transparency was left out" in micrograph.notes) is not opaque


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (RAMP[0], "array: the data are a spectrum or a profile of shape (50,), not an image"),
        (np.array(3.0), "array: the data are a spectrum or a profile of shape ()"),
        (
            RAMP[:31],
            "array: the data are an image of 31 by 50 pixels, too small: at least 32 by 32",
        ),
        (RAMP[:10, :10], "array: the data are an image of 10 by 10 pixels, too small"),
        (RAMP * 1j, "array: the data are complex numbers (complex64): give the modulus"),
        (RAMP.astype(str), "array: the data are of type <U32, which isn't a number: give"),
        (RAMP.astype(object), "array: the data are of type object, which isn't a number: give"),
        (np.empty((0, 40, 40)), "array: the data are empty, of shape (0, 40, 40): give an image"),
        (RAMP * 0 + 2.5, "array: the image is constant, all 2000 pixels are 2.5: check"),
        (np.ones((40, 40), bool), "array: the image is constant, all 1600 pixels are 1: check"),
        (np.full((40, 40), 2**63, np.uint64), "all 1600 pixels are 9.22337e+18"),
    ],
)
def test_what_is_no_micrograph(array: NDArray[Any], message: str) -> None:
    with pytest.raises(ImageError) as caught:
        read(array)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_smallest_side_is_enough() -> None:
    assert SMALLEST_SIDE == 32
    assert read(RAMP[:32, :32]).image.shape == (32, 32)


def test_pixels_that_are_not_finite_are_counted() -> None:
    array = RAMP.copy()
    array[0, :3] = np.nan
    array[5, 5], array[6, 6] = np.inf, -np.inf
    with pytest.raises(ImageError) as caught:
        read(array)
    assert str(caught.value) == (
        "array: 5 of 2000 pixels aren't finite (3 NaN, 2 infinite): replace them, or crop the image"
    )


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (0.0, 1e300),
        (-1.7e308, 1.7e308),
        (0.0, 1e-45),
        (3e-200, 5e-200),
        (5e-324, 1e-323),
        (1e9, 1e9 + 1),
        (-1e30, -1e30 * (1 - 1e-7)),
    ],
)
def test_what_does_not_fit_32_bits_is_rescaled(low: float, high: float) -> None:
    array = np.full((40, 40), low)
    array[10:, :] = high
    micrograph = read(array)
    assert np.isfinite(micrograph.image).all()
    np.testing.assert_allclose(micrograph.image[:10], 0.0, atol=1e-6)
    np.testing.assert_allclose(micrograph.image[10:], 1.0)
    assert len(micrograph.notes) == 1
    assert micrograph.notes[0].endswith("don't fit 32-bit floats: rescaled to 0 to 1")


def test_contrast_of_large_integers_is_kept() -> None:
    array = np.full((40, 40), 2**60, dtype=np.int64)
    array[0, 0] += 1
    image = read(array).image
    assert image[0, 0] == 1.0
    assert image[1, 1] == 0.0


@given(
    exponent=st.integers(-300, 300),
    seed=st.integers(0, 1000),
)
def test_rescaling_keeps_the_order_of_intensities(exponent: int, seed: int) -> None:
    base = np.random.default_rng(seed).integers(0, 200, size=(32, 32)).astype(np.float64)
    base.flat[:2] = (0, 1)
    image = read(base * 10.0**exponent).image.astype(np.float64)
    expected = base / base.max()
    np.testing.assert_allclose(image / image.max(), expected, atol=1e-6)


def test_npy_with_pickled_objects_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.npy"
    np.save(file, np.array([[{"a": 1}]], dtype=object), allow_pickle=True)
    with pytest.raises(ReadError, match=r"can't be read as NPY.*\(Array can't be memory-mapped: P"):
        read(file)


@pytest.mark.parametrize("length", [5, 7, 60, 2000])
def test_truncated_npy(tmp_path: Path, length: int) -> None:
    file = tmp_path / "a.npy"
    np.save(file, RAMP)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ReadError, match=r"a\.npy: (can't be read as NPY|isn't a NPY file)"):
        read(file)


def test_npz_takes_the_largest_image_and_what_is_stated(tmp_path: Path) -> None:
    file = tmp_path / "a.npz"
    np.savez(
        file,
        small=RAMP[:33, :33],
        image=RAMP,
        profile=RAMP[0],
        sampling="11.2 pm",
        dose=1e4,
        energy=80e3,
        mode="hrtem",
    )
    micrograph = read(file)
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.sampling == 0.112
    assert (micrograph.mode, micrograph.energy, micrograph.dose) == ("hrtem", 80e3, 1e4)
    assert micrograph.signal == "image"
    assert micrograph.notes == ("signal 2 (image) of 3 was taken, not 1 (small), 3 (profile)",)


def test_npz_with_a_bare_number(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", image=RAMP, sampling=0.112)
    micrograph = read(tmp_path / "a.npz")
    assert micrograph.sampling == 0.112
    assert (micrograph.mode, micrograph.energy, micrograph.dose) == (None, None, None)


def test_npz_with_an_impossible_sampling(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", image=RAMP, sampling="-3 nm")
    micrograph = read(tmp_path / "a.npz")
    assert micrograph.sampling is None
    assert micrograph.notes == ("the file's pixel size of '-3 nm' is impossible and was left out",)


def test_npz_with_pickled_objects_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", image=np.array([None]))
    with pytest.raises(ReadError, match=r"a\.npz: can't be read as NPZ"):
        read(tmp_path / "a.npz")


def test_npz_without_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", sampling=0.1)
    with pytest.raises(
        ImageError, match=r"a\.npz: there is no image in it: give a file with a 2-D"
    ):
        read(tmp_path / "a.npz")
