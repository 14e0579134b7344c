"""A folder of simulated micrographs, each with its truth."""

from __future__ import annotations

import io
import json
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sixring.io import file_appears_whole, folder_appears_whole, write_micrograph
from sixring.report import atoms_table, defects_table, rings_table
from sixring.simulate._folder import (
    DataFolder,
    Progress,
    plain,
    require_at_least,
    table_appears_whole,
)
from sixring.simulate._order import in_order
from sixring.simulate._presets import Preset
from sixring.simulate._sample import Make, Sample, sample
from sixring.simulate._simulated import Simulated
from sixring.types import Region

__all__ = ["MicrographSettings", "write_micrographs"]

_TABLES = {"atoms": atoms_table, "rings": rings_table, "defects": defects_table}


@dataclass(frozen=True)
class MicrographSettings:
    """Everything that a folder of micrographs follows from."""

    preset: Preset
    """What is drawn."""
    n: int = 10
    """Number of micrographs."""
    seed: int = 0
    """Of everything random."""

    def __post_init__(self) -> None:
        require_at_least("n", self.n, 1)
        require_at_least("seed", self.seed, 0)


@dataclass(frozen=True)
class _Task:
    settings: MicrographSettings
    index: int
    folder: Path
    make: Make

    @property
    def name(self) -> str:
        return f"micrograph-{self.index:05d}"


def write_micrographs(
    settings: MicrographSettings,
    folder: Path,
    *,
    jobs: int = 1,
    overwrite: bool = False,
    progress: Progress | None = None,
    make: Make = sample,
) -> None:
    """Write simulated micrographs and what is truly in them.

    ``NAME.tif`` reads like a real file, with pixel size, mode, dose and energy;
    ``truth/NAME/`` holds ``atoms.csv``, ``rings.csv`` and ``defects.csv`` with the columns of a
    detection, ``mask.png`` with the values of :class:`~sixring.types.Region`, and
    ``conditions.json`` with everything that was drawn. ``micrographs.csv`` lists them, and
    ``dataset.json`` says how they were made. A run that was stopped goes on where it was.

    Parameters
    ----------
    settings : MicrographSettings
        What to write. The files don't depend on anything else.
    folder : Path
        Where; made if it isn't there.
    jobs : int, optional
        Number of processes; with 1 the work is done in this one.
    overwrite : bool, optional
        Whether a data set that is there is replaced.
    progress : callable, optional
        Is told how many are done, and of how many.
    make : callable, optional
        What makes an image, a function at the top of a module.

    Raises
    ------
    UsageError
        If `jobs` is less than 1, `folder` can't be written to or holds other data, or abTEM
        isn't installed.
    OutputError
        If a file can't be written.
    """
    require_at_least("jobs", jobs, 1)
    target = DataFolder(folder, "micrographs", asdict(settings), overwrite=overwrite)
    tasks = [_Task(settings, index, folder, make) for index in range(settings.n)]
    rows: list[dict[str, Any]] = []
    with closing(in_order(_write_one, tasks, jobs if jobs > 1 else 0)) as answers:
        for row in answers:
            rows.append(row)
            if progress is not None:
                progress(len(rows), settings.n)
    with table_appears_whole(folder / "micrographs.csv", list(rows[0])) as write_row:
        for row in rows:
            write_row(row)
    target.finish(n=len(rows), n_defects=sum(row["n_defects"] for row in rows))


def _write_one(task: _Task) -> dict[str, Any]:
    """Write a micrograph unless it is there, the image last: then all of it is."""
    image, truth = task.folder / f"{task.name}.tif", task.folder / "truth" / task.name
    if image.exists():
        document = json.loads((truth / "conditions.json").read_text(encoding="utf-8"))
        return dict(document["summary"])
    sequence = np.random.SeedSequence(task.settings.seed, spawn_key=(task.index,))
    made = task.make(task.settings.preset, np.random.default_rng(sequence))
    row = _row(image.name, made.simulated)
    with folder_appears_whole(truth, overwrite=True) as new:
        _write_truth(made, row, new)
    # A process that outlived its run may have written the same.
    with file_appears_whole(image, overwrite=True) as part:
        write_micrograph(part, made.simulated.micrograph)
    return row


def _write_truth(made: Sample, row: dict[str, Any], folder: Path) -> None:
    from PIL import Image

    for name, table in _TABLES.items():
        rows = table(made.simulated)
        rows.to_csv(folder / f"{name}.csv", index=False, float_format="%.4f")
    mask = io.BytesIO()
    Image.fromarray(made.simulated.mask.regions).save(mask, format="PNG")
    (folder / "mask.png").write_bytes(mask.getvalue())
    document = {**made.drawn(), "summary": row}
    text = json.dumps(document, indent=1, allow_nan=False)
    (folder / "conditions.json").write_text(text + "\n", encoding="utf-8")


def _row(file: str, simulated: Simulated) -> dict[str, Any]:
    clear = float(simulated.mask.clear.sum()) * simulated.sampling**2 / 100
    row = {
        "file": file,
        "mode": simulated.mode,
        "sampling_A": float(f"{simulated.sampling:.6g}"),
        "dose": float(f"{simulated.dose:.6g}"),
        "clear_area_nm2": float(f"{clear:.6g}"),
        "contaminated_fraction": float(f"{simulated.mask.fraction(Region.CONTAMINATION):.4g}"),
        "n_defects": len(simulated.defects),
    }
    return {key: plain(value) for key, value in row.items()}
