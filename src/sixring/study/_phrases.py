"""Numbers of the study in words, the same everywhere on its page."""

from __future__ import annotations

from collections.abc import Sequence

from sixring.study._reading import Row

__all__ = [
    "NO_BREAK",
    "SCORE_MEANINGS",
    "SCORE_NAMES",
    "auc_text",
    "difference_text",
    "grade",
    "percent",
    "range_text",
    "share_text",
    "span",
    "worth",
]

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Keeps a number and what belongs to it on one line."""
SCORE_NAMES = {
    "logit": "logit",
    "local": "local residual",
    "mean": "mean residual",
    "mahalanobis": "Mahalanobis distance",
    "kl": "KL term",
    "reconstruction_error": "reconstruction term",
    "negative_elbo": "negative ELBO",
    "nll": "negative log-likelihood",
}
"""What the page calls the scores."""
SCORE_MEANINGS = {
    "local": "the largest residual anywhere in the patch, smoothed and pooled",
    "mean": "the squared residual, averaged over the patch",
    "mahalanobis": "how far the mean of q(z|x) lies from the training patches, in units of "
    "their spread in that direction",
    "kl": "how far q(z|x) is from the prior N(0, I)",
    "reconstruction_error": "how badly samples of q(z|x) give back the patch",
    "negative_elbo": "both terms of the ELBO together",
    "nll": "how unlikely the patch is, by importance sampling",
}
"""What the scores of autoencoders measure."""


def auc_text(estimate: Row) -> str:
    """Write such as ``0.973 [0.955, 0.983]``."""
    if estimate["low"] is None:
        return f"{estimate['value']:.3f}"
    text = f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}]"
    return text.replace(" ", NO_BREAK)


def difference_text(estimate: Row) -> str:
    """Write such as ``+0.115 [+0.080, +0.150]``."""
    if estimate["low"] is None:
        return _signed(estimate["value"])
    low, high = _signed(estimate["low"]), _signed(estimate["high"])
    return f"{_signed(estimate['value'])} [{low}, {high}]".replace(" ", NO_BREAK)


def grade(estimate: Row) -> str:
    """Say whether an AUC is another than that of chance."""
    low, high = estimate["low"], estimate["high"]
    if low is None:
        return "without an interval to tell it from chance by"
    if low > 0.5:
        return "better than chance"
    if high < 0.5:
        return "below chance, as defects score lower than perfect patches"
    return "which can't be told from chance"


def worth(row: Row) -> str:
    """Say what a result is worth: beside its AUC, how many defects it finds."""
    rate = f"{100 * row['false_alarm_rate']:g}{NO_BREAK}%"
    return (
        f"{grade(row['auc'])}; at {rate} false alarms it finds "
        f"{share_text(row['recall'])} of the defects"
    )


def share_text(estimate: Row) -> str:
    """Write such as ``35 % [20 %, 53 %]``."""
    if estimate["low"] is None:
        return percent(estimate["value"])
    low, high = percent(estimate["low"]), percent(estimate["high"])
    return f"{percent(estimate['value'])} [{low}, {high}]".replace(" ", NO_BREAK)


def percent(share: float) -> str:
    """Write a share, with a digit behind the point where it is small."""
    number = 100 * share
    digits = f"{number:.1f}" if 0 < abs(number) < 9.95 else f"{number:.0f}"
    return f"{digits}{NO_BREAK}%"


def span(values: Sequence[float], digits: int = 3) -> str:
    """Write the least and the largest of some numbers, once where they agree."""
    low, high = (f"{float(f'{end:.{digits}g}'):g}" for end in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def range_text(ends: Sequence[float] | None) -> str:
    """Write the ends of a range; a dash where they aren't known."""
    return "–" if ends is None else span(ends)


def _signed(value: float) -> str:
    # The minus of the printers, as long as the plus.
    return f"{value:+.3f}".replace("-", "−")
