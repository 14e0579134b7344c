"""``sixring models``: what can be trained."""

from __future__ import annotations

from typing import Annotated

import typer

from sixring.cli._console import print_line, print_table
from sixring.cli._options import Debug, Seed

__all__ = ["models"]


def models(
    seed: Seed = 0,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the names alone.")] = False,
    debug: Debug = False,
) -> None:
    """List the models: what they learn from, and how large they are.

    A supervised model learns from perfect and defect patches, a one-class model from perfect
    ones alone. Parameters are counted with the default settings, for patches of 48x48 pixels.

    Example: sixring models
    """
    from sixring.models import MODELS

    trained = _trained()
    if quiet:
        for name in (*MODELS, *trained):
            print_line(name)
        return
    print_table(
        ("model", "learns", "parameters", "what it is"),
        [
            *(
                (name, entry.kind, f"{entry.parameters:,}".replace(",", " "), entry.summary)
                for name, entry in MODELS.items()
            ),
            *(
                (name, MODELS[architecture].kind, "trained", f"a {architecture}, ready to classify")
                for name, architecture in trained.items()
            ),
        ],
    )


def _trained() -> dict[str, str]:
    """Return the architectures of the trained models that the package carries, by name."""
    import sixring
    from sixring.models import shipped_models

    return {name: sixring.load_model(name).saved.description.name for name in shipped_models()}
