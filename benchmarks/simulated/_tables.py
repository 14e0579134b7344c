"""The results in Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from scipy.stats import binomtest

import sixring
from benchmarks.markdown import markdown_table
from benchmarks.simulated._best import best_of, best_rings
from benchmarks.simulated._cases import DEFECTS, DOSES, ENTROPY, IMAGES
from benchmarks.simulated._measure import Scored
from benchmarks.simulated._pooling import Pooled, f1_interval, pool
from benchmarks.simulated._scoring import MASKED, MISSED, NONE, Counts
from sixring.structures import load_catalogue
from sixring.types import Mode

__all__ = ["results_text"]

_NOTE = """\
**The simulator's images, not a microscope's.** HRTEM is abTEM's exit wave and transfer, with drawn
aberrations and a camera; STEM is the sum of abTEM's profiles of single atoms with source size,
jitter, fly-back and drift. What the simulator leaves out is in none of these numbers.

**The set is fixed**, so that detectors can be compared on it: {images} images of 512 x 512 pixels
for each mode and dose, drawn from NumPy's `SeedSequence({entropy}, spawn_key=(mode, dose, image))`,
the key counting from 0 in the order of the tables. Nothing may be trained or chosen on it. All
else, and every range, is in `benchmarks/simulated/_cases.py`:

- Each image shows another sheet, turned, strained by up to 1 % and rippled, with 6 to 14 planted
  defects per 100 nm^2, in equal shares: {defects}. Nitrogen and boron are left out, as they need a
  hundred times the dose of the others; so are grain boundaries and second layers.
- In 7 images of 10 contamination covers 3 to 25 % of the sheet; in 2 of 10 the sheet ends.
- HRTEM, 80 kV: 0.12 to 0.28 A per pixel, in 5 images of 10 atoms bright and in 5 dark, focus as
  it is found by eye (50 to 90 A at a Cs of 6 to 14 um of the other sign), with astigmatism,
  trefoil, coma, focal and angular spread, vibration, and a camera's transfer and noise.
- STEM, 60, 80 or 100 kV: 0.10 to 0.20 A per pixel, source 0.7 to 1.1 A wide.

Nothing is refused or exchanged by hand. The extremes that published work also has, far from focus
or at 0.08 A per pixel, aren't in it.

