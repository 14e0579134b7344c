"""What is to be known of a detector before its word is taken: the text of ``CARD.md``."""

from __future__ import annotations

from collections.abc import Mapping

from sixring.detection._description import Learned
from training._versions import versions
from training.detector._learn import Seen
from training.detector._network import Detector
from training.detector._plan import Plan
from training.detector._watch import BANDS

__all__ = ["card_text"]


def card_text(
    plan: Plan,
    network: Detector,
    seen: Seen,
    learned: Mapping[str, Learned],
    scores: Mapping[str, float],
) -> str:
    """Write the card.

    Parameters
    ----------
    plan : Plan
        How it was made.
    network : Detector
        What was made.
    seen : Seen
        What it has learned from.
    learned : mapping
        By mode, the range of that.
    scores : mapping
        What :func:`~training.detector._watch.watched` says of the network at the end.

    Returns
    -------
    str
        Markdown.
    """
    parameters, cost = network.cost()
    ranges = [
        f"- {mode.upper()}: {entry.sampling[0]:g} to {entry.sampling[1]:g} A per pixel, "
        f"{entry.dose[0]:g} to {entry.dose[1]:g} electrons per square angstrom"
        for mode, entry in learned.items()
    ]
    bands = [
        f"| {name.split('_')[2].upper()} | {low:g} to {high:g} | {scores[name]:.3f} |"
        for name, (_, low, high) in BANDS.items()
        if name in scores
    ]
    lines = [
        "# The detector of sixring",
        "",
        "A network of convolutions that says of every place in a micrograph of graphene whether a "
        "ring or an atom lies there, which, and where, and whether the place can be judged.",
        f"{parameters} parameters; {cost:.0f} multiplications for each pixel of the image, which "
        f"is brought to 0.2 A per pixel first. What is farther than {network.reach} of these "
        "pixels from a place has no part in what is said of it.",
        "",
        "## Learned from",
        "",
        "Simulated micrographs alone:",
        "",
        *ranges,
        f"- {seen.crops} crops of {plan.pieces * plan.specimens} specimens, each specimen imaged "
        f"{plan.exposures} times; every crop was learned from {plan.window} times, turned and "
        "mirrored, but for the last ones",
        f"- SHA-256 of all crops: {seen.sha256}",
        "",
        f"`python -m training.detector`, seed {plan.seed}, makes it again.",
        "",
        "## What it can't do",
        "",
        "Nitrogen and boron are carbon to it, and every heavier foreign atom is silicon. It knows "
        "no crystal but graphene, and no second layer but to mask it.",
        "",
        "## At the end of the training",
        "",
        f"On crops of {plan.watched} other specimens, rings other than six, before they are put "
        "together into a structure:",
        "",
        "| mode | dose, e/A^2 | F1 |",
        "|---|---|---|",
        *bands,
        "",
        "The crops lie round defects more often than chance would have it. What the whole "
        "detection reaches is in the documentation.",
        "",
        "## Versions",
        "",
        *(f"- {program}: {version}" for program, version in versions().items()),
    ]
    return "\n".join(lines) + "\n"
