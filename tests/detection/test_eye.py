"""The trained network in its folder: what is read, what is refused, and tiles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from detector_networks import drawn_detector
from sixring.detection._calibration import UNCHANGED
from sixring.detection._cells import HEADS, CellMaps
from sixring.detection._description import Learned
from sixring.detection._eye import SHIPPED, TrainedEye, eye_in
from sixring.errors import ReadError
from sixring.graphs import Digest
from sixring.lattice import Canvas
from training.detector._export import write_detector
from training.detector._loss import probabilities
from training.detector._network import Detector

STEM = {
    "sampling": [0.1, 0.2],
    "dose": [1, 2],
    "calibration": {"slope": 1.0, "offset": 0.0, "fragment": 0.0},
    "findable": [],
}
RARE = 10.0
LEARNED = {"hrtem": Learned((0.1, 0.4), (1e2, 1e6))}


@pytest.fixture(scope="module")
def network() -> Detector:
    return drawn_detector(3, (4, 6, 8), (1, 1, 1))


@pytest.fixture(scope="module")
def written(network: Detector, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipped") / "detector"
    write_detector(folder, network, version="first", learned=LEARNED, card="# First\n", rare=RARE)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """Return a copy that may be spoiled."""
    made = tmp_path / "detector"
    made.mkdir()
    for file in written.iterdir():
        (made / file.name).write_bytes(file.read_bytes())
    return made


def canvas(rows: int, cols: int, seed: int = 0) -> Canvas:
    image = np.random.default_rng(seed).standard_normal((rows, cols)).astype(np.float32)
    return Canvas(image, 0.2, 1.0, (rows, cols))


def assert_alike(found: CellMaps, expected: CellMaps) -> None:
    for name in ("rings", "ring_offset", "atoms", "atom_offset"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=1e-4)
    # Where two classes are equally likely, rounding decides.
    assert (found.area != expected.area).mean() < 1e-3


class TestMaps:
    @pytest.mark.parametrize("shape", [(200, 176), (72, 240)])
    def test_they_are_what_the_network_says(
        self, network: Detector, written: Path, shape: tuple[int, int]
    ) -> None:
        shown = canvas(*shape)
        with torch.no_grad():
            said = probabilities(network(torch.from_numpy(shown.image[None])), RARE)._asdict()
        area = said.pop("area")[0].numpy().argmax(axis=0).astype(np.uint8)
        maps = {name: values[0].numpy() for name, values in said.items()}
        expected = CellMaps(area=area, **maps)
        assert_alike(TrainedEye(written).maps(shown), expected)

    @pytest.mark.parametrize("core", [40, 64, 128])
    @pytest.mark.parametrize("shape", [(320, 304), (333, 209), (64, 500)])
    def test_tiles_equal_the_whole(self, written: Path, core: int, shape: tuple[int, int]) -> None:
        shown = canvas(*shape)
        whole = TrainedEye(written, core=4096).maps(shown)
        assert_alike(TrainedEye(written, core=core).maps(shown), whole)

    @pytest.mark.parametrize("shape", [(64, 64), (65, 71), (3, 80), (2, 2)])
    def test_an_image_of_any_size_has_its_cells(
        self, written: Path, shape: tuple[int, int]
    ) -> None:
        found = TrainedEye(written).maps(canvas(*shape))
        cells = (shape[0] // 2, shape[1] // 2)
        assert found.area.shape == cells
        for name in ("rings", "ring_offset", "atoms", "atom_offset"):
            assert getattr(found, name).shape == (HEADS[name], *cells)

    def test_probabilities_sum_to_one(self, written: Path) -> None:
        found = TrainedEye(written).maps(canvas(80, 80))
        for said in (found.rings, found.atoms):
            assert said.min() >= 0
            np.testing.assert_allclose(said.sum(axis=0), 1, atol=1e-5)


def refusal(folder: Path) -> str:
    with pytest.raises(ReadError) as caught:
        TrainedEye(folder).maps(canvas(64, 64))
    message = str(caught.value)
    assert "\n" not in message
    return message


class TestFolder:
    def test_what_it_says_about_itself(self, network: Detector, written: Path) -> None:
        described = TrainedEye(written).description
        assert (described.version, described.reach) == ("first", network.reach)
        assert described.learned == LEARNED
        assert described.graph == Digest.of((written / "detector.onnx").read_bytes())

    def test_nothing_is_read_before_it_is_used(self, tmp_path: Path) -> None:
        TrainedEye(tmp_path / "none")

    @pytest.mark.parametrize("name", ["detector.json", "detector.onnx"])
    def test_a_missing_file(self, folder: Path, name: str) -> None:
        (folder / name).unlink()
        expected = f"{folder / name}: is missing: name the folder of a detector"
        assert refusal(folder) == expected

    def test_another_graph_than_the_one_that_was_saved(self, folder: Path) -> None:
        with (folder / "detector.onnx").open("ab") as file:
            file.write(b"\x00")
        assert refusal(folder) == (
            f"{folder / 'detector.onnx'}: isn't the file that was saved with detector.json: "
            "the folder is damaged"
        )

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"format": 1}, "it has the format 1, and this version of sixring reads 2"),
            ({"reach": -1}, "reach can't be -1"),
            ({"reach": 1.5}, "detector.json.reach can't be 1.5"),
            (
                {"sampling": 0.25},
                "it sees images at 0.25 A per pixel in multiples of 8, and this version of sixring "
                "makes them at 0.2 in multiples of 8",
            ),
            ({"learned": {}}, "learned can't have the modes none"),
            (
                {"learned": {"tem": STEM}},
                "learned can't have the modes tem",
            ),
            (
                {"learned": {"stem": {**STEM, "sampling": [0.2, 0.1]}}},
                "sampling can't lie between 0.2 and 0.1",
            ),
            (
                {
                    "learned": {
                        "stem": {
                            **STEM,
                            "calibration": {"slope": 0, "offset": 0.0, "fragment": 0.0},
                        }
                    }
                },
                "a slope can't be 0",
            ),
            (
                {
                    "learned": {
                        "stem": {
                            **STEM,
                            "findable": [{"name": "SV", "dose": [1, 2], "there": 3, "found": 4}],
                        }
                    }
                },
                "of 3 SV there can't be 4",
            ),
            ({"extra": 1}, "detector.json has 'extra', which isn't known"),
        ],
    )
    def test_a_document_that_describes_no_detector(
        self, folder: Path, change: dict[str, Any], reason: str
    ) -> None:
        path = folder / "detector.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        assert refusal(folder) == (
            f"{path}: doesn't describe a detector ({reason}): the folder is damaged"
        )

    def test_a_document_that_is_no_json(self, folder: Path) -> None:
        (folder / "detector.json").write_text("{")
        message = refusal(folder)
        assert message.startswith(f"{folder / 'detector.json'}: doesn't describe a detector (it is")

    def replaced(self, folder: Path, change: Callable[[onnx.ModelProto], object]) -> None:
        model = onnx.load_from_string((folder / "detector.onnx").read_bytes())
        change(model)
        graph = model.SerializeToString()
        (folder / "detector.onnx").write_bytes(graph)
        document = json.loads((folder / "detector.json").read_text())
        document["graph"] = vars(Digest.of(graph))
        (folder / "detector.json").write_text(json.dumps(document))

    def test_a_graph_that_might_do_more_is_refused_though_vouched_for(self, folder: Path) -> None:
        self.replaced(folder, lambda model: model.graph.node.add(op_type="Loop"))
        assert refusal(folder) == (
            f"{folder / 'detector.onnx'}: refused, as sixring writes no such model: it has the "
            "operator 'Loop'"
        )

    def test_a_graph_of_something_else(self, folder: Path) -> None:
        def without_area(model: onnx.ModelProto) -> None:
            del model.graph.output[-1]

        self.replaced(folder, without_area)
        assert refusal(folder) == (
            f"{folder / 'detector.onnx'}: has other inputs or outputs than a detector: the "
            "folder is damaged"
        )


class TestShipped:
    def test_the_package_carries_one(self) -> None:
        described = TrainedEye(SHIPPED).description
        assert sorted(described.learned) == ["hrtem", "stem"]
        assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 5e6

    def test_with_a_card(self) -> None:
        card = (SHIPPED / "CARD.md").read_text(encoding="utf-8")
        assert card.startswith("# The detector of sixring\n")
        described = TrainedEye(SHIPPED).description
        for mode, learned in described.learned.items():
            assert f"{mode.upper()}: {learned.sampling[0]:g} to {learned.sampling[1]:g} A" in card
        assert f"What is farther than {described.reach} of these pixels" in card

    def test_its_probabilities_are_calibrated(self) -> None:
        for learned in TrainedEye(SHIPPED).description.learned.values():
            assert learned.calibration != UNCHANGED
            assert {"SV", "SW", "DV-585"} <= {entry.name for entry in learned.findable}

    def test_a_folder_is_read_once(self, written: Path) -> None:
        assert eye_in(written) is eye_in(written)
        assert eye_in(written).description.version == "first"
