"""Probabilities of defects, held against what is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from benchmarks.simulated import Alarm, Area
from detection_cases import image_of, planted
from sixring.detection._calibration import UNCHANGED, Calibration, log_odds
from sixring.detection._description import Learned
from sixring.types import Defect, Findable, Mode
from training.detector._calibrate import Judged, _besides, calibrated, judged
from true_eye import TrueEye

EVERYWHERE = Area(np.ones((1, 1000), bool), np.ones((1, 1000), bool), 1.0)
RANGES = {"hrtem": Learned((0.1, 0.3), (2e2, 1e6)), "stem": Learned((0.1, 0.2), (5e3, 1e7))}


def defect(column: float, probability: float = 1.0, name: str = "SV") -> Defect:
    return Defect(name, probability, (0.0, column), (5, 9), 1, (), ())


def micrographs(
    said: NDArray[np.float64],
    there: NDArray[np.bool_],
    mode: Mode = "hrtem",
    dose: float = 1e4,
    name: str = "SV",
) -> list[Judged]:
    """Return one micrograph for each defect that was found, which is there or isn't."""
    return [
        Judged(
            mode,
            dose,
            (defect(500.0, name=name),) if true else (),
            (defect(500.0, float(probability)),),
            EVERYWHERE,
        )
        for probability, true in zip(expit(said), there, strict=True)
    ]


def drawn(true_odds: NDArray[np.float64], seed: int = 0) -> NDArray[np.bool_]:
    there: NDArray[np.bool_] = np.random.default_rng(seed).random(len(true_odds)) < expit(true_odds)
    return there


def test_the_line_is_found_again() -> None:
    said = np.random.default_rng(1).uniform(-4, 6, 4000)
    lines: list[str] = []
    some = micrographs(said, drawn(0.6 * said - 1.0))
    line = calibrated(RANGES, some, lines.append)["hrtem"].calibration
    assert line.slope == pytest.approx(0.6, abs=0.05)
    assert line.offset == pytest.approx(-1.0, abs=0.15)
    said_of_it = f"log odds times {line.slope:.3f} and {line.offset:+.3f}, of 0 fragments"
    assert said_of_it in lines[0]


def test_what_is_said_then_means_what_it_says() -> None:
    said = np.random.default_rng(2).normal(1, 3, 4000)
    there = drawn(0.5 * said + 0.3, seed=3)
    line = calibrated(RANGES, micrographs(said, there, "stem"), print)["stem"].calibration
    meant = np.array([line(float(p)) for p in expit(said)])
    for low in np.arange(0, 1, 0.2):
        inside = (meant >= low) & (meant < low + 0.2)
        assert there[inside].mean() == pytest.approx(meant[inside].mean(), abs=0.06)


def test_modes_have_their_own_and_keep_their_ranges() -> None:
    said = np.random.default_rng(4).normal(0, 2, 1500)
    some = micrographs(said, drawn(0.5 * said)) + micrographs(said, drawn(2 * said), "stem")
    found = calibrated(RANGES, some, print)
    assert found["hrtem"].calibration.slope < 0.7 < 1.5 < found["stem"].calibration.slope
    for mode, learned in RANGES.items():
        assert (found[mode].sampling, found[mode].dose) == (learned.sampling, learned.dose)


def test_without_defects_nothing_changes() -> None:
    lines: list[str] = []
    assert calibrated(RANGES, [], lines.append) == RANGES
    assert lines == [
        f"{mode}: 0 of 0 defects are there; log odds times 1.000 and +0.000, of 0 fragments +0.000 "
        "besides"
        for mode in RANGES
    ]


def test_where_likelier_defects_are_there_less_often_all_are_moved_alike() -> None:
    wrong = micrographs(np.array([3.0, 2.0, -2.0, -3.0] * 10), np.array([0, 0, 1, 1] * 10, bool))
    assert calibrated(RANGES, wrong, print)["hrtem"].calibration == Calibration(1.0, 0.0)
    said, there = np.array([3.0, 2.0, 1.0, 0.0] * 20), np.array([0, 1, 1, 1] * 20, bool)
    line = calibrated(RANGES, micrographs(said, there), print)["hrtem"].calibration
    assert line.slope == 1
    assert np.mean([line(float(p)) for p in expit(said)]) == pytest.approx(61 / 82)


