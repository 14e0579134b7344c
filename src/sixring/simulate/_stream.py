"""Labelled patches without end, made while they are used."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.simulate._folder import require_at_least
from sixring.simulate._order import ahead, in_order
from sixring.simulate._parts import Part, make_part
from sixring.simulate._patches import PatchSettings
from sixring.simulate._presets import Preset
from sixring.simulate._sample import Make, sample

__all__ = ["PatchBatch", "stream_patches"]


@dataclass(frozen=True, eq=False)
class PatchBatch:
    """Some labelled patches."""

    images: NDArray[np.float32]
    """Shape (n, side, side): counts as recorded."""
    labels: NDArray[np.int8]
    """Shape (n,): 0 perfect, 1 defect."""
    details: Mapping[str, NDArray[Any]]
    """``micrograph`` (its number), ``defect``, ``dose``, ``sampling_A``, ``row_px`` and
    ``col_px``, each of shape (n,)."""

    def __len__(self) -> int:
        """Return the number of patches."""
        return len(self.labels)

    def take(self, which: NDArray[np.int64] | slice) -> PatchBatch:
        """Return some of the patches."""
        details = {name: column[which] for name, column in self.details.items()}
        return PatchBatch(self.images[which], self.labels[which], details)


@dataclass(frozen=True)
class _Task:
    preset: Preset
    seed: int
    index: int
    side: int
    ratio: float
    per_defect: int
    make: Make


def stream_patches(
    preset: Preset,
    *,
    seed: int = 0,
    workers: int = 1,
    batch: int = 64,
    side: int = 48,
    ratio: float = 20.0,
    per_defect: int = 3,
    mixed: int = 8,
    make: Make = sample,
) -> Generator[PatchBatch]:
    """Make labelled patches without end.

    Parameters
    ----------
    preset : Preset
        What the micrographs are drawn from.
    seed : int, optional
        What the batches follow from, whatever the number of workers.
    workers : int, optional
        Number of processes; with 0 a thread of this one does the work. A script that uses
        processes needs ``if __name__ == "__main__":`` round what it does.
    batch : int, optional
        Patches in a batch.
    side : int, optional
        Rows and columns of a patch.
    ratio : float, optional
        Perfect patches for each defect patch; 1 gives as many of one kind as of the other.
    per_defect : int, optional
        Most patches of one defect. Where few perfect ones are wanted, more than 3 make faster
        progress.
    mixed : int, optional
        The patches of so many micrographs are shuffled together.
    make : callable, optional
        What makes a micrograph, a function at the top of a module.

    Returns
    -------
    generator of PatchBatch
        Micrographs are made ahead while batches are used. Closing it, as ``contextlib.closing``
        does, ends the workers.

    Raises
    ------
    UsageError
        At once, if a value can't be; later, if abTEM isn't installed.
    """
    for name, value, least in (("workers", workers, 0), ("batch", batch, 1), ("mixed", mixed, 1)):
        require_at_least(name, value, least)
    # The patches of a stream and those of a folder can be asked for in the same ways.
    PatchSettings(preset, seed=seed, side=side, ratio=ratio, per_defect=per_defect)
    tasks = (
        _Task(preset, seed, index, side, ratio, per_defect, make) for index in itertools.count()
    )
    return _batches(tasks, seed, workers, batch, mixed)


def _batches(
    tasks: Iterable[_Task], seed: int, workers: int, size: int, mixed: int
) -> Generator[PatchBatch]:
    left: list[PatchBatch] = []
    # As many micrographs ahead as are shuffled together, so that the workers needn't wait while
    # the patches of the last ones are used.
    with closing(ahead(in_order(_make, tasks, workers), mixed)) as parts:
        patches = (_labelled(index, part) for index, part in enumerate(parts))
        for number, block in enumerate(_blocks(patches, mixed)):
            rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, 1)))
            together = _joined([*left, block.take(rng.permutation(len(block)))])
            whole = len(together) - len(together) % size
            for start in range(0, whole, size):
                yield together.take(slice(start, start + size))
            left = [together.take(slice(whole, None))]


def _blocks(patches: Iterator[PatchBatch], mixed: int) -> Iterator[PatchBatch]:
    """Join the patches of `mixed` micrographs at a time."""
    while True:
        block = _joined(list(itertools.islice(patches, mixed)))
        if len(block) == 0:
            raise UsageError(
                f"{mixed} micrographs in a row gave no patches: give them a larger shape, other "
                "defects, or a preset with less contamination"
            )
        yield block


def _make(task: _Task) -> Part:
    return make_part(
        task.preset,
        task.seed,
        task.index,
        side=task.side,
        ratio=task.ratio,
        per_defect=task.per_defect,
        make=task.make,
    )


def _labelled(index: int, part: Part) -> PatchBatch:
    cuts = part.cuts
    n = len(cuts.labels)
    details = {
        "micrograph": np.full(n, index),
        "defect": cuts.defects,
        "dose": np.full(n, part.dose),
        "sampling_A": np.full(n, part.sampling),
        "row_px": cuts.corners[:, 0],
        "col_px": cuts.corners[:, 1],
    }
    return PatchBatch(cuts.images, cuts.labels, details)


def _joined(batches: list[PatchBatch]) -> PatchBatch:
    return PatchBatch(
        np.concatenate([b.images for b in batches]),
        np.concatenate([b.labels for b in batches]),
        {name: np.concatenate([b.details[name] for b in batches]) for name in batches[0].details},
    )
