"""What one atom looks like in an annular dark-field scan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import constants
from scipy.interpolate import CubicSpline
from scipy.special import j0

from sixring.errors import UsageError
from sixring.simulate._abtem import quiet_abtem
from sixring.simulate._conditions import STEM

__all__ = [
    "PROFILE_ELEMENTS",
    "AtomProfile",
    "atom_profile",
    "electron_wavelength",
    "profile_reach",
]

PROFILE_ELEMENTS = ("H", "B", "C", "N", "O", "Si")
"""The elements of which a sum of single atoms has been measured against multislice."""

_REACH = 5.0
"""How far a profile is computed, in wavelengths over semi-angles: 8 angstrom at 60 kV and 31 mrad.
What lies beyond, the probe's tails, is 1 % of a carbon atom's signal, spread out evenly."""
_FAR = 12
"""How far these tails are followed, in reaches."""
_WIDEST = 12.0
"""The most, in angstrom, that defocus may add to the reach: the cell grows with it."""
_CELL = 2.5
"""The periodic cell's width over the reach: the next atom is half as far again as the last
distance."""
_MARGIN = 1.1
"""How far abTEM's band goes beyond the detector."""
_STEPS = 2
"""Distances to each one that the profile's band limit asks for."""
_FINE = 16
"""Steps of the quadrature to each of these."""
_FREQUENCIES = 512
"""Steps of the table of the transform, from 0 to the band limit."""


def electron_wavelength(energy: float) -> float:
    """Return the relativistic wavelength of electrons.

    Parameters
    ----------
    energy : float
        eV.

    Returns
    -------
    float
        Angstrom.
    """
    charge, mass, light = constants.e, constants.m_e, constants.c
    joule = energy * charge
    momentum = math.sqrt(2 * mass * joule * (1 + joule / (2 * mass * light**2)))
    return constants.h / momentum * 1e10


