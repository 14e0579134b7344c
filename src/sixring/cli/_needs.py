"""What a verb needs beyond the base install, looked for before anything slow is imported."""

from __future__ import annotations

from importlib.util import find_spec

from sixring.errors import UsageError

__all__ = ["require_training"]

_TRAINING = ("torch", "lightning", "kornia", "onnx", "onnxscript", "safetensors")


def require_training(what: str) -> None:
    """Raise UsageError if `what` can't be trained on this machine."""
    missing = [name for name in _TRAINING if find_spec(name) is None]
    if missing:
        raise UsageError(
            f'{what} can\'t be trained without {", ".join(missing)}: pip install "sixring[train]"'
        )
