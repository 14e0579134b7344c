from __future__ import annotations

import csv
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from quick_samples import PRESET, quick_sample
from sixring.errors import UsageError
from sixring.io import read
from sixring.simulate import STEM, MicrographSettings, Sample, write_micrographs
from sixring.structures import Plan
from sixring.types import Region

SETTINGS = MicrographSettings(PRESET.changed(specimen={"contamination": 0.1}), n=2, seed=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("micrographs")
    write_micrographs(SETTINGS, folder, make=quick_sample)
    return folder


def again(index: int) -> Sample:
    sequence = np.random.SeedSequence(5, spawn_key=(index,))
    return quick_sample(SETTINGS.preset, np.random.default_rng(sequence))


def test_what_is_written(folder: Path) -> None:
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*")) == [
        "dataset.json",
        "micrograph-00000.tif",
        "micrograph-00001.tif",
        "micrographs.csv",
        *(
            f"truth/micrograph-0000{k}/{name}"
            for k in (0, 1)
            for name in ("atoms.csv", "conditions.json", "defects.csv", "mask.png", "rings.csv")
        ),
    ]


def test_a_micrograph_reads_like_a_real_one(folder: Path) -> None:
    found, made = read(folder / "micrograph-00001.tif"), again(1).simulated
    assert np.array_equal(found.image, made.image)
    assert found.sampling == pytest.approx(0.2)
    assert (found.mode, found.dose, found.energy) == ("stem", made.dose, 60e3)
    assert found.notes == ()


def test_the_tables_have_the_columns_of_a_detection(folder: Path) -> None:
    truth, made = folder / "truth" / "micrograph-00000", again(0).simulated
    defects = pd.read_csv(truth / "defects.csv", keep_default_na=False)
    assert list(defects.columns) == [
        "id",
        "name",
        "probability",
        "row_px",
        "col_px",
        "y_nm",
        "x_nm",
        "rings",
        "missing_atoms",
        "dopants",
    ]
    assert defects["name"].tolist() == [defect.name for defect in made.defects]
    assert set(defects["name"]) <= {"SV", "SW", "Si-C3"}
    assert defects["row_px"].tolist() == pytest.approx(
        [d.position[0] for d in made.defects], abs=1e-4
    )
    assert defects["x_nm"].to_numpy() == pytest.approx(
        defects["col_px"].to_numpy() * 0.02, abs=1e-4
    )
    rings = pd.read_csv(truth / "rings.csv")
    assert list(rings.columns) == [
        "id",
        "size",
        "probability",
        "row_px",
        "col_px",
        "y_nm",
        "x_nm",
        "defect_id",
    ]
    assert rings["size"].tolist() == made.rings.sizes.tolist()
    atoms = pd.read_csv(truth / "atoms.csv", keep_default_na=False)
    assert list(atoms.columns) == [
        "id",
        "element",
        "probability",
        "row_px",
        "col_px",
        "y_nm",
        "x_nm",
    ]
    assert len(atoms) == len(made.atoms)


def test_the_mask_holds_regions(folder: Path) -> None:
    with Image.open(folder / "truth" / "micrograph-00000" / "mask.png") as picture:
        mask = np.asarray(picture)
    assert np.array_equal(mask, again(0).simulated.mask.regions)
    assert (mask == Region.CONTAMINATION).any()


def test_everything_that_was_drawn_is_kept(folder: Path) -> None:
    text = (folder / "truth" / "micrograph-00001" / "conditions.json").read_text(encoding="utf-8")
    kept, made = json.loads(text), again(1)
    assert kept["conditions"]["mode"] == "stem"
    assert kept["conditions"]["dose"] == made.conditions.dose
    assert kept["specimen"]["size"] == list(made.plan.size)
    assert kept["specimen"]["defects"] == ["SV", "SW", "Si-C3"]
    assert set(kept["conditions"]) == {"mode", *(field.name for field in fields(STEM))}
    assert set(kept["specimen"]) == {field.name for field in fields(Plan)}


def test_the_list_of_all(folder: Path) -> None:
    with (folder / "micrographs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == ["micrograph-00000.tif", "micrograph-00001.tif"]
    for index, row in enumerate(rows):
        made = again(index).simulated
        assert int(row["n_defects"]) == len(made.defects)
        assert float(row["dose"]) == pytest.approx(made.dose, rel=1e-5)
        assert float(row["clear_area_nm2"]) == pytest.approx(made.mask.clear.sum() * 4e-4, rel=1e-4)
    record = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    assert record["finished"] is True
    assert record["n_defects"] == sum(int(row["n_defects"]) for row in rows)
    assert record["settings"]["seed"] == 5


def test_an_endless_dose_is_written_too(tmp_path: Path) -> None:
    settings = MicrographSettings(PRESET.changed(conditions={"dose": float("inf")}), n=1)
    write_micrographs(settings, tmp_path, make=quick_sample)
    assert read(tmp_path / "micrograph-00000.tif").dose == float("inf")
    assert "inf" in (tmp_path / "micrographs.csv").read_text(encoding="utf-8")


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_micrographs(
        MicrographSettings(PRESET, n=2),
        tmp_path,
        make=quick_sample,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("change", "message"),
    [({"n": 0}, "n must be at least 1, not 0"), ({"seed": -1}, "seed must be at least 0, not -1")],
)
def test_wrong_settings(change: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        MicrographSettings(PRESET, **change)
    assert str(raised.value) == message


def test_no_jobs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="jobs must be at least 1, not 0"):
        write_micrographs(SETTINGS, tmp_path / "out", jobs=0)
    assert not (tmp_path / "out").exists()
