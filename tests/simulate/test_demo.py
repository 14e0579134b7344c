import csv
import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import tifffile

from sixring.simulate import demo_path
from sixring.structures import truth

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_demo.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_demo", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows() -> list[dict[str, str]]:
    with demo_path().with_name("demo_truth.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_truth_is_what_the_sheet_holds(script: ModuleType) -> None:
    # Relaxed positions differ in the last digits from machine to machine.
    rebuilt = script.demo_truth()
    assert len(rebuilt) == len(rows()) == len(script.PLANTED)
    for row, again in zip(rows(), rebuilt, strict=True):
        for column, value in row.items():
            if column in {"row_px", "col_px", "y_nm", "x_nm"}:
                assert float(value) == pytest.approx(float(again[column]), abs=0.05)
            else:
                assert value == again[column]


def test_the_truth_is_the_planted_list(script: ModuleType) -> None:
    planted = {(name, x, y) for name, (x, y), _ in script.PLANTED}
    for row in rows():
        x, y = 10 * float(row["x_nm"]), 10 * float(row["y_nm"])
        name, *_ = min(planted, key=lambda p: (p[1] - x) ** 2 + (p[2] - y) ** 2)
        assert row["name"] == name
        assert float(row["col_px"]) == pytest.approx(x / script.SAMPLING, abs=0.01)
        assert float(row["row_px"]) == pytest.approx(y / script.SAMPLING, abs=0.01)


def test_the_image_shows_the_sheet(script: ModuleType) -> None:
    image = tifffile.imread(demo_path()).astype(float)
    sheet = script.demo_sheet()
    atoms = (sheet.positions[:, ::-1] - script.ORIGIN) / script.SAMPLING
    centres = (truth(sheet).centres[:, ::-1] - script.ORIGIN) / script.SAMPLING

    def mean_at(points: np.ndarray) -> float:
        inside = points[((points > 0) & (points < 340)).all(axis=1)]
        row, col = np.rint(inside).astype(int).T
        return float(image[row, col].mean())

    # Atoms are bright at this focus; by several per cent of a mean of 400 counts.
    assert mean_at(atoms) > 1.05 * mean_at(centres)
    assert image.mean() == pytest.approx(script.DOSE * script.SAMPLING**2, rel=0.01)


def test_the_file_is_small_and_says_its_pixel_size(script: ModuleType) -> None:
    assert demo_path().stat().st_size < 600_000
    with tifffile.TiffFile(demo_path()) as file:
        page = file.pages[0]
        assert isinstance(page, tifffile.TiffPage)
        assert page.shape == (script.PIXELS, script.PIXELS)
        assert page.dtype == np.uint16
        numerator, denominator = page.tags["XResolution"].value
        metadata = file.imagej_metadata
    assert metadata is not None
    assert metadata["unit"] == "nm"
    assert denominator / numerator == pytest.approx(script.SAMPLING / 10)
