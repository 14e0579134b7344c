"""A folder of labelled patches, cut from many simulated micrographs."""

from __future__ import annotations

import itertools
import math
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

from sixring.errors import UsageError
from sixring.simulate._cut import most_places, side_for_places
from sixring.simulate._folder import DataFolder, Progress, holds, require_at_least
from sixring.simulate._order import in_order
from sixring.simulate._parts import make_part, read_part, write_part
from sixring.simulate._patch_files import PatchFormat, write_patch_files
from sixring.simulate._presets import Preset
from sixring.simulate._quotas import Quotas, Taken
from sixring.simulate._sample import Make, sample

__all__ = ["PatchSettings", "is_finished", "write_patches"]

_MOST_BARREN = 50
"""So many micrographs in a row without a patch to take mean that none is to come."""
_RESERVE = 6
"""So many of the places for perfect patches one defect takes away, unless it lies at the rim."""
_SPARE = 1.5
"""Places that a recommended shape has for each that is needed."""


@dataclass(frozen=True)
class PatchSettings:
    """Everything that a folder of patches follows from."""

    preset: Preset
    """What the micrographs are drawn from."""
    n: int = 1000
    """Patches in all."""
    seed: int = 0
    """Of everything random."""
    side: int = 48
    """Rows and columns of a patch."""
    ratio: float = 20.0
    """Perfect patches for each defect patch."""
    per_defect: int = 3
    """Most patches of one defect in one micrograph."""
    shares: tuple[float, float, float] = (0.7, 0.15, 0.15)
    """Of the patches for training, validation and test; all of a micrograph go to one."""
    format: PatchFormat = "folder"
    """``folder``: a TIFF for each patch in ``perfect`` and ``defect``; ``array``: one
    ``patches.npz``."""

    def __post_init__(self) -> None:
        require_at_least("n", self.n, 1)
        require_at_least("seed", self.seed, 0)
        require_at_least("side", self.side, 8)
        require_at_least("per_defect", self.per_defect, 1)
        if not 0.05 <= self.ratio <= 1000:
            raise UsageError(f"ratio must be at least 0.05 and at most 1000, not {self.ratio:g}")
        if len(self.shares) != 3 or min(self.shares) < 0 or abs(math.fsum(self.shares) - 1) > 1e-9:
            raise UsageError(
                f"shares must be three numbers from 0 that add up to 1, not {self.shares}"
            )
        if self.format not in get_args(PatchFormat):
            raise UsageError(f"format must be 'folder' or 'array', not {self.format!r}")
        if 2 * self.side > min(self.preset.shape):
            raise UsageError(
                f"micrographs of {self.preset.shape[0]} x {self.preset.shape[1]} pixels are too "
                f"small for patches of {self.side}: make them at least {2 * self.side} a side"
            )
        self._check_places()

    def _check_places(self) -> None:
        """Refuse a ratio at which hardly an image of this shape gives a defect patch."""
        smallest, largest = self.preset.samplings
        places = most_places(self.preset.shape, self.side, largest)
        needed = max(self.ratio, 1.0) + _RESERVE
        if places < needed:
            enough = side_for_places(_SPARE * needed, self.side, smallest)
            raise UsageError(
                f"a ratio of {self.ratio:g} needs more perfect patches than micrographs of shape "
                f"{self.preset.shape[0]} x {self.preset.shape[1]} have room for ({places} places, "
                f"some of them taken by the defect): give the shape {enough} x {enough}, or a "
                "smaller ratio"
            )


@dataclass(frozen=True)
class _Task:
    settings: PatchSettings
    index: int
    folder: Path
    make: Make

    @property
    def part(self) -> Path:
        return self.folder / f"{self.index:06d}.npz"


def is_finished(settings: PatchSettings, folder: Path) -> bool:
    """Tell whether a folder holds what :func:`write_patches` writes for these settings."""
    return holds(folder, "patches", asdict(settings))


def write_patches(
    settings: PatchSettings,
    folder: Path,
    *,
    jobs: int = 1,
    overwrite: bool = False,
    progress: Progress | None = None,
    make: Make = sample,
) -> None:
    """Write labelled patches cut from simulated micrographs.

    The patches lie in ``perfect/`` and ``defect/``, or in ``patches.npz`` as ``images`` and
    ``labels`` with the columns of the table. ``patches.csv`` says of each from which micrograph
    it comes, which part of the data that is (train, validation or test), which defect it shows,
    and where its first pixel lies; and lists what was looked at and is neither, with the reason.
    ``conditions.json`` holds everything that was drawn for each micrograph, ``dataset.json`` how
    the data set was made. A run that was stopped goes on where it was.

    Parameters
    ----------
    settings : PatchSettings
        What to write. The files don't depend on anything else.
    folder : Path
        Where; made if it isn't there.
    jobs : int, optional
        Number of processes; with 1 the work is done in this one.
    overwrite : bool, optional
        Whether a data set that is there is replaced.
    progress : callable, optional
        Is told how many patches there are, and of how many.
    make : callable, optional
        What makes a micrograph, a function at the top of a module.

    Raises
    ------
    UsageError
        If `jobs` is less than 1, `folder` can't be written to or holds other data, the
        micrographs give no patches, or abTEM isn't installed.
    OutputError
        If a file can't be written.
    """
    require_at_least("jobs", jobs, 1)
    target = DataFolder(folder, "patches", asdict(settings), overwrite=overwrite)
    tasks = (_Task(settings, index, target.parts, make) for index in itertools.count())
    quotas = Quotas(settings.n, settings.ratio, settings.shares)
    taken: list[Taken] = []
    barren = 0
    with closing(in_order(_write_one, tasks, jobs if jobs > 1 else 0)) as answers:
        while not quotas.filled:
            defect, perfect = next(answers)
            taken.append(quotas.take(defect, perfect))
            barren = 0 if defect else barren + 1
            if barren == _MOST_BARREN:
                raise UsageError(
                    f"{barren} micrographs in a row gave no patches: give them a larger --shape, "
                    f"a --ratio below {settings.ratio:g}, other defects, or a preset with less "
                    "contamination"
                )
            if progress is not None:
                progress(quotas.done, settings.n)
    write_patch_files(
        folder,
        (
            (f"m{k:06d}", of_it, read_part(_Task(settings, k, target.parts, make).part))
            for k, of_it in enumerate(taken)
        ),
        settings.format,
        number=settings.n,
        side=settings.side,
    )
    target.finish(
        n_micrographs=len(taken),
        n_defect=sum(t.defect for t in taken),
        n_perfect=sum(t.perfect for t in taken),
    )


def _write_one(task: _Task) -> tuple[int, int]:
    """Write a micrograph's patches unless they are there; return how many of each kind."""
    if task.part.exists():
        part = read_part(task.part)
    else:
        settings = task.settings
        part = make_part(
            settings.preset,
            settings.seed,
            task.index,
            side=settings.side,
            ratio=settings.ratio,
            per_defect=settings.per_defect,
            make=task.make,
        )
        write_part(task.part, part)
    return part.n_defect, part.n_perfect
