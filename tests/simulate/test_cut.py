"""Labels of patches, by truths laid out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.simulate import Simulated
from sixring.simulate._cut import BETWEEN, DEFECT, PERFECT, Cuts, Judge, cut
from sixring.structures import BOND
from sixring.types import Atoms, Defect, Mask, Region, Rings

SHAPE = (200, 220)
SIDE = 48
SAMPLING = 0.2
RADIUS = 8.0  # pixels: of every ring
MIDDLE = (SIDE - 1) / 2


def scene(
    *rings: tuple[int, float, float],
    dopants: tuple[tuple[float, float], ...] = (),
    regions: NDArray[np.uint8] | None = None,
    shape: tuple[int, int] = SHAPE,
) -> Simulated:
    """Return rings (size, row, col), each a defect of its own unless it is a six, and dopants."""
    corners: list[NDArray[np.int64]] = []
    positions: list[list[float]] = []
    for size, row, col in rings:
        turns = 2 * np.pi * np.arange(size) / size
        corners.append(np.arange(len(positions), len(positions) + size))
        positions += np.column_stack(
            [row + RADIUS * np.sin(turns), col + RADIUS * np.cos(turns)]
        ).tolist()
    elements = ("C",) * len(positions) + ("Si",) * len(dopants)
    defects = [
        Defect(f"ring-{size}", 1.0, (row, col), (size,), None)
        for size, row, col in rings
        if size != 6
    ] + [Defect("Si-C3", 1.0, place, (), 0, ("Si",)) for place in dopants]
    owner = np.cumsum([size != 6 for size, _, _ in rings]) - 1
    return Simulated(
        image=np.arange(np.prod(shape), dtype=np.float32).reshape(shape),
        expected=np.ones(shape, dtype=np.float32),
        atoms=Atoms(
            np.array([*positions, *dopants]).reshape(-1, 2), elements, np.ones(len(elements))
        ),
        rings=Rings(
            centres=np.array([(row, col) for _, row, col in rings]).reshape(-1, 2),
            sizes=np.array([size for size, _, _ in rings], dtype=np.int64),
            probability=np.ones(len(rings)),
            corners=tuple(corners),
            defect=np.array(
                [k if ring[0] != 6 else -1 for k, ring in zip(owner, rings, strict=True)],
                dtype=np.int64,
            ),
        ),
        defects=tuple(defects),
        mask=Mask(np.zeros(shape, np.uint8) if regions is None else regions),
        sampling=SAMPLING,
        mode="hrtem",
        dose=1e4,
    )


def judged(simulated: Simulated, row: int, col: int) -> tuple[int, str, str]:
    [label], [name], [reason] = Judge(simulated, SIDE).verdicts(np.array([[row, col]]))
    return int(label), str(name), str(reason)


def at(offset_row: float, offset_col: float) -> Simulated:
    """Return a five so far from the middle of the patch at (60, 70)."""
    return scene((5, 60 + MIDDLE + offset_row, 70 + MIDDLE + offset_col))


@pytest.mark.parametrize(
    ("offset", "label"),
    [
        ((0, 0), DEFECT),
        ((12, -12), DEFECT),  # a quarter of the side is still inner
        ((12.1, 0), -1),
        ((0, -12.1), -1),
        ((24, 24), -1),  # in the corner
        ((31.9, 0), -1),  # outside, but an atom of it reaches in
        ((32.1, 0), PERFECT),
        ((0, -32.1), PERFECT),
        ((29.6, 29.6), -1),  # a ring is round: it reaches the corner from here
        ((29.8, 29.8), PERFECT),
    ],
)
def test_where_a_ring_lies_decides(offset: tuple[float, float], label: int) -> None:
    expected = {
        DEFECT: (DEFECT, "ring-5", ""),
        PERFECT: (PERFECT, "", ""),
        -1: (-1, "", BETWEEN),
    }
    assert judged(at(*offset), 60, 70) == expected[label]


@pytest.mark.parametrize(
    ("offset", "label"), [(0, DEFECT), (12, DEFECT), (13, -1), (31.0, -1), (31.2, PERFECT)]
)
def test_a_dopant_reaches_one_bond(offset: float, label: int) -> None:
    assert abs(BOND / SAMPLING - 7.1) < 0.01
    simulated = scene(dopants=((60 + MIDDLE, 70 + MIDDLE + offset),))
    assert judged(simulated, 60, 70)[0] == label
    if label == DEFECT:
        assert judged(simulated, 60, 70)[1] == "Si-C3"


def test_sixes_are_perfect() -> None:
    assert judged(scene((6, 80.0, 90.0)), 60, 70) == (PERFECT, "", "")
    assert judged(scene(), 60, 70) == (PERFECT, "", "")


def test_the_defect_nearest_to_the_middle_gives_the_name() -> None:
    simulated = scene(
        (5, 60 + MIDDLE, 70 + MIDDLE + 8), (7, 60 + MIDDLE, 70 + MIDDLE - 5), (8, 60.0, 70.0)
    )
    assert judged(simulated, 60, 70) == (DEFECT, "ring-7", "")


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        (Region.CONTAMINATION, "contamination"),
        (Region.VACUUM, "vacuum"),
        (Region.BILAYER, "bilayer"),
    ],
)
@pytest.mark.parametrize(("row", "col"), [(60, 70), (107, 117)])
def test_one_pixel_that_isnt_clear_is_enough(
    region: Region, reason: str, row: int, col: int
) -> None:
    regions = np.zeros(SHAPE, np.uint8)
    regions[row, col] = region
    for simulated in (scene(regions=regions), scene((5, 84.0, 94.0), regions=regions)):
        assert judged(simulated, 60, 70) == (-1, "", reason)
        # The patches beside it don't touch it.
        neighbour = (60 + SIDE, 70) if row == 60 else (60 - SIDE, 70)
        assert judged(scene(regions=regions), *neighbour)[0] == PERFECT


def test_a_defect_that_lies_outside_the_image_has_no_name() -> None:
    simulated = scene((5, 84.0, 94.0))
    owned = simulated.rings.defect
    owned[:] = -1
    assert judged(simulated, 60, 70) == (-1, "", BETWEEN)


def cut_out(simulated: Simulated, seed: int = 0, **changed: object) -> Cuts:
    options: dict[str, object] = {"side": SIDE, "ratio": 4.0, "per_defect": 3, **changed}
    return cut(simulated, rng=np.random.default_rng(seed), **options)  # type: ignore[arg-type]


class TestCut:
    def test_the_proportion_is_kept(self) -> None:
        cuts = cut_out(scene((5, 100.0, 110.0)))
        assert (cuts.labels == DEFECT).sum() == 3
        assert (cuts.labels == PERFECT).sum() == 12
        assert cuts.labels.tolist() == [DEFECT] * 3 + [PERFECT] * 12
        assert cuts.defects.tolist() == ["ring-5"] * 3 + [""] * 12

    def test_where_perfect_ones_are_few_defect_ones_are_left_out(self) -> None:
        cuts = cut_out(scene((5, 100.0, 110.0)), ratio=20.0)
        n_defect = int((cuts.labels == DEFECT).sum())
        assert n_defect < 3
        assert (cuts.labels == PERFECT).sum() == 20 * n_defect

    def test_without_a_defect_there_is_nothing(self) -> None:
        assert len(cut_out(scene((6, 100.0, 110.0))).labels) == 0

    def test_pixels_are_those_of_the_image(self) -> None:
        simulated = scene((5, 100.0, 110.0))
        cuts = cut_out(simulated)
        for (row, col), patch in zip(cuts.corners, cuts.images, strict=True):
            assert np.array_equal(patch, simulated.image[row : row + SIDE, col : col + SIDE])

    def test_perfect_ones_share_at_most_half(self) -> None:
        cuts = cut_out(scene((5, 100.0, 110.0)), per_defect=8)
        corners = cuts.corners[cuts.labels == PERFECT]
        apart = np.abs(corners[:, None] - corners).max(axis=2)
        assert apart[~np.eye(len(corners), dtype=bool)].min() == SIDE // 2

    def test_none_comes_near_the_border(self) -> None:
        cuts = cut_out(scene((5, 100.0, 110.0)), per_defect=8)
        guard = 2.5 / SAMPLING
        assert cuts.corners.min() >= guard
        assert (cuts.corners + SIDE + guard - 1 <= np.array(SHAPE)).all()

    def test_what_was_rejected_is_told(self) -> None:
        regions = np.zeros(SHAPE, np.uint8)
        regions[:, :110] = Region.CONTAMINATION
        cuts = cut_out(scene((5, 100.0, 160.0), regions=regions), ratio=2.0, per_defect=1)
        assert set(cuts.reasons) <= {"contamination", BETWEEN}
        assert "contamination" in cuts.reasons
        assert len(cuts.reasons) == len(cuts.rejected)
        labels, _, reasons = Judge(scene((5, 100.0, 160.0), regions=regions), SIDE).verdicts(
            cuts.rejected
        )
        assert (labels == -1).all()
        assert reasons.tolist() == cuts.reasons.tolist()

    def test_an_image_hidden_by_dirt_gives_nothing(self) -> None:
        regions = np.full(SHAPE, Region.CONTAMINATION, np.uint8)
        cuts = cut_out(scene((5, 100.0, 110.0), regions=regions))
        assert len(cuts.images) == 0
        assert set(cuts.reasons) == {"contamination"}

    def test_an_image_too_small_for_a_patch_and_its_border_gives_nothing(self) -> None:
        cuts = cut_out(scene((5, 30.0, 30.0), shape=(60, 60)))
        assert cuts.images.shape == (0, SIDE, SIDE)
        assert len(cuts.rejected) == 0

    def test_the_same_seed_cuts_the_same(self) -> None:
        simulated = scene((5, 100.0, 110.0), (7, 60.0, 60.0))
        assert np.array_equal(cut_out(simulated).corners, cut_out(simulated).corners)
        assert not np.array_equal(cut_out(simulated).corners, cut_out(simulated, 1).corners)

    @given(
        st.integers(0, 10_000),
        st.lists(st.tuples(st.sampled_from([5, 7, 8]), st.floats(0, 199), st.floats(0, 219))),
    )
    def test_every_label_holds(self, seed: int, rings: list[tuple[int, float, float]]) -> None:
        cuts = cut_out(scene(*rings), seed, ratio=1.0)
        centres = np.array([(row, col) for _, row, col in rings]).reshape(-1, 2)
        for label, corner in zip(cuts.labels, cuts.corners, strict=True):
            away = np.abs(centres - corner - MIDDLE)
            inner = (away <= SIDE / 4).all(axis=1)
            if label == DEFECT:
                assert inner.any()
            else:
                outside = np.maximum(away - SIDE / 2, 0)
                assert (np.hypot(*outside.T) >= RADIUS - 1e-6).all()
