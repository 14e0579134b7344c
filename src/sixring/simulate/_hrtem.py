"""High-resolution transmission images: what the microscope makes of an exit wave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from sixring.errors import UsageError
from sixring.simulate._abtem import quiet_abtem
from sixring.simulate._conditions import HRTEM
from sixring.simulate._profiles import electron_wavelength
from sixring.simulate._wave import ExitWave

__all__ = ["hrtem_intensity", "hrtem_reach"]

_FAINT = 0.02
"""Beams that the envelopes leave less of than this share carry nothing far."""
_SHARP, _RINGS = 4.0, 8.0
"""How far an atom and its sharpest image reach, and how much farther the rings of an aperture that
cuts beams of full strength, angstrom: what is beyond is below 1 % of the image's contrast."""


def hrtem_intensity(wave: ExitWave, conditions: HRTEM) -> NDArray[np.float64]:
    """Form the image of an exit wave.

    The wave's beams are multiplied by abTEM's contrast transfer function, and the intensity is
    integrated over the area of each pixel and blurred by the vibration. All this is done on the
    Fourier series, so that no interpolation comes in.

    Parameters
    ----------
    wave : ExitWave
        The wave behind the specimen; it may be used for any number of images.
    conditions : HRTEM
        The microscope's. Its dose and its camera play no part here: see `record_camera`.

    Returns
    -------
    ndarray of float64, shape ``wave.shape``
        Expected electrons per pixel, as a multiple of what vacuum gives.

    Raises
    ------
    UsageError
        If the wave was made for another energy or sampling, or its margin is narrower than
        `hrtem_reach` of the conditions.

    Notes
    -----
    The phase shift of a beam at the angle `a` in the direction `p` is, with the signs of abTEM
    [1]_, ``2 pi / wavelength * (-defocus a^2 / 2 + Cs a^4 / 4 + C5 a^6 / 6 + astigmatism
    cos 2(p - p2) a^2 / 2 + coma cos(p - p1) a^3 / 3 + trefoil cos 3(p - p3) a^3 / 3)``, the
    directions being counted from the columns' axis towards increasing rows. With ``Cs = 0``
    atoms are dark at a small positive defocus (underfocus) and bright at a small negative one.
    The spreads of focus and of angle are envelopes on the wave (the quasi-coherent
    approximation), right for the part of the image that is linear in the specimen.

    References
    ----------
    .. [1] Kirkland, E. J. (2010). Advanced Computing in Electron Microscopy (2nd ed.), 2.22 and
       3.2. Springer.
    """
    _check(wave, conditions)
    with quiet_abtem() as abtem:
        held = abtem.Waves(
            wave.coefficients, energy=wave.energy, extent=wave.extent, reciprocal_space=True
        )
        image: Any = held.apply_ctf(abtem.CTF(**_transfer(conditions)))
        spectrum = _intensity(image.array, wave)
    rows, cols = wave.cell
    frequency = [
        np.asarray(fft.fftfreq(cols), dtype=np.float32)[:, None],
        np.asarray(fft.rfftfreq(rows), dtype=np.float32)[None, :],
    ]
    blur = conditions.vibration / conditions.sampling
    for f in frequency:
        spectrum *= np.sinc(f) * np.exp(-2 * np.square(np.pi * blur * f))
    intensity = fft.irfft2(spectrum, s=(cols, rows), norm="forward").T
    first, (height, width) = wave.padding, wave.shape
    seen = intensity[first : first + height, first : first + width]
    # Only rounding makes what is dark negative.
    return np.maximum(seen, 0.0, dtype=np.float64)


def _transfer(conditions: HRTEM) -> dict[str, float]:
    """Return the parameters of abTEM's contrast transfer function."""
    return {
        "energy": conditions.energy,
        "defocus": conditions.defocus,
        "Cs": conditions.cs,
        "C5": conditions.c5,
        "astigmatism": conditions.astigmatism,
        "astigmatism_angle": math.radians(conditions.astigmatism_angle),
        "trefoil": conditions.trefoil,
        "trefoil_angle": math.radians(conditions.trefoil_angle),
        "coma": conditions.coma,
        "coma_angle": math.radians(conditions.coma_angle),
        "focal_spread": conditions.focal_spread,
        "angular_spread": conditions.angular_spread,
        "semiangle_cutoff": conditions.aperture,
    }


