import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate import Patch, Profile, Simulated, micrograph
from sixring.structures import Sheet, perfect_sheet, plant, remove_atoms, substitute
from sixring.types import Contrast, Mode, Region

SHEET = plant(
    plant(perfect_sheet(60, 56, orientation=12), "DV-585", near=(24.0, 20.0)),
    "Si-C3",
    near=(38.0, 34.0),
)
NEITHER: dict[str, object] = {"shape": (200, 220), "sampling": 0.2, "origin": (8.0, 7.0)}


def simulate(**changed: object) -> Simulated:
    return micrograph(SHEET, **{**NEITHER, **changed})  # type: ignore[arg-type]


def at(image: NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float32]:
    row, col = np.rint(points).astype(int).T
    inside = (row >= 0) & (col >= 0) & (row < image.shape[0]) & (col < image.shape[1])
    values: NDArray[np.float32] = image[row[inside], col[inside]]
    return values


@pytest.mark.parametrize(
    ("mode", "contrast", "brighter"),
    [("hrtem", "bright", True), ("hrtem", "dark", False), ("stem", "bright", True)],
)
def test_atoms_and_rings_are_where_the_truth_says(
    mode: Mode, contrast: Contrast, brighter: bool
) -> None:
    found = simulate(mode=mode, contrast=contrast, dose=float("inf"))
    atoms = at(found.expected, found.atoms.positions)
    centres = at(found.expected, found.rings.centres)
    assert np.array_equal(found.image, found.expected)
    assert (atoms.mean() > centres.mean()) == brighter
    sixes = at(found.expected, found.rings.centres[found.rings.sizes == 6])
    sign = 1 if brighter else -1
    assert np.percentile(sign * atoms, 2) > np.percentile(sign * sixes, 98)


def test_the_truth_holds_together() -> None:
    found = simulate()
    rings, atoms = found.rings, found.atoms
    assert len(rings) == len(rings.corners) == len(rings.defect)
    for k, corners in enumerate(rings.corners):
        assert len(corners) == rings.sizes[k]
        np.testing.assert_allclose(atoms.positions[corners].mean(axis=0), rings.centres[k])
    assert ((rings.centres > -0.5) & (rings.centres < np.array([200, 220]) - 0.5)).all()
    assert len(atoms) == len(atoms.positions) == len(atoms.probability)

    by_name = {d.name: d for d in found.defects}
    assert sorted(by_name) == ["DV-585", "Si-C3"]
    divacancy = by_name["DV-585"]
    assert sorted(rings.sizes[list(divacancy.rings)]) == list(divacancy.census) == [5, 5, 8]
    assert divacancy.missing_atoms == 2
    number = found.defects.index(divacancy)
    assert np.flatnonzero(rings.defect == number).tolist() == sorted(divacancy.rings)
    assert (rings.defect >= 0).sum() == 3
    silicon = atoms.positions[atoms.elements.index("Si")]
    assert by_name["Si-C3"].position == pytest.approx(tuple(silicon))
    assert by_name["Si-C3"].dopants == ("Si",)


def test_rows_run_with_y_and_columns_with_x() -> None:
    found = simulate()
    position = next(d.position for d in found.defects if d.name == "Si-C3")
    silicon = SHEET.positions[SHEET.elements.index("Si")]
    assert position == pytest.approx(((silicon[1] - 7.0) / 0.2, (silicon[0] - 8.0) / 0.2))


def test_what_lies_outside_the_image_is_no_truth_of_it() -> None:
    found = simulate(shape=(60, 60))
    assert found.defects == ()
    assert found.rings.centres.max() < 60
    assert (found.rings.defect == -1).all()


@pytest.mark.parametrize("dose", [100.0, 1e4, 1e6])
def test_hrtem_counts_are_poisson_at_the_dose(dose: float) -> None:
    found = simulate(dose=dose)
    counts = dose * 0.2**2
    assert found.expected.mean() == pytest.approx(counts, rel=0.02)
    deviation = (found.image - found.expected) / np.sqrt(found.expected)
    assert deviation.mean() == pytest.approx(0.0, abs=0.02)
    assert deviation.var() == pytest.approx(1.0, rel=0.03)
    assert np.array_equal(found.image, np.rint(found.image))


@pytest.mark.parametrize("modulation", [0.02, 0.08])
def test_the_contrast_of_hrtem_is_what_was_asked_for(modulation: float) -> None:
    sheet = perfect_sheet(60, 60)
    found = micrograph(sheet, modulation=modulation, origin=(5.0, 5.0), dose=float("inf"))
    assert found.image.std() / found.image.mean() == pytest.approx(modulation, rel=0.03)


