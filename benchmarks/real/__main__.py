"""Print what is reached on real micrographs, and write it to a file."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import benchmarks.real
import sixring
from benchmarks.markdown import markdown_table
from benchmarks.real import (
    MANY,
    Contaminated,
    DopantFrame,
    Flower,
    measure_contamination,
    measure_dopants,
    measure_flower,
    measure_refusal,
    precision,
    recall,
    sites_right,
    summarise,
)

_TABLES = {"learned": "RESULTS.md", "classical": "CLASSICAL.md"}
_NOTES = {
    "learned": "The network has learned from simulated images alone, but with these images in view "
    "five things were chosen: that an atom too high for carbon is called silicon, as the network "
    "alone had found 65 % of the silicon below; that two of them less than 2.6 A apart are bonded; "
    "how often clusters of silicon, and dirty images of "
    "a coarse sampling, are among those learned from; from which doubt on nothing is judged; and "
    "what finds the lattice, as with the classical detector. So no half of them is held out.",
    "classical": " ".join((benchmarks.real.__doc__ or "").strip().split("\n\n")[-1].split()),
}
"""What was chosen with which images in view; of the classical detector the package says it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything; exit code 2 where the images aren't there."""
    parser = ArgumentParser(prog="python -m benchmarks.real", description=__doc__)
    parser.add_argument("--detector", default="learned", choices=_TABLES, help="which one")
    parser.add_argument(
        "--pictures",
        type=Path,
        help="folder for pictures of the contaminated images with more than "
        f"{MANY:g} odd ring for each 100 nm^2",
    )
    given = parser.parse_args(arguments)
    detector, pictures = given.detector, given.pictures
    named = os.environ.get("SIXRING_REAL_DATA", "")
    if not Path(named).is_dir() or not named:
        print("SIXRING_REAL_DATA names no folder of real micrographs", file=sys.stderr)
        return 2
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    data = Path(named)
    version = f"sixring {sixring.__version__}, the detector {detector}."
    lines = ["# Real micrographs", "", f"{version} {_NOTES[detector]}", ""]
    lines += _flower([measure_flower(data, sampling, detector) for sampling in (None, 0.22)])
    lines += _refusal(measure_refusal(data, detector))
    lines += _dopants(measure_dopants(data, detector))
    lines += _contamination(measure_contamination(data, detector, pictures))
    text = "\n".join(lines)
    print(text)
    Path(__file__).with_name(_TABLES[detector]).write_text(text + "\n", encoding="utf-8")
    return 0


def _flower(measured: Sequence[Flower]) -> list[str]:
    heads = ("sampling given", "used", "fives", "sevens", "others", "edge hidden", "called")
    rows = (
        (
            "none" if m.given is None else f"{m.given:g}",
            f"{m.sampling:.4f}",
            f"{m.fives}/12",
            f"{m.sevens}/12",
            str(m.others),
            f"{100 * m.edge_hidden:.0f} %",
            ", ".join(m.names),
        )
        for m in measured
    )
    return ["## Flower (HRTEM)", "", markdown_table(heads, rows)]


def _refusal(reason: str | None) -> list[str]:
    return ["## MoS2 (STEM)", "", f"Refused: {reason}" if reason else "Not refused.", ""]


def _dopants(frames: Sequence[DopantFrame]) -> list[str]:
    def row(name: str, some: Sequence[DopantFrame]) -> tuple[str, ...]:
        labelled, found, called, right = (
            str(sum(getattr(frame, key) for frame in some))
            for key in ("labelled", "found", "called", "right")
        )
        recalled, precise = f"{100 * recall(some):.0f} %", f"{100 * precision(some):.0f} %"
        refused = str(sum(bool(frame.refused) for frame in some))
        return name, str(len(some)), labelled, found, recalled, called, right, precise, refused

    heads = (
        "group",
        "frames",
        "labelled",
        "found",
        "recall",
        "called Si",
        "right",
        "precision",
        "refused",
    )
    groups = sorted({frame.group for frame in frames})
    rows = [row("all", frames)]
    rows += [row(str(g), [frame for frame in frames if frame.group == g]) for g in groups]
    missed = [
        (f.file, str(f.labelled), str(f.found), str(f.called), f.refused or ", ".join(f.names))
        for f in frames
        if f.found < f.labelled or f.right < f.called
    ]
    return [
        "## Silicon (STEM)",
        "",
        markdown_table(heads, rows),
        *_sites(frames),
        "Frames with an atom missed or called wrongly:",
        "",
        markdown_table(
            ("file", "labelled", "found", "called Si", "refused, or defects called"), missed
        ),
    ]


def _sites(frames: Sequence[DopantFrame]) -> list[str]:
    sites = Counter(site for frame in frames for site in frame.sites)
    true, called = (sorted({pair[k] for pair in sites}) for k in range(2))
    counts = {name: [sites[name, other] for other in called] for name in true}
    rows = ((name, str(sum(row)), *map(str, row)) for name, row in counts.items())
    return [
        f"Sites: {100 * sites_right(frames):.0f} % of them called as they are labelled. Labelled "
        "atoms less than 4 A apart are one site, and a cluster is what has more than one of them:",
        "",
        markdown_table(("labelled", "sites", *(f"called {name}" for name in called)), rows),
    ]


def _contamination(images: Sequence[Contaminated]) -> list[str]:
    sessions = sorted({image.session for image in images})
    summaries = [
        summarise("all", images),
        summarise("in view", [image for image in images if not image.held_out]),
        summarise("held out", [image for image in images if image.held_out]),
        *(summarise(s, [image for image in images if image.session == s]) for s in sessions),
    ]
    heads = (
        "session",
        "images",
        "refused",
        "mask IoU (mean)",
        "clear (median)",
        "odd rings per 100 nm^2 (median)",
        "not named boundaries",
        "not between grains",
        "sixes between grains",
        "sampling agrees: six nearest",
        "adjoining",
    )
    rows = (
        (
            s.name,
            str(s.images),
            str(s.refused),
            f"{s.iou:.2f}",
            f"{100 * s.share:.0f} %",
            f"{s.odd:.0f}",
            f"{s.odd_alone:.0f}",
            f"{s.odd_within:.0f}",
            f"{100 * s.sixes_between:.0f} %",
            f"{s.nearest}/{s.images}",
            f"{s.adjoining}/{s.images}",
        )
        for s in summaries
    )
    details = (
        (
            image.file,
            "none" if image.iou is None else f"{image.iou:.2f}",
            f"{image.area:.0f}",
            f"{image.odd:.0f}",
            f"{image.odd_alone:.0f}",
            f"{image.odd_within:.0f}",
            f"{image.sampling:.4f}",
            _difference(image.nearest, image.sampling),
            _difference(image.adjoining, image.sampling),
        )
        for image in images
        if not image.refused
    )
    refused = [f"- {image.file}: refused, {image.refused}" for image in images if image.refused]
    return [
        "## Contamination (HRTEM)",
        "",
        markdown_table(heads, rows),
        markdown_table(
            (
                "file",
                "mask IoU",
                "clear nm^2",
                "odd",
                "not named boundaries",
                "not between grains",
                "A per pixel",
                "six nearest",
                "adjoining",
            ),
            details,
        ),
        *refused,
    ]


def _difference(one: float | None, other: float) -> str:
    return "too few rings" if one is None else f"{100 * (one / other - 1):+.1f} %"


if __name__ == "__main__":
    sys.exit(main())
