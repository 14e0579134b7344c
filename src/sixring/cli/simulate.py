"""``sixring simulate``: micrographs and patches whose truth is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sixring.cli._console import RunProgress, print_line
from sixring.cli._guard import guarded
from sixring.cli._options import Debug, Jobs, Out, Overwrite, Quiet, Seed
from sixring.errors import UsageError

if TYPE_CHECKING:
    from sixring.simulate import Distribution, Preset

__all__ = ["simulate"]

simulate = typer.Typer(
    name="simulate",
    help="Simulate labelled data: micrographs with their truth, or patches.",
    no_args_is_help=False,
)

_OF_MODE = {"hrtem": "challenge", "stem": "stem"}
_RANGE = re.compile(r"(?P<low>.+?)\.\.(?P<high>.+)")
_SHAPE = re.compile(r"(?P<rows>\d+)(?:[xX](?P<cols>\d+))?")

PresetName = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="What specimens and conditions are drawn from: challenge, hrtem, stem, team-80, "
        "ulm-80 or ultrastem-60; where it isn't given, challenge for HRTEM and stem for STEM.",
    ),
]
ModeOption = Annotated[
    Literal["hrtem", "stem"] | None, typer.Option("--mode", help="The kind of microscope.")
]
Dose = Annotated[
    str | None,
    typer.Option(
        metavar="D",
        help="Electrons per square angstrom, or a range such as 1000..10000, of whose logarithm "
        "all values are equally likely; 'inf' for no noise.",
    ),
]
Sampling = Annotated[
    str | None,
    typer.Option(metavar="S", help="Length of a pixel, such as '20 pm' or 0.2, or a range."),
]
Defects = Annotated[
    str | None,
    typer.Option(metavar="NAMES", help="Defects to draw from, such as SV,DV-585,SW."),
]
Shape = Annotated[
    str | None,
    typer.Option(metavar="ROWSxCOLS", help="Pixels of a micrograph, such as 512x512."),
]
Number = Annotated[int, typer.Option("-n", metavar="N", help="How many to make.")]


@simulate.command("micrographs")
@guarded
def micrographs(
    out: Out,
    number: Number = 10,
    preset: PresetName = None,
    mode: ModeOption = None,
    dose: Dose = None,
    sampling: Sampling = None,
    defects: Defects = None,
    shape: Shape = None,
    jobs: Jobs = 1,
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Simulate micrographs of graphene, each with its truth.

    Writes DIR/NAME.tif, which reads like a real file; DIR/truth/NAME/ with atoms.csv, rings.csv,
    defects.csv, mask.png and conditions.json; and DIR/micrographs.csv. Stopped and started
    again, it does only what is missing.

    Example: sixring simulate micrographs --out simulated -n 20 --preset hrtem --jobs 2
    """
    from sixring.simulate import MicrographSettings, write_micrographs

    chosen = _preset(preset, mode, dose, sampling, defects, shape)
    settings = MicrographSettings(chosen, n=number, seed=seed)
    with RunProgress(number, quiet=quiet, doing="micrographs") as progress:
        write_micrographs(
            settings,
            out,
            jobs=jobs,
            overwrite=overwrite,
            progress=lambda done, _: progress.reach(done),
        )
    if not quiet:
        print_line(f"{number} micrographs of {chosen.name}: {out}")
        print_line(f"table: {out / 'micrographs.csv'}")


@simulate.command("patches")
@guarded
def patches(
    out: Out,
    number: Number = 1000,
    preset: PresetName = None,
    mode: ModeOption = None,
    dose: Dose = None,
    sampling: Sampling = None,
    defects: Defects = None,
    shape: Shape = None,
    side: Annotated[int, typer.Option(metavar="N", help="Pixels along a patch's sides.")] = 48,
    ratio: Annotated[
        float, typer.Option(metavar="R", help="Perfect patches for each defect patch.")
    ] = 20.0,
    per_defect: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Most patches of one defect; fewer take more micrographs, and more time.",
        ),
    ] = 3,
    form: Annotated[
        Literal["folder", "array"],
        typer.Option("--format", help="A TIFF for each patch, or one array file patches.npz."),
    ] = "folder",
    jobs: Jobs = 1,
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Simulate labelled patches, cut from many micrographs.

    Writes DIR/perfect/ and DIR/defect/, or DIR/patches.npz; DIR/patches.csv, which says of each
    patch its micrograph, its part of the data (train, validation or test), its defect and its
    place, and of what was looked at and rejected the reason; and DIR/conditions.json. Stopped
    and started again, it does only what is missing.

    Example: sixring simulate patches --out data -n 10000 --preset challenge --jobs 2
    """
    from sixring.simulate import PatchSettings, write_patches

    chosen = _preset(preset, mode, dose, sampling, defects, shape)
    settings = PatchSettings(
        chosen,
        n=number,
        seed=seed,
        side=side,
        ratio=ratio,
        per_defect=per_defect,
        format=form,
    )
    with RunProgress(number, quiet=quiet, doing="patches") as progress:
        write_patches(
            settings,
            out,
            jobs=jobs,
            overwrite=overwrite,
            progress=lambda done, _: progress.reach(done),
        )
    if not quiet:
        print_line(f"{number} patches of {chosen.name}: {out}")
        print_line(f"table: {out / 'patches.csv'}")


def _preset(
    name: str | None,
    mode: Literal["hrtem", "stem"] | None,
    dose: str | None,
    sampling: str | None,
    defects: str | None,
    shape: str | None,
) -> Preset:
    from sixring.simulate import preset
    from sixring.units import parse_sampling

    chosen = preset(name or _OF_MODE[mode or "hrtem"])
    if mode not in (None, chosen.mode):
        raise UsageError(f"the preset {name} is of --mode {chosen.mode}, not {mode}: leave one out")
    conditions: dict[str, Distribution] = {}
    if dose is not None:
        conditions["dose"] = _distribution(dose, _dose, "log-uniform")
    if sampling is not None:
        conditions["sampling"] = _distribution(sampling, parse_sampling, "uniform")
    specimen: dict[str, Distribution] = {}
    if defects is not None:
        specimen["defects"] = [part.strip() for part in defects.split(",")]
    return chosen.changed(
        shape=None if shape is None else _shape(shape), specimen=specimen, conditions=conditions
    )


def _distribution(
    text: str, parse: Callable[[str], float], between: Literal["uniform", "log-uniform"]
) -> Distribution:
    """Read a value, or the two ends of a range."""
    ends = _RANGE.fullmatch(text)
    if ends is None:
        return parse(text)
    return {between: [parse(ends["low"]), parse(ends["high"])]}


def _dose(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            f"the dose {text!r} isn't a number: give electrons per angstrom^2, such as 1e4, or a "
            "range such as 1000..10000"
        ) from None


def _shape(text: str) -> tuple[int, int]:
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise UsageError(f"the shape {text!r} isn't ROWSxCOLS: give such as 512x512, or 512")
    return int(match["rows"]), int(match["cols"] or match["rows"])
