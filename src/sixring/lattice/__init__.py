"""The lattice: calibration from the Fourier transform, contrast, local views, and the mask."""

from sixring.lattice._blur import blur
from sixring.lattice._calibrate import GRAPHENE
from sixring.lattice._canvas import Canvas, prepare, resample
from sixring.lattice._find import find_lattice, is_sure, require_windows_show
from sixring.lattice._local import LocalView, look
from sixring.lattice._mask import border, find_mask

__all__ = [
    "GRAPHENE",
    "Canvas",
    "LocalView",
    "blur",
    "border",
    "find_lattice",
    "find_mask",
    "is_sure",
    "look",
    "prepare",
    "require_windows_show",
    "resample",
]
