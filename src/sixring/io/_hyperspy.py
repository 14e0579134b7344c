"""Signals of HyperSpy, recognised by what they have: HyperSpy itself isn't needed."""

from __future__ import annotations

from typing import Any, Protocol, TypeGuard

from sixring.io._instrument import stated_instrument, value_at
from sixring.io._signal import Axis, Pixels, Signal, describe

__all__ = ["HyperSpySignal", "hyperspy_signal", "is_hyperspy"]


class _Tree(Protocol):
    def as_dictionary(self) -> dict[str, Any]:
        """Return plain nested dictionaries."""


class HyperSpySignal(Protocol):
    """What is used of ``hyperspy.signals.BaseSignal``."""

    @property
    def data(self) -> Pixels:
        """Of NumPy, or of dask where the signal is lazy."""

    @property
    def axes_manager(self) -> _Tree:
        """The calibration of each dimension."""

    @property
    def metadata(self) -> _Tree:
        """Title and acquisition."""


def is_hyperspy(source: object) -> TypeGuard[HyperSpySignal]:
    """Return whether `source` looks like a signal of HyperSpy."""
    return all(hasattr(source, name) for name in ("data", "axes_manager", "metadata"))


def hyperspy_signal(signal: HyperSpySignal) -> Signal:
    """Describe a signal of HyperSpy, lazy ones too."""
    metadata = signal.metadata.as_dictionary()
    # In the order of the array: navigation axes first.
    axes = [
        Axis(
            scale=axis.get("scale"),  # a non-uniform axis has none
            # An unset unit is an object of its own, not a string.
            unit=axis["units"] if isinstance(axis.get("units"), str) else "",
            in_image=not axis.get("navigate", False),
        )
        for axis in signal.axes_manager.as_dictionary().values()
    ]
    return describe(
        signal.data,
        axes,
        name=str(value_at(metadata, "General.title") or ""),
        instrument=stated_instrument(metadata),
    )
