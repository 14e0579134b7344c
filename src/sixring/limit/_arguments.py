"""What is asked for, looked at before any work begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral

from sixring.errors import UsageError
from sixring.limit._poses import poses
from sixring.models import SavedModel
from sixring.simulate import Preset, preset
from sixring.types import Mode

__all__ = ["check_numbers", "chosen_preset", "defect_list", "patch_side"]

_OF_MODE: dict[Mode, str] = {"hrtem": "challenge", "stem": "stem"}
_SMALLEST, _FEWEST = 8, 100
"""Least side of a patch, and number of draws."""


def defect_list(defects: Sequence[str]) -> tuple[str, ...]:
    """Return names of defects, each of which has a structure and is there once."""
    if isinstance(defects, str):
        raise UsageError(f"defects must be a sequence of names, not {defects!r} alone")
    if not defects:
        raise UsageError("defects: name at least one, such as SV")
    for name in defects:
        poses(name)  # refuses what has no structure
        if defects.count(name) > 1:
            raise UsageError(f"defects: {name} is named twice")
    return tuple(defects)


def chosen_preset(mode: Mode | None, chosen: str | Preset | None) -> Preset:
    """Return the preset that is meant, of the mode that is meant."""
    if mode is not None and mode not in _OF_MODE:
        raise UsageError(f"mode must be 'hrtem' or 'stem', not {mode!r}")
    if not isinstance(chosen, Preset):
        chosen = preset(chosen or _OF_MODE[mode or "hrtem"])
    if mode not in (None, chosen.mode):
        raise UsageError(
            f"the preset {chosen.name} is of mode {chosen.mode}, not {mode}: leave one out"
        )
    return chosen


def patch_side(side: int, model: SavedModel | None) -> int:
    """Return the side of a patch: that of the model where there is one."""
    if model is not None:
        rows, cols = model.description.shape
        if rows != cols or rows % 2:
            raise UsageError(
                f"model: its patches have {rows} x {cols} pixels, and the limit is that of "
                "squares with an even number"
            )
        return rows
    if not isinstance(side, Integral) or side % 2 or side < _SMALLEST:
        raise UsageError(f"side must be an even number of at least {_SMALLEST}, not {side}")
    return int(side)


def check_numbers(doses: Sequence[float], draws: int, seed: int) -> None:
    """Refuse numbers that can't be."""
    for dose in doses:
        if not (math.isfinite(dose) and dose > 0):
            raise UsageError(f"doses: electrons per angstrom^2 above 0 are needed, not {dose:g}")
    if not isinstance(draws, Integral) or draws < _FEWEST:
        raise UsageError(f"draws must be a whole number of at least {_FEWEST}, not {draws}")
    if not isinstance(seed, Integral) or seed < 0:
        raise UsageError(f"seed must be a whole number of at least 0, not {seed}")
