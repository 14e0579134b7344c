from __future__ import annotations

import threading
from contextlib import closing
from itertools import islice
from multiprocessing import active_children
from typing import Any

import numpy as np
import pytest

from quick_samples import PRESET, bare_sample, quick_sample
from sixring.errors import UsageError
from sixring.simulate import PatchBatch, stream_patches


def first(n: int, **options: Any) -> list[PatchBatch]:  # noqa: ANN401
    arguments: dict[str, Any] = {
        "make": quick_sample,
        "workers": 0,
        "batch": 16,
        "ratio": 4.0,
        **options,
    }
    with closing(stream_patches(PRESET, **arguments)) as batches:
        return list(islice(batches, n))


def test_batches() -> None:
    batches = first(12)
    assert [len(batch) for batch in batches] == [16] * 12
    for batch in batches:
        assert batch.images.shape == (16, 48, 48)
        assert batch.images.dtype == np.float32
        assert set(batch.labels.tolist()) <= {0, 1}
        names = batch.details["defect"]
        assert ((names != "") == (batch.labels == 1)).all()
        assert all(len(column) == 16 for column in batch.details.values())
    labels = np.concatenate([batch.labels for batch in batches])
    assert labels.mean() == pytest.approx(1 / 5, abs=0.08)


def test_balanced() -> None:
    labels = np.concatenate([batch.labels for batch in first(12, ratio=1.0)])
    assert labels.mean() == pytest.approx(0.5, abs=0.1)


def test_micrographs_are_mixed() -> None:
    batch = first(1)[0]
    assert len(set(batch.details["micrograph"].tolist())) > 3


def test_patches_are_those_of_the_micrograph() -> None:
    batch = first(1)[0]
    details = {name: column[3] for name, column in batch.details.items()}
    sequence = np.random.SeedSequence(0, spawn_key=(int(details["micrograph"]),))
    made = quick_sample(PRESET, np.random.default_rng(sequence))
    row, col = details["row_px"], details["col_px"]
    assert np.array_equal(batch.images[3], made.simulated.image[row : row + 48, col : col + 48])
    assert details["dose"] == made.conditions.dose
    assert details["sampling_A"] == 0.2


def same(a: PatchBatch, b: PatchBatch) -> bool:
    return np.array_equal(a.images, b.images) and all(
        np.array_equal(a.details[name], b.details[name]) for name in a.details
    )


def test_batches_dont_depend_on_the_number_of_workers() -> None:
    here, apart = first(6, seed=2), first(6, seed=2, workers=2)
    assert all(same(one, two) for one, two in zip(here, apart, strict=True))


def test_another_seed_gives_other_batches() -> None:
    assert not same(first(1)[0], first(1, seed=1)[0])


def test_no_two_batches_are_the_same() -> None:
    one, *others = first(6)
    assert not any(np.array_equal(one.images, other.images) for other in others)


def test_closing_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    first(1, workers=2)
    assert set(threading.enumerate()) <= before
    assert active_children() == []


def test_without_defects_it_ends() -> None:
    with pytest.raises(UsageError, match="8 micrographs in a row gave no patches: give them a"):
        first(1, make=bare_sample)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": -1}, "workers must be at least 0, not -1"),
        ({"batch": 0}, "batch must be at least 1, not 0"),
        ({"mixed": 0}, "mixed must be at least 1, not 0"),
        ({"ratio": -1.0}, "ratio must be at least 0.05 and at most 1000, not -1"),
        ({"side": 99}, "micrographs of 160 x 160 pixels are too small for patches of 99"),
    ],
)
def test_wrong_values_are_errors_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        stream_patches(PRESET, **options)
