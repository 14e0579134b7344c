"""abTEM, run the same way in every process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from sixring.errors import UsageError

__all__ = ["quiet_abtem"]

_SETTINGS = {
    "device": "cpu",
    "precision": "float32",
    "dask.lazy": False,
    "diagnostics.progress_bar": False,
    "diagnostics.task_progress": False,
    # FFTW chooses its algorithm by timing, so that no two processes need agree in the last bit.
    "fft": "numpy",
    "antialias.cutoff": 2 / 3,
    "antialias.taper": 0.01,
    "warnings.overspecified-grid": False,
}
_ALONE = threading.RLock()
"""Held while the settings are in force: abTEM has one configuration for all threads."""


@contextmanager
def quiet_abtem() -> Iterator[ModuleType]:
    """Give abTEM with settings under which it computes at once, silently and on one core.

    The configuration that the user has made stays as it is.

    Yields
    ------
    module
        ``abtem``.

    Raises
    ------
    UsageError
        If abTEM isn't installed.
    """
    try:
        import abtem
    except ImportError as error:
        raise UsageError(
            'this simulation needs abTEM, which isn\'t installed: pip install "sixring[simulate]"'
        ) from error
    with _ALONE, abtem.config.set(_SETTINGS):
        yield abtem
