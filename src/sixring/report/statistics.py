"""Counts, areas and densities of one detection.

Only what lies in the clear area is counted in a density: there the sheet was judged, elsewhere
it couldn't be.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sixring.types import Region

if TYPE_CHECKING:
    from sixring.types import Detection, Mask

__all__ = [
    "SUMMARY_COLUMNS",
    "Density",
    "RingCount",
    "clear_area",
    "counted_defects",
    "densities",
    "density",
    "expected_false",
    "in_clear",
    "region_area",
    "ring_census",
    "summary",
    "wilson",
]

SUMMARY_COLUMNS = (
    "file",
    "status",
    "reason",
    "mode",
    "sampling_A",
    "orientation_deg",
    "clear_area_nm2",
    "contaminated_fraction",
    "n_defects",
    "density_per_nm2",
    "density_low",
    "density_high",
    "seconds",
)
"""The columns of ``summary.csv``, in order."""

_SQUARE_ANGSTROM_PER_NM2 = 100.0
_CONFIDENCE = 0.95


class Density(NamedTuple):
    """A number of defects per square nanometre and its 95 % interval."""

    value: float
    low: float
    high: float


class RingCount(NamedTuple):
    """How many rings of one size there are."""

    found: int
    """In the whole image."""
    clear: int
    """With their centre in the clear area."""


def clear_area(detection: Detection) -> float:
    """Return the area in nm^2 in which the sheet could be judged."""
    return region_area(detection, Region.CLEAR)


def region_area(detection: Detection, region: Region) -> float:
    """Return the area in nm^2 of the part of the image that is `region`."""
    pixels = np.count_nonzero(detection.mask.regions == region)
    return pixels * detection.lattice.sampling**2 / _SQUARE_ANGSTROM_PER_NM2


def density(count: int, area: float) -> Density | None:
    """Give a density and its exact 95 % Poisson interval.

    The interval is the central one of Garwood [1]_, from quantiles of chi-square: it holds the
    true mean in at least 95 % of experiments, whatever the mean. A count of 0 has the lower
    limit 0 and the upper limit 3.69 / `area`.

    Parameters
    ----------
    count : int
        How many were counted.
    area : float
        Where they were counted, in nm^2.

    Returns
    -------
    Density or None
        ``(value, low, high)`` per nm^2, or None where there is no area to count in.

    Raises
    ------
    ValueError
        If `count` is negative, or `area` is negative or not finite.

    References
    ----------
    .. [1] F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936)
       437-442, doi:10.1093/biomet/28.3-4.437.

    Examples
    --------
    >>> value, low, high = density(10, 100.0)
    >>> f"{value:.3f} ({low:.4f} to {high:.4f})"
    '0.100 (0.0480 to 0.1839)'
    """
    if count < 0:
        raise ValueError(f"a count can't be negative, not {count}")
    if not (math.isfinite(area) and area >= 0):
        raise ValueError(f"an area must be finite and not negative, not {area} nm^2")
    if area == 0:
        return None
    from scipy.special import gammaincinv

    tail = (1 - _CONFIDENCE) / 2
    # Half the quantile of chi-square with twice as many degrees of freedom. With none it is
    # undefined; its limit is 0. (The distributions of SciPy take long to load.)
    low = float(gammaincinv(count, tail)) if count else 0.0
    high = float(gammaincinv(count + 1, 1 - tail))
    return Density(count / area, low / area, high / area)


def wilson(found: int, there: int) -> tuple[float, float]:
    """Return the interval of a share.

    Parameters
    ----------
    found : int
        How many of them, at least 0.
    there : int
        Of how many, at least 1.

    Returns
    -------
    tuple of float
        The 95 % interval of [1]_, 0 to 1.

    Raises
    ------
    ValueError
        If there can't be so many.

    References
    ----------
    .. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
       Journal of the American Statistical Association 22 (1927) 209-212.

    Examples
    --------
    >>> low, high = wilson(9, 10)
    >>> f"{low:.3f} to {high:.3f}"
    '0.596 to 0.982'
    """
    if not 0 <= found <= there or there < 1:
        raise ValueError(f"of {there} there can't be {found}")
    from scipy.special import ndtri

    z = float(ndtri((1 + _CONFIDENCE) / 2))
    middle = (found + z**2 / 2) / (there + z**2)
    half = z / (there + z**2) * math.sqrt(found * (there - found) / there + z**2 / 4)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def in_clear(mask: Mask, positions: ArrayLike) -> NDArray[np.bool_]:
    """Tell which positions lie in the clear area.

    Parameters
    ----------
    mask : Mask
        What can be judged.
    positions : array_like
        Shape (n, 2): row, col in pixels. A position outside the image is not in the clear area.

    Returns
    -------
    ndarray of bool
        Shape (n,).
    """
    pixels = np.rint(np.asarray(positions, dtype=float).reshape(-1, 2)).astype(np.int64)
    inside: NDArray[np.bool_] = np.all((pixels >= 0) & (pixels < mask.regions.shape), axis=1)
    rows, cols = pixels[inside].T
    inside[inside] = mask.clear[rows, cols]
    return inside


def counted_defects(detection: Detection) -> NDArray[np.bool_]:
    """Tell which defects count in a density: those whose position is in the clear area."""
    return in_clear(detection.mask, [defect.position for defect in detection.defects])


def expected_false(detection: Detection) -> float | None:
    """Return how many of the counted defects aren't there, as far as their probabilities say.

    Returns
    -------
    float or None
        The sum of what their probabilities lack to 1; None where these aren't calibrated.
    """
    if not detection.calibrated:
        return None
    counted = np.flatnonzero(counted_defects(detection))
    return float(sum(1 - detection.defects[k].probability for k in counted))


def densities(detection: Detection) -> dict[str, tuple[int, Density | None]]:
    """Count the defects of the clear area by name.

    Returns
    -------
    dict
        Count and density of each name that was counted, the most frequent first.
    """
    counted = counted_defects(detection)
    names = [d.name for d, counts in zip(detection.defects, counted, strict=True) if counts]
    area = clear_area(detection)
    by_name = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return {name: (count, density(count, area)) for name, count in by_name}


def ring_census(detection: Detection) -> dict[int, RingCount]:
    """Count the rings by size, ascending."""
    sizes = detection.rings.sizes
    clear = in_clear(detection.mask, detection.rings.centres)
    return {
        int(size): RingCount(
            found=int(np.count_nonzero(sizes == size)),
            clear=int(np.count_nonzero(clear & (sizes == size))),
        )
        for size in np.unique(sizes)
    }


def summary(detection: Detection) -> dict[str, str | float | int | None]:
    """Give the columns of ``summary.csv`` that follow from a detection.

    Returns
    -------
    dict
        From ``mode`` to ``seconds``; ``file``, ``status`` and ``reason`` are the caller's.
        ``n_defects`` counts the defects of the clear area, so that it fits the density; the
        three of the density are None where the clear area is 0.
    """
    area = clear_area(detection)
    count = int(np.count_nonzero(counted_defects(detection)))
    found = density(count, area)
    return {
        "mode": detection.mode,
        "sampling_A": float(detection.lattice.sampling),
        "orientation_deg": float(detection.lattice.orientation),
        "clear_area_nm2": area,
        "contaminated_fraction": detection.mask.fraction(Region.CONTAMINATION),
        "n_defects": count,
        "density_per_nm2": found.value if found else None,
        "density_low": found.low if found else None,
        "density_high": found.high if found else None,
        "seconds": float(detection.seconds),
    }
