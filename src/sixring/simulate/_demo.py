"""The micrograph that the package carries, for a first look."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["demo_path"]


def demo_path() -> Path:
    """Return where the demonstration micrograph lies.

    It is an HRTEM image of simulated graphene, 512 x 512 pixels at 0.2 angstrom, 1e4 electrons
    per angstrom^2; ``scripts/make_demo.py`` made it. What is in it stands beside it, in
    ``demo_truth.csv``.

    Returns
    -------
    Path
        A TIFF that carries its pixel size as ImageJ writes it.
    """
    return Path(str(files("sixring").joinpath("data", "demo.tif")))
