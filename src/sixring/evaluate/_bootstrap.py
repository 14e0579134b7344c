"""Intervals by drawing groups again: micrographs vary, and the patches of one go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import t as student

from sixring.errors import UsageError
from sixring.evaluate._checks import Judged
from sixring.evaluate._estimate import LEVEL

__all__ = ["Interval", "Resampling", "bounds", "check_resampling", "obstacle"]

Interval = Literal["log-odds", "bca", "percentile"]
Counts = NDArray[np.float64]

_SHORTEST = 100
_PATCHES_AT_ONCE = 400_000
_MOST_BLOCKS = 200


@dataclass(frozen=True, eq=False)
class Resampling:
    """Draws of groups with replacement, the same ones whenever they are asked for.

    Groups with both classes, with defects alone and with perfect patches alone are drawn apart,
    so that resamples hold about as many defects as the sample does.
    """

    groups: NDArray[np.int64]
    """Shape (n,): number of each patch's group."""
    strata: tuple[NDArray[np.int64], ...]
    """Numbers of the groups that are drawn together; every group is in one of them."""
    resamples: int
    seed: int

    @classmethod
    def of(cls, patches: Judged, resamples: int, seed: int) -> Resampling:
        """Plan the draws for `patches`."""
        n = patches.n_groups
        with_defect = np.isin(np.arange(n), patches.groups[patches.defect])
        with_perfect = np.isin(np.arange(n), patches.groups[~patches.defect])
        kinds = [
            np.flatnonzero(with_defect & with_perfect),
            np.flatnonzero(with_defect & ~with_perfect),
            np.flatnonzero(~with_defect & with_perfect),
        ]
        # A group that is drawn from itself alone wouldn't vary: it joins the largest kind.
        kinds.sort(key=len)
        strata = [kind for kind in kinds if len(kind) > 1]
        single = [kind for kind in kinds if len(kind) == 1]
        pool = np.concatenate([strata.pop() if strata else np.array([], int), *single])
        return cls(patches.groups, (*strata, pool), resamples, seed)

    def __iter__(self) -> Iterator[Counts]:
        """Yield how often each patch counts, arrays of shape (b, n), `resamples` rows in all."""
        for counts in self.group_counts():
            yield counts[:, self.groups]

    def group_counts(self) -> Iterator[Counts]:
        """Yield how often each group was drawn, arrays of shape (b, number of groups)."""
        generator = np.random.default_rng(self.seed)
        n = sum(len(stratum) for stratum in self.strata)
        at_once = max(1, _PATCHES_AT_ONCE // len(self.groups))
        for start in range(0, self.resamples, at_once):
            rows = min(at_once, self.resamples - start)
            offsets = n * np.arange(rows)[:, np.newaxis]
            drawn = [
                stratum[generator.integers(len(stratum), size=(rows, len(stratum)))] + offsets
                for stratum in self.strata
            ]
            flat = np.concatenate([part.ravel() for part in drawn])
            yield np.bincount(flat, minlength=rows * n).reshape(rows, n).astype(np.float64)

    def left_out(self) -> Counts:
        """Return weights of patches with one block of groups left out in each row.

        A block is one group, or a few where there are more than 200: the skewness that BCa takes
        from the jackknife is the same.
        """
        n = int(self.groups.max()) + 1
        blocks = np.arange(n) % _MOST_BLOCKS
        kept = np.arange(min(n, _MOST_BLOCKS))[:, np.newaxis] != blocks
        weights: Counts = kept[:, self.groups].astype(np.float64)
        return weights


def obstacle(patches: Judged) -> str:
    """Say why no interval can be had from the groups, or return an empty string."""
    if patches.n_groups == 1:
        name = f" ({patches.group_names[0]!r})" if patches.group_names else ""
        return f"no interval: all patches are of one group{name}, and at least two are needed"
    for defect, name in ((True, "defect"), (False, "perfect")):
        if patches.groups_with(defect) == 1:
            return f"no interval: all {name} patches are of one group, and at least two are needed"
    return ""


def check_resampling(resamples: int, interval: Interval) -> None:
    """Raise UsageError for too few resamples, or an interval that isn't known."""
    if resamples < _SHORTEST:
        raise UsageError(f"resamples: {resamples} are too few: at least {_SHORTEST}")
    if interval not in get_args(Interval):
        raise UsageError(
            f"interval: {interval!r} isn't known: choose one of {', '.join(get_args(Interval))}"
        )


def bounds(
    resampled: NDArray[np.float64],
    values: NDArray[np.float64],
    interval: Interval = "percentile",
    *,
    units: float = 0,
    jackknife: Callable[[], NDArray[np.float64]] | None = None,
) -> NDArray[np.float64]:
    """Return the ends of 95 % intervals from resampled values.

    Parameters
    ----------
    resampled : ndarray
        Shape (resamples, k); where a class was empty, NaN, which is left out.
    values : ndarray
        Shape (k,): the values of the sample itself.
    interval : {"log-odds", "bca", "percentile"}, optional
        ``"log-odds"`` takes the standard error from the resamples and Student's t for `units`
        on the scale of log odds, or the percentiles where a value is 0 or 1. ``"bca"`` corrects
        the percentiles for bias and skewness (Efron 1987, J. Am. Stat. Assoc. 82, 171-185).
    units : float, optional
        Groups of the rarer class, for ``"log-odds"``: one more than the degrees of freedom.
    jackknife : callable, optional
        Gives the values with one block of groups left out, shape (blocks, k), for ``"bca"``.

    Returns
    -------
    ndarray
        Shape (k, 2): lower and upper ends; NaN where all resamples agree, or too few are left.
    """
    tails = np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    ends = np.full((len(values), 2), np.nan)
    left_out = jackknife() if interval == "bca" and jackknife is not None else None
    for column, value in enumerate(values):
        drawn = resampled[:, column]
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn) < _SHORTEST or not np.ptp(drawn) > 1e-12:
            continue
        if interval == "log-odds" and 1e-12 < value < 1 - 1e-12:
            error = drawn.std(ddof=1) / (value * (1 - value))
            ends[column] = expit(logit(value) + student.ppf(tails, units - 1) * error)
        elif left_out is not None:
            ends[column] = np.quantile(drawn, _bca_tails(tails, drawn, value, left_out[:, column]))
        else:
            ends[column] = np.quantile(drawn, tails)
    return ends


def _bca_tails(
    tails: NDArray[np.float64],
    drawn: NDArray[np.float64],
    value: float,
    left_out: NDArray[np.float64],
) -> NDArray[np.float64]:
    # Half of the ties count, and a share of 0 or 1 is kept off infinity.
    n = len(drawn)
    below = np.sum(drawn < value) + 0.5 * np.sum(drawn == value)
    bias = ndtri(np.clip(below / n, 0.5 / n, 1 - 0.5 / n))
    left_out = left_out[np.isfinite(left_out)]
    deviation = left_out.mean() - left_out
    squares = np.sum(deviation**2)
    acceleration = np.sum(deviation**3) / (6 * squares**1.5) if squares > 0 else 0.0
    shifted = bias + ndtri(tails)
    corrected: NDArray[np.float64] = ndtr(bias + shifted / (1 - acceleration * shifted))
    return corrected
