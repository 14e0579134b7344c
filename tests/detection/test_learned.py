"""From a network's maps to named defects: an eye that knows the truth instead of the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from detection_cases import SIDE, boundary, image_of, inner, perfect, planted, summary
from sixring.detection import detect_micrograph
from sixring.detection._calibration import Calibration
from sixring.detection._canonical import canonical
from sixring.detection._description import Learned
from sixring.detection._eye import SHIPPED
from sixring.detection._learned import _away_from_border, detect_learned
from sixring.detection._sightings import Sightings
from sixring.errors import ReadError, Refusal, UsageError
from sixring.simulate import Patch, Simulated, micrograph
from sixring.types import Detection, Findable, Micrograph, Mode, Region
from true_eye import DESCRIPTION, TrueEye

NAMED = (
    "SV",
    "SV-open",
    "DV-585",
    "DV-555777",
    "DV-5555-6-7777",
    "SW",
    "flower",
    "Si-C3",
    "Si-C4",
)


def soft(simulated: Simulated) -> TrueEye:
    return TrueEye(simulated, sure=0.7)


def noisy(simulated: Simulated) -> TrueEye:
    return TrueEye(simulated, sure=0.8, doubt=0.5, error=0.05, seed=5)


@pytest.fixture(autouse=True)
def without_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge what unsure maps say, which would be masked, as they tell how maps are read."""
    monkeypatch.setattr("sixring.detection._doubt._SURE", 0.0)


def look(simulated: Simulated, eye: TrueEye | None = None, least: float = 0.5) -> Detection:
    return detect_learned(
        simulated.micrograph,
        min_probability=least,
        lattice_sampling=False,
        eye=TrueEye(simulated) if eye is None else eye,
    )


@cache
def shown(name: str, mode: Mode = "hrtem", sampling: float = 0.2) -> Simulated:
    dose = 1e4 if mode == "hrtem" else 3e5
    return image_of(planted(name), mode, dose=dose, sampling=sampling, seed=2)


def odd_f1(simulated: Simulated, found: Detection) -> float:
    """F1 of the rings other than six that can be judged."""
    step = simulated.sampling
    counts = np.zeros(3)
    for size in {*simulated.rings.sizes.tolist(), *found.rings.sizes.tolist()} - {6}:
        true, seen = (
            rings.centres[
                (rings.sizes == size) & inner(rings.centres, simulated.image.shape, 4.0 / step)
            ]
            for rings in (simulated.rings, found.rings)
        )
        pairs = cKDTree(true).sparse_distance_matrix(cKDTree(seen), 1.2 / step).count_nonzero()
        counts += (pairs, len(true), len(seen))
    right, there, said = counts
    return 2 * right / (there + said)


def atom_errors(simulated: Simulated, found: Detection) -> NDArray[np.float64]:
    """Distances of the atoms that are listed to true ones, angstrom."""
    away = cKDTree(simulated.atoms.positions).query(found.atoms.positions)[0]
    return np.asarray(away) * simulated.sampling


@pytest.mark.parametrize("name", NAMED)
class TestDefects:
    @pytest.mark.parametrize("mode", ["hrtem", "stem"])
    def test_sure_maps(self, name: str, mode: Mode) -> None:
        simulated = shown(name, mode)
        found = look(simulated)
        assert summary(found) == summary(simulated)
        (defect,), (true,) = found.defects, simulated.defects
        assert defect.probability == pytest.approx(1.0, abs=1e-3)
        away = np.linalg.norm(np.subtract(defect.position, true.position)) * simulated.sampling
        assert away < 0.3
        assert atom_errors(simulated, found).max() < 0.05
        if not name.startswith("Si-C3"):
            assert odd_f1(simulated, found) == 1

    def test_maps_that_are_less_sure(self, name: str) -> None:
        simulated = shown(name)
        found = look(simulated, soft(simulated))
        assert summary(found) == summary(simulated)
        # Of a ring and of its size, or of silicon.
        assert found.defects[0].probability == pytest.approx(0.7, abs=0.02)
        assert found.rings.probability.max() < 0.72
        assert atom_errors(simulated, found).max() < 0.15

    def test_maps_with_noise(self, name: str) -> None:
        simulated = shown(name)
        found = look(simulated, noisy(simulated))
        assert name in [defect.name for defect in found.defects]
        assert np.sqrt((atom_errors(simulated, found) ** 2).mean()) < 0.07
        if not name.startswith("Si-C3"):
            assert odd_f1(simulated, found) == 1


