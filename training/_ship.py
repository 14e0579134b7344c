"""From the trained network to the folder that the package carries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.evaluate import calibrate, evaluate, false_alarm_threshold
from sixring.models import Description, Judgement, SavedModel, TrainingData
from sixring.models.export import export_graph, export_weights
from sixring.models.resnet import ResNet, ResNetConfig
from training._learn import Seen
from training._pieces import Piece
from training._plan import Plan
from training._sources import KINDS, SAMPLINGS, SOURCES
from training._versions import versions
from training._watch import FAINT, areas

__all__ = ["NAME", "ship"]

NAME = "default"


def ship(
    plan: Plan,
    network: ResNet,
    seen: Seen,
    held_out: Piece,
    loss: float,
    folder: Path,
    *,
    views: int = 2,
) -> SavedModel:
    """Choose the threshold, fit the probabilities, and write the model.

    Parameters
    ----------
    plan : Plan
        How it was made.
    network : ResNet
        Trained.
    seen : Seen
        What it has learned from.
    held_out : Piece
        Patches that it hasn't learned from and wasn't watched on.
    loss : float
        Where it was watched last.
    folder : Path
        Where the model shall appear.
    views : int, optional
        Over how many views of a patch it averages. Nothing that is learned depends on it.

    Returns
    -------
    SavedModel
        As it was written.
    """
    shape = (plan.side, plan.side)
    config = ResNetConfig.of({**plan.network, "views": views})
    averaging = ResNet(config, shape).eval()
    averaging.load_state_dict(network.state_dict())
    graph, weights = export_graph(averaging, shape), export_weights(averaging)
    undecided = SavedModel(_description(plan, config, seen, held_out, loss), graph, weights)
    scores = undecided.scores(held_out.images)["logit"]
    # What isn't to be seen at most doses says nothing of the others.
    plain = ~np.isin(held_out.kinds, [KINDS.index(name) for name in FAINT])
    labels, groups = held_out.labels[plain], held_out.groups[plain]
    threshold = false_alarm_threshold(scores[held_out.labels == 0], plan.false_alarms)
    auc = evaluate(scores[plain], labels, groups=groups, seed=plan.seed).auc
    described = replace(
        undecided.description,
        threshold=threshold.value,
        threshold_reason=threshold.reason,
        calibration=calibrate(scores[plain], labels, groups, seed=plan.seed).document(),
        validation=replace(
            undecided.description.validation,
            auc=auc.value,
            auc_low=auc.low,
            auc_high=auc.high,
            auc_how=auc.how,
        ),
    )
    model = SavedModel(described, graph, weights)
    model.write(folder, overwrite=True)
    card = folder / "CARD.md"
    about = card.read_text(encoding="utf-8")
    about = about.replace("# resnet\n", f"# {NAME}: a trained resnet\n", 1)
    card.write_text(about + _made(plan, held_out, scores), encoding="utf-8")
    return model


def _description(
    plan: Plan, config: ResNetConfig, seen: Seen, held_out: Piece, loss: float
) -> Description:
    doses = [source.dose for source in SOURCES]
    return Description(
        name="resnet",
        shape=(plan.side, plan.side),
        seed=plan.seed,
        config=dict(vars(config)),
        training={
            "batch_size": plan.batch,
            "learning_rate": plan.learning_rate,
            "weight_decay": plan.weight_decay,
            "schedule": "cosine",
        },
        augmentation=None,
        scores=ResNet.scores,
        score="logit",
        views=ResNet.views,
        threshold=0.0,
        threshold_reason="not chosen yet",
        calibration=None,
        data=TrainingData(
            sha256=seen.sha256,
            perfect=seen.perfect,
            defects=seen.defects,
            groups=plan.pieces * plan.specimens,
            sampling=SAMPLINGS,
            dose=(min(low for low, _ in doses), max(high for _, high in doses)),
            modes=("hrtem", "stem"),
        ),
        validation=Judgement(
            perfect=int((held_out.labels == 0).sum()),
            defects=int(held_out.labels.sum()),
            epoch=plan.pieces,
            loss=loss,
            auc=None,
            auc_low=None,
            auc_high=None,
            auc_how="not known yet",
        ),
        versions=versions(),
    )


def _made(plan: Plan, held_out: Piece, scores: NDArray[np.float32]) -> str:
    """Return what the card says beyond that of other models."""
    perfect = held_out.labels == 0
    reached = scores >= false_alarm_threshold(scores[perfect], plan.false_alarms).value
    clean, hard = (perfect & (held_out.hard == touched) for touched in (False, True))
    lines = [
        "",
        "## How it was made",
        "",
        f"`python -m training`, seed {plan.seed}: {plan.pieces} pieces of {plan.specimens} "
        f"simulated specimens, each in {plan.exposures} images; every patch was learned from "
        f"{plan.window} times, turned and mirrored, but for the last ones.",
        "An epoch above is a piece. What was held out is simulated too.",
        "",
        f"Perfect patches that reach the threshold: {_share(reached, clean)} of clean ones, "
        f"{_share(reached, hard)} of those that contamination, vacuum or a second layer touches.",
        "",
        "## By mode, dose and kind",
        "",
        "| mode | dose, e/A^2 | kind | patches | ROC-AUC |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['mode']} | {row['dose']} | {row['kind']} | {row['patches']} | {row['auc']:.3f} |"
        for row in areas(held_out, scores)
    ]
    return "\n".join(lines) + "\n"


def _share(reached: NDArray[np.bool_], among: NDArray[np.bool_]) -> str:
    return f"{reached[among].mean():.2%}" if among.any() else "none"
