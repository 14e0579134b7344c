from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.real_patches import (
    SIDE,
    RealPatches,
    _clear,
    _silicon,
    clear_patches,
    silicon_patches,
    windows,
)
from benchmarks.real_patches import __main__ as command
from benchmarks.real_patches._judge import alarms, auc, share_of_groups
from benchmarks.real_patches._silicon import _added_up, _far, _round_atoms
from sixring.errors import Refusal
from sixring.evaluate import roc_auc


def judged_by_mean(threshold: float) -> Any:  # noqa: ANN401
    """Stand for a model whose score of a patch is its mean."""

    def outputs(images: Any, names: tuple[str, ...]) -> dict[str, Any]:  # noqa: ANN401
        return dict.fromkeys(names, images.mean(axis=(1, 2)))

    description = SimpleNamespace(score="mean", threshold=threshold)
    return SimpleNamespace(description=description, outputs=outputs)


def flat(values: list[float], labels: list[int], groups: list[int]) -> RealPatches:
    images = np.array(values, np.float32)[:, None, None] * np.ones((1, SIDE, SIDE), np.float32)
    return RealPatches(images, np.array(labels), np.array(groups))


class TestWindows:
    def test_all_of_a_clear_image(self) -> None:
        found = windows(np.ones((SIDE + 20, SIDE + 9), bool), 10)
        assert found.tolist() == [[0, 0], [10, 0], [20, 0]]

    def test_one_pixel_that_is_not_allowed(self) -> None:
        allowed = np.ones((2 * SIDE, SIDE), bool)
        allowed[SIDE - 1, 3] = False
        assert windows(allowed, 1).tolist() == [[SIDE, 0]]

    def test_an_image_smaller_than_a_patch(self) -> None:
        assert len(windows(np.ones((SIDE, SIDE - 1), bool), 4)) == 0

    @given(st.integers(0, 1000), st.integers(1, 30))
    def test_no_patch_holds_what_is_not_allowed(self, seed: int, stride: int) -> None:
        rng = np.random.default_rng(seed)
        allowed = np.ones((90, 110), bool)
        for row, col in rng.integers((90, 110), size=(3, 2)):
            allowed[row, col] = False
        found = windows(allowed, stride)
        assert (found % stride == 0).all()
        for row, col in found:
            assert allowed[row : row + SIDE, col : col + SIDE].all()
        fits = sum(
            bool(allowed[row : row + SIDE, col : col + SIDE].all())
            for row in range(0, 90 - SIDE + 1, stride)
            for col in range(0, 110 - SIDE + 1, stride)
        )
        assert len(found) == fits