@dataclass(frozen=True, eq=False)
class AtomProfile:
    """The share of the beam that one atom sends to the detector, by the probe's distance."""

    distances: NDArray[np.float64]
    """Shape (n,): from the probe's centre to the atom in angstrom, rising in equal steps from 0."""
    shares: NDArray[np.float64]
    """Shape (n,)."""
    band: float
    """1 / angstrom: the profile has no higher spatial frequencies, as the detector's signal is
    bilinear in a probe that has none above half of it."""
    spectrum: NDArray[np.float64]
    """Fourier transform in angstrom^2, at equally spaced frequencies from 0 to `band`."""

    def __call__(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share at distances in angstrom; 0 beyond the last one that is known."""
        inside = np.minimum(distance, self.reach)
        shares = _spline(self.distances, self.shares)(inside)
        known: NDArray[np.float64] = np.where(distance <= self.reach, shares, 0.0)
        return known

    @property
    def reach(self) -> float:
        """How far the profile is known, in angstrom."""
        return float(self.distances[-1])

    def transfer(self, frequency: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the Fourier transform in angstrom^2 at frequencies in 1 / angstrom."""
        steps = np.linspace(0.0, self.band, len(self.spectrum))
        transfer: NDArray[np.float64] = np.interp(frequency, steps, self.spectrum, right=0.0)
        return transfer


def profile_reach(conditions: STEM) -> float:
    """Return how far the profiles of atoms are computed.

    Parameters
    ----------
    conditions : STEM
        Of which the energy, the convergence and the defocus matter.

    Returns
    -------
    float
        Angstrom.
    """
    angle = conditions.convergence * 1e-3
    return _REACH * electron_wavelength(conditions.energy) / angle + angle * abs(conditions.defocus)


def atom_profile(element: str, conditions: STEM) -> AtomProfile:
    """Compute what one atom looks like to a probe and an annular detector.

    abTEM scans its probe away from a single atom, in a direction in which the grid's square
    symmetry doesn't show: to 2e-4 of the highest share, any other would do. Source size and
    sampling aren't in it.

    Parameters
    ----------
    element : str
        One of :data:`PROFILE_ELEMENTS`.
    conditions : STEM
        Of which the energy, the convergence, the defocus and the detector's angles matter. The
        profiles of the last 256 combinations are kept; a new one takes half a second.

    Returns
    -------
    AtomProfile
        Profile and Fourier transform.

    Raises
    ------
    UsageError
        If there is no such element, the probe is too wide at this defocus, or abTEM isn't
        installed.
    """
    if element not in PROFILE_ELEMENTS:
        raise UsageError(
            f"no profile is known for {element!r}: choose from {', '.join(PROFILE_ELEMENTS)}"
        )
    wider = conditions.convergence * 1e-3 * abs(conditions.defocus)
    if wider > _WIDEST:
        raise UsageError(
            f"at a defocus of {conditions.defocus:g} angstrom the probe is {wider:.3g} angstrom "
            f"wide, too wide for single atoms: it must be at most "
            f"{_WIDEST / conditions.convergence * 1e3:.0f}"
        )
    return _computed(
        element,
        profile_reach(conditions),
        conditions.energy,
        conditions.convergence,
        conditions.defocus,
        conditions.inner,
        conditions.outer,
    )


@lru_cache(maxsize=256)
def _computed(
    element: str,
    reach: float,
    energy: float,
    convergence: float,
    defocus: float,
    inner: float,
    outer: float,
) -> AtomProfile:
    wavelength = electron_wavelength(energy)
    band = 2e-3 * convergence / wavelength
    distances = np.linspace(0.0, reach, math.ceil(reach * 2 * band * _STEPS) + 1)

    cell = _CELL * reach
    # abTEM keeps two thirds of what the grid can hold. Even, so that the atom is on a point:
    # elsewhere abTEM shares it out over four points, and it scatters up to a fifth less.
    points = 2 * math.ceil(cell * 3e-3 * outer * _MARGIN / wavelength / 2)
    # Here the first term of the square grid's symmetry, cos(4 angle), is 0.
    direction = np.array([math.cos(math.pi / 8), math.sin(math.pi / 8)])
    places = cell / 2 + distances[:, None] * direction
    with quiet_abtem() as abtem:
        from ase import Atoms

        atom = Atoms(element, [(cell / 2, cell / 2, 0.5)], cell=(cell, cell, 1.0))
        potential = abtem.Potential(atom, gpts=points, slice_thickness=1.0)
        probe = abtem.Probe(energy=energy, semiangle_cutoff=convergence, defocus=defocus)
        scan = probe.scan(
            potential,
            abtem.CustomScan(places),
            abtem.AnnularDetector(inner=inner, outer=outer),
        )
        shares = np.asarray(scan.array, dtype=np.float64)
    spectrum = _transform(distances, shares, np.linspace(0.0, band, _FREQUENCIES + 1))
    for array in (distances, shares, spectrum):
        array.setflags(write=False)
    return AtomProfile(distances, shares, band, spectrum)


def _transform(
    distances: NDArray[np.float64], shares: NDArray[np.float64], frequencies: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the two-dimensional Fourier transform of a radial profile (Hankel's).

    Beyond the last distance the tails of the probe, an Airy pattern, fall with the cube of the
    distance; their level is that of the last quarter of what is known.
    """
    reach = distances[-1]
    fine = np.linspace(0.0, reach, (len(distances) - 1) * _FINE + 1)
    far = np.linspace(reach, _FAR * reach, 2 * len(fine))
    level = float(np.mean((shares * distances**3)[distances > 0.75 * reach]))
    transform = np.zeros(len(frequencies))
    for r, share in ((fine, _spline(distances, shares)(fine)), (far, level / far**3)):
        waves = j0(2 * np.pi * np.outer(frequencies, r))
        transform += np.trapezoid(2 * np.pi * r * share * waves, r, axis=1)
    return transform


def _spline(distances: NDArray[np.float64], shares: NDArray[np.float64]) -> CubicSpline:
    # A profile is even about 0; where it ends, it is nearly flat.
    return CubicSpline(distances, shares, bc_type="clamped")
