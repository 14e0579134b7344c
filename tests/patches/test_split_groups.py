from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.errors import UsageError
from sixring.patches import split_groups


@st.composite
def grouped(draw: st.DrawFn) -> tuple[NDArray[np.str_], NDArray[np.int64]]:
    """Groups and labels where each class has at least two groups."""
    names = draw(st.lists(st.integers(0, 12), min_size=2, max_size=120))
    labels = draw(st.lists(st.integers(0, 1), min_size=len(names), max_size=len(names)))
    pairs = set(zip(names, labels, strict=True))
    for label in set(labels):
        assume(sum(of_pair == label for _, of_pair in pairs) > 1)
    return np.array([f"m{name}" for name in names]), np.array(labels)


@given(patches=grouped(), share=st.floats(0.01, 0.99), seed=st.integers(0, 1000))
def test_groups_are_disjoint_all_is_there_and_no_class_is_missing(
    patches: tuple[NDArray[np.str_], NDArray[np.int64]], share: float, seed: int
) -> None:
    groups, labels = patches
    train, held_out = split_groups(groups, labels, share, seed)
    assert not set(groups[train]) & set(groups[held_out])
    assert sorted([*train, *held_out]) == list(range(len(groups)))
    assert (np.diff(train) > 0).all()
    assert (np.diff(held_out) > 0).all()
    assert set(labels[train]) == set(labels[held_out]) == set(labels)


@given(
    counts=st.tuples(st.integers(2, 200), st.integers(2, 200)),
    share=st.floats(0.05, 0.95),
    seed=st.integers(0, 1000),
)
def test_each_class_has_its_share_where_every_patch_is_a_group(
    counts: tuple[int, int], share: float, seed: int
) -> None:
    labels = np.repeat([0, 1], counts)
    _, held_out = split_groups(np.arange(sum(counts)).astype(str), labels, share, seed)
    for label, count in enumerate(counts):
        held = np.count_nonzero(labels[held_out] == label)
        assert 1 <= held <= count - 1
        assert abs(held - share * count) <= 0.5 + 1e-6 or held in (1, count - 1)


@given(seed=st.integers(0, 1000), share=st.sampled_from([0.1, 0.2, 0.3, 0.5]))
def test_share_is_near_in_groups_that_hold_both_classes(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    groups = random.integers(0, 40, 2100).astype(str)
    labels = (np.arange(2100) >= 2000).astype(np.int8)
    _, held_out = split_groups(groups, labels, share, seed)
    assert np.mean(labels[held_out] == 0) > 0.9
    assert len(held_out) / 2100 == pytest.approx(share, abs=0.02)
    assert labels[held_out].sum() / 100 == pytest.approx(share, abs=0.04)


def test_same_seed_same_split_another_seed_another() -> None:
    groups = np.repeat(np.arange(20), 5).astype(str)
    first, again, other = (split_groups(groups, None, seed=seed)[1] for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert first.tolist() != other.tolist()


def test_the_order_of_the_patches_doesnt_matter() -> None:
    groups = np.random.default_rng(0).integers(0, 15, 100).astype(str)
    labels = np.random.default_rng(1).integers(0, 2, 100)
    order = np.random.default_rng(2).permutation(100)
    held = set(groups[split_groups(groups, labels)[1]])
    assert held == set(groups[order][split_groups(groups[order], labels[order])[1]])


def test_golden_split() -> None:
    groups = [f"m{index % 10}" for index in range(40)]
    _, held_out = split_groups(groups, [0, 0, 0, 1] * 10, share=0.3, seed=0)
    assert len(held_out) == 12
    assert sorted({groups[index] for index in held_out}) == ["m4", "m6", "m7"]


def test_two_groups_are_one_on_each_side() -> None:
    train, held_out = split_groups(["a"] * 3 + ["b"], None, share=0.2)
    assert train.tolist() == [0, 1, 2]
    assert held_out.tolist() == [3]


def test_a_class_in_one_group_alone() -> None:
    with pytest.raises(UsageError) as caught:
        split_groups(["a", "b", "c", "c"], [0, 0, 1, 1])
    assert str(caught.value) == (
        "all defect patches are of one group, 'c', which can't be split: "
        "give patches of another micrograph, or a table of groups"
    )


def test_one_group() -> None:
    with pytest.raises(UsageError, match="all patches are of one group, 'a', which can't be split"):
        split_groups(["a", "a"], None)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_share_out_of_range(share: float) -> None:
    with pytest.raises(UsageError, match=f"must lie between 0 and 1, not {share}"):
        split_groups(["a", "b"], None, share)


def test_negative_seed() -> None:
    with pytest.raises(UsageError, match="seed must not be negative, but is -1"):
        split_groups(["a", "b"], None, seed=-1)


def test_lengths_that_differ() -> None:
    with pytest.raises(UsageError, match=r"not the shapes \(2,\) and \(3,\)"):
        split_groups(["a", "b"], [0, 1, 0])


def test_no_patches() -> None:
    with pytest.raises(UsageError, match="no patches to split"):
        split_groups([], [])
