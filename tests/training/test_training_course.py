"""The training of the shipped model: killed and resumed, watched, and written out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import sixring
from fake_exposures import spotted
from sixring.models.export import network_outputs
from sixring.models.resnet import ResNet
from training._learn import Seen, learn
from training._pieces import make_piece
from training._plan import SMALL
from training._ship import ship
from training._sources import KINDS
from training._watch import areas, doses_of, watched

PLAN = replace(SMALL, side=32, pieces=4, watch_every=2, window=2, stem=4, channels=(4, 8))


class KilledError(Exception):
    """Stands for a kill."""


def course(plan: Any, folder: Path, *, killed_after: int | None = None) -> Any:  # noqa: ANN401
    told: list[dict[str, float]] = []

    def tell(line: dict[str, float]) -> None:
        told.append(line)
        if line["piece"] == killed_after:
            raise KilledError

    def watch(network: ResNet) -> dict[str, float]:
        assert not network.training
        return {"validation_loss": 0.5}

    made = learn(plan, folder, watch, tell, jobs=0, expose=spotted)
    return (*made, told)


def weights(network: ResNet) -> bytes:
    return b"".join(value.numpy().tobytes() for value in network.state_dict().values())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    return course(PLAN, tmp_path_factory.mktemp("whole"))


def test_each_piece_has_its_line(whole: Any) -> None:  # noqa: ANN401
    network, seen, log, told = whole
    assert log == told
    assert [line["piece"] for line in log] == [0, 1, 2, 3]
    assert ["validation_loss" in line for line in log] == [False, True, False, True]
    assert all(np.isfinite(line["loss"]) for line in log)
    sizes = [len(make_piece(PLAN, "learned", number, expose=spotted)) for number in range(4)]
    assert seen.perfect + seen.defects == sum(sizes)
    # Each round but the first learns from two pieces.
    assert [line["patches"] for line in log] == [
        sizes[0],
        *(sizes[k] + sizes[k - 1] for k in (1, 2, 3)),
    ]
    assert not network.training


def test_numbers_of_16_bits_are_for_learning_alone(whole: Any, tmp_path: Path) -> None:  # noqa: ANN401
    network, seen, log, _ = whole
    other, seen_by_other, other_log, _ = course(replace(PLAN, bfloat16=False), tmp_path)
    assert seen == seen_by_other
    assert {value.dtype for value in network.parameters()} == {torch.float32}
    assert weights(network) != weights(other)
    for line, other_line in zip(log, other_log, strict=True):
        assert line["loss"] == pytest.approx(other_line["loss"], rel=0.05)


@pytest.mark.parametrize("killed_after", [0, 1, 3])
def test_a_kill_changes_nothing(whole: Any, tmp_path: Path, killed_after: int) -> None:  # noqa: ANN401
    with pytest.raises(KilledError):
        course(PLAN, tmp_path, killed_after=killed_after)
    network, seen, log, told = course(PLAN, tmp_path)
    assert weights(network) == weights(whole[0])
    assert seen == whole[1]
    kept = [{k: v for k, v in line.items() if k not in ("waited", "seconds")} for line in log]
    assert kept == [
        {k: v for k, v in line.items() if k not in ("waited", "seconds")} for line in whole[2]
    ]
    assert [line["piece"] for line in told] == list(range(killed_after + 1, 4))


def test_pieces_that_are_used_up_are_removed(tmp_path: Path) -> None:
    course(PLAN, tmp_path)
    assert [path.name for path in (tmp_path / "pieces").iterdir()] == ["00003.npz"]


def test_another_seed_gives_another_network(whole: Any, tmp_path: Path) -> None:  # noqa: ANN401
    other = course(replace(PLAN, seed=1), tmp_path)
    assert weights(other[0]) != weights(whole[0])
    assert other[1].sha256 != whole[1].sha256


def test_threads_are_left_as_they_were(tmp_path: Path) -> None:
    before = torch.get_num_threads()
    course(replace(PLAN, pieces=1, window=1), tmp_path)
    assert torch.get_num_threads() == before


@pytest.mark.slow
def test_it_learns_what_there_is_to_see(tmp_path: Path) -> None:
    plan = replace(
        PLAN, pieces=40, specimens=4, exposures=4, per_defect=4, stem=8, channels=(8, 16)
    )
    network, _, log, _ = course(plan, tmp_path)
    assert log[-1]["loss"] < log[0]["loss"] - 1
    piece = make_piece(plan, "watched", 0, expose=spotted)
    found = watched(piece, network)
    assert found["auc_stem"] > 0.95
    assert "auc_hrtem" not in found
    assert found["kinds_right"] < 0.8  # all spots look alike
    maps = network.maps(torch.from_numpy(piece.images).unsqueeze(1) * 10 - 5).detach()
    defect = piece.labels == 1
    peak = maps.amax(dim=1).flatten(1).argmax(dim=1).numpy()[defect]
    at = 4 * np.stack([peak // maps.shape[3], peak % maps.shape[3]], axis=1)
    assert np.median(np.abs(at - piece.places[defect])) < 5


def test_bands_of_doses_cover_all() -> None:
    for stem in (False, True):
        bands = doses_of(stem)
        assert bands[0][0] == 0
        assert np.isinf(bands[-1][1])
        assert all(one[1] == other[0] for one, other in pairwise(bands))


def test_areas_by_mode_dose_and_kind() -> None:
    piece = make_piece(replace(PLAN, watched=12, per_defect=6), "watched", 0, expose=spotted)
    rows = areas(piece, piece.labels.astype(np.float32))
    assert rows
    assert {row["mode"] for row in rows} == {"stem"}
    assert {row["kind"] for row in rows} <= set(KINDS)
    assert all(row["auc"] == 1.0 for row in rows)
    assert all(int(row["patches"]) >= 20 for row in rows)


def test_the_shipped_folder(whole: Any, tmp_path: Path) -> None:  # noqa: ANN401
    network = whole[0]
    held_out = make_piece(replace(PLAN, held_out=12), "held-out", 0, expose=spotted)
    seen = Seen(perfect=30, defects=20, sha256="0" * 64)
    ship(PLAN, network, seen, held_out, 0.4, tmp_path / "default")
    model = sixring.load_model(tmp_path / "default")
    described = model.saved.description
    assert described.kinds == KINDS
    assert described.data.sampling == (0.1, 0.3)
    assert (described.data.perfect, described.data.defects) == (30, 20)
    assert described.validation.loss == 0.4
    assert described.validation.auc is not None
    expected = network_outputs(network, held_out.images)["logit"]
    scores = model.decision_function(held_out.images)
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    perfect = held_out.labels == 0
    # Of so few patches none is to reach it, but for the last digit of another session.
    assert (scores[perfect] >= described.threshold + 1e-6).sum() == 0
    assert (scores[perfect] >= described.threshold - 1e-6).sum() >= 1
    probability = model.predict_proba(held_out.images)[:, 1]
    assert ((probability > 0) & (probability < 1)).all()
    card = (tmp_path / "default" / "CARD.md").read_text(encoding="utf-8")
    assert card.startswith("# default: a trained resnet\n")
    assert "## How it was made" in card
    assert "4 pieces of 2 simulated specimens, each in 2 images" in card
    assert "| mode | dose, e/A^2 | kind | patches | ROC-AUC |" in card


@pytest.mark.parametrize("views", [1, 4])
def test_over_how_many_views_it_averages_is_chosen_at_the_end(
    whole: Any,  # noqa: ANN401
    tmp_path: Path,
    views: int,
) -> None:
    held_out = make_piece(replace(PLAN, held_out=12), "held-out", 0, expose=spotted)
    model = ship(PLAN, whole[0], whole[1], held_out, 0.4, tmp_path / "default", views=views)
    assert model.description.config["views"] == views
    images = held_out.images[:5]
    turned = np.ascontiguousarray(images[:, ::-1])
    alike = np.abs(model.scores(images)["logit"] - model.scores(turned)["logit"]).max()
    assert (alike < 1e-5) == (views == 4)


def test_the_shipped_folder_is_trained_further(
    whole: Any,  # noqa: ANN401
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held_out = make_piece(replace(PLAN, held_out=12), "held-out", 0, expose=spotted)
    ship(PLAN, whole[0], whole[1], held_out, 0.4, tmp_path / "default")
    monkeypatch.setattr("sixring.models._shipped._HOME", tmp_path)
    model = sixring.make_model("default", epochs=1, augment=False)
    model.fit(held_out.images[:80], held_out.labels[:80])
    assert model.saved.description.kinds == KINDS
    assert model.get_params()["start"] == "default"
