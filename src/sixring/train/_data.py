"""Patches to train on: checked, counted, and split by group."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError
from sixring.models import Kind, TrainingData, as_patches
from sixring.patches import DEFECT, PERFECT, split_groups

__all__ = ["Part", "Prepared", "prepare"]


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the patches."""

    images: NDArray[np.float32]
    """Shape (n, rows, cols)."""
    labels: NDArray[np.int8]
    """0 perfect, 1 defect, shape (n,)."""
    groups: NDArray[np.str_] | None
    """Micrograph or session of each patch, shape (n,), where known."""

    def take(self, chosen: NDArray[np.int64]) -> Part:
        """Return the patches with these indices."""
        groups = None if self.groups is None else self.groups[chosen]
        return Part(self.images[chosen], self.labels[chosen], groups)

    def count(self, label: int) -> int:
        """Return how many patches have a label."""
        return int(np.sum(self.labels == label))


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a training gets."""

    train: Part
    """What the network learns from."""
    validation: Part
    """What it is watched on: other groups."""
    described: TrainingData
    """Both, in numbers."""


def prepare(
    images: ArrayLike,
    labels: ArrayLike | None,
    groups: ArrayLike | None,
    details: Mapping[str, ArrayLike] | None,
    *,
    kind: Kind,
    share: float,
    seed: int,
    counts: bool = False,
    held_out: ArrayLike | None = None,
) -> Prepared:
    """Check the patches of a training and split them.

    Parameters
    ----------
    images : array_like, shape (n, rows, cols)
        Patches of any real dtype.
    labels : array_like, shape (n,), optional
        0 perfect, 1 defect; all are perfect where a one-class model gets none.
    groups : array_like, shape (n,), optional
        Micrograph or session of each; each patch is a group of its own where it isn't given.
    details : mapping, optional
        The columns ``sampling``, ``dose`` and ``mode``, shape (n,) each, where known.
    kind : {"supervised", "one-class"}
        What the model learns from.
    share : float
        How much of each class is held out.
    seed : int
        Of the split.
    counts : bool, optional
        Whether the patches to learn from are to stay the counts that they are.
    held_out : array_like of bool, shape (n,), optional
        Which patches to watch the training on; chosen by `share` and `seed` where it isn't given.

    Returns
    -------
    Prepared
        For a one-class model the part to learn from holds perfect patches alone.

    Raises
    ------
    UsageError
        If anything is of another shape or kind, a class is missing, or can't be split.
    """
    patches = as_patches(images, scaled=not counts)
    if len(patches) < 2:
        raise UsageError(
            f"{len(patches)} patches can't be split into one part to learn from and one to watch: "
            "give at least two"
        )
    classes = _labels(labels, len(patches), kind)
    names = None if groups is None else _column(groups, "groups", len(patches)).astype(np.str_)
    everything = Part(patches, classes, names)
    chosen: NDArray[np.bool_] | None
    if held_out is None:
        each_its_own = np.arange(len(patches)) if names is None else names
        learned, watched = split_groups(each_its_own, classes, share=share, seed=seed)
        chosen = None
    else:
        chosen = _column(held_out, "held_out", len(patches)).astype(np.bool_)
        _check_held_out(chosen, classes, names, kind)
        learned, watched = np.flatnonzero(~chosen), np.flatnonzero(chosen)
    if kind == "one-class":
        learned = learned[classes[learned] == PERFECT]
    described = TrainingData(
        sha256=_digest(images, classes, names, chosen),
        perfect=everything.count(PERFECT),
        defects=everything.count(DEFECT),
        groups=None if names is None else len(np.unique(names)),
        sampling=_ends(details, "sampling", len(patches)),
        dose=_ends(details, "dose", len(patches)),
        modes=_words(details, "mode", len(patches)),
    )
    return Prepared(everything.take(learned), everything.take(watched), described)


def _labels(labels: ArrayLike | None, n: int, kind: Kind) -> NDArray[np.int8]:
    if labels is None:
        if kind == "supervised":
            raise UsageError("a supervised model needs y: 0 for perfect, 1 for defect patches")
        return np.zeros(n, np.int8)
    given = _column(labels, "y", n)
    if given.dtype.kind not in "iufb" or not np.isin(given, (PERFECT, DEFECT)).all():
        wrong = next(value for value in given.tolist() if value not in (PERFECT, DEFECT))
        raise UsageError(f"y must be 0 (perfect) or 1 (defect) for each patch, not {wrong!r}")
    for label, name in ((PERFECT, "perfect"), (DEFECT, "defect")):
        if not np.any(given == label) and (kind == "supervised" or label == PERFECT):
            raise UsageError(
                f"none of the {n} patches is {name} (y == {label}), and a {kind} model learns "
                f"from {'both classes' if kind == 'supervised' else 'perfect ones'}"
            )
    return given.astype(np.int8)


def _column(values: ArrayLike, name: str, n: int) -> NDArray[Any]:
    column = np.asarray(values)
    if column.shape != (n,):
        raise UsageError(f"{name} must have one value for each of {n} patches, not {column.shape}")
    return column


def _ends(details: Mapping[str, ArrayLike] | None, name: str, n: int) -> tuple[float, float] | None:
    """Return the least and the largest value of a column, where it has any."""
    if details is None or name not in details:
        return None
    values = _column(details[name], name, n).astype(np.float64)
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if len(known) else None


def _words(details: Mapping[str, ArrayLike] | None, name: str, n: int) -> tuple[str, ...]:
    if details is None or name not in details:
        return ()
    return tuple(sorted({str(value) for value in _column(details[name], name, n)} - {""}))


def _check_held_out(
    held_out: NDArray[np.bool_],
    labels: NDArray[np.int8],
    groups: NDArray[np.str_] | None,
    kind: Kind,
) -> None:
    """Refuse a choice that leaves a part without a class, or a group in both parts."""
    for part, chosen, needed in (
        ("held out", held_out, (PERFECT,)),
        ("left to learn from", ~held_out, (PERFECT, DEFECT)[: 1 + (kind == "supervised")]),
    ):
        for label in needed:
            if not np.any(labels[chosen] == label):
                name = "perfect" if label == PERFECT else "defect"
                raise UsageError(
                    f"no {name} patch is {part}: choose held_out so that there is at least one"
                )
    if groups is not None:
        shared = np.intersect1d(groups[held_out], groups[~held_out])
        if len(shared):
            raise UsageError(
                f"patches of the group {str(shared[0])!r} are held out and others of it are "
                "learned from: hold out whole groups"
            )


def _digest(images: ArrayLike, *columns: NDArray[np.generic] | None) -> str:
    digest = hashlib.sha256()
    for column in (np.asarray(images), *(column for column in columns if column is not None)):
        digest.update(f"{column.dtype.str} {column.shape}\n".encode())
        digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()
