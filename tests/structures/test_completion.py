"""Parts of defects, and the defects that they are parts of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sixring.structures import complete_defect, perfect_sheet, plant, tilt_boundary, truth
from sixring.structures._completion import _templates

SIDE = 60.0
MIDDLE = np.array([SIDE / 2, SIDE / 2])
KINDS = {
    "SV-open": 1,
    "SV": 2,
    "DV-585": 3,
    "DV-555777": 6,
    "DV-5555-6-7777": 8,
    "SW": 4,
    "flower": 12,
}
MISSING = {"SV": 1, "SV-open": 1, "SW": 0, "flower": 0}


def rings_of(name: str, orientation: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the centres and sizes of the rings of a planted defect."""
    sheet = perfect_sheet(SIDE, SIDE, orientation=orientation)
    held = truth(plant(sheet, name, near=(SIDE / 2, SIDE / 2)))
    near = np.linalg.norm(held.centres - MIDDLE, axis=1) < 0.45 * SIDE
    return held.centres[near], held.sizes[near]


def cut(
    centres: NDArray[np.float64], sizes: NDArray[np.int64], number: int, direction: float
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Hide all that lies beyond a straight line, so that so many odd rings are seen."""
    along = centres @ (np.cos(direction), np.sin(direction))
    odd = np.flatnonzero(sizes != 6)
    last = np.sort(along[odd])[number - 1]
    seen = along <= last + 1e-9
    odd = odd[seen[odd]]
    others = np.setdiff1d(np.flatnonzero(seen), odd)
    return centres[odd], sizes[odd], centres[others]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("orientation", [0.0, 17.0])
def test_a_whole_defect_is_known(name: str, orientation: float) -> None:
    centres, sizes = rings_of(name, orientation)
    seen = cut(centres, sizes, KINDS[name], 0.0)
    whole = complete_defect(*seen)
    assert whole is not None
    assert (whole.name, whole.hidden) == (name, 0)
    assert whole.position == pytest.approx(seen[0].mean(axis=0), abs=0.1)
    assert whole.missing_atoms == MISSING.get(name, 2)


@pytest.mark.parametrize("direction", np.arange(0.0, 6.2, 0.7))
@pytest.mark.parametrize(
    ("name", "number"),
    [("DV-585", 2), ("DV-555777", 5), ("DV-5555-6-7777", 7), ("SW", 3), ("flower", 10)],
)
def test_a_part_tells_the_whole_and_its_place(name: str, number: int, direction: float) -> None:
    centres, sizes = rings_of(name, 9.0)
    true = centres[sizes != 6].mean(axis=0)
    seen = cut(centres, sizes, number, direction)
    whole = complete_defect(*seen)
    assert whole is not None
    assert (whole.name, whole.hidden) == (name, KINDS[name] - len(seen[0]))
    assert np.linalg.norm(whole.position - true) < 0.5


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(["DV-555777", "DV-5555-6-7777", "SW", "flower"]),
    st.floats(0, 2 * np.pi),
    st.floats(-50, 50),
    st.floats(-0.03, 0.03),
    st.integers(0, 2**32 - 1),
)
def test_it_may_be_turned_shifted_strained_and_noisy(
    name: str, angle: float, shift: float, strain: float, seed: int
) -> None:
    centres, sizes = rings_of(name)
    noise = np.random.default_rng(seed).normal(0, 0.08, centres.shape)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = ((centres - MIDDLE) * (1 + strain) + noise) @ turn.T
    seen = cut(moved + shift, sizes, KINDS[name] - 1, 1.0)
    whole = complete_defect(*seen)
    assert whole is not None
    assert whole.name == name


def test_a_ring_where_another_would_be_refutes_it() -> None:
    centres, sizes = rings_of("SW")
    part, named, others = cut(centres, sizes, 3, 0.3)
    hidden = centres[sizes != 6]
    hidden = hidden[np.linalg.norm(hidden[:, None] - part, axis=-1).min(axis=1) > 0.1]
    assert len(hidden) == 1
    assert complete_defect(part, named, others) is not None
    found = complete_defect(part, named, np.concatenate([others, hidden]))
    assert found is None or found.name != "SW"


def test_what_may_be_either_of_two_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    centres, sizes = rings_of("SW")
    seen = cut(centres, sizes, 4, 0.0)
    twin = replace(next(one for one in _templates() if one.name == "SW"), name="another")
    both = (*_templates(), twin)
    monkeypatch.setattr("sixring.structures._completion._templates", lambda: both)
    assert complete_defect(*seen) is None


def test_a_network_of_odd_rings_is_nothing_at_once() -> None:
    many = np.random.default_rng(0).uniform(0, 1000, (20_000, 2))
    assert complete_defect(many, np.full(len(many), 5), np.empty((0, 2))) is None


def test_every_structure_is_its_own_mirror_image() -> None:
    # Otherwise the mirrored one would have to be tried too.
    for template in _templates():
        whole = complete_defect(
            template.centres * (1, -1) @ np.array([[0.6, -0.8], [0.8, 0.6]]),
            template.sizes,
            np.empty((0, 2)),
        )
        assert len(template.sizes) == 1 or (whole is not None and whole.name == template.name)


@pytest.mark.parametrize(("size", "name"), [(12, "SV-open"), (11, None), (5, None), (9, None)])
def test_a_single_ring_is_a_defect_where_one_has_no_other(size: int, name: str | None) -> None:
    whole = complete_defect(np.array([[3.0, 4.0]]), np.array([size]), np.empty((0, 2)))
    assert (whole and whole.name) == name
    if whole is not None:
        assert (whole.position, whole.missing_atoms, whole.hidden) == ((3.0, 4.0), 1, 0)


@pytest.mark.parametrize("number", [1, 2])
def test_too_little_tells_nothing(number: int) -> None:
    centres, sizes = rings_of("flower")
    assert complete_defect(*cut(centres, sizes, number, 0.2)) is None


def test_no_ring_is_no_defect() -> None:
    assert complete_defect(np.empty((0, 2)), np.empty(0, np.int64), np.empty((0, 2))) is None


def test_other_sizes_in_the_same_places_are_another_thing() -> None:
    centres, sizes = rings_of("DV-555777")
    part, named, others = cut(centres, sizes, 6, 0.0)
    assert complete_defect(part, np.where(named == 5, 4, named), others) is None


@pytest.mark.parametrize("angle", [21.8, 32.2])
@pytest.mark.parametrize("rows", [12.0, 20.0, 28.0])
def test_a_piece_of_a_boundary_is_no_flower(angle: float, rows: float) -> None:
    sheet = tilt_boundary(SIDE, SIDE, angle=angle)
    held = truth(sheet)
    seen = held.centres[:, 1] < rows
    inner = (held.centres[:, 0] > 5) & (held.centres[:, 0] < SIDE - 5)
    odd = np.flatnonzero(seen & inner & (held.sizes != 6))
    others = np.flatnonzero(seen & (held.sizes == 6))
    assert len(odd) >= 3
    assert complete_defect(held.centres[odd], held.sizes[odd], held.centres[others]) is None