def test_a_piece_of_a_boundary_isnt_false_where_one_is() -> None:
    rng = np.random.default_rng(6)
    said = rng.normal(0, 2, 400)
    some = micrographs(said, rng.random(400) < expit(said))
    chain = defect(100.0, 0.999, "grain-boundary")
    truly = replace(some[0], true=(defect(900.0, name="grain-boundary"),), found=(chain,))
    lines: list[str] = []
    alone = calibrated(RANGES, some, lines.append)["hrtem"]
    assert (
        calibrated(RANGES, [*some, *[truly] * 50], print)["hrtem"].calibration == alone.calibration
    )
    false = replace(truly, true=(defect(900.0),))
    besides = calibrated(RANGES, [*some, *[false] * 50], print)["hrtem"].calibration
    assert besides(0.999) < alone.calibration(0.999)


def test_of_fragments_as_many_are_there_as_it_says() -> None:
    rng = np.random.default_rng(5)
    said = rng.normal(0, 2, 400)
    whole = micrographs(said, rng.random(400) < expit(said))
    parts = [
        replace(one, found=tuple(replace(d, fragment=True) for d in one.found))
        for one in micrographs(np.full(60, 3.0), np.arange(60) < 12)
    ]
    found = calibrated(RANGES, [*whole, *parts], print)["hrtem"].calibration
    alone = calibrated(RANGES, whole, print)["hrtem"].calibration
    assert (found.slope, found.offset, alone.fragment) == (alone.slope, alone.offset, 0.0)
    assert found(expit(3.0), fragment=True) == pytest.approx(13 / 62)
    assert found(expit(3.0)) == alone(expit(3.0)) > 0.9


def test_fragments_of_which_all_are_sure_have_their_share() -> None:
    # Log odds of 13.8, four times as steep.
    alarms = [Alarm(1 - 1e-7, False, True)] * 10
    line = Calibration(4.0, 0.0)
    added = replace(line, fragment=_besides(alarms, line))
    assert added(1 - 1e-7, fragment=True) == pytest.approx(1 / 12)


def test_what_is_found_is_counted_by_kind_and_dose() -> None:
    sure = np.full(30, 6.0)
    seen = np.ones(30, bool)
    some = [
        *micrographs(sure, seen, dose=3e3),
        *micrographs(sure[:5], seen[:5], dose=3e3, name="SW"),
        *micrographs(sure[:12], seen[:12], dose=1e4, name="SW"),
        # Twenty false ones, and ten that are there and weren't found.
        *micrographs(-sure[:20], ~seen[:20], dose=1e4),
        *(Judged("hrtem", 1e4, (defect(100.0),), (), EVERYWHERE) for _ in range(10)),
    ]
    assert calibrated(RANGES, some, print)["hrtem"].findable == (
        Findable("SV", (2e3, 6e3), 30, 30),
        Findable("SV", (6e3, 2e4), 10, 0),
        Findable("SW", (6e3, 2e4), 12, 12),
    )


class TestJudged:
    def test_a_micrograph(self) -> None:
        simulated = image_of(planted("SW"), dose=1e4, seed=2)
        one = judged(simulated, TrueEye(simulated))
        assert one is not None
        assert (one.mode, one.dose) == ("hrtem", 1e4)
        assert [defect.name for defect in (*one.true, *one.found)] == ["SW", "SW"]
        assert one.area.judged[100, 100]

    def test_a_refused_image(self) -> None:
        simulated = image_of(planted("SW"), dose=1e4, seed=2)
        noise = np.random.default_rng(0).normal(100, 10, simulated.image.shape)
        nothing = replace(simulated, image=noise.astype(np.float32))
        assert judged(nothing, TrueEye(simulated)) is None


class TestCalibration:
    def test_it_is_a_line_of_log_odds(self) -> None:
        line = Calibration(2.0, -1.0)
        assert line(0.5) == pytest.approx(expit(-1.0))
        assert log_odds(line(0.8)) == pytest.approx(2 * np.log(4) - 1)

    def test_it_keeps_the_order_and_the_ends(self) -> None:
        line = Calibration(0.7, 0.4)
        made = [line(p) for p in (0.0, 1e-3, 0.5, 0.999, 1.0)]
        assert made == sorted(made)
        assert 0 < made[0] < 1e-3 < 0.999 < made[-1] < 1

    def test_a_fragment_is_less_sure(self) -> None:
        line = Calibration(2.0, -1.0, fragment=-0.5)
        assert line(0.5, fragment=True) == pytest.approx(expit(-1.5))
        assert line(0.5) == pytest.approx(expit(-1.0))

    def test_unchanged_is_exact(self) -> None:
        assert [UNCHANGED(p) for p in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]
