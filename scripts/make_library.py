"""Remake the library of relaxed structures that the package carries.

    pip install -e ".[relax]" && python scripts/make_library.py

The extra `relax` brings ASE and atomistica. Nothing is drawn at random: the same versions on the
same machine give the same files, in half a minute. Names of variants after the command
remake those alone.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from pathlib import Path

from library_discs import Disc
from library_potentials import BORON, NITROGEN, SILICON
from library_seeds import (
    dislocation_pair,
    hole,
    nothing,
    planted,
    raised_silicon,
    silicon_pair,
    silicon_triangle,
    twisted,
    wave_along_x,
)
from library_strips import Boundary, Edge

from sixring.structures import BOND
from sixring.structures._relaxed import write_relaxed

FOLDER = Path(__file__).resolve().parents[1] / "src" / "sixring" / "structures" / "relaxed"

# The middle of a hole, from a ring's centre.
RING, ATOM, MIDDLE_OF_BOND = (0.0, 0.0), (0.0, BOND), (0.0, 1.5 * BOND)

ENTRIES: tuple[Disc | Boundary | Edge, ...] = (
    Disc("perfect", "perfect", nothing),
    Disc("SV", "SV", planted("SV")),
    Disc("SV-open", "SV-open", planted("SV-open")),
    Disc("DV-585", "DV-585", planted("DV-585")),
    Disc("DV-555777", "DV-555777", planted("DV-555777")),
    Disc("DV-5555-6-7777", "DV-5555-6-7777", planted("DV-5555-6-7777")),
    Disc("SW-flat", "SW", planted("SW")),
    Disc("SW-buckled", "SW", planted("SW"), heights=wave_along_x),
    Disc("flower", "flower", planted("flower")),
    Disc("dislocation-pair-15", "dislocation-57", dislocation_pair(5), radius=28.0),
    Disc("Si-C3", "Si-C3", planted("Si-C3"), heights=raised_silicon, potential=SILICON),
    Disc("Si-C4", "Si-C4", planted("Si-C4"), heights=twisted, potential=SILICON),
    Disc("Si-cluster-2", "Si-cluster", silicon_pair, heights=raised_silicon, potential=SILICON),
    Disc("Si-cluster-3", "Si-cluster", silicon_triangle, heights=raised_silicon, potential=SILICON),
    Disc("N", "N", planted("N"), potential=NITROGEN),
    Disc("B", "B", planted("B"), potential=BORON),
    Disc("hole-04", "hole", hole(4, ATOM)),
    Disc("hole-06", "hole", hole(6, RING)),
    Disc("hole-10", "hole", hole(10, MIDDLE_OF_BOND)),
    Disc("hole-13", "hole", hole(13, ATOM)),
    Disc("hole-16", "hole", hole(16, MIDDLE_OF_BOND)),
    Disc("hole-24", "hole", hole(24, RING)),
    # Two more hang by one bond, and go.
    Disc("hole-30", "hole", hole(28, (0.3, 0.0))),
    Boundary(5, 4),
    Boundary(4, 3),
    Boundary(3, 2),
    Boundary(5, 3),
    Boundary(2, 1),
    Boundary(5, 2),
    Boundary(3, 1),
    Edge("zigzag"),
    Edge("armchair"),
)


def main() -> None:
    """Make the entries that were asked for, and say what they are."""
    by_variant = {entry.variant: entry for entry in ENTRIES}
    parser = argparse.ArgumentParser(description="Remake the library of relaxed structures.")
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="default: all")
    parser.add_argument("--out", type=Path, default=FOLDER, help="default: the package's folder")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.variants) - by_variant.keys())
    if unknown:
        parser.error(f"no such variant: {', '.join(unknown)}; choose of {', '.join(by_variant)}")
    out = arguments.out.resolve()
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        # atomistica leaves a log where it runs.
        for variant in arguments.variants or by_variant:
            made = by_variant[variant].relaxed()
            (out / f"{variant}.extxyz").write_text(write_relaxed(made), encoding="utf-8")
            census = "-".join(str(size) for size in made.census)
            print(f"{variant:20} {len(made):5} atoms {made.energy:8.3f} {made.unit:4} {census}")


if __name__ == "__main__":
    main()
