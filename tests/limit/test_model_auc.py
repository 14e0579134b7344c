"""A model beside the best detector, where the model is one of which the answer is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from fringe_images import fringes, spots
from sixring.evaluate import Estimate, Hypotheses, bayes_observer
from sixring.limit._model import model_auc
from sixring.models import SavedModel
from sixring.simulate import HRTEM, STEM, Camera, Conditions

PERFECT = fringes(20.0, side=16)
HYPOTHESES = Hypotheses(PERFECT, spots(PERFECT, 0.25, step=4.0))
IDEAL = HRTEM(camera=Camera(mtf=1.0))


@dataclass
class Data:
    """What is asked of what was learned from."""

    sampling: tuple[float, float] | None = None


@dataclass
class Described:
    """What is asked of a description."""

    score: str = "best"
    data: Data = field(default_factory=Data)


class Known:
    """Stand for a model: the best detector itself, or one of its moods."""

    def __init__(self, sign: float, gain: float = 1.0, offset: float = 0.0) -> None:
        self.description = Described()
        self.sign, self.gain, self.offset = sign, gain, offset
        self.seen: list[NDArray[np.float32]] = []

    def outputs(
        self, images: NDArray[np.float32], names: tuple[str, ...]
    ) -> dict[str, NDArray[np.float32]]:
        """Score patches."""
        assert names == ("best",)
        self.seen.append(images)
        counts = np.maximum((images - self.offset) / self.gain, 0.0)
        return {"best": (self.sign * HYPOTHESES.log_ratios(counts)).astype(np.float32)}


def judged(model: Known, conditions: Conditions, seed: int = 0) -> Estimate:
    rng = np.random.default_rng(seed)
    return model_auc(cast("SavedModel", model), HYPOTHESES, conditions, draws=1500, rng=rng)


def test_the_best_detector_reaches_its_limit() -> None:
    best = bayes_observer(HYPOTHESES, draws=4000, rng=np.random.default_rng(1))
    found = judged(Known(1.0), IDEAL)
    assert 0.8 < best.auc.value < 0.999
    assert found.value == pytest.approx(best.auc.value, abs=0.015)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_a_model_may_be_wrong() -> None:
    assert judged(Known(-1.0), IDEAL).value == pytest.approx(
        1 - judged(Known(1.0), IDEAL).value, abs=1e-6
    )


def test_perfect_patches_come_first_and_counts_are_what_the_camera_makes_of_them() -> None:
    model = Known(1.0, gain=3.0, offset=10.0)
    camera = Camera(mtf=1.0, gain=3.0, offset=10.0)
    found = judged(model, HRTEM(camera=camera))
    assert found.value == judged(Known(1.0), IDEAL).value
    perfect, defect = model.seen
    assert perfect.shape == defect.shape == (1500, 16, 16)
    np.testing.assert_allclose(perfect.mean(axis=0), 3 * PERFECT + 10, rtol=0.05)
    assert defect.mean() > perfect.mean()
    # Poisson counts, each worth three.
    assert ((perfect - 10) % 3 == 0).all()


def test_a_camera_that_spreads_electrons_makes_nothing_easier() -> None:
    sharp = judged(Known(1.0), IDEAL)
    spread = judged(Known(1.0), replace(IDEAL, camera=Camera(mtf=0.3)))
    noisy = judged(Known(1.0), replace(IDEAL, camera=Camera(mtf=1.0, read_noise=10.0)))
    assert spread.value < sharp.value + 0.01
    assert noisy.value < sharp.value - 0.05


def test_a_scan_has_its_own_electronics() -> None:
    model = Known(1.0, gain=7.0, offset=50.0)
    scan = STEM(dose=1.0, gain=7.0, offset=50.0)
    best = bayes_observer(HYPOTHESES, draws=4000, rng=np.random.default_rng(1))
    assert judged(model, scan).value == pytest.approx(best.auc.value, abs=0.015)
    assert ((model.seen[0] - 50) % 7 == 0).all()
    noisy = judged(Known(1.0, 7.0, 50.0), replace(scan, read_noise=70.0))
    assert noisy.value < best.auc.value - 0.05


def test_the_same_seed_gives_the_same_number() -> None:
    assert judged(Known(1.0), IDEAL) == judged(Known(1.0), IDEAL)
    assert judged(Known(1.0), IDEAL) != judged(Known(1.0), IDEAL, seed=1)


class Larger(Known):
    """Stand for a model of patches of any size, which learned at half the sampling."""

    any_size = True

    def outputs(
        self, images: NDArray[np.float32], names: tuple[str, ...]
    ) -> dict[str, NDArray[np.float32]]:
        """Score what is back at its own size."""
        assert images.shape[1:] == (32, 32)
        return super().outputs(images.reshape(-1, 16, 2, 16, 2).mean(axis=(2, 4)), names)


def test_patches_are_brought_to_the_sampling_that_the_model_knows() -> None:
    model = Larger(1.0)
    half = IDEAL.sampling / 2
    model.description.data.sampling = (half, half)
    found, known = judged(model, IDEAL), judged(Known(1.0), IDEAL)
    assert found.value == pytest.approx(known.value, abs=0.05)
    assert found.value > 0.6
