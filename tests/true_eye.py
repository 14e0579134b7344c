"""An eye that knows the truth of a simulated image, and may be made to say it less surely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sixring.detection._canonical import CANONICAL
from sixring.detection._cells import HEADS, MULTIPLE, CellMaps
from sixring.detection._description import FORMAT, Description, Learned
from sixring.graphs import Digest
from sixring.lattice import Canvas
from sixring.simulate import Simulated
from training.detector._targets import OFFSET_STEP, targets

__all__ = ["DESCRIPTION", "TrueEye"]

DESCRIPTION = Description(
    format=FORMAT,
    version="truth",
    sampling=CANONICAL,
    multiple=MULTIPLE,
    reach=40,
    learned={
        "hrtem": Learned((0.1, 0.4), (1e2, 1e6)),
        "stem": Learned((0.1, 0.25), (1e3, 1e7)),
    },
    graph=Digest(0, "0" * 64),
)


@dataclass(frozen=True)
class TrueEye:
    """What a network would say that has learned all there is."""

    simulated: Simulated
    """What is shown to it: it looks at nothing else."""
    sure: float = 1.0
    """Probability of what is true; all else has the rest."""
    doubt: float = 0.0
    """Standard deviation of noise in the logits."""
    error: float = 0.0
    """Standard deviation of the offsets' error along each axis, angstrom."""
    seed: int = 0
    """Of the noise."""
    description: Description = DESCRIPTION
    """What is said about it."""

    def maps(self, canvas: Canvas) -> CellMaps:
        """Say what is true of the canvas."""
        truth = targets(self.simulated, canvas)
        rng = np.random.default_rng(self.seed)
        return CellMaps(
            rings=self._said(truth.rings, HEADS["rings"], rng),
            ring_offset=self._ways(truth.ring_offset, rng),
            atoms=self._said(truth.atoms, HEADS["atoms"], rng),
            atom_offset=self._ways(truth.atom_offset, rng),
            area=truth.area,
        )

    def _said(
        self, classes: NDArray[np.uint8], number: int, rng: np.random.Generator
    ) -> NDArray[np.float32]:
        true = np.equal(classes, np.arange(number)[:, None, None])
        said = np.where(true, self.sure, (1 - self.sure) / (number - 1))
        said = said * np.exp(self.doubt * rng.standard_normal(said.shape))
        shares: NDArray[np.float32] = (said / said.sum(axis=0)).astype(np.float32)
        return shares

    def _ways(self, steps: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.float32]:
        ways = steps * OFFSET_STEP + self.error * rng.standard_normal(steps.shape)
        return ways.astype(np.float32)
