"""The stream in pieces: each follows from its number, and is kept in a file until it is used."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sixring.models import as_patches
from training._cut import NO_KIND, Patches, cut
from training._expose import Expose, expose
from training._kept import kept, kept_pieces, read_arrays
from training._plan import Plan
from training._sources import SOURCES

__all__ = ["Part", "Piece", "make_piece", "pieces", "read_piece", "set_aside"]

Part = Literal["learned", "watched", "held-out"]
"""What patches are for: to be learned from; to watch the training on; for the threshold and the
probabilities."""
_PARTS: tuple[Part, ...] = ("learned", "watched", "held-out")
_LEVELS = 65535
"""Of an image, as 16 bits hold them: far finer than its noise."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Patches of some specimens, mixed."""

    levels: NDArray[np.uint16]
    """Shape (n, side, side): each patch from its darkest pixel, 0, to its brightest, 65535."""
    kinds: NDArray[np.int8]
    """Shape (n,): as in :class:`~training._cut.Patches`."""
    places: NDArray[np.float32]
    """Shape (n, 2): row, col of the defect in the patch."""
    hard: NDArray[np.bool_]
    """Shape (n,): whether contamination, vacuum or a second layer touches the patch."""
    groups: NDArray[np.int32]
    """Shape (n,): number of the specimen."""
    samplings: NDArray[np.float32]
    """Shape (n,): angstrom per pixel."""
    doses: NDArray[np.float32]
    """Shape (n,): electrons per angstrom^2."""
    stem: NDArray[np.bool_]
    """Shape (n,): whether it is of a scan."""

    def __len__(self) -> int:
        """Return the number of patches."""
        return len(self.kinds)

    @property
    def labels(self) -> NDArray[np.int8]:
        """0 perfect, 1 defect, shape (n,)."""
        labels: NDArray[np.int8] = (self.kinds != NO_KIND).astype(np.int8)
        return labels

    @property
    def images(self) -> NDArray[np.float32]:
        """The patches in the range 0 to 1, shape (n, side, side)."""
        return np.divide(self.levels, _LEVELS, dtype=np.float32)

    def take(self, which: NDArray[np.int64]) -> Piece:
        """Return some of the patches."""
        return Piece(**{entry.name: getattr(self, entry.name)[which] for entry in fields(self)})


def make_piece(plan: Plan, part: Part, number: int, *, expose: Expose = expose) -> Piece:
    """Simulate the piece of a number.

    Parameters
    ----------
    plan : Plan
        How many specimens, and how they are shown.
    part : {"learned", "watched", "held-out"}
        No two parts share a specimen.
    number : int
        Which piece; of what is watched or held out there is one, 0.
    expose : callable
        What makes the images of a specimen.

    Returns
    -------
    Piece
        It follows from the arguments alone.
    """
    counts = {"learned": plan.specimens, "watched": plan.watched, "held-out": plan.held_out}
    exposures = plan.exposures if part == "learned" else plan.exposures_aside
    weights = np.array([source.weight for source in SOURCES])
    cuts: list[tuple[Patches, int, float, float, bool]] = []
    for k in range(counts[part]):
        group = number * counts[part] + k
        key = (_PARTS.index(part), group)
        rng = np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=key))
        source = SOURCES[int(rng.choice(len(SOURCES), p=weights / weights.sum()))]
        for image in expose(source, exposures, rng):
            found = cut(image, side=plan.side, per_defect=plan.per_defect, rng=rng)
            cuts.append((found, group, image.sampling, image.dose, image.mode == "stem"))
    sizes = [len(found) for found, *_ in cuts]
    _, groups, samplings, doses, stem = zip(*cuts, strict=True)
    piece = Piece(
        levels=_levels(np.concatenate([found.images for found, *_ in cuts])),
        kinds=np.concatenate([found.kinds for found, *_ in cuts]),
        places=np.concatenate([found.places for found, *_ in cuts]),
        hard=np.concatenate([found.hard for found, *_ in cuts]),
        groups=np.repeat(np.array(groups, np.int32), sizes),
        samplings=np.repeat(np.array(samplings, np.float32), sizes),
        doses=np.repeat(np.array(doses, np.float32), sizes),
        stem=np.repeat(np.array(stem, np.bool_), sizes),
    )
    key = (len(_PARTS) + _PARTS.index(part), number)
    rng = np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=key))
    return piece.take(rng.permutation(len(piece)))


def pieces(
    plan: Plan, folder: Path, numbers: Iterable[int], *, jobs: int = 1, expose: Expose = expose
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
    return kept_pieces(
        partial(make_piece, plan, "learned", expose=expose), folder, numbers, jobs=jobs
    )


def set_aside(plan: Plan, folder: Path, part: Part, *, expose: Expose = expose) -> Piece:
    """Return the patches of a part that isn't learned from; they are simulated once."""
    make = partial(make_piece, plan, part, expose=expose)
    return read_piece(kept(make, 0, folder / f"{part}.npz"))


def read_piece(path: Path) -> Piece:
    """Read a piece that was kept."""
    return read_arrays(path, Piece)


def _levels(images: NDArray[np.float32]) -> NDArray[np.uint16]:
    levels: NDArray[np.uint16] = np.rint(as_patches(images) * _LEVELS).astype(np.uint16)
    return levels
