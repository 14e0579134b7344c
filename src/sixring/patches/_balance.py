"""The order in which patches are shown in training, with the classes in equal parts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError

__all__ = ["balanced_order"]


def balanced_order(
    labels: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    seed: int,
    epoch: int,
    size: int | None = None,
) -> NDArray[np.int64]:
    """Draw the patches of one epoch: the classes in equal parts, in each its groups too.

    Within a group no patch comes a second time before all have come once. Each epoch is drawn on
    its own, so a training that is resumed sees what it would have seen.

    Parameters
    ----------
    labels : array_like
        Class of each patch, shape (n,).
    groups : array_like, optional
        Micrograph or session of each patch, shape (n,); all of a class count as one group if
        None.
    seed : int
        Of the training.
    epoch : int
        Which epoch, from 0.
    size : int, optional
        Patches to draw; as many as there are if None.

    Returns
    -------
    ndarray of int64
        Indices, shape (size,), in random order. Classes, and the groups of a class, differ by
        at most one in how often they come.

    Raises
    ------
    UsageError
        If the lengths differ, there are no patches, or `seed`, `epoch` or `size` is negative.

    Examples
    --------
    >>> order = balanced_order([0, 0, 0, 0, 0, 1], seed=0, epoch=0)
    >>> int((order == 5).sum())
    3
    """
    labels = np.asarray(labels)
    groups = np.zeros(labels.shape, np.int8) if groups is None else np.asarray(groups)
    if labels.ndim != 1 or groups.shape != labels.shape or not labels.size:
        raise UsageError(
            f"labels and groups must have one value for each of at least one patch, "
            f"not the shapes {labels.shape} and {groups.shape}"
        )
    size = len(labels) if size is None else size
    for name, value in (("seed", seed), ("epoch", epoch), ("size", size)):
        if value < 0:
            raise UsageError(f"{name} must not be negative, but is {value}")
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,)))
    drawn = [np.empty(0, np.int64)]
    classes = _members(labels, np.arange(len(labels)))
    for of_class, share in zip(classes, _parts(len(classes), size, random), strict=True):
        of_groups = _members(groups[of_class], of_class)
        for members, count in zip(of_groups, _parts(len(of_groups), share, random), strict=True):
            whole, part = divmod(int(count), len(members))
            drawn += [members] * whole
            if part:
                drawn.append(random.permutation(members)[:part])
    return random.permutation(np.concatenate(drawn))


def _members(values: NDArray[Any], indices: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the indices of each distinct value."""
    _, of_each = np.unique(values, return_inverse=True)
    return np.split(
        indices[np.argsort(of_each, kind="stable")], np.cumsum(np.bincount(of_each))[:-1]
    )


def _parts(count: int, size: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Share `size` out to `count` receivers; what is left over goes to some at random."""
    parts = np.full(count, size // count)
    parts[random.permutation(count)[: size % count]] += 1
    return parts
