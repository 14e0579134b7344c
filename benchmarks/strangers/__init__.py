"""What a detector says to images that aren't what it knows: simulated strangers.

``python -m benchmarks.strangers`` prints the table and writes it to
``benchmarks/strangers/RESULTS.md``. Nothing was chosen with these images in view.
"""

from benchmarks.strangers._kinds import ENTROPY, IMAGES, KINDS, Kind
from benchmarks.strangers._measure import Answer, answer, results_text

__all__ = [
    "ENTROPY",
    "IMAGES",
    "KINDS",
    "Answer",
    "Kind",
    "answer",
    "results_text",
]
