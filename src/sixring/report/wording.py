"""Numbers and findings in words, the same in every output."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sixring.report.statistics import clear_area, counted_defects, density, expected_false

if TYPE_CHECKING:
    from sixring.types import Detection

__all__ = [
    "CALIBRATED_MEANING",
    "NOISE_MEANING",
    "defect_count_text",
    "density_lines",
    "finding_text",
    "probability_meaning",
    "significant",
]

CALIBRATED_MEANING = (
    "The probability of a defect is calibrated on simulated micrographs that the detector hasn't "
    "learned from: of the defects of 0.9, nine in ten are there. On another image that holds as "
    "far as it is like those. The probability of a single ring or atom is what the network says of "
    "it with its size or its element, and isn't calibrated by itself."
)
"""How to read the columns called ``probability`` where those of defects are calibrated."""
NOISE_MEANING = (
    "A probability here follows from the noise measured in this image alone: how surely the ring "
    "would keep its size, or the atom its brightness, if the image were taken again. A defect has "
    "that of its surest ring or atom. It isn't calibrated against known truth yet, and knows "
    "nothing of aberrations, dirt or scan errors: it ranks the findings, but 0.9 doesn't mean "
    "that nine such findings in ten are real."
)
"""How to read them where they follow from the noise of the image."""

_PLAIN_DECADES = range(-4, 6)
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def significant(value: float | None, digits: int = 3) -> str:
    """Write a number with a number of significant digits; a dash where there is none.

    Examples
    --------
    >>> significant(0.069034), significant(1234.5), significant(2.5e-7), significant(None)
    ('0.0690', '1234', '2.50×10⁻⁷', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    decade = math.floor(math.log10(abs(value)))
    if decade not in _PLAIN_DECADES:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    return f"{value:.{max(0, digits - 1 - decade)}f}"


def defect_count_text(count: int) -> str:
    """Write a number of defects."""
    return f"{count} defect" if count == 1 else f"{count} defects"


def probability_meaning(detection: Detection) -> str:
    """Say how to read every column called ``probability``."""
    return CALIBRATED_MEANING if detection.calibrated else NOISE_MEANING


def density_lines(detection: Detection) -> list[str]:
    """Write how many defects were counted in which area, in short lines."""
    area = clear_area(detection)
    counted = int(np.count_nonzero(counted_defects(detection)))
    found = density(counted, area)
    if found is None:
        return ["no clear sheet, so no density"]
    return [
        f"{counted} in {significant(area)} nm² of clear sheet",
        f"{significant(found.value)} per nm²",
        f"95 % interval: {significant(found.low)} to {significant(found.high)}",
    ]


def finding_text(detection: Detection) -> str:
    """Say in a sentence or two what was found."""
    defects, area = len(detection.defects), clear_area(detection)
    counted = int(np.count_nonzero(counted_defects(detection)))
    found = density(counted, area)
    if found is None:
        return (
            f"No part of the image could be judged, so there is no density; "
            f"{defect_count_text(defects)} outside."
        )
    if counted == 0:
        sentence = (
            f"No defect in {significant(area)} nm² of clear sheet: at most "
            f"{significant(found.high)} per nm² (95 % Poisson interval)."
        )
    else:
        sentence = (
            f"{defect_count_text(counted)} in {significant(area)} nm² of clear sheet: "
            f"{significant(found.value)} per nm² (95 % Poisson interval "
            f"{significant(found.low)} to {significant(found.high)})."
        )
    expected = expected_false(detection)
    if expected is not None and counted:
        sentence += (
            f" By their probabilities about {significant(expected, 2)} of them are false, "
            f"{significant(100 * expected / area, 2)} per 100 nm²."
        )
    if counted < defects:
        sentence += f" {defects - counted} more outside the clear area, not counted."
    return sentence
