"""What is measured of one image, real or simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.stats import wasserstein_distance

from benchmarks.realism._images import Frame
from benchmarks.realism._spectrum import Spectrum, radial_spectrum
from sixring.errors import Refusal
from sixring.lattice import find_lattice
from sixring.types import Micrograph

__all__ = ["Look", "histogram_difference", "look_at", "standardised"]

_LEVELS = (np.arange(1000) + 0.5) / 1000
_IQR = 1.349
"""Interquartile range of a normal distribution of standard deviation 1."""
_LEAST_PIXELS = 500
_LEAST_PATCH = 0.5
"""Patches of dirt below this aren't counted, nm^2."""


@dataclass(frozen=True, eq=False)
class Look:
    """How an image looks, whatever its gain, offset, orientation and sampling."""

    name: str
    """Of the image."""
    group: str
    """Images of one group aren't independent."""
    held_out: bool
    """Whether no preset was chosen with it in view."""
    sampling: float
    """From the lattice, angstrom per pixel."""
    whole: Spectrum
    """Of the whole image."""
    clear: Spectrum
    """Of the clear lattice."""
    dirty: Spectrum | None
    """Of the contamination, in units of the clear lattice's variance; None where there is too
    little."""
    whole_values: NDArray[np.float64]
    """A thousand quantiles of the whole image's intensities, see :func:`standardised`."""
    clear_values: NDArray[np.float64]
    """The same of the clear lattice."""
    contrast: float | None
    """Standard deviation over mean of the clear lattice, noise included; None where the file's
    zero isn't that of the electrons."""
    dirt: float
    """Share of the image that is contaminated, 0 to 1."""
    patches: tuple[float, ...]
    """Diameters of discs of the same area as each patch of contamination, nm. Those that the
    image's border cuts are among them."""


def look_at(frame: Frame) -> Look | None:
    """Measure an image.

    Parameters
    ----------
    frame : Frame
        The image and its areas.

    Returns
    -------
    Look or None
        None where the Fourier transform shows no lattice of graphene, at the frame's sampling
        where it has one.
    """
    image = np.asarray(frame.image, dtype=np.float64)
    try:
        lattice = find_lattice(Micrograph(frame.image, frame.sampling))
    except Refusal:
        return None
    first_order = float(np.linalg.norm(lattice.grains[0].reciprocal, axis=1).mean())
    area = ~(frame.dirty | frame.other)
    if area.sum() < _LEAST_PIXELS:
        return None
    whole = radial_spectrum(image, first_order)
    clear = radial_spectrum(image, first_order, area)
    if whole is None or clear is None:
        return None
    dirty = radial_spectrum(image, first_order, frame.dirty)
    sampling = lattice.sampling_from_lattice
    return Look(
        name=frame.name,
        group=frame.group,
        held_out=frame.held_out,
        sampling=sampling,
        whole=whole,
        clear=clear,
        dirty=None if dirty is None else Spectrum(dirty.density / image[area].var()),
        whole_values=standardised(image.ravel()),
        clear_values=standardised(image[area]),
        contrast=float(image[area].std() / image[area].mean()) if frame.zero_known else None,
        dirt=float(frame.dirty.mean()),
        patches=_patches(frame.dirty, sampling / 10),
    )


def standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return quantiles of (values - median) / spread.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Intensities. The spread is the interquartile range over 1.349.

    Returns
    -------
    ndarray, shape (1000,)
        Ascending.
    """
    quantiles = np.quantile(values, _LEVELS)
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    return np.asarray((quantiles - median) / ((high - low) / _IQR), dtype=np.float64)


def histogram_difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the Wasserstein distance of two distributions.

    Parameters
    ----------
    one, other : ndarray
        Quantiles, as of :func:`standardised`.

    Returns
    -------
    float
        In robust standard deviations.
    """
    return float(wasserstein_distance(one, other))


def _patches(dirty: NDArray[np.bool_], nm: float) -> tuple[float, ...]:
    labels, number = ndimage.label(dirty)
    areas = np.bincount(labels.ravel(), minlength=number + 1)[1:] * nm**2
    areas = areas[areas >= _LEAST_PATCH]
    return tuple(float(d) for d in 2 * np.sqrt(areas / np.pi))
