"""What a verb needs, looked for before anything slow is imported or done."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sixring.errors import UsageError

__all__ = ["require_new", "require_training"]

_TRAINING = ("torch", "lightning", "kornia", "onnx", "onnxscript", "safetensors")


def require_training(what: str) -> None:
    """Raise UsageError if `what` can't be trained on this machine."""
    missing = [name for name in _TRAINING if find_spec(name) is None]
    if missing:
        raise UsageError(
            f'{what} can\'t be trained without {", ".join(missing)}: pip install "sixring[train]"'
        )


def require_new(out: Path, *, overwrite: bool) -> None:
    """Raise UsageError if there is something at `out` that may not be replaced."""
    if out.exists() and not overwrite:
        raise UsageError(f"{out} exists already: add --overwrite or choose another --out")
