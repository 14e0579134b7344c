"""What the detection reaches on real micrographs, measured one way for tests and tables.

``python -m benchmarks.real`` with ``SIXRING_REAL_DATA`` naming the folder of the real images
prints the tables and writes them to ``benchmarks/real/RESULTS.md``.

The constants of the detection were chosen with the sessions before February 2014 of
``hrtem_contamination`` and the flower in view; the later sessions were held out. Both halves are
printed apart, and only the second says what to expect of an image from another microscope. That
silicon atoms less than 2.6 A apart are bonded was chosen with the silicon frames in view.
"""

from benchmarks.real._contamination import MANY, Contaminated, measure_contamination, summarise
from benchmarks.real._dopants import (
    NOTHING,
    DopantFrame,
    measure_dopants,
    precision,
    recall,
    sites_right,
)
from benchmarks.real._flower import Flower, measure_flower
from benchmarks.real._refusal import measure_refusal

__all__ = [
    "MANY",
    "NOTHING",
    "Contaminated",
    "DopantFrame",
    "Flower",
    "measure_contamination",
    "measure_dopants",
    "measure_flower",
    "measure_refusal",
    "precision",
    "recall",
    "sites_right",
    "summarise",
]
