"""``sixring limit``: the dose from which on a defect can be seen at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sixring.cli._console import RunProgress, print_line, print_note, print_table
from sixring.cli._needs import require_new
from sixring.cli._options import Debug, Overwrite, Quiet, Seed
from sixring.cli._trained import load_trained
from sixring.errors import UsageError

if TYPE_CHECKING:
    from sixring.evaluate import Estimate
    from sixring.limit import DefectLimit, Limit, LimitPoint
    from sixring.models import Scaling
    from sixring.simulate import Conditions

__all__ = ["limit"]

_FAINT = 0.02
"""Contrast of the lattice below which it is hardly seen, and defects with it."""


def limit(
    defects: Annotated[
        str,
        typer.Option(
            "--defect", metavar="NAMES", help="Defects to look for, such as SV or SV,DV-585."
        ),
    ],
    sampling: Annotated[
        str,
        typer.Option("--sampling", metavar="S", help="Length of a pixel, such as '20 pm' or 0.2."),
    ],
    mode: Annotated[
        Literal["hrtem", "stem"] | None, typer.Option("--mode", help="The kind of microscope.")
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="Whose middle are the conditions, as of sixring simulate; where it isn't given, "
            "challenge for HRTEM and stem for STEM.",
        ),
    ] = None,
    dose: Annotated[
        str | None,
        typer.Option(
            metavar="D",
            help="Electrons per square angstrom, such as 300,1000,3000; chosen for each defect "
            "where nothing is given.",
        ),
    ] = None,
    nuisances: Annotated[
        bool,
        typer.Option(
            "--nuisances",
            help="Let shift, strain and turn of the lattice, gain and offset be unknown too.",
        ),
    ] = False,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODELDIR", help="A trained model, to be held against the best detector."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Folder for tables and a figure; none without it."
        ),
    ] = None,
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Work out at which dose a defect can be seen, whatever the detector.

    Prints the area under the ROC curve of the best detector there can be for patches of 48 x 48
    pixels, its place in them being known or not, by dose; and the doses at which that is 0.99,
    and at which a search that finds 95 % of the defects has one false alarm in 100 nm^2. With
    --out it writes limit.csv, limit.json and limit.png.

    Example: sixring limit --mode hrtem --defect SV --sampling 0.2 --out limit
    """
    from sixring.limit import limit as work_out
    from sixring.models import scaling

    names = [part.strip() for part in defects.split(",")]
    doses = [] if dose is None else [_dose(part) for part in dose.split(",")]
    if out is not None:
        require_new(out, overwrite=overwrite)
    loaded = None
    if model is not None:
        loaded = load_trained(model, quiet=quiet).saved
    with RunProgress(100, quiet=quiet, doing="limit, %") as bar:
        found = work_out(
            names,
            mode=mode,
            sampling=sampling,
            preset=preset,
            doses=doses,
            nuisances=nuisances,
            model=loaded,
            seed=seed,
            progress=lambda done, total: bar.reach(100 * done // total),
        )
    if out is not None:
        found.write(out, overwrite=overwrite)
    if quiet:
        return
    if loaded is not None:
        _tell_scaling(scaling(loaded, found.side, found.conditions.sampling))
    _print(found)
    if out is not None:
        print_line()
        print_line(f"tables and figure: {out}")


def _dose(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            f"the dose {text.strip()!r} isn't a number: give electrons per angstrom^2, such as "
            "300,1000,3000"
        ) from None


def _tell_scaling(scaled: Scaling) -> None:
    """Say so where a model has learned from patches of another sampling."""
    if scaled.note:
        print_note(f"for the model, {scaled.note}")
    if scaled.warning:
        print_note(f"warning: {scaled.warning}")


def _print(found: Limit) -> None:
    conditions = found.conditions
    width = found.side * conditions.sampling
    print_line(
        f"{found.mode}, middle of the preset {found.preset}, in which the lattice has a contrast "
        f"of {found.contrast:.2g}: {_shown(conditions)}"
    )
    print_line(
        f"patches of {found.side} x {found.side} pixels, {width:.3g} A; a zigzag row lies at "
        f"{found.orientation:.1f} degrees"
        + ("; shift, strain, turn, gain and offset unknown" if found.nuisances else "")
    )
    if found.contrast < _FAINT:
        print_note(
            f"warning: the middle of the preset {found.preset} hardly shows the lattice, whose "
            f"contrast is {found.contrast:.2g}: choose one that stands for your microscope"
        )
    print_line()
    _print_curves(found)
    print_line()
    print_table(
        (
            "dose (e/A^2) for",
            "AUC 0.99, all in view",
            "AUC 0.99, place known",
            "AUC 0.99, place unknown",
            "1 false alarm per 100 nm^2",
        ),
        [
            (
                one.defect,
                _rounded(one.in_view),
                _rounded(one.known),
                _between(one.unknown),
                _between(one.search),
            )
            for one in found.defects
        ],
    )


def _print_curves(found: Limit) -> None:
    columns = ["defect", "dose (e/A^2)", "AUC, place known", "AUC, place unknown", "error"]
    if found.model is not None:
        columns += [f"AUC of {found.model}", "efficiency"]
    print_table(columns, [_row(one, point) for one in found.defects for point in one.curve])


def _row(one: DefectLimit, point: LimitPoint) -> list[str]:
    row = [one.defect, f"{point.dose:g}", f"{point.known:.4f}", f"{point.unknown.value:.4f}"]
    row.append(f"{point.error:.4f}")
    if point.model is not None:
        row.append(str(point.model))
        row.append("" if point.efficiency is None else f"{point.efficiency:.2f}")
    return row


def _between(dose: Estimate) -> str:
    if dose.low is None or dose.high is None:
        return _rounded(dose.value)
    return f"{_rounded(dose.value)} ({_rounded(dose.low)} to {_rounded(dose.high)})"


def _rounded(dose: float) -> str:
    """Return three digits that count, such as 1350 where %g alone has 1.35e+03."""
    return f"{float(f'{dose:.3g}'):g}"


def _shown(conditions: Conditions) -> str:
    """Return the conditions that aren't zero, in the units in which they are kept."""
    return ", ".join(f"{name} {value:g}" for name, value in _values(asdict(conditions)))


def _values(values: dict[str, object]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name} {inner}", number) for inner, number in _values(value))
        elif isinstance(value, int | float) and value != 0 and name != "dose":
            yield name, float(value)
