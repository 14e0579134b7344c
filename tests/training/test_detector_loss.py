"""What the detector's training makes small, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from training.detector._crops import Crops
from training.detector._loss import losses, probabilities, shares, weights_of
from training.detector._network import HEADS, Maps
from training.detector._plan import Weighing
from training.detector._targets import OFFSET_STEP, SILICON, SIX

CELLS = 6
USUAL = Weighing()
RARE = USUAL.rare


def crops(n: int = 1, **changed: object) -> Crops:
    """Crops of clear sheet with nothing on it."""
    square = (n, CELLS, CELLS)
    made = Crops(
        images=np.zeros((n, 2 * CELLS, 2 * CELLS), np.float16),
        rings=np.zeros(square, np.uint8),
        ring_offset=np.zeros((n, 2, CELLS, CELLS), np.int8),
        atoms=np.zeros(square, np.uint8),
        atom_offset=np.zeros((n, 2, CELLS, CELLS), np.int8),
        area=np.zeros(square, np.uint8),
        judged=np.ones(square, np.bool_),
        doses=np.full(n, 1e6, np.float32),
        stem=np.ones(n, np.bool_),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def silent(n: int = 1) -> Maps:
    """All classes alike, and no offsets."""
    return Maps(*(torch.zeros(n, channels, CELLS, CELLS) for channels in HEADS.values()))


def lost(maps: Maps, made: Crops) -> dict[str, float]:
    return {name: float(value) for name, value in losses(maps, made, USUAL).items()}


def test_of_a_network_that_says_nothing() -> None:
    found = lost(silent(), crops())
    assert list(found) == list(HEADS)
    assert found["rings"] == pytest.approx(math.log(8))
    assert found["atoms"] == pytest.approx(math.log(3))
    assert found["area"] == pytest.approx(math.log(4))
    assert found["ring_offset"] == found["atom_offset"] == 0


def test_what_is_rare_counts_more() -> None:
    rings, atoms = crops().rings.copy(), crops().atoms.copy()
    rings[0, 0, 0], rings[0, 0, 1], atoms[0, 0, 0], atoms[0, 0, 1] = 2, SIX, SILICON, 1
    found = lost(silent(), crops(rings=rings, atoms=atoms))
    cells = CELLS**2
    assert found["rings"] == pytest.approx(math.log(8) * (cells - 1 + RARE) / cells)
    assert found["atoms"] == pytest.approx(math.log(3) * (cells - 1 + RARE) / cells)


def test_cells_that_cant_be_judged_dont_count() -> None:
    judged = crops().judged.copy()
    judged[0, :, 3:] = False
    wrong = silent()
    wrong.rings[0, 4, :, 3:] = 50.0
    wrong.area[0, 1, :, 3:] = 50.0
    found = lost(wrong, crops(judged=judged))
    assert found["rings"] == pytest.approx(math.log(8))
    # The area can be told everywhere.
    assert found["area"] > 20


def test_nothing_judged_is_no_loss() -> None:
    found = lost(silent(), crops(judged=np.zeros((1, CELLS, CELLS), np.bool_)))
    assert found["rings"] == found["atoms"] == 0


def test_an_offset_counts_where_something_is() -> None:
    rings, way = crops().rings.copy(), crops().ring_offset.copy()
    rings[0, 2, 3], way[0, :, 2, 3] = SIX, (80, -16)
    maps = silent()
    maps.ring_offset[0, :, 0, 0] = 7.0
    found = lost(maps, crops(rings=rings, ring_offset=way))
    # Beyond 0.05 angstrom the smooth distance is the distance less half of that.
    expected = ((80 * OFFSET_STEP - 0.025) + (16 * OFFSET_STEP - 0.025)) / 2
    assert found["ring_offset"] == pytest.approx(expected)
    assert found["atom_offset"] == 0


def test_the_heads_have_their_shares() -> None:
    by_head = dict(zip(HEADS, (1.0, 10.0, 100.0, 1000.0, 10000.0), strict=True))
    half = Weighing(shares=(1, 2, 0, 1, 0.5))
    assert shares(by_head, half) == [1, 20, 0, 1000, 5000]


def test_all_can_count_alike() -> None:
    rings = crops().rings.copy()
    rings[0, 0, 0] = 2
    alike = losses(silent(), crops(rings=rings), Weighing(rare=1))
    assert float(alike["rings"]) == pytest.approx(math.log(8))
    assert weights_of(crops(doses=np.full(1, 20.0, np.float32)), 1.0).tolist() == [1.0]


def test_the_offset_of_what_is_rare_counts_more() -> None:
    rings, way = crops().rings.copy(), crops().ring_offset.copy()
    rings[0, 2, 3], rings[0, 5, 5], way[0, :, 2, 3] = 2, SIX, 100
    found = lost(silent(), crops(rings=rings, ring_offset=way))
    far = 100 * OFFSET_STEP - 0.025
    assert found["ring_offset"] == pytest.approx(far * RARE / (RARE + 1))


@pytest.mark.parametrize(
    ("dose", "stem", "weight"),
    [
        (2e3, False, 1.0),
        (500.0, False, 0.5),
        (20.0, False, 0.2),
        (2.5e4, True, 0.5),
        (1e7, True, 1),
    ],
)
def test_what_cant_be_seen_counts_less(dose: float, stem: bool, weight: float) -> None:
    made = crops(doses=np.array([dose], np.float32), stem=np.array([stem]))
    assert weights_of(made, 0.2).tolist() == pytest.approx([weight])


def test_the_weight_of_a_crop_is_its_share_of_the_mean() -> None:
    maps = silent(2)
    maps.rings[1, 0] = 50.0  # the second is right
    made = crops(2, doses=np.array([2.5e4, 1e6], np.float32))
    assert lost(maps, made)["rings"] == pytest.approx(math.log(8) / 3)


def test_the_gradient_goes_to_every_head() -> None:
    rings, atoms = crops().rings.copy(), crops().atoms.copy()
    rings[0, 1, 1], atoms[0, 1, 1] = 4, 1
    maps = Maps(*(values.requires_grad_() for values in silent()))
    made = crops(
        rings=rings,
        atoms=atoms,
        ring_offset=np.full((1, 2, CELLS, CELLS), 9, np.int8),
        atom_offset=np.full((1, 2, CELLS, CELLS), 9, np.int8),
    )
    torch.stack(list(losses(maps, made, USUAL).values())).sum().backward()
    for values in maps:
        assert values.grad is not None
        assert values.grad.abs().sum() > 0
    assert maps.rings.grad is not None
    assert maps.rings.grad[0, 4, 1, 1] < 0


def test_probabilities_take_the_weight_off() -> None:
    found = probabilities(silent(), RARE)
    odds = 1 / RARE
    assert found.rings[0, :, 0, 0].tolist() == pytest.approx(
        [(1.0 if k in (0, SIX) else odds) / (2 + 6 * odds) for k in range(8)]
    )
    assert found.atoms[0, SILICON, 0, 0] == pytest.approx(odds / (2 + odds))
    assert found.area[0, :, 0, 0].tolist() == pytest.approx([0.25] * 4)


def test_probabilities_leave_the_logits_as_they_are() -> None:
    maps = silent()
    probabilities(maps, RARE)
    assert not maps.rings.any()


def test_the_least_loss_with_weights_gives_back_the_true_share() -> None:
    # Of cells that look alike, one in six is a pentagon: the best constant logits, after the
    # weight has been taken off, say one in six.
    rings = crops().rings.copy()
    rings[0, 0] = 2
    logits = torch.zeros(8, requires_grad=True)
    descent = torch.optim.LBFGS([logits], max_iter=60)

    def closure() -> torch.Tensor:
        descent.zero_grad()
        maps = silent()._replace(rings=logits[None, :, None, None].expand(1, 8, CELLS, CELLS))
        loss = losses(maps, crops(rings=rings), USUAL)["rings"]
        loss.backward()
        return loss

    descent.step(closure)
    maps = silent()._replace(rings=logits.detach()[None, :, None, None].expand(1, 8, 2, 2))
    assert float(probabilities(maps, RARE).rings[0, 2, 0, 0]) == pytest.approx(1 / 6, abs=0.01)
