"""What a saved model says about itself: the contents of ``model.json``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sixring.graphs import SchemaError, shown

__all__ = ["FORMAT", "Calibration", "Description", "Judgement", "Setting", "TrainingData"]

FORMAT = 1
"""Version of the saved folder; a change that older programs can't read adds one."""

Setting = bool | int | float | str | tuple[int, ...]
"""A setting as JSON keeps it."""
Calibration = Mapping[str, float | str | tuple[float, ...]]
"""Numbers that take a score to a probability, as :mod:`sixring.evaluate` writes them."""


@dataclass(frozen=True)
class TrainingData:
    """The patches that a model was trained and validated on."""

    sha256: str
    """Digest of patches, labels and groups."""
    perfect: int
    """How many of them are perfect."""
    defects: int
    """How many are defects."""
    groups: int | None
    """From how many micrographs or sessions, None where that isn't known."""
    sampling: tuple[float, float] | None
    """Least and largest angstrom per pixel, where known."""
    dose: tuple[float, float] | None
    """Least and largest electrons per square angstrom, where known."""
    modes: tuple[str, ...]
    """How they were recorded, where known."""


@dataclass(frozen=True)
class Judgement:
    """How a model did on the part of the data that was held out to watch the training."""

    perfect: int
    """Perfect patches held out."""
    defects: int
    """Defect patches held out."""
    epoch: int
    """The epoch, from 1, whose weights were kept; 0 for a model that isn't trained by descent."""
    loss: float | None
    """Mean loss, None where there is no descent."""
    auc: float | None
    """ROC-AUC of the default score, None without defects."""
    auc_low: float | None
    """Lower end of its 95 % interval, None where there is none."""
    auc_high: float | None
    """Upper end."""
    auc_how: str
    """How the interval was made, or why there is none."""


@dataclass(frozen=True)
class Description:
    """Everything about a model but its numbers."""

    name: str
    """A key of :data:`~sixring.models.MODELS`."""
    shape: tuple[int, int]
    """Rows and columns of a patch."""
    seed: int
    """What everything random followed from."""
    config: Mapping[str, Setting]
    """Settings of the architecture."""
    training: Mapping[str, Setting]
    """Settings of the training."""
    augmentation: Mapping[str, Setting] | None
    """How patches were changed in training; None where they weren't."""
    scores: tuple[str, ...]
    """Outputs of the graph that are scores."""
    score: str
    """The one that decides."""
    views: tuple[str, ...]
    """The other outputs of the graph."""
    threshold: float
    """From this score on, a patch is called a defect."""
    threshold_reason: str
    """How the threshold was chosen."""
    calibration: Calibration | None
    """From score to probability; None where no defects were there to calibrate with."""
    data: TrainingData
    """What it was trained on."""
    validation: Judgement
    """How it did."""
    versions: Mapping[str, str]
    """Of the programs that made it."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of defect that it tells apart, in the order of its view ``kind``, if any."""
        return tuple(str(self.config.get("kinds", "")).split())

    def __post_init__(self) -> None:
        if self.score not in self.scores:
            raise SchemaError(f"score {shown(self.score)} isn't among the scores")
        if len({*self.scores, *self.views}) < len(self.scores) + len(self.views):
            raise SchemaError("an output is named twice")
        if min(self.shape) < 1:
            raise SchemaError(f"shape can't be {list(self.shape)}")
        if not math.isfinite(self.threshold):
            raise SchemaError("threshold isn't finite")