@pytest.mark.parametrize("sampling", [0.12, 0.28])
def test_other_samplings(sampling: float) -> None:
    simulated = shown("DV-585", sampling=sampling)
    found = look(simulated)
    assert summary(found) == summary(simulated)
    assert atom_errors(simulated, found).max() < 0.05
    assert found.settings["working_sampling_A"] == pytest.approx(0.2, rel=0.01)


@pytest.mark.parametrize("eye", [TrueEye, soft, noisy])
def test_a_perfect_sheet_has_no_defect(eye: Callable[[Simulated], TrueEye]) -> None:
    simulated = image_of(perfect(), dose=1e4)
    found = look(simulated, eye(simulated))
    assert found.defects == ()
    assert (found.rings.sizes == 6).all()
    assert len(found.rings) > 150
    assert len(found.atoms) > 350


def test_a_grain_boundary() -> None:
    simulated = image_of(boundary(21.8), dose=1e4)
    found = look(simulated)
    assert [defect.name for defect in found.defects] == ["grain-boundary"]
    assert atom_errors(simulated, found).max() < 0.05


@pytest.mark.parametrize("mode", ["hrtem", "stem"])
@pytest.mark.parametrize("atoms", [4, 10, 24])
def test_holes_of_many_sizes(atoms: int, mode: Mode) -> None:
    simulated = image_of(planted("hole", atoms=atoms), mode)
    found = look(simulated)
    assert summary(found) == summary(simulated)
    assert found.defects[0].name == "hole"
    assert found.defects[0].probability == pytest.approx(1.0, abs=1e-3)


def test_a_large_hole_is_vacuum_and_no_defect() -> None:
    simulated = image_of(planted("hole", atoms=54))
    found = look(simulated)
    row, col = np.rint(simulated.defects[0].position).astype(int)
    assert found.mask.regions[row, col] == Region.VACUUM
    assert found.defects == ()


def test_carbon_and_nitrogen_arent_told_apart() -> None:
    assert look(shown("N")).defects == ()


def test_no_more_probability_than_was_asked_for() -> None:
    simulated = shown("SW")
    eye = soft(simulated)
    assert len(look(simulated, eye, least=0.65).defects) == 1
    assert look(simulated, eye, least=0.75).defects == ()


def test_probabilities_are_calibrated_by_mode() -> None:
    simulated = shown("SW")
    eye = soft(simulated)
    (said,) = look(simulated, eye, least=0.0).defects
    line = Calibration(0.5, -1.0)
    learned = dict(DESCRIPTION.learned)
    learned["hrtem"] = replace(learned["hrtem"], calibration=line)
    eye = replace(eye, description=replace(DESCRIPTION, learned=learned))
    (found,) = look(simulated, eye, least=0.0).defects
    assert found.probability == pytest.approx(line(said.probability))
    # What is asked for is the probability that is told.
    assert found.probability < 0.5 < said.probability
    assert look(simulated, eye, least=0.5).defects == ()


@pytest.mark.parametrize(("dose", "told"), [(3e3, ("SW",)), (2e3, ()), (6e3, ("SW",)), (None, ())])
def test_what_is_found_at_the_dose_is_told(dose: float | None, told: tuple[str, ...]) -> None:
    simulated = shown("SW")
    learned = dict(DESCRIPTION.learned)
    here, there = Findable("SW", (2e3, 6e3), 40, 30), Findable("SV", (6e3, 2e4), 20, 20)
    learned["hrtem"] = replace(learned["hrtem"], findable=(here, there))
    eye = TrueEye(simulated, description=replace(DESCRIPTION, learned=learned))
    found = detect_learned(
        replace(simulated.micrograph, dose=dose),
        min_probability=0.5,
        lattice_sampling=False,
        eye=eye,
    )
    assert tuple(entry.name for entry in found.findable) == told


