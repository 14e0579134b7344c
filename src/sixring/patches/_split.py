"""Splits that leave no group on both sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError

__all__ = ["split_groups"]

_NAMES = {0: "perfect", 1: "defect"}
_TRIES = 8
"""Random orders of the groups of which the best is kept."""


def split_groups(
    groups: ArrayLike, labels: ArrayLike | None, share: float = 0.2, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split patches by group, with each class shared out as nearly as the groups allow.

    Patches of one micrograph look alike, so a score on micrographs that were trained on is too
    good. Several random orders of the groups are gone through, each group being held out where
    that brings the classes nearer to their share; the best result is kept.

    Parameters
    ----------
    groups : array_like
        Micrograph or session of each patch, shape (n,).
    labels : array_like or None
        Class of each patch, shape (n,); None where there are no classes.
    share : float, optional
        Share of each class to hold out, above 0 and below 1.
    seed : int, optional
        The same seed gives the same split.

    Returns
    -------
    train, held_out : ndarray of int64
        Ascending indices; together all of them, no group in both, every class in both.

    Raises
    ------
    UsageError
        If `share` or `seed` is out of range, the lengths differ, or all patches of a class are
        of one group.

    Examples
    --------
    >>> train, held_out = split_groups(["a", "a", "b", "b", "c"], [0, 1, 0, 1, 0], share=0.4)
    >>> len(train), len(held_out)
    (3, 2)
    """
    groups = np.asarray(groups)
    labels = np.zeros(groups.shape, np.int8) if labels is None else np.asarray(labels)
    if not 0 < share < 1:
        raise UsageError(f"the share to hold out must lie between 0 and 1, not {share!r}")
    if seed < 0:
        raise UsageError(f"seed must not be negative, but is {seed}")
    if groups.ndim != 1 or labels.shape != groups.shape:
        raise UsageError(
            f"groups and labels must have one value for each patch, "
            f"not the shapes {groups.shape} and {labels.shape}"
        )
    if not groups.size:
        raise UsageError("there are no patches to split: give at least two")
    names, of_patch = np.unique(groups, return_inverse=True)
    classes, class_of_patch = np.unique(labels, return_inverse=True)
    counts = np.zeros((len(names), len(classes)), np.int64)
    np.add.at(counts, (of_patch, class_of_patch), 1)
    for column, label in zip(counts.T, classes, strict=True):
        present = np.flatnonzero(column)
        if len(present) == 1:
            what = "" if len(classes) == 1 else f"{_NAMES.get(int(label), label)} "
            raise UsageError(
                f"all {what}patches are of one group, {str(names[present[0]])!r}, which can't be "
                "split: give patches of another micrograph, or a table of groups"
            )
    random = np.random.default_rng(seed)
    shares = (counts / counts.sum(axis=0)).tolist()
    tries = [
        _hold_out(random.permutation(len(names)).tolist(), shares, share) for _ in range(_TRIES)
    ]
    held, _ = min(tries, key=lambda attempt: attempt[1])
    held_out = np.isin(of_patch, held)
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def _hold_out(order: list[int], shares: list[list[float]], share: float) -> tuple[list[int], float]:
    """Choose groups in this order; return them and how far from `share` they leave the classes.

    Plain numbers, since there may be thousands of groups with a handful of classes.
    """
    count = len(shares[0])
    held = [0.0] * count
    groups_left = [sum(of_group[column] > 0 for of_group in shares) for column in range(count)]
    chosen: list[int] = []

    def cost_with(group: int) -> float:
        return sum(
            (have + more - share) ** 2 for have, more in zip(held, shares[group], strict=True)
        )

    def leaves_some(group: int) -> bool:
        return all(
            left > 1 or more == 0 for left, more in zip(groups_left, shares[group], strict=True)
        )

    def take(group: int) -> None:
        chosen.append(group)
        for column, more in enumerate(shares[group]):
            held[column] += more
            groups_left[column] -= more > 0

    # First one group for each class: where each class has two groups, there always is one.
    for column in range(count):
        if held[column] == 0:
            usable = [group for group in order if shares[group][column] > 0 and leaves_some(group)]
            take(min(usable, key=cost_with))
    first = tuple(chosen)
    cost = sum((have - share) ** 2 for have in held)
    for group in order:
        if group not in first and leaves_some(group) and cost_with(group) < cost:
            take(group)
            cost = sum((have - share) ** 2 for have in held)
    return chosen, cost
