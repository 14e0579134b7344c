"""Results apart for each defect, dose and mode: an average hides what can't be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.errors import UsageError
from sixring.evaluate._checks import Judged
from sixring.evaluate._estimate import Estimate
from sixring.evaluate._ideal import efficiency
from sixring.evaluate._intervals import Settings, summarise
from sixring.evaluate._ranking import Metric

__all__ = ["PART_COLUMNS", "Part", "check_details", "check_ideal", "judge_parts", "split_parts"]

IdealAucs = Mapping[str, Mapping[str, float]]
"""AUC of the ideal observer by column, and by value as a part has it."""

PART_COLUMNS = ("defect", "dose", "mode", "sampling")
"""Columns of `details` that are looked at; others are left alone."""

_MOST_VALUES = 8


@dataclass(frozen=True)
class Part:
    """The metrics of some of the patches."""

    column: str
    """What the part is made by: one of :data:`PART_COLUMNS`."""
    value: str
    """The name or number that its patches share, or a range such as ``300 to 1000``."""
    n_defect: int
    """How many defect patches it has."""
    n_perfect: int
    """How many perfect patches; for a kind of defect, all of them."""
    auc: Estimate
    """Area under the ROC curve."""
    average_precision: Estimate
    """At the prevalence that is stated for all patches, whatever that of the part is."""
    recall: Estimate
    """Share of its defects found at the false-alarm rate that is stated for all patches."""
    hits: Estimate | None
    """Recall at the threshold; None without one."""
    false_alarms: Estimate | None
    """False-alarm rate at the threshold; None without one."""
    ideal: float | None
    """AUC of the ideal observer on such patches, as it was given; None where it wasn't."""
    efficiency: float | None
    """Share of the electrons from which the ideal observer would do as well; None without one,
    or where an AUC of 1 leaves it open."""


def check_details(
    details: Mapping[str, ArrayLike] | None, n: int
) -> dict[str, NDArray[np.float64] | NDArray[np.str_]]:
    """Return the columns that parts are made by, as numbers or as text, each of shape (n,).

    Raises
    ------
    UsageError
        If a column has another length, or a dose or sampling isn't a number.
    """
    columns: dict[str, NDArray[np.float64] | NDArray[np.str_]] = {}
    for name in PART_COLUMNS:
        if details is None or name not in details:
            continue
        given = np.asarray(details[name])
        if given.shape != (n,):
            raise UsageError(
                f"details: {n} scores need {n} values of {name!r}, not an array of {given.shape}"
            )
        if name in ("dose", "sampling"):
            try:
                columns[name] = given.astype(np.float64)
            except ValueError as error:
                raise UsageError(f"details: {name!r} must be numbers ({error})") from error
        else:
            columns[name] = given.astype(np.str_)
    return columns


def check_ideal(ideal: IdealAucs | None) -> IdealAucs:
    """Return what the ideal observer reaches, an empty mapping where nothing is given.

    Raises
    ------
    UsageError
        If parts aren't made by a column of it, or an AUC isn't one.
    """
    for column, aucs in (ideal or {}).items():
        if column not in PART_COLUMNS:
            raise UsageError(
                f"ideal: parts aren't made by {column!r}: choose from {', '.join(PART_COLUMNS)}"
            )
        for value, auc in aucs.items():
            if not 0 <= auc <= 1:
                raise UsageError(
                    f"ideal: the AUC of {column} {value} must be between 0 and 1, not {auc}"
                )
    return ideal or {}


