"""From a micrograph to its lattice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sixring.errors import Refusal
from sixring.lattice._calibrate import GRAPHENE, calibrate
from sixring.lattice._canvas import prepare
from sixring.lattice._local import LocalView
from sixring.lattice._waves import ring_centre_sign
from sixring.types import Contrast, Lattice, Micrograph

__all__ = ["find_lattice", "is_sure", "require_windows_show"]

_CLEAR = 0.3  # the phase sum decides by itself above this
_ANOTHER_CRYSTAL = 0.05  # real images of graphene had up to 0.033 by drift and scan distortion
_SURE = 5.0  # significance above which the spectrum alone is believed
# Lattice amplitude that a tenth of the image has, in noise amplitudes. Noise has up to 1.0, the
# faintest frames that show a lattice to the eye 1.7.
_SHOWN = 1.3


def find_lattice(micrograph: Micrograph, *, use_lattice_sampling: bool = False) -> Lattice:
    """Find sampling, orientation, strain, grains and contrast of the lattice.

    Parameters
    ----------
    micrograph : Micrograph
        An image, with or without a sampling.
    use_lattice_sampling : bool
        Use the lattice's own sampling even where the micrograph has one.

    Returns
    -------
    Lattice
        With the micrograph's sampling in use, where it has one and unless told otherwise.

    Raises
    ------
    Refusal
        If no lattice is found, or one that isn't graphene's at the micrograph's sampling.
    """
    given = None if use_lattice_sampling else micrograph.sampling
    calibration = calibrate(micrograph.image, given)
    sampling = calibration.sampling if given is None else given
    # The analysis follows the lattice as it is in the image, whatever the file says.
    canvas = prepare(micrograph.image, calibration.sampling)
    sign = ring_centre_sign(canvas, calibration.grains)
    contrast: Contrast = "dark" if sign > 0 else "bright"
    if micrograph.mode == "stem" and abs(sign) < _CLEAR:
        contrast = "bright"  # in a dark field atoms scatter into the detector
    reciprocal = calibration.grains[0].reciprocal
    strain = _strain(reciprocal)
    distortion = float(np.abs(np.linalg.eigvalsh(strain)).max())
    if given is None and distortion > _ANOTHER_CRYSTAL:
        raise Refusal(
            f"no graphene lattice found: the one seen is distorted by {100 * distortion:.1f} %, "
            f"over {100 * _ANOTHER_CRYSTAL:g} %, and without a sampling it may be another crystal; "
            "give the sampling if it is graphene"
        )
    return Lattice(
        grains=calibration.grains,
        sampling=sampling,
        sampling_from_lattice=calibration.sampling,
        lattice_constant=GRAPHENE * sampling / calibration.sampling,
        orientation=_orientation(reciprocal),
        strain=strain,
        contrast=contrast,
        contrast_strength=abs(sign),
        significance=calibration.significance,
    )


def is_sure(lattice: Lattice) -> bool:
    """Tell whether the Fourier transform alone shows a lattice beyond doubt."""
    return lattice.significance >= _SURE


def require_windows_show(lattice: Lattice, view: LocalView) -> None:
    """Refuse a faint lattice that the spectrum has but no place in the image.

    Parameters
    ----------
    lattice : Lattice
        What the spectrum says.
    view : LocalView
        What the windows show.

    Raises
    ------
    Refusal
        If neither is enough.
    """
    shown = float(np.quantile(view.lattice, 0.9)) / max(view.floor, 1e-12)
    if not is_sure(lattice) and shown < _SHOWN:
        raise Refusal(
            f"no graphene lattice found at {lattice.sampling:.4g} A per pixel: what the Fourier "
            f"transform shows (significance {lattice.significance:.1f}, {_SURE:g} would do by "
            f"itself) isn't seen anywhere in the image ({shown:.1f} times the noise, needed "
            f"{_SHOWN:g})"
        )


def _orientation(reciprocal: NDArray[np.float64]) -> float:
    """Direction of a zigzag row: a reflection stands upright on the rows that make it."""
    angles = np.arctan2(reciprocal[:, 0], reciprocal[:, 1])
    # The mean of directions that agree modulo 60 degrees.
    mean = np.angle(np.exp(6j * angles).mean()) / 6
    return float(np.rad2deg(mean + np.pi / 2) % 60)


def _strain(reciprocal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strain against the nearest unstrained hexagon of the same cell area.

    The deformation F takes the ideal lattice to the one seen; reciprocal vectors go with the
    inverse transpose of F. Its symmetric part is the strain, the rest a rotation.
    """
    angles = np.arctan2(reciprocal[:, 0], reciprocal[:, 1])
    start = np.angle(np.exp(3j * angles).mean()) / 3
    turn = 2 * np.pi / 3 * np.rint((angles - start) / (2 * np.pi / 3))
    length = np.sqrt(abs(np.linalg.det(reciprocal[:2])) / (np.sqrt(3) / 2))
    ideal = length * np.stack([np.sin(start + turn), np.cos(start + turn)], axis=1)
    inverse_transpose = np.linalg.lstsq(ideal, reciprocal, rcond=None)[0].T
    deformation = np.linalg.inv(inverse_transpose).T
    strain: NDArray[np.float64] = (deformation + deformation.T) / 2 - np.eye(2)
    return strain
