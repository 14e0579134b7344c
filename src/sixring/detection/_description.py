"""What a trained detector says about itself: the contents of ``detector.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sixring.detection._calibration import UNCHANGED, Calibration
from sixring.detection._canonical import CANONICAL
from sixring.detection._cells import MULTIPLE
from sixring.graphs import Digest, SchemaError, read_json, read_record
from sixring.types import Findable

__all__ = ["FORMAT", "Description", "Learned", "document_of", "read_description"]

FORMAT = 2
"""Version of the folder; a change that older programs can't read adds one."""


@dataclass(frozen=True)
class Learned:
    """The images of one mode from which a detector has learned, and how it does on others."""

    sampling: tuple[float, float]
    """Least and largest, angstrom per pixel."""
    dose: tuple[float, float]
    """Least and largest, electrons per angstrom^2."""
    calibration: Calibration = UNCHANGED
    """What makes a probability of the surest part of a defect."""
    findable: tuple[Findable, ...] = ()
    """How much of what is there it finds, for kinds and doses."""

    def __post_init__(self) -> None:
        for entry in self.findable:
            if not (0 <= entry.found <= entry.there and entry.there > 0):
                raise SchemaError(f"of {entry.there} {entry.name} there can't be {entry.found}")
        for name, (low, high) in (("sampling", self.sampling), ("dose", self.dose)):
            if not 0 < low <= high:
                raise SchemaError(f"{name} can't lie between {low:g} and {high:g}")


@dataclass(frozen=True)
class Description:
    """What has to be known of a graph to use it."""

    format: int
    """:data:`FORMAT`."""
    version: str
    """Which detector it is."""
    sampling: float
    """Angstrom per pixel of the images that it sees."""
    multiple: int
    """Rows and columns of these are multiples of this."""
    reach: int
    """Pixels: what lies farther from a cell doesn't change it."""
    learned: Mapping[str, Learned]
    """By mode."""
    graph: Digest
    """Of ``detector.onnx``."""

    def __post_init__(self) -> None:
        if (self.sampling, self.multiple) != (CANONICAL, MULTIPLE):
            raise SchemaError(
                f"it sees images at {self.sampling:g} A per pixel in multiples of {self.multiple}, "
                f"and this version of sixring makes them at {CANONICAL:g} in multiples of "
                f"{MULTIPLE}"
            )
        if self.reach < 0:
            raise SchemaError(f"reach can't be {self.reach}")
        if {*self.learned} - {"hrtem", "stem"} or not self.learned:
            raise SchemaError(f"learned can't have the modes {', '.join(self.learned) or 'none'}")


def document_of(description: Description) -> str:
    """Write a description as JSON."""
    return json.dumps(asdict(description), indent=2, allow_nan=False) + "\n"


def read_description(content: bytes) -> Description:
    """Read what :func:`document_of` wrote.

    Parameters
    ----------
    content : bytes
        Of the file.

    Returns
    -------
    Description
        Checked.

    Raises
    ------
    SchemaError
        If it isn't one, or one of a detector that this version of sixring can't use.
    """
    document = read_json(content)
    version = document.get("format") if isinstance(document, dict) else None
    if type(version) is int and version != FORMAT:
        raise SchemaError(
            f"it has the format {version}, and this version of sixring reads {FORMAT}"
        )
    return read_record(Description, document, "detector.json")
