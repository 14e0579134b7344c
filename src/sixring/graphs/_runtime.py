"""ONNX Runtime, which computes every score."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sixring.errors import ReadError

__all__ = ["ANY_SIZE", "INPUT", "OUTPUT_PREFIX", "Runtime"]

INPUT = "images"
"""Name of the graph's input, shape (n, rows, cols)."""
ANY_SIZE = ("rows", "cols")
"""How the sides of a patch are called where they may be of any length."""
OUTPUT_PREFIX = "output."
"""Before the name of each output, which might be that of a node otherwise."""
_AT_ONCE = 64
"""Patches that go through the graph together."""
_FATAL = 4
"""The runtime's lowest level of logging: what it says about a bad graph is in our message."""


class Runtime:
    """A graph, ready to compute.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model that :func:`~sixring.graphs._guard.check_graph` lets pass.
    source : str
        The file, for messages.

    Raises
    ------
    ReadError
        If the runtime can't read it.
    """

    def __init__(self, graph: bytes, source: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = _FATAL
        options.add_session_config_entry("session.load_model_format", "ONNX")
        # Threads that wait don't take the processor from other programs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        # The runtime's exceptions have no base of their own.
        except Exception as error:
            reason = str(error).splitlines()[0].rpartition(" : ")[2].rstrip(".")
            raise ReadError(
                f"{source}: ONNX Runtime can't read it ({reason}): train the model again"
            ) from error

    @cached_property
    def signature(self) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        """What goes in, (name, type, shape) of each input, and the names of what comes out."""
        inputs = tuple((i.name, i.type, tuple(i.shape)) for i in self._session.get_inputs())
        return inputs, tuple(output.name for output in self._session.get_outputs())

    def run(
        self, patches: NDArray[np.float32], names: tuple[str, ...]
    ) -> dict[str, NDArray[np.float32]]:
        """Compute outputs of the graph.

        Parameters
        ----------
        patches : ndarray of float32, shape (n, rows, cols)
            At least one patch, or image.
        names : tuple of str
            The outputs, without their prefix.

        Returns
        -------
        dict of ndarray
            Each with n along its first axis.
        """
        wanted = [OUTPUT_PREFIX + name for name in names]
        parts = [
            self._session.run(wanted, {INPUT: patches[start : start + _AT_ONCE]})
            for start in range(0, len(patches), _AT_ONCE)
        ]
        columns = zip(names, zip(*parts, strict=True), strict=True)
        return {
            name: column[0] if len(parts) == 1 else np.concatenate(column)
            for name, column in columns
        }
