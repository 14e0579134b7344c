"""How much is simulated, drawn and trained; a folder of results is of one such plan."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sixring.errors import UsageError
from sixring.io import file_appears_whole

__all__ = ["Plan", "hold_to"]

_FILE = "plan.json"
_LEAST = {"challenge": 42, "cell": 12, "training": 105, "conditions": 1, "draws": 20, "epochs": 0}


@dataclass(frozen=True)
class Plan:
    """Numbers of patches, conditions, draws and epochs.

    Raises
    ------
    UsageError
        If a number is too small to mean anything.
    """

    challenge: int = 8400
    """Test patches of the standard challenge, 20 perfect ones to a defect."""
    cell: int = 2000
    """Test patches for each mode and dose of the series, half of them defects."""
    training: int = 8400
    """Patches for each mode that models learn from, 20 perfect ones to a defect."""
    conditions: int = 128
    """Conditions of each mode under which the ideal observer looks."""
    draws: int = 200
    """Images with a defect that it is shown under each, for each dose and kind."""
    epochs: int = 0
    """Of each training by descent; 0 for as many as each model has by itself."""

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value < least:
                raise UsageError(f"{name} must be at least {least}, not {value}")


def hold_to(plan: Plan, folder: Path) -> None:
    """Write a plan into a folder, or make sure that it is the one that the folder was made by.

    Parameters
    ----------
    plan : Plan
        How much is asked for now.
    folder : Path
        Made if it isn't there.

    Raises
    ------
    UsageError
        If the folder is of another plan.
    """
    path = folder / _FILE
    if path.exists():
        written = json.loads(path.read_text(encoding="utf-8"))
        for field in fields(plan):
            before, now = written.get(field.name), getattr(plan, field.name)
            if before != now:
                raise UsageError(
                    f"{folder}: was made with --{field.name} {before}, and now it is {now}: give "
                    "that number, or another --out"
                )
        return
    folder.mkdir(parents=True, exist_ok=True)
    with file_appears_whole(path) as part:
        part.write_text(json.dumps(asdict(plan), indent=1) + "\n", encoding="utf-8")