def test_stem_counts_follow_the_beam_fraction_and_the_atomic_number() -> None:
    found = micrograph(perfect_sheet(60, 60), mode="stem", dose=1e6, origin=(5.0, 5.0))
    assert found.expected.mean() == pytest.approx(1e6 * 0.2**2 * 5e-4 * 1.05, rel=0.02)

    def peak(element: str) -> float:
        sheet = substitute(perfect_sheet(20, 20), 60, element)
        lone = remove_atoms(sheet, [k for k in range(len(sheet)) if k != 60])
        image = micrograph(lone, mode="stem", dose=float("inf"), shape=(100, 100)).expected
        return float(image.max() - image.min())

    assert peak("Si") / peak("C") == pytest.approx((14 / 6) ** 1.7, rel=1e-3)
    assert peak("B") < peak("C") < peak("N")


def test_the_seed_makes_the_image() -> None:
    patch = [Patch((20.0, 20.0), 5.0)]
    first, again, other = (simulate(seed=s, contamination=patch, ramp=0.2).image for s in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_same_seed_shows_the_same_noise_free_image_at_any_dose() -> None:
    low, high = (simulate(dose=d, seed=5, ramp=0.1).expected / d for d in (1e2, 1e5))
    np.testing.assert_allclose(low, high, rtol=1e-5)


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
def test_contamination_is_rough_and_masked(mode: Mode) -> None:
    found = simulate(mode=mode, contamination=[Patch((30.0, 28.0), 9.0)], dose=float("inf"))
    dirty = found.mask.regions == Region.CONTAMINATION
    assert dirty.mean() * found.image.size * 0.04 == pytest.approx(np.pi * 81, rel=0.6)
    assert found.image[dirty].std() > 1.5 * found.image[found.mask.clear].std()
    if mode == "stem":
        assert found.image[dirty].mean() > 1.3 * found.image[found.mask.clear].mean()


def test_beyond_the_sheet_is_vacuum() -> None:
    sheet = perfect_sheet(40, 40)
    found = micrograph(sheet, origin=(-10.0, 0.0), shape=(200, 250), dose=float("inf"))
    x = np.arange(250) * 0.2 - 10.0
    vacuum = found.mask.regions == Region.VACUUM
    assert vacuum[:, x < -2.5].all()
    assert not vacuum[20:180, x > 1.5].any()
    assert found.image[20:180, x < -5].std() < 0.01 * found.image[20:180, x > 5].std()


@pytest.mark.parametrize(("atoms", "empty"), [(1, False), (40, True)])
def test_a_large_hole_is_vacuum_and_a_vacancy_is_not(atoms: int, empty: bool) -> None:
    sheet = plant(perfect_sheet(60, 60), "hole", near=(30.0, 30.0), atoms=atoms)
    found = micrograph(sheet, origin=(5.0, 5.0))
    assert (found.mask.fraction(Region.VACUUM) > 0) == empty


@given(ramp=st.floats(0, 1), seed=st.integers(0, 100))
def test_a_ramp_runs_across_the_image_and_keeps_the_mean(ramp: float, seed: int) -> None:
    lone = Sheet(np.array([[-50.0, -50.0]]), ("C",), np.empty((0, 2), dtype=np.int64))
    image = micrograph(lone, ramp=ramp, seed=seed, dose=float("inf"), shape=(40, 60)).expected
    assert image.mean() == pytest.approx(4e4, rel=1e-5)
    assert np.ptp(image) == pytest.approx(4e4 * ramp, rel=1e-3, abs=0.1)
    steps = np.diff(image, axis=1)
    assert np.ptp(steps) <= 1e-3 * 4e4


def test_it_gives_a_micrograph_without_the_truth() -> None:
    found = simulate(mode="stem", dose=2e5)
    mic = found.micrograph
    assert (mic.sampling, mic.mode, mic.dose, mic.source) == (0.2, "stem", 2e5, "simulation")
    assert mic.image is found.image
    assert mic.image.dtype == np.float32


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"mode": "afm"}, "mode must be 'hrtem' or 'stem', not 'afm'"),
        ({"contrast": "grey"}, "contrast must be 'bright' or 'dark', not 'grey'"),
        (
            {"mode": "stem", "contrast": "dark"},
            "contrast='dark' can't be in mode='stem': scattered electrons add up",
        ),
        ({"shape": (0, 5)}, "shape must be rows and columns, at least 1 each, not (0, 5)"),
        ({"sampling": -0.2}, "sampling must be positive, not -0.2"),
        ({"dose": 0.0}, "dose must be positive, not 0"),
        ({"dose": float("nan")}, "dose must be positive, not nan"),
        ({"modulation": 0.0}, "modulation must be positive, not 0"),
        ({"ramp": -0.1}, "ramp must be at least 0 and below 2, not -0.1"),
        (
            {"profile": Profile(fwhm=0.3)},
            "an atom 0.3 angstrom wide can't be sampled at 0.2 angstrom a pixel: the sampling "
            "must be at most 0.127",
        ),
    ],
)
def test_micrographs_that_cannot_be(changed: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        simulate(**changed)
    assert str(caught.value) == message


def test_an_element_without_a_weight() -> None:
    with pytest.raises(UsageError) as caught:
        micrograph(substitute(perfect_sheet(10, 10), 0, "Fe"))
    assert str(caught.value) == "no weight is known for Fe: choose from B, C, N, Si"
