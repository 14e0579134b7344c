"""Micrographs, images and models that cost nothing, for the comparison of patch models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmarks.quality import DEFECTS, Plan
from quick_samples import quick_sample
from sixring.evaluate import Hypotheses
from sixring.models import SavedModel
from sixring.simulate import Conditions, Preset, Sample
from sixring.types import Mode

__all__ = ["PLAN", "Fake", "fake", "noise", "show"]

PLAN = Plan(challenge=42, cell=12, training=105, conditions=3, draws=20, epochs=1)
"""The smallest that there can be."""
PERFECT = np.full((4, 4), 1e-3)
DEFECT = PERFECT + np.diag([2e-4] * 4)
LOGISTIC = {
    "kind": "logistic",
    "slope": 1.0,
    "centre": 0.0,
    "offset": 0.0,
    "prevalence": 0.5,
    "reason": "by hand",
}


@cache
def _specimen(mode: Mode) -> Sample:
    drawn = Preset(
        name="quick",
        description="small and clean, for tests",
        mode=mode,
        shape=(320, 320),
        specimen={"defects": list(DEFECTS), "density": 0.1},
        conditions={"sampling": 0.2},
        camera={},
    )
    return quick_sample(drawn, np.random.default_rng(0))


def noise(preset: Preset, rng: np.random.Generator) -> Sample:
    """Record noise of one specimen, whatever the preset says but its mode."""
    made = _specimen(preset.mode)
    image = rng.poisson(100.0, made.simulated.image.shape).astype(np.float32)
    return replace(made, simulated=replace(made.simulated, image=image))


def show(
    defects: Sequence[str], conditions: Conditions, *, rng: np.random.Generator
) -> dict[str, Hypotheses]:
    """Let every kind be the same one image."""
    return {name: Hypotheses(PERFECT, [DEFECT]) for name in (*defects, "any")}


@dataclass
class Fake:
    """A model whose score is the mean of a patch."""

    graph: bytes = b"mean"
    calibration: dict[str, Any] | None = None
    any_size: bool = True
    scored: list[int] = field(default_factory=list)

    @property
    def description(self) -> SimpleNamespace:
        """What is asked of a description."""
        return SimpleNamespace(score="mean", shape=(24, 24), calibration=self.calibration)

    def outputs(self, images: ArrayLike, names: tuple[str, ...]) -> dict[str, NDArray[np.float32]]:
        """Score patches, and remember how many."""
        assert names == ("mean",)
        self.scored.append(len(np.asarray(images)))
        return {"mean": np.asarray(images, np.float32).mean(axis=(1, 2)) - 100}


def fake(**given: Any) -> SavedModel:  # noqa: ANN401 - fields of Fake
    """Return such a model."""
    return cast("SavedModel", Fake(**given))
