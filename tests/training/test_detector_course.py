"""The training of the detector: killed and resumed, watched, and what it learns."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fake_exposures import spotted
from training.detector._crops import Crops
from training.detector._learn import learn
from training.detector._network import HEADS, Detector, Maps
from training.detector._pieces import make_piece
from training.detector._plan import SMALL
from training.detector._targets import OFFSET_STEP
from training.detector._watch import NAMES, watched

PLAN = replace(SMALL, side=64, pieces=3, watch_every=2, window=2)


class KilledError(Exception):
    """Stands for a kill."""


def course(plan: Any, folder: Path, *, killed_after: int | None = None) -> Any:  # noqa: ANN401
    told: list[dict[str, float]] = []

    def tell(line: dict[str, float]) -> None:
        told.append(line)
        if line["piece"] == killed_after:
            raise KilledError

    def watch(network: Detector) -> dict[str, float]:
        assert not network.training
        return {"validation_loss": 0.5}

    made = learn(plan, folder, watch, tell, jobs=0, expose=spotted)
    return (*made, told)


def weights(network: Detector) -> bytes:
    return b"".join(value.numpy().tobytes() for value in network.state_dict().values())


def timeless(log: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{k: v for k, v in line.items() if k not in ("waited", "seconds")} for line in log]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    return course(PLAN, tmp_path_factory.mktemp("whole"))


def test_each_piece_has_its_line(whole: Any) -> None:  # noqa: ANN401
    network, seen, log, told = whole
    assert log == told
    assert [line["piece"] for line in log] == [0, 1, 2]
    assert ["validation_loss" in line for line in log] == [False, True, True]
    assert all(np.isfinite([line[name] for name in HEADS]).all() for line in log)
    for line in log:
        parts = {name: line[name] for name in HEADS}
        assert line["loss"] == pytest.approx(sum(parts.values()) - 0.5 * parts["area"])
    assert seen.crops == 3 * PLAN.exposures * PLAN.crops
    # The first round has one piece, every other one two.
    assert [line["crops"] for line in log] == [4, 8, 8]
    assert not network.training


@pytest.mark.parametrize("killed_after", [0, 1])
def test_a_kill_changes_nothing(whole: Any, tmp_path: Path, killed_after: int) -> None:  # noqa: ANN401
    with pytest.raises(KilledError):
        course(PLAN, tmp_path, killed_after=killed_after)
    network, seen, log, told = course(PLAN, tmp_path)
    assert weights(network) == weights(whole[0])
    assert seen == whole[1]
    assert timeless(log) == timeless(whole[2])
    assert [line["piece"] for line in told] == list(range(killed_after + 1, 3))
    assert [path.name for path in (tmp_path / "pieces").iterdir()] == ["00002.npz"]


def test_another_seed_gives_another_network(whole: Any, tmp_path: Path) -> None:  # noqa: ANN401
    other = course(replace(PLAN, seed=1, pieces=1), tmp_path)
    assert weights(other[0]) != weights(whole[0])
    assert other[1].sha256 != whole[1].sha256


class _Knowing(torch.nn.Module):
    """Says what is true, but for some mistakes."""

    def __init__(self, crops: Crops, mistakes: Any) -> None:  # noqa: ANN401
        super().__init__()
        self._crops, self._mistakes, self._at = crops, mistakes, 0

    def forward(self, images: torch.Tensor) -> Maps:
        some = self._crops.take(np.arange(self._at, self._at + len(images)))
        self._at += len(images)
        told = []
        for name, values in (("rings", some.rings), ("atoms", some.atoms), ("area", some.area)):
            classes = self._mistakes(name, values.copy())
            certain = np.equal(classes[:, None], np.arange(HEADS[name])[:, None, None])
            told.append(torch.from_numpy(20 * certain.astype(np.float32)))
        ways = [
            torch.from_numpy(way * np.float32(OFFSET_STEP))
            for way in (some.ring_offset, some.atom_offset)
        ]
        return Maps(told[0], ways[0], told[1], ways[1], told[2])


@pytest.fixture(scope="module")
def crops() -> Crops:
    made = make_piece(
        replace(PLAN, side=128, crops=4, near_defects=1.0), "watched", 0, expose=spotted
    )
    area = made.area.copy()
    area[:, :10] = 1
    doses = np.full(len(made), 1e6, np.float32)
    return replace(made, doses=doses, area=area)


def judged(crops: Crops, mistakes: Any) -> dict[str, float]:  # noqa: ANN401
    return watched(crops, SMALL.weighing, _Knowing(crops, mistakes))  # type: ignore[arg-type]


def test_who_knows_all_makes_no_mistake(crops: Crops) -> None:
    found = judged(crops, lambda _, classes: classes)
    assert set(found) <= set(NAMES)
    # A checkpoint holds plain numbers alone.
    assert {type(value) for value in found.values()} == {float}
    # A dose of 1e6 is in the fourth band of a scan; no other band has anything to say.
    assert [name for name in found if name.startswith("odd")] == ["odd_f1_stem_3"]
    assert found["odd_f1_stem_3"] == 1
    assert found["atom_recall"] == found["atom_precision"] == found["dirt_iou"] == 1
    assert found["atom_rms"] == pytest.approx(0, abs=1e-6)
    assert found["validation_loss"] < 1e-4


def test_who_takes_all_rings_for_hexagons_finds_none_that_is_odd(crops: Crops) -> None:
    found = judged(crops, lambda name, c: np.where(c > 0, 3, 0) if name == "rings" else c)
    assert found["odd_f1_stem_3"] == 0
    assert found["atom_recall"] == 1


def test_who_takes_all_hexagons_for_heptagons_finds_too_many(crops: Crops) -> None:
    found = judged(crops, lambda name, c: np.where(c == 3, 4, c) if name == "rings" else c)
    assert 0 < found["odd_f1_stem_3"] < 0.3


def test_who_sees_no_atoms_has_no_precision(crops: Crops) -> None:
    found = judged(crops, lambda name, c: 0 * c if name == "atoms" else c)
    assert found["atom_recall"] == 0
    assert "atom_precision" not in found
    assert "atom_rms" not in found


def test_the_overlap_of_dirt(crops: Crops) -> None:
    def half(name: str, classes: Any) -> Any:  # noqa: ANN401
        if name == "area":
            classes[:, :5] = 0
        return classes

    expected = (crops.area[:, 5:] == 1).sum() / (crops.area == 1).sum()
    assert judged(crops, half)["dirt_iou"] == pytest.approx(expected)


@pytest.mark.slow
def test_one_piece_can_be_learned_by_heart(tmp_path: Path) -> None:
    # Images that show the lattice, of which two crops are learned again and again.
    from training._expose import exposures
    from training.detector._loss import losses

    plan = replace(SMALL, side=96, specimens=1, exposures=1, crops=2)
    crops = make_piece(plan, "learned", 1, expose=exposures)
    torch.manual_seed(0)
    network = Detector((8, 12, 16), (1, 1, 1))
    adam = torch.optim.AdamW(network.parameters(), lr=3e-3)
    images = torch.from_numpy(crops.images.astype(np.float32))
    course = []
    for _ in range(60):
        loss = torch.stack(list(losses(network(images), crops, SMALL.weighing).values())).sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
        course.append(float(loss.detach()))
    assert course[-1] < 0.6 * course[0]
    assert math.isfinite(course[-1])