def judge_parts(
    patches: Judged,
    columns: Mapping[str, NDArray[np.float64] | NDArray[np.str_]],
    settings: Settings,
    ideal: IdealAucs,
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Work out the metrics of each part, and say which couldn't be had.

    Parameters
    ----------
    patches : Judged
        What is judged.
    columns : mapping
        From :func:`check_details`. A patch whose value is empty or NaN is in no part.
    settings : Settings
        As for all patches.
    ideal : mapping
        From :func:`check_ideal`.

    Returns
    -------
    tuple of Part, tuple of str
        Parts with both classes; a note for each that lacks one, and for each of which the ideal
        observer's AUC is given and that isn't there.
    """
    chosen, notes = split_parts(patches, columns)
    parts = []
    for column, value, which in chosen:
        part = patches.part(which)
        found = summarise(part, settings).estimates
        best = ideal.get(column, {}).get(value)
        parts.append(
            Part(
                column,
                value,
                n_defect=int(np.sum(part.defect)),
                n_perfect=int(np.sum(~part.defect)),
                auc=found[Metric.AUC],
                average_precision=found[Metric.AVERAGE_PRECISION],
                recall=found[Metric.RECALL],
                hits=found.get(Metric.HITS),
                false_alarms=found.get(Metric.ALARMS),
                ideal=best,
                efficiency=_efficiency(found[Metric.AUC].value, best),
            )
        )
    there = {(column, value) for column, value, _ in chosen}
    unused = (
        f"{column} {value}: the ideal observer's AUC is given, and there is no such part"
        for column, aucs in ideal.items()
        for value in aucs
        if (column, value) not in there
    )
    return tuple(parts), (*notes, *unused)


def _efficiency(auc: float, ideal: float | None) -> float | None:
    if ideal is None or auc >= 1 or not 0.5 < ideal < 1:
        return None
    return efficiency(auc, ideal)


def split_parts(
    patches: Judged, columns: Mapping[str, NDArray[np.float64] | NDArray[np.str_]]
) -> tuple[tuple[tuple[str, str, NDArray[np.bool_]], ...], tuple[str, ...]]:
    """Say which patches are in each part that has both classes.

    Parameters
    ----------
    patches : Judged
        What is judged.
    columns : mapping
        From :func:`check_details`.

    Returns
    -------
    tuple of (str, str, ndarray), tuple of str
        Column, value, and where it is, shape (n,); a note for each part that lacks a class.
    """
    parts, notes = [], []
    for column, values in columns.items():
        for value, chosen in _choices(column, values):
            if column == "defect":
                # Any perfect patch might be mistaken for any defect.
                chosen = (chosen & patches.defect) | ~patches.defect
            has_defect = bool(np.any(chosen & patches.defect))
            if has_defect and np.any(chosen & ~patches.defect):
                parts.append((column, value, chosen))
            elif column != "defect":
                missing = "perfect" if has_defect else "defect"
                notes.append(f"{column} {value}: left out, it has no {missing} patches")
    return tuple(parts), tuple(notes)


def _choices(
    column: str, values: NDArray[np.float64] | NDArray[np.str_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield each value or range of values and where it is."""
    if values.dtype.kind == "U":
        for name in np.unique(values):
            if name not in ("", "nan", "None", "<NA>"):
                yield str(name), values == name
        return
    numbers = values.astype(np.float64)
    known = np.unique(numbers[np.isfinite(numbers)])
    if len(known) <= _MOST_VALUES:
        for number in known:
            yield f"{number:g}", numbers == number
        return
    edges = _half_decades(known) if column == "dose" else np.quantile(known, np.linspace(0, 1, 5))
    places = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    for place in range(len(edges) - 1):
        low, high = (float(f"{edge:.3g}") for edge in edges[place : place + 2])
        name = f"{low:g} to {high:g}"
        yield name, np.isfinite(numbers) & (places == place)


def _half_decades(doses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return edges 1, 3, 10, 30 ... around the doses, shape (k,), k > 1."""
    least = np.floor(np.log10(max(doses[0], np.finfo(float).tiny)))
    most = np.ceil(np.log10(doses[-1]))
    decades = 10.0 ** np.arange(least, most + 1)
    edges: NDArray[np.float64] = np.sort(np.r_[decades, 3 * decades])
    first = int(np.searchsorted(edges, doses[0], side="right")) - 1
    last = int(np.searchsorted(edges, doses[-1], side="left"))
    return edges[max(first, 0) : max(last, first + 1) + 1]
