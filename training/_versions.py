"""The programs that a network was made by."""

from __future__ import annotations

import platform
from importlib.metadata import version

__all__ = ["versions"]

_PROGRAMS = ("sixring", "torch", "onnx", "onnxruntime", "numpy", "abtem")


def versions() -> dict[str, str]:
    """Return the version of each, Python first."""
    return {
        "python": platform.python_version(),
        **{program: version(program) for program in _PROGRAMS},
    }
