"""From a micrograph to its rings, atoms and named defects."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from sixring.detection._classical import detect_classically
from sixring.detection._learned import detect_learned
from sixring.errors import UsageError
from sixring.types import Detection, Micrograph

__all__ = ["DETECTORS", "detect_micrograph"]

DETECTORS: dict[str, Callable[..., Detection]] = {
    "learned": detect_learned,
    "classical": detect_classically,
}
"""What finds the rings and atoms, by name."""


def detect_micrograph(
    micrograph: Micrograph,
    *,
    detector: str = "learned",
    min_probability: float = 0.5,
    lattice_sampling: bool = False,
) -> Detection:
    """Find, name and locate the defects in a micrograph.

    Parameters
    ----------
    micrograph : Micrograph
        The image.
    detector : str
        A name of :data:`DETECTORS`, or the folder of a trained network.
    min_probability : float
        Defects below this probability are left out, 0 to 1.
    lattice_sampling : bool
        Use the lattice's own sampling even where the micrograph has one.

    Returns
    -------
    Detection
        In pixels of the micrograph.

    Raises
    ------
    UsageError
        If there is no such detector, or the probability isn't one.
    ReadError
        If the network can't be read.
    Refusal
        If no graphene lattice is found, or not at this sampling.
    """
    if not 0 <= min_probability <= 1:
        raise UsageError(f"the least probability must lie between 0 and 1, not {min_probability:g}")
    return _named(detector)(
        micrograph, min_probability=min_probability, lattice_sampling=lattice_sampling
    )


def _named(detector: str) -> Callable[..., Detection]:
    if detector in DETECTORS:
        return DETECTORS[detector]
    if Path(detector).is_dir():
        return partial(detect_learned, folder=Path(detector))
    raise UsageError(
        f"no detector is called {detector!r}: choose from {', '.join(DETECTORS)}, or give the "
        "folder of one"
    )
