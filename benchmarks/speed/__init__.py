"""What detection and simulation cost: time and memory.

``python -m benchmarks.speed`` prints the tables and writes them to ``benchmarks/speed/RESULTS.md``
and ``benchmarks/speed/SIMULATION.md``; ``python -m benchmarks.speed detection`` or ``simulation``
does one of them.
"""

from benchmarks.speed._limits import Limit, check_detection, check_simulation
from benchmarks.speed._measure import SIZES, Cost, measure, time_import
from benchmarks.speed._simulation import (
    IMAGES,
    STREAMS,
    ImageCost,
    StreamCost,
    measure_image,
    measure_stream,
)
from benchmarks.speed._simulation_tables import simulation_text
from benchmarks.speed._tables import detection_text, machine_text

__all__ = [
    "IMAGES",
    "SIZES",
    "STREAMS",
    "Cost",
    "ImageCost",
    "Limit",
    "StreamCost",
    "check_detection",
    "check_simulation",
    "detection_text",
    "machine_text",
    "measure",
    "measure_image",
    "measure_stream",
    "simulation_text",
    "time_import",
]
