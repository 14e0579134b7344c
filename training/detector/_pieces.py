"""The stream of crops in pieces."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from training._expose import Expose, exposures
from training._kept import kept, kept_pieces, read_arrays
from training.detector._crops import Crops, cut, joined
from training.detector._plan import Plan
from training.detector._sources import SOURCES

__all__ = ["make_piece", "pieces", "read_piece", "watched_piece"]

Part = Literal["learned", "watched"]
_PARTS: tuple[Part, ...] = ("learned", "watched")


def make_piece(plan: Plan, part: Part, number: int, *, expose: Expose = exposures) -> Crops:
    """Simulate the piece of a number.

    Parameters
    ----------
    plan : Plan
        How many specimens, and how they are shown.
    part : {"learned", "watched"}
        The two share no specimen.
    number : int
        Which piece; of what is watched there is one, 0.
    expose : callable
        What makes the images of a specimen.

    Returns
    -------
    Crops
        They follow from the arguments alone.
    """
    specimens = plan.specimens if part == "learned" else plan.watched
    weights = np.array([source.weight for source in SOURCES])
    parts: list[Crops] = []
    for k in range(number * specimens, (number + 1) * specimens):
        rng = np.random.default_rng(plan.draw(_PARTS.index(part), k))
        source = SOURCES[int(rng.choice(len(SOURCES), p=weights / weights.sum()))]
        parts += [
            cut(
                image,
                side=plan.side,
                number=plan.crops,
                near_defects=plan.near_defects,
                sampling_error=plan.sampling_error,
                rng=rng,
            )
            for image in expose(source, plan.exposures, rng)
        ]
    crops = joined(parts)
    rng = np.random.default_rng(plan.draw(len(_PARTS) + _PARTS.index(part), number))
    return crops.take(rng.permutation(len(crops)))


def pieces(
    plan: Plan, folder: Path, numbers: Iterable[int], *, jobs: int = 1, expose: Expose = exposures
) -> Generator[Path]:
    """Make pieces to be learned from, some ahead of their use, and keep those that are there.

    Parameters
    ----------
    plan : Plan
        As for :func:`make_piece`.
    folder : Path
        Where they are kept.
    numbers : iterable of int
        Which ones.
    jobs : int
        Number of processes that simulate; with 0 a thread of this one does.
    expose : callable
        What makes the images of a specimen, a function at the top of a module.

    Returns
    -------
    generator of Path
        The files in their order. Closing it ends the processes.
    """
    make = partial(make_piece, plan, "learned", expose=expose)
    return kept_pieces(make, folder, numbers, jobs=jobs)


def watched_piece(plan: Plan, folder: Path, *, expose: Expose = exposures) -> Crops:
    """Return the crops on which the training is watched; they are simulated once."""
    make = partial(make_piece, plan, "watched", expose=expose)
    return read_piece(kept(make, 0, folder / "watched.npz"))


def read_piece(path: Path) -> Crops:
    """Read a piece that was kept."""
    return read_arrays(path, Crops)