def _intensity(coefficients: NDArray[np.complex64], wave: ExitWave) -> NDArray[np.complex64]:
    """Return the real Fourier series of a wave's intensity, at the frequencies pixels can hold.

    The square of a wave of frequencies up to m has frequencies up to 2m. The grid is so fine
    that none of them is folded back onto those that are kept.
    """
    pixels = wave.cell[1], wave.cell[0]
    most = [n // 2 for n in coefficients.shape]
    kept = [min(2 * m, (n - 1) // 2) for m, n in zip(most, pixels, strict=True)]
    points = [fft.next_fast_len(2 * m + k + 1, real=True) for m, k in zip(most, kept, strict=True)]
    padded = np.zeros(points, dtype=np.complex64)
    padded[np.ix_(_places(most[0], points[0]), _places(most[1], points[1]))] = coefficients
    amplitude = fft.ifft2(padded, norm="forward", overwrite_x=True)
    intensity = np.square(amplitude.real) + np.square(amplitude.imag)
    found = fft.rfft2(intensity, norm="forward", overwrite_x=True)
    spectrum = np.zeros((pixels[0], pixels[1] // 2 + 1), dtype=np.complex64)
    spectrum[_places(kept[0], pixels[0]), : kept[1] + 1] = found[
        _places(kept[0], points[0]), : kept[1] + 1
    ]
    return spectrum


def _places(most: int, points: int) -> NDArray[np.int64]:
    """Return where the frequencies 0 to most and -most to -1 lie in a transform."""
    return np.concatenate([np.arange(most + 1), np.arange(points - most, points)])


def hrtem_reach(conditions: HRTEM) -> float:
    """Return how far from an atom its image reaches: the margin that an exit wave needs.

    A beam at the angle `a` arrives displaced by the gradient of the aberrations there, as far as
    ``C1 a + Cs a^3 + C5 a^5`` and what astigmatism, trefoil and coma add at most. The farthest
    counts, among the beams that the aperture lets through and of which the envelopes leave at
    least 2 %. The size of an atom, the rings of a sharp aperture and the vibration come on top.

    Parameters
    ----------
    conditions : HRTEM
        The microscope's.

    Returns
    -------
    float
        Angstrom.
    """
    wavelength = electron_wavelength(conditions.energy)
    angle = np.linspace(0.0, conditions.aperture / 1e3, 1001)
    round_part = -conditions.defocus * angle + conditions.cs * angle**3 + conditions.c5 * angle**5
    displaced = (
        np.abs(round_part)
        + conditions.astigmatism * angle
        + (conditions.trefoil + conditions.coma) * angle**2
    )
    log_envelope = np.square(np.pi / 2 / wavelength * conditions.focal_spread * angle**2)
    log_envelope += np.square(np.pi / wavelength * conditions.angular_spread / 1e3 * round_part)
    passing = log_envelope <= -math.log(_FAINT)
    rings = _RINGS * math.exp(-log_envelope[-1])
    return float(displaced[passing].max()) + _SHARP + rings + 3 * conditions.vibration


def _check(wave: ExitWave, conditions: HRTEM) -> None:
    for name, unit in (("energy", "eV"), ("sampling", "angstrom per pixel")):
        made, asked = getattr(wave, name), getattr(conditions, name)
        if not math.isclose(made, asked, rel_tol=1e-9):
            raise UsageError(
                f"the exit wave was made for {name} {made:g} {unit}, the conditions have {asked:g}"
            )
    reach = hrtem_reach(conditions)
    if wave.margin < reach:
        raise UsageError(
            f"under these conditions an atom's image reaches {reach:.1f} angstrom, the exit wave's "
            f"margin is {wave.margin:.1f}: make it with margin=hrtem_reach(conditions)"
        )
