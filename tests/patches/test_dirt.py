from __future__ import annotations

import pytest
import torch

from sixring.patches._dirt import dirt
from sixring.patches._draw import Draw

SHAPE = torch.Size((400, 1, 48, 40))


def blobs(size: float = 0.3, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return dirt(SHAPE, size, Draw(generator, torch.device("cpu")))


def test_a_blob_covers_a_part_of_the_patch() -> None:
    covered = (blobs().abs() > 0.1).float().mean(dim=(1, 2, 3))
    # A third of the largest radius to all of it, and cut off at the edge.
    assert 0.02 < float(covered.median()) < 0.25
    assert float(covered.max()) < 0.5


def test_larger_blobs_cover_more() -> None:
    small, large = ((blobs(size).abs() > 0.1).float().mean() for size in (0.1, 0.4))
    assert float(large) > 4 * float(small)


def test_blobs_lie_anywhere() -> None:
    places = blobs().abs().mean(dim=(0, 1))
    quarters = [places[rows, cols].sum() for rows in (slice(24), slice(24, 48))
                for cols in (slice(20), slice(20, 40))]  # fmt: skip
    for quarter in quarters:
        assert float(quarter / places.sum()) == pytest.approx(0.25, abs=0.05)


def test_some_are_bright_and_some_dark() -> None:
    totals = blobs().sum(dim=(1, 2, 3))
    assert 0.4 < float((totals > 0).float().mean()) < 0.6


def test_speckle_varies_within_a_blob_more_than_an_even_one_would() -> None:
    middle = blobs(0.5)[:, :, 12:36, 10:30]
    inside = middle.abs() > 0.05
    assert float(middle[inside].std()) > 0.3


def test_a_size_of_zero_is_a_speck() -> None:
    covered = (blobs(0.0).abs() > 0.1).float().mean(dim=(1, 2, 3))
    assert float(covered.max()) < 0.02


def test_no_two_are_alike() -> None:
    both = blobs()
    assert not torch.equal(both[0], both[1])
    assert not torch.equal(blobs(seed=0), blobs(seed=1))
    assert torch.equal(blobs(seed=1), blobs(seed=1))
