"""The detector's network: its size, what it sees, and its graph."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor

from detector_networks import drawn_detector
from sixring.errors import UsageError
from training.detector._export import detector_graph
from training.detector._loss import plain
from training.detector._network import HEADS, Detector, Maps
from training.detector._plan import FULL

RARE = FULL.weighing.rare


@pytest.fixture(scope="module")
def network() -> Detector:
    return drawn_detector(0, (6, 8, 10), (1, 2, 2))


@torch.no_grad()
def maps(network: Detector, images: Tensor) -> Tensor:
    return torch.cat(network(images), dim=1)


def noise(rows: int, cols: int, seed: int = 0) -> Tensor:
    return torch.randn(1, rows, cols, generator=torch.Generator().manual_seed(seed))


def test_the_full_network_is_as_small_as_it_has_to_be() -> None:
    network = Detector(FULL.channels, FULL.blocks)
    weights, work = network.cost()
    assert 200_000 <= weights <= 400_000
    assert work <= 25_000


def test_the_work_is_counted_by_hand() -> None:
    weights, work = Detector((2, 3, 5), (0, 0, 0)).cost()
    convolutions = {
        2: 64 * 2 + 2 * 9 * 2 * 2 + 2 * 19,  # stem, last block, heads
        4: 16 * 2 * 3 + 9 * 3 * 3 + 3 * 2,
        8: 16 * 3 * 5 + 5 * 3,
    }
    assert work == pytest.approx(sum(n / side**2 for side, n in convolutions.items()))
    normalisations = 2 * (2 + 3 + 5 + 3 + 2 + 2)
    offsets = 3 + 2 + 19
    assert weights == sum(convolutions.values()) + normalisations + offsets


def test_each_head_has_its_map(network: Detector) -> None:
    found = network(noise(48, 72))
    assert isinstance(found, Maps)
    for name, values in found._asdict().items():
        assert values.shape == (1, HEADS[name], 24, 36)


def test_a_cell_lies_in_the_middle_of_what_it_sees(network: Detector) -> None:
    image = torch.zeros(1, 256, 256, requires_grad=True)
    torch.cat(network(image), dim=1)[0, :, 64, 64].abs().sum().backward()
    assert image.grad is not None
    rows, cols = np.nonzero(image.grad[0].numpy())
    assert 128 - rows.min() <= network.reach
    assert rows.max() - 129 <= network.reach
    assert max(rows.max() - 129, 128 - rows.min()) >= network.reach - 8
    assert (rows.min(), rows.max()) == (cols.min(), cols.max())


def test_what_lies_farther_than_its_reach_changes_nothing(network: Detector) -> None:
    image = noise(256, 256)
    other = image.clone()
    other[:, : 200 - network.reach] = 9.0
    there, here = (maps(network, one)[:, :, 100:] for one in (image, other))
    torch.testing.assert_close(there, here, atol=1e-5, rtol=0)
    before = maps(network, image)[:, :, 40] - maps(network, other)[:, :, 40]
    assert before.abs().max() > 1e-3


@pytest.mark.parametrize("corner", [(0, 0), (8, 40), (64, 16)])
def test_tiles_equal_the_whole(network: Detector, corner: tuple[int, int]) -> None:
    image = noise(320, 304)
    row, col = corner
    whole = maps(network, image)[:, :, row // 2 :, col // 2 :][:, :, :120, :120]
    tile = maps(network, image[:, row : row + 240, col : col + 240])
    edge = -(-network.reach // 2)
    inner = np.s_[:, :, edge:-edge, edge:-edge]
    torch.testing.assert_close(tile[inner], whole[inner], atol=1e-4, rtol=0)


def test_a_network_has_three_sizes() -> None:
    message = "^channels and blocks must be three each, not 2 and 3$"
    with pytest.raises(UsageError, match=message):
        Detector((4, 8), (1, 1, 1))


@pytest.fixture(scope="module")
def session(network: Detector) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(detector_graph(network, RARE))


class TestGraph:
    @pytest.mark.parametrize("shape", [(1, 64, 96), (3, 104, 56)])
    def test_it_gives_what_the_network_gives(
        self,
        network: Detector,
        session: onnxruntime.InferenceSession,
        shape: tuple[int, int, int],
    ) -> None:
        images = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
        outputs = session.run([f"output.{name}" for name in HEADS], {"images": images})
        with torch.no_grad():
            expected = plain(network(torch.from_numpy(images)), RARE)
        for found, true in zip(outputs, expected, strict=True):
            np.testing.assert_allclose(found, true.numpy(), atol=1e-4)

    def test_its_names(self, session: onnxruntime.InferenceSession) -> None:
        assert [entry.name for entry in session.get_inputs()] == ["images"]
        assert [entry.name for entry in session.get_outputs()] == [
            f"output.{name}" for name in HEADS
        ]

    def test_the_network_is_left_as_it_is(self, network: Detector) -> None:
        assert detector_graph(network, RARE) == detector_graph(network, RARE)
        assert not network.training
