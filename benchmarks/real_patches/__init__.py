"""What the patch models reach on patches of real micrographs, which none of them has learned from.

``python -m benchmarks.real_patches`` with ``SIXRING_REAL_DATA`` naming the folder of the real
images prints the tables and writes them to ``benchmarks/real_patches/RESULTS.md``.
"""

from benchmarks.real_patches._clear import clear_patches
from benchmarks.real_patches._cut import SIDE, RealPatches, windows
from benchmarks.real_patches._silicon import silicon_patches

__all__ = ["SIDE", "RealPatches", "clear_patches", "silicon_patches", "windows"]