def test_the_score_is_high_at_the_defect() -> None:
    simulated = shown("DV-555777")
    found = look(simulated)
    assert found.score.shape == simulated.image.shape
    row, col = np.unravel_index(found.score.argmax(), found.score.shape)
    away = np.hypot(row - simulated.defects[0].position[0], col - simulated.defects[0].position[1])
    assert away * simulated.sampling < 5
    assert found.score.max() == pytest.approx(1.0, abs=0.05)


@pytest.fixture(scope="module")
def dirty() -> Simulated:
    patch = Patch((10.0, 11.0), radius=8.0)
    return micrograph(
        planted("SW"),
        shape=(220, 220),
        sampling=0.2,
        dose=1e4,
        origin=(4, 4),
        contamination=(patch,),
        seed=3,
    )


class TestContamination:
    def test_it_is_masked(self, dirty: Simulated) -> None:
        found = look(dirty)
        true, seen = (m.mask.regions == Region.CONTAMINATION for m in (dirty, found))
        assert true.mean() > 0.03
        assert (true & seen).sum() / (true | seen).sum() > 0.9
        assert [defect.name for defect in found.defects] == ["SW"]
        assert atom_errors(dirty, found).max() < 0.05

    def test_no_ring_is_listed_there(self, dirty: Simulated) -> None:
        found = look(dirty)
        row, col = np.rint(found.rings.centres[found.rings.defect < 0]).astype(int).T
        assert (found.mask.regions[row, col] == Region.CLEAR).all()

    def test_nothing_else_can_be_judged(self, dirty: Simulated) -> None:
        everywhere = replace(
            dirty, mask=replace(dirty.mask, regions=np.ones_like(dirty.mask.regions))
        )
        with pytest.raises(Refusal, match=r"^no ring of the sheet can be judged: .* 100 %"):
            look(dirty, TrueEye(everywhere))


