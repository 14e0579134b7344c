"""The card of a saved model: what a person should know before trusting it."""

from __future__ import annotations

from collections.abc import Mapping

from sixring.models._description import Description, Judgement, Setting, TrainingData
from sixring.models._registry import find_model

__all__ = ["card"]


def card(description: Description) -> str:
    """Return the card in Markdown.

    Parameters
    ----------
    description : Description
        What is known of the model.

    Returns
    -------
    str
        The text of ``CARD.md``.
    """
    entry = find_model(description.name)
    rows, cols = description.shape
    sections = [
        f"# {description.name}",
        f"{entry.summary} ({entry.kind}). Patches of {rows}x{cols} pixels.",
        _section("Trained on", _data_lines(description.data)),
        _section("Validation", _validation_lines(description.validation)),
        _section("Decision", _decision_lines(description)),
        _section("Settings", _setting_lines(description)),
        _section("Versions", [f"{k}: {v}" for k, v in sorted(description.versions.items())]),
        "The numbers of the validation chose the epoch, the threshold and the calibration, so "
        "they flatter the model: judge it on micrographs that it hasn't seen.",
    ]
    return "\n\n".join(sections) + "\n"


def _section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines)


def _data_lines(data: TrainingData) -> list[str]:
    unknown = "not known"
    return [
        f"patches: {data.perfect} perfect, {data.defects} defect",
        f"micrographs or sessions: {unknown if data.groups is None else data.groups}",
        f"sampling: {_range(data.sampling, 'A/px')}",
        f"dose: {_range(data.dose, 'e/A^2')}",
        f"mode: {', '.join(data.modes) or unknown}",
        f"SHA-256 of patches, labels and groups: {data.sha256}",
    ]


def _range(ends: tuple[float, float] | None, unit: str) -> str:
    if ends is None:
        return "not known"
    low, high = ends
    return f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}"


def _validation_lines(found: Judgement) -> list[str]:
    lines = [
        f"held out: {found.perfect} perfect, {found.defects} defect patches",
        "epochs: none, as nothing is trained by descent"
        if found.loss is None
        else f"epoch kept: {found.epoch}, mean loss {found.loss:.6g}",
    ]
    if found.auc is None:
        return [*lines, "ROC-AUC: not known, no defects were held out"]
    interval = ""
    if found.auc_low is not None and found.auc_high is not None:
        interval = f", 95 % interval {found.auc_low:.3f} to {found.auc_high:.3f}"
    return [*lines, f"ROC-AUC: {found.auc:.3f}{interval} ({found.auc_how})"]


def _decision_lines(description: Description) -> list[str]:
    if description.calibration is None:
        calibrated = "no, no defects were held out"
    else:
        # Whether it is a number shows where the calibration is used: a card is to be read.
        share = description.calibration.get("prevalence", "unknown")
        share = f"{share:.2g}" if isinstance(share, float) else share
        calibrated = f"for a share of defects of {share}, where no other is given"
    return [
        f"score: {description.score}, of {', '.join(description.scores)}",
        f"threshold: {description.threshold:.6g}: {description.threshold_reason}",
        f"probabilities: {calibrated}",
    ]


def _setting_lines(description: Description) -> list[str]:
    settings: Mapping[str, Setting] = {**description.config, **description.training}
    lines = [f"seed: {description.seed}", *(f"{k}: {v}" for k, v in settings.items())]
    if description.augmentation is None:
        return [*lines, "augmentation: none"]
    changes = ", ".join(f"{k} {v}" for k, v in description.augmentation.items())
    return [*lines, f"augmentation: {changes}"]
