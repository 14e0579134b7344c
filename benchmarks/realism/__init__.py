"""How far simulated images are from real ones, by spectra, histograms and contamination.

``python -m benchmarks.realism`` with ``SIXRING_REAL_DATA`` naming the folder of the real images
prints the tables and writes them to ``benchmarks/realism/RESULTS.md``. The presets were set with
the sessions before February 2014 of ``hrtem_contamination``, the flower, and every other group of
``stem_si_dopants`` in view; what is held out is printed apart.
"""

from benchmarks.realism._compare import (
    DIFFERENCES,
    OF_CONTAMINATION,
    OF_LATTICE,
    Quartiles,
    mean_difference,
    quartiles,
)
from benchmarks.realism._curves import draw_curves
from benchmarks.realism._images import SETS, Frame, RealSet, real_images, simulated_images
from benchmarks.realism._look import Look, histogram_difference, look_at, standardised
from benchmarks.realism._measure import Measured, measure
from benchmarks.realism._picture import CHOSEN, draw_picture
from benchmarks.realism._spectrum import (
    EDGES,
    Spectrum,
    peak_height,
    radial_spectrum,
    spectral_difference,
)
from benchmarks.realism._tables import results_text

__all__ = [
    "CHOSEN",
    "DIFFERENCES",
    "EDGES",
    "OF_CONTAMINATION",
    "OF_LATTICE",
    "SETS",
    "Frame",
    "Look",
    "Measured",
    "Quartiles",
    "RealSet",
    "Spectrum",
    "draw_curves",
    "draw_picture",
    "histogram_difference",
    "look_at",
    "mean_difference",
    "measure",
    "peak_height",
    "quartiles",
    "radial_spectrum",
    "real_images",
    "results_text",
    "simulated_images",
    "spectral_difference",
    "standardised",
]
