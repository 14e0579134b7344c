"""The patches of one micrograph, kept in a file until all micrographs are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from sixring.io import file_appears_whole
from sixring.simulate._cut import DEFECT, Cuts, cut
from sixring.simulate._presets import Preset
from sixring.simulate._sample import Make
from sixring.types import Mode

__all__ = ["Part", "make_part", "read_part", "write_part"]

_CUTS = ("images", "labels", "corners", "defects", "rejected", "reasons")


@dataclass(frozen=True, eq=False)
class Part:
    """What is kept of one micrograph."""

    cuts: Cuts
    """Its patches."""
    drawn: Mapping[str, Any]
    """All of its parameters, as plain data."""
    sampling: float
    """Angstrom per pixel."""
    dose: float
    """Electrons per angstrom^2."""
    energy: float
    """eV."""
    mode: Mode
    """The kind of microscope."""

    @property
    def n_defect(self) -> int:
        """The number of defect patches, which are the first."""
        return int((self.cuts.labels == DEFECT).sum())

    @property
    def n_perfect(self) -> int:
        """The number of perfect patches."""
        return len(self.cuts.labels) - self.n_defect


def make_part(
    preset: Preset,
    seed: int,
    index: int,
    *,
    side: int,
    ratio: float,
    per_defect: int,
    make: Make,
) -> Part:
    """Make the micrograph of a number, and cut it into patches.

    Parameters
    ----------
    preset : Preset
        What it is drawn from.
    seed, index : int
        What its randomness follows from.
    side, ratio, per_defect
        As for :func:`cut`.
    make : callable
        What makes a micrograph.

    Returns
    -------
    Part
        Its patches.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index,)))
    made = make(preset, rng)
    return Part(
        cuts=cut(made.simulated, side=side, ratio=ratio, per_defect=per_defect, rng=rng),
        drawn=made.drawn(),
        sampling=made.conditions.sampling,
        dose=made.conditions.dose,
        energy=made.conditions.energy,
        mode=made.conditions.mode,
    )


def write_part(path: Path, part: Part) -> None:
    """Write a part, which appears whole; a process that outlived its run may have done it too."""
    facts = {
        "drawn": part.drawn,
        "sampling": part.sampling,
        "dose": part.dose,
        "energy": part.energy,
        "mode": part.mode,
    }
    buffer = BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        facts=np.array(json.dumps(facts)),
        **{name: getattr(part.cuts, name) for name in _CUTS},
    )
    with file_appears_whole(path, overwrite=True) as new:
        new.write_bytes(buffer.getvalue())


def read_part(path: Path) -> Part:
    """Read a part that :func:`write_part` wrote."""
    with np.load(path, allow_pickle=False) as archive:
        facts = json.loads(str(archive["facts"]))
        return Part(cuts=Cuts(**{name: archive[name] for name in _CUTS}), **facts)
