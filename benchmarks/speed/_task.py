"""One task in a process of its own, so that its peak memory is nobody else's.

``simulate PIXELS FILE`` writes a micrograph, ``detect FILE FOLDER`` prints what finding its
defects and writing the results cost, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.memory import peak_memory

SAMPLING = 0.2  # angstrom per pixel
DOSE = 1e4  # electrons per angstrom^2
MARGIN = 10.0  # angstrom of sheet beyond each side of the image
TILE = 512  # pixels: one defect for each square of this side, whatever the size of the image
PLANTED = ("SV", "SW", "DV-585", "Si-C3")
ORIENTATION = 13.0  # degrees


def simulate(pixels: int, file: Path) -> None:
    """Save an HRTEM micrograph of a sheet with a defect in the middle of each square tile."""
    from sixring.simulate import micrograph
    from sixring.structures import perfect_sheet, plant

    side = pixels * SAMPLING + 2 * MARGIN
    sheet = perfect_sheet(side, side, orientation=ORIENTATION)
    middles = MARGIN + SAMPLING * np.arange(TILE / 2, pixels, TILE)
    for k, (x, y) in enumerate((x, y) for y in middles for x in middles):
        sheet = plant(sheet, PLANTED[k % len(PLANTED)], near=(x, y), turn=k % 3)
    simulated = micrograph(
        sheet,
        shape=(pixels, pixels),
        sampling=SAMPLING,
        dose=DOSE,
        origin=(MARGIN, MARGIN),
    )
    np.save(file, simulated.image)


def detect(file: Path, folder: Path) -> dict[str, float]:
    """Detect, write, and return what both cost so far: seconds and MB."""
    image = np.load(file)
    started = time.perf_counter()
    import sixring

    result = sixring.detect(image, sampling=SAMPLING, mode="hrtem")
    detected, detection_peak = time.perf_counter() - started, peak_memory()
    result.write(folder)
    return {
        "detection_seconds": detected,
        "detection_peak": detection_peak,
        "seconds": time.perf_counter() - started,
        "peak": peak_memory(),
        "rings": len(result.rings),
        "defects": len(result.defects),
    }


if __name__ == "__main__":
    task, first, second = sys.argv[1:]
    if task == "simulate":
        simulate(int(first), Path(second))
    else:
        print(json.dumps(detect(Path(first), Path(second))))
