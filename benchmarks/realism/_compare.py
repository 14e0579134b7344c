"""Two sets of images held against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.realism._look import Look, histogram_difference
from benchmarks.realism._spectrum import EDGES, peak_height, spectral_difference

__all__ = [
    "DIFFERENCES",
    "OF_CONTAMINATION",
    "OF_LATTICE",
    "Quantity",
    "Quartiles",
    "mean_difference",
    "quartiles",
]

Difference = Callable[[Look, Look], float | None]
Quantity = Callable[[Look], Sequence[float | None]]


def _dirty(one: Look, other: Look) -> float | None:
    if one.dirty is None or other.dirty is None:
        return None
    return spectral_difference(one.dirty, other.dirty, scaled=False)


DIFFERENCES: dict[str, Difference] = {
    "spectrum, whole image": lambda a, b: spectral_difference(a.whole, b.whole),
    "spectrum, clear lattice": lambda a, b: spectral_difference(a.clear, b.clear),
    "spectrum, contamination": _dirty,
    "histogram, whole image": lambda a, b: histogram_difference(a.whole_values, b.whole_values),
    "histogram, clear lattice": lambda a, b: histogram_difference(a.clear_values, b.clear_values),
}
"""How two images differ; None where one of them hasn't what is compared."""


def _band(low: float, high: float) -> Quantity:
    """Return the mean power of the contamination in a band, log10."""
    inside = (EDGES[:-1] >= low - 1e-9) & (EDGES[1:] <= high + 1e-9)

    def power(look: Look) -> Sequence[float | None]:
        if look.dirty is None or not look.dirty.known[inside].all():
            return (None,)
        return (float(np.log10(look.dirty.density[inside].mean())),)

    return power


OF_LATTICE: dict[str, Quantity] = {
    "sampling, A": lambda look: (look.sampling,),
    "first order over background, decades": lambda look: (peak_height(look.clear, "first"),),
    "second order over background, decades": lambda look: (peak_height(look.clear, "second"),),
    "standard deviation over mean": lambda look: (look.contrast,),
}
"""What is counted of one image's clear lattice."""

OF_CONTAMINATION: dict[str, Quantity] = {
    "contaminated share": lambda look: (look.dirt,),
    "patches of contamination": lambda look: (float(len(look.patches)),),
    "their diameters, nm": lambda look: look.patches,
    "power in them, coarse (over 5.3 A), decades": _band(0.1, 0.4),
    "power in them, middle (2.7 to 5.3 A), decades": _band(0.4, 0.8),
    "power in them, fine (1.4 to 1.8 A), decades": _band(1.2, 1.5),
}
"""What is counted of one image's contamination, where it is labelled."""


@dataclass(frozen=True)
class Quartiles:
    """How a quantity is distributed over images."""

    low: float
    """A quarter is below."""
    median: float
    """Half is."""
    high: float
    """Three quarters are."""


def mean_difference(
    some: Sequence[Look], others: Sequence[Look], difference: Difference
) -> float | None:
    """Return the mean difference over all pairs of images of different groups.

    Two sets that come from the same source have, on average, the same difference between them as
    within each: that within the real ones is the yardstick for the simulated ones.

    Parameters
    ----------
    some, others : sequence of Look
        The same sequence twice for the mean within a set.
    difference : callable
        One of :data:`DIFFERENCES`.

    Returns
    -------
    float or None
        None where there is no pair that has what is compared.
    """
    found = [
        value
        for one in some
        for other in others
        if one.group != other.group and (value := difference(one, other)) is not None
    ]
    return float(np.mean(found)) if found else None


def quartiles(looks: Sequence[Look], quantity: Quantity) -> Quartiles | None:
    """Return the quartiles of a quantity over images; None where none has it."""
    found = [value for look in looks for value in quantity(look) if value is not None]
    if not found:
        return None
    low, median, high = np.quantile(found, (0.25, 0.5, 0.75))
    return Quartiles(float(low), float(median), float(high))
