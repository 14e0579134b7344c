"""One look for the overlay and the report: what colour a ring, an atom or a region has."""

from __future__ import annotations

from dataclasses import dataclass

from sixring.types import Region

__all__ = [
    "DOPANT_COLOUR",
    "REGION_STYLES",
    "SIX_COLOUR",
    "RegionStyle",
    "RingStyle",
    "ring_style",
    "text_on",
]


@dataclass(frozen=True)
class RingStyle:
    """How the rings of one size are drawn and called."""

    key: str
    """A name that is safe in HTML."""
    label: str
    """What the legend says."""
    colour: str
    """Hexadecimal."""


@dataclass(frozen=True)
class RegionStyle:
    """How a region of the mask is drawn and called."""

    key: str
    """A name that is safe in HTML."""
    label: str
    """What the legend says."""
    colour: str
    """Hexadecimal."""
    alpha: float
    """Opacity of the tint, 0 to 1."""
    hatch: str
    """Hatching in matplotlib's notation; empty for none."""


# Okabe and Ito (2008), "Color universal design": told apart by people with any common colour
# vision. Five and seven, the pair that matters most, are the furthest apart.
_SMALL = RingStyle("small", "rings under 5", "#F0E442")
_FIVE = RingStyle("five", "5-rings", "#E8601C")
_SIX = RingStyle("six", "6-rings", "#D0D7DE")
_SEVEN = RingStyle("seven", "7-rings", "#56B4E9")
_EIGHT = RingStyle("eight", "8-rings", "#009E73")
_NINE = RingStyle("nine", "9-rings", "#CC79A7")
_LARGE = RingStyle("large", "rings over 9", "#0072B2")

_BY_SIZE = {5: _FIVE, 6: _SIX, 7: _SEVEN, 8: _EIGHT, 9: _NINE}

SIX_COLOUR = _SIX.colour
DOPANT_COLOUR = "#FFE45C"

# Tints without hue beside the rings' colours: dark and light, told apart by their hatching.
REGION_STYLES = {
    Region.CONTAMINATION: RegionStyle(
        "contamination", "contamination", "#C9A227", alpha=0.22, hatch="//"
    ),
    Region.VACUUM: RegionStyle("vacuum", "vacuum", "#0B1420", alpha=0.50, hatch="\\\\"),
    Region.BLUR: RegionStyle("blur", "blur", "#FFFFFF", alpha=0.22, hatch=".."),
    Region.BILAYER: RegionStyle("bilayer", "bilayer", "#B9A6D9", alpha=0.22, hatch="xx"),
    Region.BORDER: RegionStyle("border", "border", "#000000", alpha=0.30, hatch=""),
}
"""What the mask leaves out, in the order of the legend."""


def ring_style(size: int) -> RingStyle:
    """Return how a ring of `size` members is drawn."""
    if size in _BY_SIZE:
        return _BY_SIZE[size]
    return _SMALL if size < 5 else _LARGE


def text_on(colour: str) -> str:
    """Return black or white, whichever is read better on a `colour` such as ``"#E8601C"``.

    The one with the higher contrast ratio of WCAG 2.1 wins.
    """
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    on_black, on_white = (luminance + 0.05) / 0.05, 1.05 / (luminance + 0.05)
    return "#000000" if on_black >= on_white else "#FFFFFF"
