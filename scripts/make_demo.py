"""Make the micrograph that the package carries, and the list of what is in it.

The atoms are sixring's own; the image is abTEM's: multislice, an aberration-corrected 80 kV
microscope with a slightly negative spherical aberration, Poisson counts. abTEM 1.x is no
dependency of the package: install it beside it to run this.

    pip install "abtem<2" && python scripts/make_demo.py
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sixring.simulate import Patch
from sixring.structures import Sheet, perfect_sheet, plant, truth

FOLDER = Path(__file__).parents[1] / "src" / "sixring" / "data"
SEED = 20
PIXELS = 512
SAMPLING = 0.2  # angstrom per pixel
DOSE = 1e4  # electrons per angstrom^2
ENERGY = 80e3  # eV
CS, DEFOCUS, FOCAL_SPREAD = -10e4, -70.0, 30.0  # angstrom
APERTURE = 40.0  # mrad

SHEET = 124.0  # angstrom, along both axes
ORIGIN = 11.0  # angstrom, where the image begins
PLANTED = (
    # Name, x and y in angstrom from the image's first pixel, which of three directions.
    ("SV", (17.0, 20.0), 0),
    ("DV-585", (50.0, 15.0), 1),
    ("SW", (83.0, 22.0), 2),
    ("DV-555777", (26.0, 53.0), 0),
    ("flower", (56.0, 48.0), 0),
    ("Si-C3", (84.0, 55.0), 0),
    ("SW", (18.0, 84.0), 0),
    ("SV", (48.0, 80.0), 1),
)
CONTAMINATION = Patch(position=(ORIGIN + 91.0, ORIGIN + 92.0), radius=15.0, density=0.6)
FINE = 0.1  # angstrom: the sampling of the wave


def demo_sheet() -> Sheet:
    """Return the sheet with its defects."""
    sheet = perfect_sheet(SHEET, SHEET, orientation=17.0)
    for name, (x, y), turn in PLANTED:
        sheet = plant(sheet, name, near=(ORIGIN + x, ORIGIN + y), turn=turn)
    return sheet


def demo_truth() -> list[dict[str, str]]:
    """Return a row for each defect in the image, read off the sheet's atoms."""
    rows = []
    for group in truth(demo_sheet()).defects:
        x, y = (p - ORIGIN for p in group.position)
        rows.append(
            {
                "name": group.name,
                "row_px": f"{y / SAMPLING:.2f}",
                "col_px": f"{x / SAMPLING:.2f}",
                "y_nm": f"{y / 10:.4f}",
                "x_nm": f"{x / 10:.4f}",
                "rings": "-".join(str(size) for size in group.census),
                "missing_atoms": str(group.missing_atoms),
                "dopants": " ".join(f"{e}1" for e in group.dopants),
            }
        )
    return rows


def demo_counts() -> NDArray[np.uint16]:
    """Return the image in counts."""
    import abtem
    from ase import Atoms

    rng = np.random.default_rng(SEED)
    sheet = demo_sheet()
    lying = CONTAMINATION.draw(rng).atoms
    # Silicon with three neighbours stands out of the sheet.
    height = np.array([3.0 if element == "Si" else 2.0 for element in sheet.elements])
    symbols = [*sheet.elements, *("C",) * len(lying)]
    points = np.concatenate(
        [
            np.column_stack([sheet.positions, height]),
            np.column_stack([lying, rng.uniform(5.0, 11.0, len(lying))]),
        ]
    )
    specimen = Atoms(symbols, points, cell=(SHEET, SHEET, 13.0))
    potential = abtem.Potential(specimen, sampling=FINE, slice_thickness=1.0)
    wave = abtem.PlaneWave(energy=ENERGY).multislice(potential)
    ctf = abtem.CTF(
        energy=ENERGY,
        Cs=CS,
        defocus=DEFOCUS,
        focal_spread=FOCAL_SPREAD,
        semiangle_cutoff=APERTURE,
    )
    image = wave.apply_ctf(ctf).intensity().compute(progress_bar=False)
    intensity = np.squeeze(np.asarray(image.array)).T
    step, first = round(SAMPLING / FINE), round(ORIGIN / FINE)
    shown = intensity[first::step, first::step][:PIXELS, :PIXELS]
    return rng.poisson(shown * DOSE * SAMPLING**2).astype(np.uint16)


def main() -> None:
    """Write the micrograph and its truth into the package."""
    import tifffile

    pixels_per_nm = 10 / SAMPLING
    tifffile.imwrite(
        FOLDER / "demo.tif",
        demo_counts(),
        imagej=True,
        resolution=(pixels_per_nm, pixels_per_nm),
        metadata={"unit": "nm"},
    )
    rows = demo_truth()
    with (FOLDER / "demo_truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