class TestSilicon:
    def test_pixels_are_added_up_whole(self) -> None:
        image = np.arange(35, dtype=np.float32).reshape(5, 7)
        assert _added_up(image, 2).tolist() == [[4, 6, 8], [18, 20, 22]]
        assert _added_up(image, 1).tolist() == image.tolist()

    def test_an_atom_lies_about_the_middle_of_its_patch(self) -> None:
        rng = np.random.default_rng(1)
        positions = np.array([[50.0, 60.0], [30.2, 70.8], [64.0, 64.0]])
        for _ in range(50):
            corners = _round_atoms(positions, (128, 128), rng)
            assert len(corners) == 3
            away = np.abs(positions - (corners + (SIDE - 1) / 2))
            assert (away <= SIDE / 4 + 0.5).all()

    def test_an_atom_at_the_edge_has_no_patch(self) -> None:
        rng = np.random.default_rng(2)
        positions = np.array([[5.0, 60.0], [60.0, 125.0]])
        assert len(_round_atoms(positions, (128, 128), rng)) == 0

    def test_clean_lattice_is_away_from_atoms(self) -> None:
        away = _far(np.array([[10.0, 10.0]]), (21, 21), 0.5)
        assert not away[10, 14]
        assert away[10, 15]
        assert _far(np.empty((0, 2)), (3, 3), 0.5).all()

    def test_frames_that_are_refused_give_no_clean_lattice(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "stem_si_dopants"
        folder.mkdir()
        (folder / "si_atoms.csv").write_text(
            "file,group,defect_class,sampling_A_per_px,row_px,col_px\n"
            "one.npy,7,Si1C3,0.078,128,130\n",
            encoding="utf-8",
        )
        image = np.random.default_rng(0).poisson(9.0, (256, 256)).astype(np.float32)
        np.save(folder / "one.npy", image)

        def refuse(*_: object, **__: object) -> None:
            raise Refusal("no lattice")

        monkeypatch.setattr("sixring.detect", refuse, raising=False)
        found = silicon_patches(tmp_path)
        assert found.images.shape == (1, SIDE, SIDE)
        assert found.labels.tolist() == [1]
        assert found.groups.tolist() == [7]

    def test_the_same_seed_cuts_the_same_patches(self) -> None:
        positions = np.full((4, 2), 64.0)
        one, other = (
            _round_atoms(positions, (128, 128), np.random.default_rng(3)) for _ in range(2)
        )
        np.testing.assert_array_equal(one, other)


class TestJudging:
    def test_the_auc_is_that_of_the_deciding_score(self) -> None:
        values = [0.1, 0.4, 0.3, 0.9, 0.8, 0.2, 0.35, 0.5]
        labels = [0, 0, 0, 1, 1, 0, 1, 1]
        patches = flat(values, labels, [0, 1, 2, 3, 4, 5, 6, 7])
        expected = roc_auc(np.array(values, np.float32), np.array(labels))
        assert auc(judged_by_mean(0.5), patches).value == pytest.approx(expected)

    def test_alarms_are_counted(self) -> None:
        patches = flat([0.0, 1.0, 2.0, 0.0, 0.0, 0.0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 1, 2])
        found = alarms(judged_by_mean(1.0), patches, sixes_alone=False)
        assert (found.patches, found.images) == (6, 3)
        assert found.rate == pytest.approx(2 / 6)
        assert found.median == 0
        assert found.low <= found.rate <= found.high
        alone = alarms(judged_by_mean(1.0), patches, sixes_alone=True)
        assert alone.patches == 5
        assert alone.rate == pytest.approx(1 / 5)

    def test_all_patches_are_scored_in_their_order(self) -> None:
        values = np.arange(1203) / 1203
        patches = flat(values.tolist(), [0] * 1203, list(range(1203)))
        found = alarms(judged_by_mean(0.75), patches, sixes_alone=True)
        assert found.rate == pytest.approx((values >= 0.75).mean(), abs=1e-3)

    def test_an_interval_is_wider_where_patches_go_together(self) -> None:
        reached = np.repeat([True, False, False, False] * 5, 20)
        apart = share_of_groups(reached, np.arange(400))
        together = share_of_groups(reached, np.repeat(np.arange(20), 20))
        assert together[0] < apart[0] < 0.25 < apart[1] < together[1]

    def test_a_share_without_exception_has_no_width(self) -> None:
        assert share_of_groups(np.zeros(9, bool), np.arange(9)) == (0, 0)
        assert share_of_groups(np.ones(9, bool), np.arange(9) // 3) == (1, 1)


class TestCommand:
    def test_it_needs_the_real_images(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.delenv("SIXRING_REAL_DATA", raising=False)
        with pytest.raises(SystemExit) as stopped:
            command.main(["--out", str(tmp_path)])
        assert stopped.value.code == 2
        assert (
            "SIXRING_REAL_DATA must name the folder of the real images" in capsys.readouterr().err
        )

    def test_the_tables(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        patches = flat(
            [0.0, 0.0, 0.1, 0.2, 0.9, 0.8, 1.0, 0.7], [0, 0, 0, 0, 1, 1, 1, 1], [*range(4)] * 2
        )
        monkeypatch.setenv("SIXRING_REAL_DATA", str(tmp_path))
        monkeypatch.setattr(command, "silicon_patches", lambda _: patches)
        monkeypatch.setattr(command, "clear_patches", lambda _: patches)
        models = {"one": judged_by_mean(0.75), "other": judged_by_mean(2.0)}
        monkeypatch.setattr(command, "models_for", lambda *_: models)
        results = tmp_path / "RESULTS.md"
        assert command.main(["--out", str(tmp_path / "made"), "--results", str(results)]) == 0
        text = results.read_text(encoding="utf-8")
        assert capsys.readouterr().out == text
        assert "4 patches of 48 x 48 pixels round a labelled silicon atom and 4 without" in text
        assert "| one | 1.0000 [" in text
        rows = [line for line in text.splitlines() if line.startswith("| one | all")]
        assert rows[0].startswith("| one | all | 8 | 4 | 37.5 % [")
        assert "| other | six-rings alone | 4 | 4 | 0.0 % [0.0, 0.0] | 0.0 % |" in text


@pytest.mark.realdata
@pytest.mark.skipif(not os.environ.get("SIXRING_REAL_DATA"), reason="SIXRING_REAL_DATA isn't set")
class TestRealImages:
    def test_silicon(self) -> None:
        found = silicon_patches(Path(os.environ["SIXRING_REAL_DATA"]))
        assert found.images.shape[1:] == (SIDE, SIDE)
        assert found.labels.sum() == 108
        assert (found.labels == 0).sum() > 500
        assert len(set(found.groups.tolist())) == 36
        # An atom of silicon is the brightest thing in its patch.
        brightest = found.images.max(axis=(1, 2)) / found.images.mean(axis=(1, 2))
        assert roc_auc(brightest, found.labels) > 0.9

    @pytest.mark.slow
    def test_clear_area(self) -> None:
        found = clear_patches(Path(os.environ["SIXRING_REAL_DATA"]))
        assert np.isfinite(found.images).all()
        assert len(found.labels) > 3000
        assert 0.1 < found.labels.mean() < 0.5
        assert len(set(found.groups.tolist())) > 45


def test_what_is_said_of_patches_is_all_there() -> None:
    assert [field.name for field in dataclasses.fields(RealPatches)] == [
        "images",
        "labels",
        "groups",
    ]
    assert 0.1 <= _silicon.WORKING <= 0.3
    assert 0.1 <= _clear.WORKING <= 0.3
