"""What detection, simulation and the scoring of patches cost: time and memory.

``python -m benchmarks.speed`` prints the tables and writes them to ``RESULTS.md``,
``SIMULATION.md`` and ``PATCHES.md`` in ``benchmarks/speed``; ``python -m benchmarks.speed
detection``, ``simulation`` or ``patches`` does one of them.
"""

from benchmarks.speed._limits import Limit, check_detection, check_simulation
from benchmarks.speed._measure import SIZES, Cost, measure, time_import
from benchmarks.speed._patches import (
    MODELS,
    PatchesCost,
    check_patches,
    measure_patches,
    patches_text,
)
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
    "MODELS",
    "SIZES",
    "STREAMS",
    "Cost",
    "ImageCost",
    "Limit",
    "PatchesCost",
    "StreamCost",
    "check_detection",
    "check_patches",
    "check_simulation",
    "detection_text",
    "machine_text",
    "measure",
    "measure_image",
    "measure_patches",
    "measure_stream",
    "patches_text",
    "simulation_text",
    "time_import",
]
