"""Train AtomAI's Segmentor on the detector's crops, and compare it with the learned detector.

Make the environment of the other tools first: python -m benchmarks.peers.environment FOLDER
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers._environment import python_of
from benchmarks.peers._program import run_program
from benchmarks.peers.segmentor import (
    Lessons,
    Paper,
    Row,
    exam_papers,
    examined,
    lessons,
    marked,
    results_text,
    unit,
)
from benchmarks.simulated import CASES, Counts
from sixring.detection._eye import SHIPPED, eye_in
from sixring.errors import SixringError
from sixring.io import file_appears_whole
from sixring.types import Mode
from training._plan import hold_to
from training.detector._crops import joined
from training.detector._pieces import pieces, read_piece
from training.detector._plan import FULL, SMALL

MODULE = "benchmarks.peer_drivers.atomai_segmentor"
TABLE = Path(__file__).with_name("RESULTS.md")
_SPARE = 2.0
"""Hours beyond the training after which the program is stopped."""


def main(arguments: Sequence[str] | None = None, *, module: str = MODULE) -> int:
    """Compare; exit code 1 where the program failed, 2 where the arguments make no sense."""
    parser = _parser()
    options = parser.parse_args(arguments)
    plan = SMALL if options.small else FULL
    try:
        python, _ = python_of(options.environment)
        hold_to(plan, options.out)
    except SixringError as error:
        parser.error(str(error))
    stream = pieces(plan, options.out / "pieces", range(options.pieces), jobs=options.jobs)
    with closing(stream) as paths:
        learned = lessons(joined([read_piece(path) for path in paths]))
    papers = list(exam_papers(CASES[: options.images]))
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        request = _write_request(folder, learned, papers, options, plan.seed)
        reason, said = run_program(
            (python, "-m", module, request),
            folder,
            threads=options.threads,
            hours=options.minutes / 60 + _SPARE,
        )
        if reason:
            print(f"{said}\nbenchmarks.peers.segmentor: {reason}", file=sys.stderr)
            return 1
        cost: dict[str, Any] = json.loads((folder / "cost.json").read_text(encoding="utf-8"))
        with np.load(folder / "atoms.npz") as archive:
            answers = {paper.case.name: archive[paper.case.name] for paper in papers}
    text = results_text(
        _rows(papers, answers),
        cost,
        ours=eye_in(SHIPPED).description.version,
        crops=len(learned.images),
        our_seconds=float(np.nansum([paper.seconds for paper in papers])),
        threads=options.threads,
    )
    print(text)
    with file_appears_whole(options.table, overwrite=True) as part:
        part.write_text(text, encoding="utf-8")
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m benchmarks.peers.segmentor",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--environment",
        type=Path,
        default=Path("peers-environment"),
        metavar="FOLDER",
        help="of the other tools; peers-environment",
    )
    add(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="keep the crops and the weights here",
    )
    add(
        "--minutes",
        type=float,
        default=100.0,
        metavar="N",
        help="of training in all, those of earlier calls with the same --out among them; 100",
    )
    add("--pieces", type=int, default=40, metavar="N", help="of the stream, 240 crops each; 40")
    add("--images", type=int, default=len(CASES), metavar="N", help="of the fixed set; all")
    add("--threads", type=int, default=2, metavar="N", help="that compute at once; 2")
    add("--jobs", type=int, default=1, metavar="N", help="processes that simulate; 1")
    add("--small", action="store_true", help="a try-out with few and small crops")
    add("--table", type=Path, default=TABLE, metavar="FILE", help="where the table goes")
    return parser


def _write_request(
    folder: Path, learned: Lessons, papers: Sequence[Paper], options: Namespace, seed: int
) -> Path:
    """Write what the program reads; return the file that names it all."""
    np.savez(folder / "lessons.npz", images=learned.images, masks=learned.masks)
    images = {paper.case.name: unit(paper.canvas.image) for paper in papers}
    np.savez(folder / "exam.npz", allow_pickle=False, **images)
    request = {
        "lessons": str(folder / "lessons.npz"),
        "exam": str(folder / "exam.npz"),
        "answer": str(folder),
        "so_far": str((options.out / "segmentor.pt").resolve()),
        "seconds": 60 * options.minutes,
        "threads": options.threads,
        "seed": seed,
    }
    file = folder / "request.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    return file


def _rows(papers: Sequence[Paper], answers: Mapping[str, NDArray[np.float64]]) -> list[Row]:
    """Add up the images of each mode and dose."""
    rows: dict[tuple[Mode, float], Row] = {}
    for paper in papers:
        case = paper.case
        counts = marked(paper, examined(paper, answers[case.name]))
        key = case.mode, case.dose
        before = rows.get(key, Row(*key, 0, Counts(), Counts(), Counts()))
        sums = (
            one + more
            for one, more in zip(
                (before.ours, before.theirs, before.everywhere), counts, strict=True
            )
        )
        rows[key] = Row(*key, before.images + 1, *sums)
    return list(rows.values())


if __name__ == "__main__":
    sys.exit(main())
