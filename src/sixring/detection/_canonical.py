"""What the network sees of a micrograph: one sampling, no brightness, one scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sixring.detection._standard import standardised
from sixring.lattice import Canvas, blur, resample

__all__ = ["CANONICAL", "MOST", "canonical"]

CANONICAL = 0.20
"""Angstrom per pixel. A ring is twelve pixels wide; finer, and the work grows with nothing to
see."""
_EVEN = 8.0
"""Brightness that changes over more than this is taken off: standard deviation of a Gaussian,
angstrom."""
_PLACE = 3.0
"""The same of the places whose power is compared. Even a scan with five counts a square angstrom
has hundreds of them in one, where the median of its pixels would be those without any."""
_EVERY = 5
"""Of the pixels along each axis one in so many is a place: they are far smaller."""
_EMPTY = 1e-6
"""A place with less power than this, as a share of the most, is empty and without noise."""
_ALIKE = 4.0
"""Power of the places that the typical one is the median of, within this factor of it."""
MOST = 10.0
"""Values end here, in standard deviations of the typical place: silicon reaches about 9."""


def canonical(image: NDArray[np.float32], sampling: float) -> Canvas:
    """Bring a micrograph to the sampling and the scale that the network has learned.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, cols)
        The micrograph, finite.
    sampling : float
        Angstrom per pixel, as the lattice says it.

    Returns
    -------
    Canvas
        At 0.20 angstrom per pixel: the local mean is taken off, and what is left is divided by
        the standard deviation in the typical place. Neither the gain nor the offset of the
        micrograph changes it, and dirt hardly does, as long as it covers less than half. Within
        -10 and 10; zero everywhere for a constant image.
    """
    canvas = resample(standardised(image), sampling, CANONICAL)
    detail = canvas.image - blur(canvas.image, _EVEN / canvas.sampling)
    # The cosine transform may leave less than zero by rounding.
    power = np.maximum(blur(detail**2, _PLACE / canvas.sampling), 0)
    typical = _typical(power[::_EVERY, ::_EVERY])
    if typical > 0:
        detail /= np.float32(np.sqrt(typical))
    np.clip(detail, -MOST, MOST, out=detail)
    return replace(canvas, image=detail)


def _typical(power: NDArray[np.float32]) -> float:
    """Return the median power, dirt and holes left out as far as they can be told by it."""
    places = power[power > _EMPTY * power.max()]
    if len(places) == 0:
        return 0.0
    typical = float(np.median(places))
    for _ in range(3):
        alike = (places > typical / _ALIKE) & (places < typical * _ALIKE)
        typical = float(np.median(places[alike]))
    return typical
