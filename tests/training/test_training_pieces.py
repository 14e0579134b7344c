"""The stream in pieces."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields, replace
from itertools import islice
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from fake_exposures import spotted
from sixring.errors import UsageError
from training._pieces import Piece, make_piece, pieces, read_piece, set_aside
from training._plan import FULL, SMALL, hold_to

PLAN = replace(SMALL, side=32)


def same(one: Piece, other: Piece) -> bool:
    return all(
        np.array_equal(
            getattr(one, entry.name),
            getattr(other, entry.name),
            equal_nan=entry.name == "places",
        )
        for entry in fields(Piece)
    )


def test_a_piece_follows_from_its_number() -> None:
    one = make_piece(PLAN, "learned", 1, expose=spotted)
    assert same(one, make_piece(PLAN, "learned", 1, expose=spotted))
    assert not same(one, make_piece(PLAN, "learned", 2, expose=spotted))
    assert not same(one, make_piece(replace(PLAN, seed=1), "learned", 1, expose=spotted))


def test_what_it_holds() -> None:
    piece = make_piece(PLAN, "learned", 1, expose=spotted)
    assert set(piece.groups.tolist()) == {2, 3}
    assert piece.levels.dtype == np.uint16
    assert (piece.levels.min(axis=(1, 2)) == 0).all()
    assert (piece.levels.max(axis=(1, 2)) == 65535).all()
    assert piece.images.dtype == np.float32
    assert piece.images.max() == 1.0
    assert len(piece) == len(piece.labels) == len(piece.doses) == len(piece.samplings)
    assert set(piece.labels.tolist()) == {0, 1}
    np.testing.assert_array_equal(np.isnan(piece.places[:, 0]), piece.labels == 0)
    assert (piece.samplings == np.float32(0.2)).all()
    assert piece.stem.all()
    # Mixed, and not one specimen after another.
    assert 0 < np.count_nonzero(np.diff(piece.groups)) > 3


def test_no_two_parts_share_a_patch() -> None:
    plan = replace(PLAN, watched=2, held_out=2)
    parts = [make_piece(plan, part, 0, expose=spotted) for part in ("learned", "watched")]
    parts.append(make_piece(plan, "held-out", 0, expose=spotted))
    seen = [{patch.tobytes() for patch in piece.levels} for piece in parts]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]


def test_a_part_that_is_set_aside_is_simulated_once(tmp_path: Path) -> None:
    made = set_aside(PLAN, tmp_path, "watched", expose=spotted)
    before = (tmp_path / "watched.npz").stat().st_mtime_ns
    assert same(made, set_aside(PLAN, tmp_path, "watched", expose=spotted))
    assert (tmp_path / "watched.npz").stat().st_mtime_ns == before
    assert same(made, make_piece(PLAN, "watched", 0, expose=spotted))


def test_pieces_are_kept_and_found_again(tmp_path: Path) -> None:
    with closing(pieces(PLAN, tmp_path, range(3), jobs=0, expose=spotted)) as stream:
        paths = list(stream)
    assert [path.name for path in paths] == ["00000.npz", "00001.npz", "00002.npz"]
    assert same(read_piece(paths[1]), make_piece(PLAN, "learned", 1, expose=spotted))
    before = paths[1].stat().st_mtime_ns
    with closing(pieces(PLAN, tmp_path, range(1, 3), jobs=0, expose=spotted)) as stream:
        assert list(stream) == paths[1:]
    assert paths[1].stat().st_mtime_ns == before


def test_other_processes_make_the_same(tmp_path: Path) -> None:
    with closing(pieces(PLAN, tmp_path, range(50), jobs=1, expose=spotted)) as stream:
        path = list(islice(stream, 2))[1]
        made = read_piece(path)
    assert same(made, make_piece(PLAN, "learned", 1, expose=spotted))
    assert active_children() == []
    assert len(list(tmp_path.iterdir())) < 10


class TestPlan:
    def test_a_folder_holds_to_its_plan(self, tmp_path: Path) -> None:
        hold_to(SMALL, tmp_path / "new")
        hold_to(SMALL, tmp_path / "new")
        message = "new: holds a training with seed = 0, and now it is 1: choose another folder$"
        with pytest.raises(UsageError, match=message):
            hold_to(replace(SMALL, seed=1), tmp_path / "new")

    def test_the_shipped_network_is_of_the_size_that_was_asked_for(self) -> None:
        from sixring.models.resnet import ResNet, ResNetConfig

        network = ResNet(ResNetConfig.of(FULL.network), (FULL.side, FULL.side))
        assert 100_000 <= sum(p.numel() for p in network.parameters()) <= 400_000
