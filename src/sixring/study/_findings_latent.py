"""What the study found about its autoencoders, in sentences that its numbers choose."""

from __future__ import annotations

from sixring.report.wording import significant
from sixring.study._phrases import (
    NO_BREAK,
    SCORE_NAMES,
    auc_text,
    difference_text,
    grade,
    percent,
    span,
    told,
)
from sixring.study._plan import AUTOENCODERS
from sixring.study._reading import Document, Row, compared, scores_of
from sixring.study._results import Kind

__all__ = [
    "code_findings",
    "latent_findings",
    "pooling_findings",
    "reason",
    "score_findings",
]

_WORKS = 0.8
"""From this AUC on a score needs no reason why it fails."""
_DECIDES = 0.25
"""Share of a score's variance from which on something is said to decide it."""
_HIDDEN = 0.05
"""By how much the AUC must be higher within micrographs, if their conditions hide defects."""


def code_findings(document: Document) -> list[str]:
    """Say how far the first node of the dense autoencoder's code tells the classes apart."""
    code = document["code"]
    low = code["auc"]["low"]
    verdict = (
        "so it doesn't tell the classes apart"
        if low is not None and low <= 0.5
        else "so it tells the classes apart to an extent"
        if code["auc"]["value"] < _WORKS
        else "so it tells the classes apart"
    )
    return [
        f"Taken as a score, whichever way round is better, the first node has an AUC of "
        f"{auc_text(code['auc'])}, {verdict}.",
        f"Of all {code['nodes']} nodes, the one that does best on these very patches has "
        f"{span(code['largest'])}.",
    ]


def score_findings(document: Document) -> list[str]:
    """Say which score of an autoencoder does best, and how many do nothing."""
    rows = scores_of(document, "autoencoder")
    best = max(rows, key=lambda row: float(row["auc"]["value"]))
    idle = [row for row in rows if row["auc"]["low"] is not None and row["auc"]["low"] <= 0.5]
    sentences = [
        f"Of {len(rows)} scores of autoencoders, which saw perfect patches alone, the best is the "
        f"{SCORE_NAMES[best['score']]} of {best['model']} with an AUC of {auc_text(best['auc'])}: "
        f"{grade(best['auc'])}."
    ]
    if idle:
        sentences.append(f"{len(idle)} of {len(rows)} aren't better than chance.")
    noisy = [row for row in rows if _share(row, "dose_share") >= _DECIDES]
    if noisy:
        sentences.append(
            f"{len(noisy)} go with the dose of the patch: they measure its noise, which is in "
            "every pixel, while a defect changes a few atoms."
        )
    return sentences


def reason(row: Row) -> str:
    """Say why a score doesn't tell defects; a dash where it does."""
    if row["auc"]["value"] >= _WORKS:
        return "–"
    dose, micrograph = _share(row, "dose_share"), _share(row, "micrograph_share")
    within = row["explained"]["auc_within_micrographs"]
    if dose >= _DECIDES:
        return f"noise: the dose makes {percent(dose)} of it"
    hidden = within is not None and within - row["auc"]["value"] >= _HIDDEN
    if micrograph >= _DECIDES and hidden:
        return f"conditions: the micrograph makes {percent(micrograph)} of it and hides defects"
    if micrograph >= _DECIDES:
        return f"conditions: the micrograph makes {percent(micrograph)} of it"
    return "neither dose nor micrograph make much of it, nor do defects: pose and chance"


def pooling_findings(document: Document) -> list[str]:
    """Say what the local score brings over the mean, for each autoencoder."""
    words = {
        "higher": "does better than the mean over the patch",
        "lower": "does worse than the mean over the patch",
        "alike": "does neither better nor worse than the mean, as far as can be told",
    }
    sentences = []
    for model in AUTOENCODERS:
        difference = compared(document, "pooling", Kind("autoencoder", "", model))["difference"]
        sentences.append(
            f"In {model} the local residual {words[told(difference)]}: "
            f"{difference_text(difference)}."
        )
    return sentences


def latent_findings(document: Document) -> list[str]:
    """Say whether the latent distribution tells defects, and whether it is as it should be."""
    latent = document["latent"]
    training, perfect, defects = latent["training"], latent["perfect"], latent["defects"]
    apart = sum(distance > latent["apart_by_chance"] for distance in latent["apart"])
    off = sum(distance > training["chance"] for distance in training["distances"])
    region = percent(latent["conforming"])
    inside, outside = latent["outside_perfect"], latent["outside_defects"]
    more = outside["low"] is not None and outside["low"] > (inside["high"] or 0)
    verdict = "more than" if more else "not certainly more than"
    collapsed = ["The training gave up the latent space: every patch has nearly the same q(z|x)."]
    return [
        *(collapsed if training["active"] == 0 else []),
        f"{training['active']} of {latent['dimensions']} dimensions are active. The Gaussian with "
        "the mean and covariance of the training patches' aggregate posterior lies "
        f"{significant(training['divergence'])} nats from N(0, I), and {off} of its dimensions "
        "are further from N(0, 1) than chance would have them.",
        f"The KL term is {significant(perfect['kl_term'])} nats for perfect test patches on "
        f"average and {significant(defects['kl_term'])} for defects, with a spread of "
        f"{significant(perfect['kl_term_spread'])} among the perfect ones.",
        f"Between perfect patches and defects, {apart} of {latent['dimensions']} dimensions "
        "differ by more than chance would have it between as many independent patches.",
        f"The region that holds {region} of the perfect training patches leaves out "
        f"{_share_text(outside)} of the defects, {verdict} of the perfect test patches, of which "
        f"it leaves out {_share_text(inside)}.",
        "The test that the report had in mind, whether the latent distribution of a patch "
        f"conforms to that of perfect ones, has an AUC of {auc_text(latent['auc'])}: "
        f"{grade(latent['auc'])}.",
    ]


def _share(row: Row, name: str) -> float:
    return float(row["explained"][name] or 0.0)


def _share_text(estimate: Row) -> str:
    if estimate["low"] is None:
        return percent(estimate["value"])
    low, high = percent(estimate["low"]), percent(estimate["high"])
    return f"{percent(estimate['value'])} [{low}, {high}]".replace(" ", NO_BREAK)
