"""Trainings of one model on the same patches, drawn again together with the micrographs.

Of k trainings k - 1 are drawn, with replacement: the mean of k draws would vary too little by a
factor of (k - 1) / k, and trainings are few (McCarthy and Snowden 1985, Vital and Health
Statistics 2 (95)). What differs between trainings from one micrograph to the next is counted
twice where both are drawn, so that intervals are rather too wide than too narrow (Owen 2007,
Ann. Appl. Stat. 1, 386-411).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError
from sixring.evaluate._bootstrap import Resampling
from sixring.evaluate._checks import Judged, check_scores, judged
from sixring.evaluate._intervals import Settings
from sixring.evaluate._ranking import Ranking, metrics, plain_metrics, rank

__all__ = ["Trainings", "check_trainings", "degrees_of_freedom"]


@dataclass(frozen=True, eq=False)
class Trainings:
    """Scores of k trainings for the same n patches."""

    scores: NDArray[np.float64]
    """Shape (k, n), finite; higher where a defect is likelier."""
    patches: Judged
    """The patches, with the scores of the first training."""

    def part(self, chosen: NDArray[np.bool_]) -> Trainings:
        """Return the patches where `chosen`, shape (n,), is true."""
        return Trainings(self.scores[:, chosen], self.patches.part(chosen))

    def metrics(self, settings: Settings) -> NDArray[np.float64]:
        """Return the metrics of each training, shape (k, number of metrics)."""
        return np.stack(
            [
                plain_metrics(
                    ranking,
                    prevalence=settings.prevalence,
                    false_alarm_rate=settings.false_alarm_rate,
                )
                for ranking in self._rankings()
            ]
        )

    def drawn(self, settings: Settings, stream: int = 0) -> NDArray[np.float64]:
        """Return the mean metrics in each resample, shape (resamples, number of metrics).

        The micrographs that are drawn are the same for every `stream`, the trainings aren't.
        """
        k = len(self.scores)
        draws = max(k - 1, 1)
        # By its key, as the seed itself and [seed, 0] give the very numbers that micrographs get.
        sequence = np.random.SeedSequence(settings.seed, spawn_key=(stream,))
        generator = np.random.default_rng(sequence)
        shares = generator.multinomial(draws, np.full(k, 1 / k), settings.resamples) / draws
        rankings = self._rankings()
        means: list[NDArray[np.float64]] = []
        start = 0
        for weights in Resampling.of(self.patches, settings.resamples, settings.seed):
            of_trainings = [
                metrics(
                    ranking,
                    weights,
                    prevalence=settings.prevalence,
                    false_alarm_rate=settings.false_alarm_rate,
                )
                for ranking in rankings
            ]
            part = shares[start : start + len(weights)]
            means.append(np.einsum("bk,kbm->bm", part, np.stack(of_trainings)))
            start += len(weights)
        return np.concatenate(means)

    def _rankings(self) -> list[Ranking]:
        return [rank(replace(self.patches, scores=row)) for row in self.scores]


def check_trainings(
    scores: Iterable[ArrayLike], labels: ArrayLike, groups: ArrayLike | None, name: str = "scores"
) -> Trainings:
    """Check scores, labels and groups, and bring them into one form.

    Raises
    ------
    UsageError
        If there is no training, one of the arguments isn't what it should be, they differ in
        length, or a class is missing.
    """
    rows = [check_scores(row, f"{name} of training {i}") for i, row in enumerate(scores, start=1)]
    if not rows:
        raise UsageError(f"{name}: there are no trainings")
    n = np.size(labels)
    for i, row in enumerate(rows, start=1):
        if len(row) != n:
            raise UsageError(
                f"{name} of training {i}: {len(row)} scores, but there are {n} labels: every "
                "training must score the same patches"
            )
    return Trainings(np.stack(rows), judged(rows[0], labels, groups))


def degrees_of_freedom(
    variance: float, trainings: Sequence[NDArray[np.float64]], patches: Judged
) -> float:
    """Return the degrees of freedom of a variance that is in part the trainings'.

    Satterthwaite (1946), Biometrics Bulletin 2, 110-114: the few that the trainings have count
    the more, the more of the variance is theirs.

    Parameters
    ----------
    variance : float
        Of a mean over trainings, or a difference of such means, from resamples.
    trainings : sequence of ndarray
        For each mean, the values of its trainings, shape (k,).
    patches : Judged
        What was judged, in at least two groups of each class.
    """
    fewest = min(patches.groups_with(True), patches.groups_with(False))
    parts = [
        (float(values.var(ddof=1)) / len(values), len(values) - 1)
        for values in trainings
        if len(values) > 1
    ]
    parts.append((max(variance - sum(part for part, _ in parts), 0.0), fewest - 1))
    weighed = sum(part**2 / freedom for part, freedom in parts)
    whole = sum(part for part, _ in parts)
    return whole**2 / weighed if weighed > 0 else fewest - 1.0
