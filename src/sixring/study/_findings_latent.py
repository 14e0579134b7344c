"""What the study found about its autoencoders, in sentences that its numbers choose."""

from __future__ import annotations

from sixring.report.wording import significant
from sixring.study._phrases import (
    SCORE_NAMES,
    auc_text,
    difference_text,
    percent,
    share_text,
    span,
    worth,
)
from sixring.study._plan import AUTOENCODERS
from sixring.study._reading import Document, Row, compared, scores_of
from sixring.study._results import Kind
from sixring.study._verdicts import Verdict, judge

__all__ = [
    "code_findings",
    "latent_findings",
    "pooling_findings",
    "reason",
    "score_findings",
]

_WORKS = 0.85
"""From this AUC on, the aim, a score needs no reason why it isn't higher."""
_DECIDES = 0.25
"""Share of a score's variance from which on something is said to decide it."""
_CLEARLY, _HIDDEN = 0.6, 0.03
"""The least AUC within micrographs, and how much higher than the AUC it must be, if differences
between micrographs hide defects."""
_EXAMINED, _CONFORMITY = "vae", "mahalanobis"
"""The network whose latent distribution is examined, and the score that judges it."""


def code_findings(document: Document) -> list[str]:
    """Say how far the first node of the dense autoencoder's code tells the classes apart."""
    code = document["code"]
    low = code["auc"]["low"]
    verdict = (
        "so that it can't be said to tell the classes apart"
        if low is None or low <= 0.5
        else "so it tells the classes apart to an extent"
        if code["auc"]["value"] < _WORKS
        else "so it tells the classes apart"
    )
    return [
        f"Taken as a score, the first node has an AUC of {auc_text(code['auc'])}, {verdict}. "
        "A node has no direction of its own; the way round was chosen on these very test patches, "
        "which can only flatter it.",
        f"Of all {code['nodes']} nodes, the one that does best has {span(code['largest'])}: "
        "chosen on the same patches, so that the best of as many nodes that know nothing would "
        "be above 0.5 as well.",
    ]


def score_findings(document: Document) -> list[str]:
    """Say which score of an autoencoder does best, and what the others measure."""
    rows = scores_of(document, "autoencoder")
    best = max(rows, key=lambda row: float(row["auc"]["value"]))
    sentences = [
        f"Of {len(rows)} scores of autoencoders, which saw perfect patches alone, the best is the "
        f"{_named(best)} with an AUC of {auc_text(best['auc'])}, {worth(best)}. It was chosen on "
        "the test set, and so is likelier to be too high than too low."
    ]
    idle = [row for row in rows if _holds_chance(row)]
    if idle:
        sentences.append(f"{len(idle)} of {len(rows)} can't be told from chance.")
    sentences += [
        f"Defects have a smaller {_named(row)} than perfect patches: its AUC is "
        f"{auc_text(row['auc'])}, below 0.5. The score is meant to be larger for them."
        for row in rows
        if _turned(row)
    ]
    hidden = [row for row in rows if _is_hidden(row)]
    if hidden:
        sentences.append(
            f"{len(hidden)} of {len(rows)} have a clearly higher AUC if defects are set against "
            "perfect patches of their own micrograph alone: differences between micrographs hide "
            "part of what these scores know."
        )
    for rising, words in (
        (
            False,
            "fall with the dose of the patch: to that extent they measure its noise, which is "
            "in every pixel, while a defect changes a few atoms",
        ),
        (
            True,
            "rise with the dose of the patch: to that extent they measure how clearly the "
            "lattice stands out of the noise",
        ),
    ):
        decided = [row for row in rows if _by_dose(row) and _rises(row) is rising]
        if decided:
            number = span([row["explained"]["micrographs"] for row in decided])
            sentences.append(
                f"{len(decided)} of {len(rows)} {words} (all patches of a micrograph have its "
                f"dose, so this rests on {number} doses)."
            )
    return sentences


def reason(row: Row) -> str:
    """Say why a score isn't better at telling defects; a dash where it is good."""
    known = row["explained"]
    within = known["auc_within_micrographs"]
    if _turned(row):
        less = "" if within is None else f" ({within:.2f} within micrographs)"
        why = ", as a defect breaks the lattice whose contrast it follows"
        follows = _by_dose(row) and _rises(row)
        return f"the wrong way round: defects have smaller values{less}{why if follows else ''}"
    if row["auc"]["value"] >= _WORKS:
        return "–"
    if _is_hidden(row):
        return f"hidden by differences between micrographs: {within:.2f} within them"
    if _by_dose(row):
        share = f"the dose makes {percent(known['dose_share'])} of it"
        rest = f"over {known['micrographs']} micrographs"
        if within is not None:
            rest = f"{rest}, and even within them it is {within:.2f}"
        return (
            f"contrast: rises with dose, {share}, {rest}"
            if _rises(row)
            else (f"noise: falls with dose, {share}, {rest}")
        )
    if within is not None and within < _CLEARLY:
        return f"rebuilt as well: even within micrographs it is {within:.2f}"
    if _share(row, "micrograph_share") >= _DECIDES:
        return f"conditions: the micrograph makes {percent(known['micrograph_share'])} of it"
    return "neither dose nor micrograph make much of it, nor do defects: pose and chance"


