"""Finds, names and counts the defects in atomic-resolution electron micrographs of graphene.

::

    import sixring

    micrograph = sixring.read("image.dm4")
    result = sixring.detect(micrograph)
    result.defects          # a pandas table
    result.write("out")     # tables, structure, score map, overlay and report

Names are imported when they are first used, so that ``import sixring`` itself costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sixring._result import Result, detect
    from sixring.io import read
    from sixring.models import model_names
    from sixring.train import load_model, make_model
    from sixring.types import Micrograph

    __version__: str

__all__ = [
    "Micrograph",
    "Result",
    "__version__",
    "detect",
    "load_model",
    "make_model",
    "model_names",
    "read",
]

_HOMES = {
    "Micrograph": "sixring.types",
    "Result": "sixring._result",
    "detect": "sixring._result",
    "load_model": "sixring.train",
    "make_model": "sixring.train",
    "model_names": "sixring.models",
    "read": "sixring.io",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("sixring")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module 'sixring' has no attribute {name!r}")
    globals()[name] = value  # so that this function is asked only once for each name
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
