"""What the reader of a result has to know, in plain words."""

from __future__ import annotations

import numpy as np

from sixring.types import Lattice, Mask, Micrograph, Mode, Region

__all__ = ["warn"]

_SAMPLING_OFF = 0.05
_STRAINED = 0.03
_UNCLEAR_CONTRAST = 0.3
_UNREADABLE = 0.2
_SMALL_AREA = 4.0  # nm^2
_MANY_ODD = 0.03
_DOPANTS_SMOOTHED = 1.0


def warn(
    micrograph: Micrograph,
    lattice: Lattice,
    mask: Mask,
    mode: Mode,
    shrink: float,
    odd_share: float,
) -> tuple[str, ...]:
    """Collect the warnings about one micrograph.

    Parameters
    ----------
    micrograph : Micrograph
        The input.
    lattice : Lattice
        Its lattice.
    mask : Mask
        What can be judged.
    mode : {"hrtem", "stem"}
        The mode that was assumed.
    shrink : float
        How hard the noise asked for denoising, in multiples of the noise power.
    odd_share : float
        Share of the judged rings that aren't sixes and belong to no grain boundary, 0 to 1.

    Returns
    -------
    tuple of str
        One sentence or two each.
    """
    found = []
    given = micrograph.sampling
    own = lattice.sampling_from_lattice
    if given is not None and abs(own / given - 1) > _SAMPLING_OFF:
        used = "was used" if lattice.sampling == given else "was replaced by the lattice's"
        found.append(
            f"The sampling given, {given:.4g} A per pixel, disagrees with the lattice by "
            f"{100 * (own / given - 1):+.1f} %: graphene would be at {own:.4g} A per pixel. The "
            f"one given {used}; lengths and densities depend on it."
        )
    if given is None:
        found.append(
            f"No sampling was given: {own:.4g} A per pixel follows from the lattice, on the "
            "assumption that it is graphene."
        )
    if micrograph.mode is None:
        found.append(
            f"The mode isn't stated: {mode.upper()} was assumed from the contrast of the image."
        )
    strain = float(np.abs(np.linalg.eigvalsh(lattice.strain)).max())
    if strain > _STRAINED:
        found.append(
            f"The lattice is distorted by {100 * strain:.1f} %, more than a sheet bears: drift, "
            "scan distortion, tilt, or pixels that aren't square."
        )
    if lattice.contrast_strength < _UNCLEAR_CONTRAST:
        found.append(
            "Whether atoms are bright or dark can't be told from this image; they were taken to "
            f"be {lattice.contrast}. Atom positions may be ring centres; rings are counted right."
        )
    unreadable = mask.fraction(Region.BLUR)
    if unreadable > _UNREADABLE:
        found.append(
            f"The lattice can't be read in {100 * unreadable:.0f} % of the image (blur, "
            "astigmatism, or too few electrons); that area isn't judged."
        )
    area = float(mask.clear.sum()) * lattice.sampling**2 / 100
    if area < _SMALL_AREA:
        found.append(f"Only {area:.1f} nm^2 could be judged: a density from it says little.")
    if odd_share > _MANY_ODD:
        found.append(
            f"{100 * odd_share:.1f} % of the rings aren't sixes, grain boundaries left out. So "
            "many are seldom real: look at the picture for dirt, a second layer, fringes in fewer "
            "than three directions, or noise before you use the count."
        )
    if shrink >= _DOPANTS_SMOOTHED:
        found.append(
            "The image holds few electrons: it was denoised hard, and a single missing atom may "
            "have been smoothed away."
        )
    return tuple(found)
