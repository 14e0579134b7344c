"""Linear imaging: an image is the sum of one profile at every atom, scaled by the atom's weight.

For STEM dark field of a monolayer this is what multislice gives, to a correlation of 0.999. For
HRTEM it is an imitation: a weak object's phase contrast is linear in its potential, but here the
transfer of the microscope is a band-pass made of two Gaussians, without the oscillations,
astigmatism and coma of a real one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from sixring.errors import UsageError
from sixring.simulate._gridding import REACH, SPREAD, lay_out
from sixring.structures import LATTICE_CONSTANT

__all__ = ["Profile", "lattice_modulation", "render"]

_SIGMA_OF_FWHM = 1 / math.sqrt(8 * math.log(2))


@dataclass(frozen=True)
class Profile:
    """What one atom of weight 1 looks like: a Gaussian, minus a share of a wider one."""

    fwhm: float
    """Full width at half maximum in angstrom."""
    wide_fwhm: float = 1.0
    """Full width at half maximum of the one that is taken away, in angstrom."""
    share: float = 0.0
    """The integral of the wide one over that of the narrow one, 0 to 1."""

    def __post_init__(self) -> None:
        if not (self.fwhm > 0 and self.wide_fwhm > 0 and 0 <= self.share <= 1):
            raise UsageError(
                f"no atom looks like {self}: the widths are positive and the share is 0 to 1"
            )

    def transfer(self, square: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the Fourier transform at squared spatial frequencies in 1/angstrom^2."""
        narrow = np.exp(-2 * (np.pi * self.fwhm * _SIGMA_OF_FWHM) ** 2 * square)
        wide = np.exp(-2 * (np.pi * self.wide_fwhm * _SIGMA_OF_FWHM) ** 2 * square)
        transfer: NDArray[np.float64] = narrow - self.share * wide
        return transfer

    @property
    def reach(self) -> float:
        """How far from its centre the profile matters, in angstrom."""
        widest = max(self.fwhm, self.wide_fwhm if self.share else 0.0)
        return 4 * widest * _SIGMA_OF_FWHM


def render(
    positions: NDArray[np.float64],
    weights: NDArray[np.float64],
    *,
    shape: tuple[int, int],
    sampling: float,
    profile: Profile,
) -> NDArray[np.float64]:
    """Sum the profiles of atoms at sub-pixel positions.

    Each atom is laid into the grid as a Gaussian one pixel wide, and the Fourier transform of
    the sum is multiplied by what takes this Gaussian to the profile: the positions stay exact
    and the cost doesn't depend on the width of the profile.

    Parameters
    ----------
    positions : ndarray, shape (n, 2)
        Row and column of each atom in pixels, the origin at the centre of pixel (0, 0); atoms
        outside the image count as far as they reach into it.
    weights : ndarray, shape (n,)
        The integral of the narrow Gaussian of each atom.
    shape : tuple of int
        Rows and columns of the image.
    sampling : float
        Angstrom per pixel.
    profile : Profile
        What an atom looks like.

    Returns
    -------
    ndarray, shape `shape`
        Weight per angstrom^2.

    Raises
    ------
    UsageError
        If the narrow Gaussian is too narrow for the sampling: under 2.4 pixels.
    """
    if profile.fwhm * _SIGMA_OF_FWHM < SPREAD * sampling:
        raise UsageError(
            f"an atom {profile.fwhm:g} angstrom wide can't be sampled at {sampling:g} angstrom a "
            f"pixel: the sampling must be at most {profile.fwhm * _SIGMA_OF_FWHM:.3g}"
        )
    margin = math.ceil(profile.reach / sampling) + REACH
    padded = tuple(fft.next_fast_len(n + 2 * margin, real=True) for n in shape)
    grid = lay_out(positions + margin, weights, (padded[0], padded[1]))

    rows = fft.fftfreq(padded[0])[:, None]
    cols = fft.rfftfreq(padded[1])[None, :]
    square = rows**2 + cols**2
    widening = profile.transfer(square / sampling**2)
    widening *= np.exp(2 * (np.pi * SPREAD) ** 2 * square) / sampling**2
    image = fft.irfft2(fft.rfft2(grid) * widening, s=padded)
    cut: NDArray[np.float64] = image[margin : margin + shape[0], margin : margin + shape[1]]
    return np.ascontiguousarray(cut)


def lattice_modulation(profile: Profile) -> float:
    """Return the standard deviation of the image of perfect graphene, atoms of weight 1.

    By Parseval from the structure factors of the first orders; the mean is `2 / area` times
    the transfer at zero, the area being that of the cell.

    Parameters
    ----------
    profile : Profile
        What an atom looks like.

    Returns
    -------
    float
        Weight per angstrom^2.
    """
    h, k = (v.ravel() for v in np.meshgrid(np.arange(-6, 7), np.arange(-6, 7)))
    square = 4 / (3 * LATTICE_CONSTANT**2) * (h * h + k * k + h * k)
    structure = np.abs(1 + np.exp(2j * np.pi * (h - k) / 3)) ** 2
    cell = LATTICE_CONSTANT**2 * math.sqrt(3) / 2
    power = structure * profile.transfer(square) ** 2 / cell**2
    return math.sqrt(float(power[square > 0].sum()))