def pooling_findings(document: Document) -> list[str]:
    """Say what the local score brings over the mean, for each autoencoder."""
    rows = [compared(document, "pooling", Kind("autoencoder", "", m)) for m in AUTOENCODERS]
    verdicts = zip(AUTOENCODERS, judge(document, rows), strict=True)
    return [_pooling(model, verdict, len(rows)) for model, verdict in verdicts]


def _pooling(model: str, verdict: Verdict, number: int) -> str:
    difference = difference_text(verdict.comparison["difference"])
    if verdict.word == "unknown":
        return f"In {model} neither the local residual nor the mean can be told from chance."
    if verdict.single:
        return (
            f"In the one training of {model} the AUC of the local residual differs from that of "
            f"the mean over the patch by {difference}, which says nothing of other trainings."
        )
    words = {
        "higher": "does better than the mean over the patch",
        "lower": "does worse than the mean over the patch",
        "alike": "does neither better nor worse than the mean, as far as can be told",
    }[verdict.word]
    return (
        f"In {model} the local residual {words}: {difference} (one of {number} comparisons, "
        "corrected for their number after Holm)."
    )


def latent_findings(document: Document) -> list[str]:
    """Say whether the latent distribution tells defects, and whether it is as it should be."""
    latent = document["latent"]
    training, perfect, defects = latent["training"], latent["perfect"], latent["defects"]
    apart = sum(distance > latent["apart_by_chance"] for distance in latent["apart"])
    region = percent(latent["conforming"])
    inside, outside = latent["outside_perfect"], latent["outside_defects"]
    verdict = _more_or_fewer(outside, inside)
    collapsed = ["The training gave up the latent space: every patch has nearly the same q(z|x)."]
    (judged,) = (
        row
        for row in scores_of(document, "autoencoder")
        if (row["model"], row["score"]) == (_EXAMINED, _CONFORMITY)
    )
    return [
        *(collapsed if training["active"] == 0 else []),
        f"{training['active']} of {latent['dimensions']} dimensions are active. The Gaussian with "
        "the mean and covariance of the training patches' aggregate posterior lies "
        f"{significant(training['divergence'])} nats from N(0, I), and the largest distance of a "
        f"dimension from N(0, 1) is {significant(max(training['distances']), 2)}.",
        f"The KL term is {significant(perfect['kl_term'])} nats for perfect test patches on "
        f"average and {significant(defects['kl_term'])} for defects, with a spread of "
        f"{significant(perfect['kl_term_spread'])} among the perfect ones.",
        f"Between perfect patches and defects, {apart} of {latent['dimensions']} dimensions are "
        f"further apart than {significant(latent['apart_by_chance'], 2)}, what 19 in 20 stay below "
        "if labels are shuffled within each micrograph.",
        f"The region that holds {region} of the perfect training patches leaves out "
        f"{share_text(outside)} of the defects, {verdict} of the perfect test patches, of which "
        f"it leaves out {share_text(inside)}.",
        "The test that the report had in mind, whether the latent distribution of a patch "
        f"conforms to that of perfect ones, has an AUC of {auc_text(judged['auc'])}, "
        f"{worth(judged)}.",
    ]


def _more_or_fewer(defects: Row, perfect: Row) -> str:
    """Compare two shares by their intervals."""
    if defects["low"] is not None and perfect["low"] is not None:
        if defects["low"] > perfect["high"]:
            return "more than"
        if defects["value"] < perfect["value"]:
            return "if anything fewer than"
    return "not certainly more than"


def _named(row: Row) -> str:
    return f"{SCORE_NAMES[row['score']]} of {row['model']}"


def _holds_chance(row: Row) -> bool:
    low, high = row["auc"]["low"], row["auc"]["high"]
    return low is None or bool(low <= 0.5 <= high)


def _turned(row: Row) -> bool:
    high = row["auc"]["high"]
    return high is not None and bool(high < 0.5)


def _is_hidden(row: Row) -> bool:
    within = row["explained"]["auc_within_micrographs"]
    return within is not None and bool(
        within >= _CLEARLY and within - row["auc"]["value"] >= _HIDDEN
    )


def _by_dose(row: Row) -> bool:
    return _share(row, "dose_share") >= _DECIDES


def _rises(row: Row) -> bool:
    return float(row["explained"]["dose"]) > 0


def _share(row: Row, name: str) -> float:
    return float(row["explained"][name] or 0.0)