The detection is given sampling, mode, dose and energy, as a file would; all else is at its
defaults. Doses are in e/A^2. Rings match one to one within 1.2 A and with equal size, defects
within 2.5 A. Every ring of the list counts, however improbable, and every defect of probability
0.5 or more. **Left out:** a border of 3 A along the edge of the image, and what the detection
itself masks as unfit to judge. What it masks although the sheet there is clean is counted as
*masked*, beside the score and not in it: read the two together. What lies under true contamination
can't be missed, but what is found there falsely, unmasked, counts as false. Of a refused image all
is masked. What is called an `edge` of the sheet counts as no defect.
"""
_RINGS_NOTE = """\
*Recall of all* counts what is masked as missed. *Best recall* is the share of the rings that belong
to defects which the best detector there can be would find, below under *Defects by kind*.
*F1, 95 %* is the bootstrap interval over the images of the row. Beside the detection stands a plain
search on the same images and the same judged area: difference of Gaussians (0.45 and 2.5 A), local
extrema of the better contrast sign, number of neighbours in the Delaunay triangulation.
"""
_PARTS_NOTE = """\
F1 of the rings other than six, and in brackets how many of the images were refused.
"""
_DEFECTS_NOTE = """\
*Found* is the share of the judged defects that were found under any name, *best* the mean over the
kinds of what the best detector would find, below under *Defects by kind*; *at 0.1* and *at 1* the
share where the threshold on the probability is such that there are at most so many false ones per
100 nm^2: at 0.1 that is none or one in all images of a row. *Named right* is the share of those
found, *macro F1* the mean over the true names of the F1 of naming them.
"""
_ATOMS_NOTE = """\
Atoms are paired with the nearest true one within half a bond; *rms* is the root of their mean
squared distance. *Contamination* is intersection over union of the masked with the true area, all
images of a row together.
"""
_PROBABILITIES_NOTE = """\
Of the defects that the detection lists with a probability in this range, all doses of a mode
together: how many there are, their mean probability, the share that is there, and the 95 % interval
of that share (Wilson), every defect taken to be independent of the others.
"""
_KINDS_NOTE = """\
Found, of those judged; in brackets how many were also named right, where not all were. *best* is
the share that a search for this kind finds with one false alarm in 100 nm^2 if it is told all but
the place and the pose, in a flat, clean sheet under conditions in the middle of those of the set
(`python -m benchmarks.simulated.best`, 2000 draws); where none is given it is all of them.
"""
_CONFUSION_NOTE = """\
Rows are what is there, columns what it was called; `missed` was judged and not found, `masked` was
hidden by the mask, `none` is a false defect.
"""
_ALL = 0.995
_BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.0)
_RATES = (0.1, 1.0)  # false defects per 100 nm^2
_PARTS: dict[str, Callable[[Scored], bool]] = {
    "atoms bright": lambda one: one.case.contrast == "bright",
    "atoms dark": lambda one: one.case.contrast == "dark",
    "clean": lambda one: not one.case.contaminated,
    "contaminated": lambda one: one.case.contaminated,
    "all": lambda one: True,
}


@dataclass(frozen=True, eq=False)
class _Row:
    """All images of one mode and dose."""

    mode: Mode
    dose: float
    images: list[Scored]
    sums: Pooled

    @property
    def begin(self) -> tuple[str, str]:
        """The first cells of the row."""
        return self.mode.upper(), _dose(self.dose)


def results_text(scored: Sequence[Scored], detector: str) -> str:
    """Write all tables.

    Parameters
    ----------
    scored : sequence of Scored
        Every case of the set.
    detector : str
        Which one found it.

    Returns
    -------
    str
        Markdown.
    """
    rows = []
    for mode, doses in DOSES.items():
        for dose in doses:
            images = [one for one in scored if (one.case.mode, one.case.dose) == (mode, dose)]
            rows.append(_Row(mode, dose, images, pool(images)))
    note = _NOTE.format(images=IMAGES, entropy=ENTROPY, defects=", ".join(DEFECTS))
    parts = [
        f"# Simulated micrographs\n\nsixring {sixring.__version__}, the detector {detector}.\n",
        note,
        f"## Rings other than six\n\n{_RINGS_NOTE}",
        _rings(rows),
        _PARTS_NOTE,
        _parts(rows),
        f"## Defects\n\n{_DEFECTS_NOTE}",
        _defects(rows),
        f"## Probabilities\n\n{_PROBABILITIES_NOTE}",
        _probabilities(rows),
        f"## Atoms and contamination\n\n{_ATOMS_NOTE}",
        _atoms(rows),
        f"## Defects by kind\n\n{_KINDS_NOTE}",
        *(_kinds(mode, [row for row in rows if row.mode == mode]) for mode in DOSES),
        f"## What was taken for what\n\n{_CONFUSION_NOTE}",
        *(_confusion(row) for row in rows if row.dose == DOSES[row.mode][-1]),
    ]
    return "\n".join(parts)


def _rings(rows: Sequence[_Row]) -> str:
    lines = []
    for row in rows:
        low, high = f1_interval([one.rings for one in row.images])
        ours, plain = row.sums.rings, row.sums.plain
        lines.append(
            (
                *row.begin,
                f"{row.sums.refused} of {row.sums.images}",
                _percent(row.sums.judged_share),
                f"{ours.masked} of {_all(ours)}",
                *map(_hundredths, (ours.precision, ours.recall, ours.f1)),
                "–" if math.isnan(low) else f"{low:.2f} to {high:.2f}",
                _hundredths(ours.recall_of_all),
                _hundredths(best_rings(row.mode, row.dose)),
                *map(_hundredths, (plain.precision, plain.recall, plain.f1)),
            )
        )
    heads = ("mode", "dose", "refused", "area judged", "masked", "precision", "recall", "F1")
    more = (
        "F1, 95 %",
        "recall of all",
        "best recall",
        "plain precision",
        "plain recall",
        "plain F1",
    )
    return markdown_table((*heads, *more), lines)


def _parts(rows: Sequence[_Row]) -> str:
    lines = (
        (
            *row.begin,
            *(_of_part([o for o in row.images if chosen(o)]) for chosen in _PARTS.values()),
        )
        for row in rows
    )
    return markdown_table(("mode", "dose", *_PARTS), lines)


def _of_part(images: Sequence[Scored]) -> str:
    if not images:
        return ""
    sums = pool(images)
    return _hundredths(sums.rings.f1) + f" ({sums.refused} of {sums.images})" * bool(sums.refused)


def _defects(rows: Sequence[_Row]) -> str:
    lines = []
    for row in rows:
        judged, found, right = row.sums.tally()
        lines.append(
            (
                *row.begin,
                str(judged),
                str(row.sums.masked_defects),
                _percent(found / judged if judged else math.nan),
                _percent(fmean(best_of(row.mode, row.dose).values())),
                _one_decimal(row.sums.false_defects),
                *(_percent(row.sums.recall_at(rate)) for rate in _RATES),
                _percent(right / found if found else math.nan),
                _hundredths(row.sums.macro_f1),
            )
        )
    heads = ("mode", "dose", "judged", "masked", "found", "best", "false per 100 nm^2")
    rates = (f"found at {rate:g} false" for rate in _RATES)
    return markdown_table((*heads, *rates, "named right", "macro F1"), lines)


def _probabilities(rows: Sequence[_Row]) -> str:
    lines = []
    for mode in DOSES:
        alarms = [alarm for row in rows if row.mode == mode for alarm in row.sums.alarms]
        for low, high in pairwise(_BINS):
            # The last one has its end too.
            end = math.inf if high == _BINS[-1] else high
            some = [alarm for alarm in alarms if low <= alarm.probability < end]
            if not some:
                continue
            right = sum(alarm.right for alarm in some)
            interval = binomtest(right, len(some)).proportion_ci(method="wilson")
            lines.append(
                (
                    mode.upper(),
                    f"{low:g} to {high:g}",
                    str(len(some)),
                    _hundredths(sum(alarm.probability for alarm in some) / len(some)),
                    _hundredths(right / len(some)),
                    f"{interval.low:.2f} to {interval.high:.2f}",
                )
            )
    heads = ("mode", "probability", "defects", "mean", "there", "95 %")
    return markdown_table(heads, lines)


def _atoms(rows: Sequence[_Row]) -> str:
    lines = (
        (
            *row.begin,
            *map(_percent, (row.sums.atoms.precision, row.sums.atoms.recall)),
            _one_decimal(100 * row.sums.atoms.rms),
            _hundredths(row.sums.dirt.iou),
        )
        for row in rows
    )
    heads = ("mode", "dose", "atoms' precision", "atoms' recall", "rms error, pm")
    return markdown_table((*heads, "contamination, IoU"), lines)


def _kinds(mode: Mode, rows: Sequence[_Row]) -> str:
    names = _in_catalogue_order({true for row in rows for true, _ in row.sums.defects})
    lines = ((name, *(_of_kind(row, name) for row in rows)) for name in names)
    return markdown_table((mode.upper(), *(_dose(row.dose) for row in rows)), lines)


def _of_kind(row: _Row, name: str) -> str:
    judged, found, right = row.sums.tally(name)
    best = best_of(row.mode, row.dose).get(name, math.nan)
    text = f"{found} of {judged}" + (f" ({right})" if right < found else "")
    # Of what isn't planted, as an `unknown` where two defects touch, nothing is known.
    return text + ("" if best >= _ALL else f"; best {_percent(best)}")


def _confusion(row: _Row) -> str:
    pairs = row.sums.defects
    called = _in_catalogue_order({name for _, name in pairs})
    there = _in_catalogue_order({name for name, _ in pairs})
    columns, lines = [*called, MISSED, MASKED], [*there, NONE]
    cells = (
        (f"**{true}**", *(str(pairs[true, found] or "") for found in columns)) for true in lines
    )
    title = f"### {' '.join(row.begin)} e/A^2\n"
    return f"{title}\n{markdown_table(('', *columns), cells)}"


def _in_catalogue_order(names: set[str]) -> list[str]:
    order = [*dict.fromkeys(entry.name for entry in load_catalogue()), "unknown"]
    return [name for name in order if name in names]


def _all(counts: Counts) -> int:
    return counts.right + counts.missed + counts.masked


def _dose(dose: float) -> str:
    return f"{dose:.0f}" if dose < 1e4 else f"{dose:.0e}".replace("e+0", "e")


def _hundredths(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _one_decimal(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1f}"


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.0f} %"
