import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import UsageError
from sixring.simulate import PROFILES, Profile, lattice_modulation, render
from sixring.structures import perfect_sheet

NARROW = Profile(fwhm=1.2)
BAND = Profile(fwhm=1.2, wide_fwhm=3.0, share=0.9)


def analytic(
    row: float, col: float, shape: tuple[int, int], sampling: float, profile: Profile
) -> np.ndarray:
    rows, cols = np.ogrid[: shape[0], : shape[1]]
    square = ((rows - row) ** 2 + (cols - col) ** 2) * sampling**2
    image = np.zeros(shape)
    for fwhm, share in ((profile.fwhm, 1.0), (profile.wide_fwhm, -profile.share)):
        sigma = fwhm / np.sqrt(8 * np.log(2))
        image += share * np.exp(-square / (2 * sigma**2)) / (2 * np.pi * sigma**2)
    return image


@given(
    row=st.floats(-6, 53),
    col=st.floats(-6, 46),
    weight=st.floats(0.1, 10),
    sampling=st.floats(0.08, 0.3),
    profile=st.sampled_from([NARROW, BAND]),
)
def test_one_atom_looks_like_its_profile(
    row: float, col: float, weight: float, sampling: float, profile: Profile
) -> None:
    shape = (48, 41)
    image = render(
        np.array([[row, col]]), np.array([weight]), shape=shape, sampling=sampling, profile=profile
    )
    expected = weight * analytic(row, col, shape, sampling, profile)
    peak = weight * analytic(0, 0, (1, 1), sampling, profile)[0, 0]
    np.testing.assert_allclose(image, expected, atol=2e-3 * peak)


def test_atoms_add_up() -> None:
    rng = np.random.default_rng(1)
    positions, weights = rng.uniform(0, 40, (5, 2)), rng.uniform(1, 2, 5)
    image = render(positions, weights, shape=(40, 40), sampling=0.2, profile=NARROW)
    one_by_one = [
        render(p[None], w[None], shape=(40, 40), sampling=0.2, profile=NARROW)
        for p, w in zip(positions, weights, strict=True)
    ]
    np.testing.assert_allclose(image, sum(one_by_one), atol=1e-10)


@given(row=st.floats(28, 36), col=st.floats(28, 36))
def test_the_integral_is_the_weight_and_the_centroid_the_position(row: float, col: float) -> None:
    image = render(
        np.array([[row, col]]), np.array([3.0]), shape=(64, 64), sampling=0.2, profile=NARROW
    )
    assert image.sum() * 0.2**2 == pytest.approx(3.0, rel=1e-3)
    rows, cols = np.indices(image.shape)
    assert (rows * image).sum() / image.sum() == pytest.approx(row, abs=0.01)
    assert (cols * image).sum() / image.sum() == pytest.approx(col, abs=0.01)


def test_without_atoms_the_image_is_empty() -> None:
    image = render(np.empty((0, 2)), np.empty(0), shape=(7, 9), sampling=0.2, profile=BAND)
    np.testing.assert_array_equal(image, np.zeros((7, 9)))


def test_atoms_far_outside_do_not_come_in_from_the_other_side() -> None:
    for far in (-300.0, 300.0, 66.0):
        image = render(
            np.array([[far, 20.0]]), np.array([1.0]), shape=(40, 40), sampling=0.2, profile=NARROW
        )
        assert np.abs(image).max() < 1e-6


@pytest.mark.parametrize("profile", [*PROFILES.values(), Profile(fwhm=0.9)])
@pytest.mark.parametrize("orientation", [0.0, 19.0])
def test_the_modulation_of_a_perfect_lattice(profile: Profile, orientation: float) -> None:
    sheet = perfect_sheet(80, 80, orientation=orientation)
    image = render(
        sheet.positions[:, ::-1] / 0.15,
        np.ones(len(sheet)),
        shape=(533, 533),
        sampling=0.15,
        profile=profile,
    )[60:-60, 60:-60]
    assert image.std() == pytest.approx(lattice_modulation(profile), rel=0.01)
    assert image.mean() == pytest.approx(
        len(sheet) / 80**2 * (1 - profile.share), rel=0.03, abs=0.001
    )


@pytest.mark.parametrize(
    "profile", [{"fwhm": 0.0}, {"fwhm": 1.0, "wide_fwhm": -1.0}, {"fwhm": 1.0, "share": 1.5}]
)
def test_profiles_that_cannot_be(profile: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=r"^no atom looks like Profile") as caught:
        Profile(**profile)
    assert str(caught.value).endswith("the widths are positive and the share is 0 to 1")


def test_atoms_too_narrow_for_the_pixels() -> None:
    with pytest.raises(UsageError) as caught:
        render(np.zeros((1, 2)), np.ones(1), shape=(8, 8), sampling=0.6, profile=NARROW)
    assert str(caught.value) == (
        "an atom 1.2 angstrom wide can't be sampled at 0.6 angstrom a pixel: the sampling must be "
        "at most 0.51"
    )
