"""What came of the report's own experiment and why, in sentences that its numbers choose."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from sixring.report.wording import significant
from sixring.study._phrases import auc_text, span, worth
from sixring.study._plan import CLASSIFIERS
from sixring.study._reading import Document, Row, find, trainings_of
from sixring.study._results import Kind

__all__ = ["report_findings", "start_loss", "why_so"]

_NEAR_START = 0.9
"""Final training loss over that at the start from which on a training may not have left it."""
_RANKED = 0.6
"""AUC on its own training patches from which on a network has left its start, whatever its loss."""

_End = Literal["overfitting", "start", "general", "unclear"]
_MEANINGS: Mapping[_End, str] = {
    "overfitting": "The loss on the patches learned from ended below the entropy, that on the "
    "others above it: the network learned what is peculiar to its own patches, which is "
    "overfitting.",
    "start": "The network hasn't left its start: it hardly ranks even the patches that it learned "
    "from.",
    "general": "Both losses ended below the entropy: some of what the network learned holds for "
    "other patches.",
    "unclear": "Whether what the network learned holds for others can't be told from that.",
}
"""What the end of a training means."""


def report_findings(document: Document) -> list[str]:
    """Say what the report's experiment comes to."""
    sentences = []
    for model in CLASSIFIERS:
        kind = Kind("report", "", model)
        row, trainings = find(document, kind), trainings_of(document, kind)
        first = trainings[0]
        sentences.append(
            "Trained as the report describes it, as far as it says, on "
            f"{first['perfect']} perfect and {first['defects']} defect patches, of which "
            f"{span([one['learned_defects'] for one in trainings])} are learned from, for "
            f"{_epochs(trainings)}, {model} reaches an AUC of {auc_text(row['auc'])} on the test "
            f"set, {worth(row)}."
        )
    return sentences


def start_loss(training: Row) -> float:
    """Return the loss of a network that knows nothing but how rare defects are."""
    share = float(training["defects"] / (training["perfect"] + training["defects"]))
    return -share * math.log(share) - (1 - share) * math.log(1 - share)


def why_so(document: Document) -> list[str]:
    """Explain the result of the report's experiment by how its trainings went."""
    every = {model: trainings_of(document, Kind("report", "", model)) for model in CLASSIFIERS}
    start = start_loss(every[CLASSIFIERS[0]][0])
    return [
        "A network that knows nothing but how rare defects are has a loss of "
        f"{start:.3f}, the entropy of the classes.",
        *(sentence for model, rows in every.items() for sentence in _ends(model, rows, start)),
    ]


def _ends(model: str, rows: Sequence[Row], start: float) -> list[str]:
    ends: dict[_End, list[Row]] = {end: [] for end in _MEANINGS}
    for row in rows:
        ends[_end(row, start)].append(row)
    return [
        f"{model}: in {_of(some, rows)} the loss was {_losses(some, 'kept_training_loss')} on the "
        f"patches learned from and {_losses(some, 'kept_validation_loss')} on those held out at "
        f"the epoch that was kept, and {_losses(some, 'training_loss')} and "
        f"{_losses(some, 'validation_loss')} at the end. The network that was kept ranks the "
        f"patches that it learned from with an AUC of {_aucs(some)}. {_MEANINGS[end]}"
        for end, some in ends.items()
        if some
    ]


def _end(row: Row, start: float) -> _End:
    loss, others, auc = (row[k] for k in ("training_loss", "validation_loss", "training_auc"))
    if None in (loss, others, auc):
        return "unclear"
    if loss > _NEAR_START * start and auc < _RANKED:
        return "start"
    if loss >= start:
        return "unclear"
    return "overfitting" if others > start else "general"


def _epochs(rows: Sequence[Row]) -> str:
    return f"{span([row['epochs'] for row in rows])} epochs"


def _of(some: Sequence[Row], rows: Sequence[Row]) -> str:
    if len(rows) == 1:
        return "the only training"
    if len(some) == len(rows):
        return "both trainings" if len(rows) == 2 else f"all {len(rows)} trainings"
    return f"{len(some)} of {len(rows)} trainings"


def _losses(rows: Sequence[Row], column: str) -> str:
    known = [row[column] for row in rows if row[column] is not None]
    ends = [significant(end) for end in (min(known), max(known))] if known else ["unknown"]
    return ends[0] if ends[0] == ends[-1] else f"{ends[0]} to {ends[1]}"


def _aucs(rows: Sequence[Row]) -> str:
    known = [row["training_auc"] for row in rows if row["training_auc"] is not None]
    ends = [f"{end:.3f}" for end in (min(known), max(known))] if known else ["unknown"]
    return ends[0] if ends[0] == ends[-1] else f"{ends[0]} to {ends[1]}"
