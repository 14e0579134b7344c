"""Patch memory: a neighbourhood unlike any in perfect patches is a defect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from sixring.errors import UsageError
from sixring.models._coreset import coreset
from sixring.models._settings import Settings, number, whole
from sixring.models._steered import SteeredBank
from sixring.models.network import Network, normalise

__all__ = ["PatchMemory", "PatchMemoryConfig"]

_CANDIDATES = 30_000
"""About so many neighbourhoods are there to be remembered."""
_FAR = 1e3
"""Where what isn't remembered lies: farther than any neighbourhood."""


@dataclass(frozen=True)
class PatchMemoryConfig(Settings):
    """The size of the filters and of the memory."""

    rings: int = whole(5, least=1)
    """Rings of the filters around a position."""
    spacing: float = number(2.5, above=0)
    """Distance between rings in pixels; the outermost should reach across a ring of the lattice
    and its neighbours, as 12.5 pixels do at 0.2 A/px."""
    orders: int = whole(6, least=1)
    """Highest order of the harmonics around a ring."""
    components: int = whole(32, least=1)
    """Leading principal components of the filters' answers that are kept, each brought to the
    same variance; the others are noise."""
    vectors: int = whole(2000, least=1)
    """Neighbourhoods that are remembered."""
    neighbours: int = whole(5, least=2)
    """Remembered ones around the nearest that say how much its distance counts."""


class PatchMemory(Network):
    """PatchCore (Roth et al. 2021, arXiv:2106.08265) on a fixed bank of steered filters.

    The answers of the filters around each position are a vector; the distance to the nearest
    one in a memory of vectors from perfect patches, the largest over all positions, is the
    score. Where the memory is sparse around the nearest, the distance counts less (eq. 7 there,
    here at every position).

    Parameters
    ----------
    config : PatchMemoryConfig
        The sizes.
    shape : tuple of int
        Rows and columns of a patch.

    Raises
    ------
    UsageError
        If the patch is too small for the filters, or there are to be more components than
        answers, or more neighbours than vectors.
    """

    config_type = PatchMemoryConfig
    scores: ClassVar = ("farthest",)
    views: ClassVar = ("distances",)

    def __init__(self, config: PatchMemoryConfig, shape: tuple[int, int]) -> None:
        super().__init__()
        self.bank = SteeredBank(shape, config.rings, config.spacing, config.orders)
        if config.components > self.bank.width:
            raise UsageError(
                f"components must be at most {self.bank.width}, as many as the filters' answers, "
                f"not {config.components}"
            )
        if config.neighbours > config.vectors:
            raise UsageError(
                f"neighbours must be at most vectors, which is {config.vectors}, not "
                f"{config.neighbours}"
            )
        drawn, _ = torch.linalg.qr(torch.randn(self.bank.width, config.components))
        self.register_buffer("centre", torch.zeros(self.bank.width))
        self.register_buffer("components", drawn)
        self.register_buffer("memory", torch.randn(config.vectors, config.components))
        self.register_buffer("around", torch.zeros(config.vectors, config.neighbours).long())
        self.centre: Tensor
        self.components: Tensor
        self.memory: Tensor
        self.around: Tensor
        self._remember(self.memory)

    def outputs(self, patches: Tensor) -> dict[str, Tensor]:
        """Compute the score, and the distances of which it is the largest."""
        vectors = self._vectors(patches)
        # The nearest: of |v - m|^2, what is the same for all m is left out.
        found = (vectors @ self.memory.T - (self.memory**2).sum(dim=1) / 2).argmax(dim=3)
        around = self.memory[self.around[found]] - vectors.unsqueeze(3)
        apart = torch.sqrt((around**2).sum(dim=4))
        nearest = apart[..., 0]
        counts = 1 - torch.exp(nearest - apart.logsumexp(dim=3))
        distances = nearest * counts
        return {"farthest": distances.amax(dim=(1, 2)), "distances": distances}

    @torch.no_grad()
    def settle(self, batches: Iterable[Tensor]) -> None:
        """Fit the components to the training patches, and fill the memory.

        Raises
        ------
        UsageError
            If there are no more neighbourhoods than components.
        """
        parts = [normalise(images) for images in batches]
        answers = torch.cat([self.bank(part).movedim(1, 3).flatten(0, 2) for part in parts])
        wanted = self.components.shape[1]
        if len(answers) <= wanted:
            raise UsageError(
                f"patch-memory with components = {wanted} needs more neighbourhoods than that to "
                f"learn from, and {sum(map(len, parts))} perfect patches have {len(answers)}"
            )
        self.centre.copy_(answers.double().mean(dim=0))
        answers = answers - self.centre
        covariance = (answers.T @ answers).double() / len(answers)
        values, directions = torch.linalg.eigh(covariance)
        self.components.copy_(directions[:, -wanted:] / torch.sqrt(values[-wanted:]))
        candidates = answers[torch.randperm(len(answers))[:_CANDIDATES]] @ self.components
        self._remember(candidates[coreset(candidates, len(self.memory))])

    def _vectors(self, patches: Tensor) -> Tensor:
        """Return the vectors of all positions, shape (n, down, right, components)."""
        answers: Tensor = self.bank(patches).movedim(1, 3)
        return (answers - self.centre) @ self.components

    def _remember(self, vectors: Tensor) -> None:
        """Take vectors into the memory, and find what lies around each, itself first."""
        kept = vectors.clone()
        self.memory.fill_(_FAR)[: len(kept)] = kept
        apart = torch.cdist(self.memory, self.memory).fill_diagonal_(-1.0)
        self.around.copy_(apart.topk(self.around.shape[1], largest=False).indices)
