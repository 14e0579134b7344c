"""What the metrics take: arrays that have been looked at before any work begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError

__all__ = ["Judged", "check_labels", "check_probabilities", "check_scores", "check_share", "judged"]

_MISSING = ("", "nan", "None", "<NA>", "NaT")


@dataclass(frozen=True, eq=False)
class Judged:
    """Scores of patches, what the patches are, and which of them belong together."""

    scores: NDArray[np.float64]
    """Shape (n,), finite; higher where a defect is likelier."""
    defect: NDArray[np.bool_]
    """Shape (n,): whether a patch holds a defect; both cases occur."""
    groups: NDArray[np.int64]
    """Shape (n,): number of each patch's group, from 0."""
    group_names: tuple[str, ...]
    """The groups in the order of their numbers; empty where none were given."""

    @property
    def n_groups(self) -> int:
        """How many groups there are; as many as patches where none were given."""
        return int(self.groups.max()) + 1

    def groups_with(self, defect: bool) -> int:
        """Return how many groups hold a defect patch, or a perfect one."""
        return len(np.unique(self.groups[self.defect == defect]))

    def part(self, chosen: NDArray[np.bool_]) -> Judged:
        """Return the patches where `chosen`, shape (n,), is true."""
        numbers, groups = np.unique(self.groups[chosen], return_inverse=True)
        names = tuple(self.group_names[i] for i in numbers) if self.group_names else ()
        return Judged(self.scores[chosen], self.defect[chosen], groups.astype(np.int64), names)


def judged(scores: ArrayLike, labels: ArrayLike, groups: ArrayLike | None = None) -> Judged:
    """Check scores, labels and groups, and bring them into one form.

    Raises
    ------
    UsageError
        If one of them isn't a list of what it should be, they differ in length, or only one of
        the two classes occurs.
    """
    values = check_scores(scores)
    defect = check_labels(labels, len(values))
    for wanted, name, label in ((True, "defect", 1), (False, "perfect", 0)):
        if not np.any(defect == wanted):
            raise UsageError(
                f"labels: none of the {len(values)} patches is {name} (label {label}): "
                "a metric needs both classes"
            )
    if groups is None:
        return Judged(values, defect, np.arange(len(values)), ())
    names, numbers = np.unique(_group_names(groups, len(values)), return_inverse=True)
    return Judged(values, defect, numbers.astype(np.int64), tuple(names.tolist()))


def check_scores(scores: ArrayLike, name: str = "scores") -> NDArray[np.float64]:
    """Return `scores` as float64 of shape (n,), n > 0, or raise UsageError."""
    given = np.asarray(scores)
    if given.ndim != 1:
        raise UsageError(f"{name}: one number a patch is needed, not an array of {given.shape}")
    if len(given) == 0:
        raise UsageError(f"{name}: there are none")
    if given.dtype.kind not in "fiub":
        raise UsageError(f"{name}: real numbers are needed, not {given.dtype}")
    values = given.astype(np.float64)
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        raise UsageError(
            f"{name}: {len(wrong)} of {len(values)} aren't finite, the first is "
            f"{values[wrong[0]]} at index {wrong[0]}: score these patches again or leave them out"
        )
    return values


def check_probabilities(probabilities: ArrayLike) -> NDArray[np.float64]:
    """Return `probabilities` as float64 of shape (n,), each 0 to 1, or raise UsageError."""
    values = check_scores(probabilities, "probabilities")
    wrong = np.flatnonzero((values < 0) | (values > 1))
    if len(wrong):
        raise UsageError(
            f"probabilities: {values[wrong[0]]:g} at index {wrong[0]} isn't between 0 and 1: "
            "calibrate the scores first"
        )
    return values


def check_labels(labels: ArrayLike, n: int) -> NDArray[np.bool_]:
    """Return where `labels`, 0 or 1, are 1; shape (n,). Raise UsageError for anything else."""
    given = np.asarray(labels)
    if given.shape != (n,):
        raise UsageError(f"labels: {n} scores need {n} labels, not an array of {given.shape}")
    if given.dtype.kind not in "fiub":
        raise UsageError(f"labels: 0 (perfect) or 1 (defect) is needed, not {given.dtype}")
    wrong = np.flatnonzero((given != 0) & (given != 1))
    if len(wrong):
        raise UsageError(
            f"labels: {given[wrong[0]]} at index {wrong[0]} is neither 0 (perfect) nor 1 (defect)"
        )
    defect: NDArray[np.bool_] = given == 1
    return defect


def check_share(value: float, name: str) -> float:
    """Return `value` if it lies between 0 and 1, both left out, or raise UsageError."""
    if not 0 < value < 1:
        raise UsageError(f"{name}: a share between 0 and 1 is needed, such as 0.01, not {value}")
    return float(value)


def _group_names(groups: ArrayLike, n: int) -> NDArray[np.str_]:
    given = np.asarray(groups)
    if given.shape != (n,):
        raise UsageError(f"groups: {n} scores need {n} groups, not an array of {given.shape}")
    names: NDArray[np.str_] = given.astype(np.str_)
    missing = np.flatnonzero(np.isin(names, _MISSING))
    if len(missing):
        raise UsageError(
            f"groups: {len(missing)} of {n} patches have none, the first at index {missing[0]}: "
            "name the micrograph of each patch"
        )
    return names
