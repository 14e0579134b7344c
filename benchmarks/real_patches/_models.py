"""The models that are judged: the package's own, and one that knows how large the lattice is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.quality import source
from sixring.models import SavedModel, saved_folder, shipped_models
from sixring.patches import read_patches
from sixring.simulate import Distribution, PatchSettings, is_finished, write_patches
from sixring.train import make_model
from sixring.types import Mode

__all__ = ["SEEDS", "models_for"]

SEEDS: Mapping[Mode, int] = {"hrtem": 7150, "stem": 7151}
"""Of the simulated patches that lattice-fit takes the lattice constant and its threshold from."""
_DOSES: Mapping[Mode, Distribution] = {
    "hrtem": {"log-uniform": [1e3, 1e4]},
    "stem": {"log-uniform": [1e4, 1e6]},
}
_SETTINGS: Mapping[Mode, Mapping[str, Any]] = {"hrtem": {}, "stem": {"silicon": 4.0}}
"""As the page of lattice-fit says it."""
_PATCHES = 2100


def models_for(mode: Mode, sampling: float, folder: Path) -> dict[str, SavedModel]:
    """Return the models by name.

    Parameters
    ----------
    mode : {"hrtem", "stem"}
        Of the patches.
    sampling : float
        Of the patches, angstrom per pixel.
    folder : Path
        Where what is simulated and made is kept.

    Returns
    -------
    dict of SavedModel
        The shipped ones, and ``lattice-fit``, made from simulated perfect patches.
    """
    found = {name: SavedModel.read(saved_folder(name)) for name in shipped_models()}
    made = folder / f"lattice-fit-{mode}"
    if not made.is_dir():
        drawn = source(mode, _DOSES[mode]).changed(conditions={"sampling": sampling})
        settings = PatchSettings(
            drawn,
            n=_PATCHES,
            seed=SEEDS[mode],
            ratio=20.0,
            per_defect=1,
            shares=(0.5, 0.5, 0.0),
            format="array",
        )
        patches_in = folder / f"patches-{mode}"
        if not is_finished(settings, patches_in):
            write_patches(settings, patches_in)
        patches = read_patches(patches_in)
        model = make_model("lattice-fit", seed=0, **_SETTINGS[mode])
        model.fit(
            patches.images,
            patches.labels,
            patches.groups,
            details=patches.details,
            held_out=patches.details["split"] == "validation",
        )
        model.save(made)
    return {**found, "lattice-fit": SavedModel.read(made)}
