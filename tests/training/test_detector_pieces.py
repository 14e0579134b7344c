"""The detector's stream of crops, its plan and its sources."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields, replace
from itertools import islice
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from fake_exposures import spotted
from sixring.simulate import HRTEM, STEM, draw
from sixring.structures._packing import greatest_number
from training._sources import SOURCES as PATCH_SOURCES
from training._sources import Source
from training.detector._crops import Crops
from training.detector._pieces import make_piece, pieces, read_piece, watched_piece
from training.detector._plan import FULL, SMALL
from training.detector._sources import SOURCES

PLAN = replace(SMALL, side=96, specimens=2)


def same(one: Crops, other: Crops) -> bool:
    return all(
        np.array_equal(getattr(one, entry.name), getattr(other, entry.name))
        for entry in fields(Crops)
    )


def test_a_piece_follows_from_its_number() -> None:
    one = make_piece(PLAN, "learned", 1, expose=spotted)
    assert same(one, make_piece(PLAN, "learned", 1, expose=spotted))
    assert not same(one, make_piece(PLAN, "learned", 2, expose=spotted))
    assert not same(one, make_piece(PLAN, "watched", 1, expose=spotted))
    assert not same(one, make_piece(replace(PLAN, seed=1), "learned", 1, expose=spotted))


def test_what_it_holds() -> None:
    piece = make_piece(PLAN, "learned", 0, expose=spotted)
    assert len(piece) == PLAN.specimens * PLAN.exposures * PLAN.crops
    assert piece.images.shape[1:] == (PLAN.side, PLAN.side)
    assert np.isfinite(piece.images.astype(np.float32)).all()
    # Mixed, and not one specimen after another.
    assert np.count_nonzero(np.diff(piece.doses)) > 1


def test_pieces_are_kept_and_found_again(tmp_path: Path) -> None:
    with closing(pieces(PLAN, tmp_path, range(2), jobs=0, expose=spotted)) as stream:
        paths = list(stream)
    assert [path.name for path in paths] == ["00000.npz", "00001.npz"]
    assert same(read_piece(paths[1]), make_piece(PLAN, "learned", 1, expose=spotted))
    before = paths[1].stat().st_mtime_ns
    with closing(pieces(PLAN, tmp_path, range(1, 2), jobs=0, expose=spotted)) as stream:
        assert list(stream) == paths[1:]
    assert paths[1].stat().st_mtime_ns == before


@pytest.mark.slow
def test_other_processes_make_the_same(tmp_path: Path) -> None:
    with closing(pieces(PLAN, tmp_path, range(50), jobs=1, expose=spotted)) as stream:
        path = list(islice(stream, 2))[1]
        made = read_piece(path)
    assert same(made, make_piece(PLAN, "learned", 1, expose=spotted))
    assert active_children() == []


def test_what_is_watched_is_simulated_once(tmp_path: Path) -> None:
    made = watched_piece(PLAN, tmp_path, expose=spotted)
    before = (tmp_path / "watched.npz").stat().st_mtime_ns
    assert same(made, watched_piece(PLAN, tmp_path, expose=spotted))
    assert (tmp_path / "watched.npz").stat().st_mtime_ns == before
    assert len(made) == PLAN.watched * PLAN.exposures * PLAN.crops


def test_no_draw_is_shared() -> None:
    states = {
        tuple(plan.draw(*key).generate_state(4).tolist())
        for plan in (FULL, replace(FULL, seed=1))
        for key in ((0, 0), (0, 1), (1, 0), (2, 0), (1000, 0), (1001, 0))
    }
    assert len(states) == 12
    # Nor with the fixed micrographs of the benchmark, or with the patch model.
    for entropy in (20261, 0, 1):
        assert tuple(np.random.SeedSequence(entropy).generate_state(4).tolist()) not in states


class TestSources:
    @pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
    def test_conditions_lie_where_they_are_said_to(self, source: Source) -> None:
        assert source.weight > 0
        for seed in range(15):
            _, conditions = draw(source.preset, np.random.default_rng(seed))
            assert 0.07 <= conditions.sampling <= 0.6
            assert source.dose[0] <= conditions.dose <= source.dose[1]
            # A crop fits, whatever the strain says of the sampling.
            assert min(source.preset.shape) * conditions.sampling * 0.93 > FULL.side * 0.2

    @pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
    def test_all_that_can_be_drawn_together_can_be_packed(self, source: Source) -> None:
        # A training of hours would end where it can't.
        for seed in range(60):
            plan, _ = draw(source.preset, np.random.default_rng(seed))
            room = greatest_number(plan.size, plan.vacuum, plan.shares(), plan.spacing)
            assert np.ceil(plan.wanted()) < room

    def test_every_dose_of_both_modes_is_there(self) -> None:
        for mode, low, high in (("hrtem", 200.0, 1e6), ("stem", 5e3, 1e7)):
            doses = [source.dose for source in SOURCES if source.preset.mode == mode]
            assert min(least for least, _ in doses) == low
            assert max(most for _, most in doses) == high

    def test_half_of_the_focussed_images_are_dark(self) -> None:
        sides = {1: 0.0, -1: 0.0}
        for source in SOURCES:
            if source.preset.mode == "stem":
                continue
            for seed in range(400):
                _, one = draw(source.preset, np.random.default_rng(seed))
                assert isinstance(one, HRTEM)
                sides[1 if one.defocus > 0 else -1] += source.weight / 400
        assert sides[1] / sum(sides.values()) == pytest.approx(0.5, abs=0.04)

    def test_both_modes_have_about_the_same_weight(self) -> None:
        stem = [isinstance(draw(s.preset, np.random.default_rng(0))[1], STEM) for s in SOURCES]
        weights = np.array([source.weight for source in SOURCES])
        assert weights[stem].sum() / weights.sum() == pytest.approx(0.5, abs=0.1)

    def test_the_patch_models_sources_stay_what_they_were(self) -> None:
        # Its pieces follow from them.
        assert [source.weight for source in PATCH_SOURCES] == [
            *(8.0, 4.0, 1.0, 1.0, 0.5, 5.0, 1.0, 1.0, 0.5, 0.5),
        ]
        assert all(source.preset.shape == (448, 448) for source in PATCH_SOURCES)
        assert "mtf" in PATCH_SOURCES[0].preset.camera
        assert len(PATCH_SOURCES[0].preset.camera) == 1
