from __future__ import annotations

import numpy as np
import pytest

from sixring.errors import UsageError
from sixring.patches import PatchSet, varied


def patch_set(count: int = 4) -> PatchSet:
    return PatchSet(
        images=np.arange(count * 4, dtype=np.float32).reshape(count, 2, 2),
        labels=(np.arange(count) % 2).astype(np.int8),
        groups=np.array([f"g{index // 2}" for index in range(count)]),
        names=tuple(f"n{index}" for index in range(count)),
        details={"dose": np.arange(count) * 10.0},
        notes=("said",),
    )


@pytest.mark.parametrize("which", [[3, 1], np.array([3, 1]), (3, 1)])
def test_take_keeps_the_order_of_the_indices(which: object) -> None:
    taken = patch_set().take(np.asarray(which))
    assert len(taken) == 2
    np.testing.assert_array_equal(taken.images[:, 0, 0], [12, 4])
    assert taken.labels is not None
    assert taken.labels.tolist() == [1, 1]
    assert taken.groups.tolist() == ["g1", "g0"]
    assert taken.names == ("n3", "n1")
    assert taken.details["dose"].tolist() == [30, 10]
    assert taken.notes == ("said",)


def test_take_by_mask() -> None:
    patches = patch_set()
    assert patches.take(patches.groups == "g1").names == ("n2", "n3")


def test_take_without_labels() -> None:
    whole = patch_set()
    patches = PatchSet(whole.images, None, whole.groups, whole.names)
    assert patches.take([0]).labels is None


def test_one_image_is_no_set() -> None:
    with pytest.raises(UsageError, match=r"must have the shape \(n, rows, cols\), not \(5, 5\)"):
        PatchSet(np.zeros((5, 5), np.float32), None, np.array([]), ())


@pytest.mark.parametrize("column", ["groups", "names", "labels", "dose"])
def test_every_column_has_a_value_for_each_patch(column: str) -> None:
    whole = patch_set()
    values = {"labels": whole.labels, "groups": whole.groups, "names": whole.names}
    details = dict(whole.details)
    if column == "dose":
        details["dose"] = details["dose"][:3]
    else:
        values[column] = values[column][:3]  # type: ignore[index]
    with pytest.raises(UsageError, match=f"{column} has 3 values for 4 patches: give one for each"):
        PatchSet(images=whole.images, details=details, **values)  # type: ignore[arg-type]


def test_which_patches_show_anything() -> None:
    images = np.zeros((4, 3, 5), np.float32)
    images[1, 2, 4] = 1e-30
    images[2] = 7
    images[3, 0] = -1
    assert varied(images).tolist() == [False, True, False, True]
    assert varied(images[:0]).tolist() == []