class TestWhatIsTold:
    def test_settings(self) -> None:
        simulated = shown("SW")
        found = look(simulated)
        assert found.micrograph.image is simulated.image
        assert dict(found.settings) == {
            "detector": "learned",
            "version": "truth",
            "graph_sha256": DESCRIPTION.graph.sha256,
            "min_probability": 0.5,
            "lattice_sampling": False,
            "working_sampling_A": pytest.approx(0.2, rel=0.01),
        }
        assert 0 < found.seconds < 60
        assert found.warnings == ()

    def test_the_input_is_left_as_it_was(self) -> None:
        simulated = shown("SW")
        before = simulated.image.copy()
        look(simulated)
        np.testing.assert_array_equal(simulated.image, before)

    @pytest.mark.parametrize(
        ("learned", "warning"),
        [
            (
                {"hrtem": Learned((0.25, 0.3), (1e2, 1e6))},
                r"The sampling of 0\.2 A per pixel lies outside the 0\.25 to 0\.3 from which the "
                "detector has learned: it may do worse here.",
            ),
            (
                {"hrtem": Learned((0.1, 0.3), (1e2, 1e3))},
                r"The dose of 1e\+04 electrons per square angstrom lies outside the 100 to 1e\+03 "
                "from which the detector has learned: it may do worse here.",
            ),
            (
                {"stem": Learned((0.1, 0.3), (1e2, 1e6))},
                "The detector has learned from no image of HRTEM: don't rely on what it found "
                "here.",
            ),
        ],
    )
    def test_an_image_unlike_those_it_learned_from(
        self, learned: dict[str, Learned], warning: str
    ) -> None:
        simulated = shown("SW")
        eye = TrueEye(simulated, description=replace(DESCRIPTION, learned=learned))
        (said,) = look(simulated, eye).warnings
        assert said == warning.replace("\\", "")

    @pytest.mark.parametrize(("sampling", "told"), [(0.197, False), (0.19, True)])
    def test_what_is_nearly_in_its_range_is_no_warning(self, sampling: float, told: bool) -> None:
        simulated = shown("SW")
        learned = {"hrtem": Learned((0.1, sampling), (1e2, 1e6))}
        eye = TrueEye(simulated, description=replace(DESCRIPTION, learned=learned))
        assert bool(look(simulated, eye).warnings) == told

    @pytest.mark.parametrize(("sure", "told"), [(0.85, True), (0.99, False)])
    def test_a_detector_that_is_unsure_of_the_sheet_says_so(self, sure: float, told: bool) -> None:
        simulated = shown("SW")
        found = look(simulated, TrueEye(simulated, sure=sure))
        mean = found.rings.probability[found.rings.sizes == 6].mean()
        said = (
            f"The detector gives the sixes of this sheet a probability of {mean:.2f} on average; "
            "in images that it reads well that is 0.98 and more. Noise, blur or focus hide defects "
            "from it here."
        )
        assert found.warnings == ((said,) if told else ())

    def test_an_unknown_dose_is_no_warning(self) -> None:
        simulated = shown("SW")
        found = detect_learned(
            replace(simulated.micrograph, dose=None),
            min_probability=0.5,
            lattice_sampling=False,
            eye=TrueEye(simulated),
        )
        assert found.warnings == ()

    def test_noise_is_refused(self) -> None:
        noise = np.random.default_rng(0).normal(100, 10, (256, 256)).astype(np.float32)
        with pytest.raises(Refusal, match=r"^no graphene lattice found"):
            detect_learned(
                Micrograph(noise),
                min_probability=0.5,
                lattice_sampling=False,
                eye=TrueEye(shown("SW")),
            )


class TestChoice:
    def test_a_name_that_none_has(self) -> None:
        with pytest.raises(UsageError) as caught:
            detect_micrograph(shown("SW").micrograph, detector="magic")
        assert str(caught.value) == (
            "no detector is called 'magic': choose from learned, classical, or give the folder of "
            "one"
        )

    def test_the_folder_of_one(self, tmp_path: Path) -> None:
        copied = tmp_path / "mine"
        copytree(SHIPPED, copied)
        image = shown("SW").micrograph
        own, other = detect_micrograph(image), detect_micrograph(image, detector=str(copied))
        assert own.settings["detector"] == "learned"
        assert dict(other.settings) == {**own.settings, "detector": str(copied)}
        np.testing.assert_array_equal(other.rings.centres, own.rings.centres)

    def test_a_folder_of_something_else(self, tmp_path: Path) -> None:
        with pytest.raises(ReadError) as caught:
            detect_micrograph(shown("SW").micrograph, detector=str(tmp_path))
        assert str(caught.value) == (
            f"{tmp_path / 'detector.json'}: is missing: name the folder of a detector"
        )


def test_the_images_hold_what_they_should() -> None:
    assert SIDE == 50
    assert [defect.name for defect in shown("SV").defects] == ["SV"]


def test_the_network_isnt_asked_for_silicon_at_the_edge() -> None:
    simulated = shown("Si-C3")
    canvas = canonical(simulated.image, simulated.sampling)
    far, near = 3.2 / canvas.sampling, 2.8 / canvas.sampling
    last = np.array(canvas.image.shape) - 1
    places = [(far, far), (near, 90), (90, near), *(last - [(far, far), (near, 90), (90, near)])]
    nothing = np.empty(0)
    seen = Sightings(
        rings=np.empty((0, 2)),
        ring_probability=nothing,
        sizes=np.empty((0, 7)),
        atoms=np.array(places),
        elements=("Si",) * 6,
        atom_probability=np.full(6, 0.9),
    )
    assert _away_from_border(seen, canvas).elements == ("Si", "C", "C") * 2
