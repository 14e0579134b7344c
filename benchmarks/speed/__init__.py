"""What a detection costs: time and memory by the size of the micrograph.

``python -m benchmarks.speed`` prints the table and writes it to ``benchmarks/speed/RESULTS.md``.
"""

from benchmarks.speed._limits import Limit, check_limits
from benchmarks.speed._measure import SIZES, Cost, measure, time_import
from benchmarks.speed._tables import results_text

__all__ = ["SIZES", "Cost", "Limit", "check_limits", "measure", "results_text", "time_import"]
