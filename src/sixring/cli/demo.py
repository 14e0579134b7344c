"""``sixring demo``: a first look, with nothing at hand."""

from __future__ import annotations

from pathlib import Path

from sixring.cli._options import Debug, Out, Overwrite, Quiet, Seed
from sixring.cli._outcome import print_result

__all__ = ["demo"]


def demo(
    out: Out = Path("sixring-demo"),
    overwrite: Overwrite = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find the defects in a micrograph that sixring carries, and write the report.

    Example: sixring demo --out first-look
    """
    import sixring
    from sixring.report import summary
    from sixring.simulate import demo_path

    image = demo_path()
    result = sixring.detect(image, mode="hrtem")
    result.write(out, overwrite=overwrite)
    if not quiet:
        print_result(image.name, summary(result.detection), out, result.warnings)
