"""What a detector answers, and the table of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import sixring
from benchmarks.markdown import markdown_table
from benchmarks.strangers._kinds import ENTROPY, IMAGES, Kind
from sixring.errors import Refusal
from sixring.types import Micrograph

__all__ = ["Answer", "answer", "results_text"]


@dataclass(frozen=True)
class Answer:
    """What was answered to one image."""

    refused: str
    """Why it was refused; empty where it wasn't."""
    warnings: tuple[str, ...]
    """What was warned of."""
    judged: float
    """Share of the image that was judged, 0 to 1."""
    defects: int
    """Defects that were listed."""
    area: float
    """Area that was judged, nm^2."""


def answer(micrograph: Micrograph, detector: str) -> Answer:
    """Detect on one image, with all that its file says.

    Parameters
    ----------
    micrograph : Micrograph
        The image.
    detector : str
        As for :func:`sixring.detect`.

    Returns
    -------
    Answer
        What the user is told.
    """
    try:
        found = sixring.detect(micrograph, detector=detector).detection
    except Refusal as refusal:
        return Answer(str(refusal), (), 0.0, 0, 0.0)
    area = float(found.mask.clear.sum()) * found.lattice.sampling**2 / 100
    return Answer("", found.warnings, float(found.mask.clear.mean()), len(found.defects), area)


def results_text(answers: Mapping[Kind, Sequence[Answer]], detector: str) -> str:
    """Write the table.

    Parameters
    ----------
    answers : mapping
        Those to the images of each kind.
    detector : str
        Which one.

    Returns
    -------
    str
        Markdown.
    """
    heads = ("mode", "image", "refused", "warned", "silent", "judged", "defects per 100 nm^2")
    lines = [
        "# Strangers",
        "",
        f"sixring {sixring.__version__}, the detector {detector}. {IMAGES} simulated images of a "
        f"kind, entropy {ENTROPY}, 512 x 512 pixels; sampling, mode and dose are stated. Refused: "
        "nothing is told. Warned: a result is given, with a warning that belongs to this image. "
        "Silent: a result as of an image that the detector knows. Judged: mean share of the image, "
        "of those not refused.",
        "",
        markdown_table(heads, (_row(kind, some) for kind, some in answers.items())),
    ]
    lines += ["What was said, of the first image of each kind:", ""]
    for kind, some in answers.items():
        said = some[0].refused or " ".join(some[0].warnings) or "nothing"
        lines.append(f"- {kind.mode.upper()}, {kind.name}: {said}")
    return "\n".join(lines) + "\n"


def _row(kind: Kind, answers: Sequence[Answer]) -> tuple[str, ...]:
    given = [one for one in answers if not one.refused]
    warned = sum(bool(one.warnings) for one in given)
    area = sum(one.area for one in given)
    return (
        kind.mode.upper(),
        kind.name,
        str(len(answers) - len(given)),
        str(warned),
        str(len(given) - warned),
        f"{100 * np.mean([one.judged for one in given]):.0f} %" if given else "",
        f"{100 * sum(one.defects for one in given) / area:.2g}" if area else "",
    )
