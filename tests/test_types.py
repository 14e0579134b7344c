"""The dataclasses that stages exchange."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring import types
from sixring.types import Atoms, Detection, Grain, Mask, Micrograph, Region, Rings

RECORDS: list[type] = [
    record
    for record in (getattr(types, name) for name in types.__all__)
    if isinstance(record, type) and dataclasses.is_dataclass(record)
]


def a_micrograph() -> Micrograph:
    return Micrograph(np.zeros((3, 4), np.float32))


def test_every_record_is_listed() -> None:
    names = {record.__name__ for record in RECORDS}
    assert names == {
        "Atoms",
        "Defect",
        "Detection",
        "Findable",
        "Grain",
        "Lattice",
        "Mask",
        "Micrograph",
        "Rings",
    }


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen_and_say_what_each_field_is(record: type) -> None:
    assert record.__doc__
    assert getattr(record, "__dataclass_params__").frozen  # noqa: B009 - mypy knows no such name


def test_a_micrograph_says_only_what_is_known() -> None:
    micrograph = a_micrograph()
    assert micrograph.source == "array"
    assert (micrograph.sampling, micrograph.mode, micrograph.dose, micrograph.energy) == (None,) * 4
    assert micrograph.notes == ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        micrograph.sampling = 0.2  # type: ignore[misc]


@pytest.mark.parametrize("one", [a_micrograph(), Grain(np.zeros((3, 2)), 1.0)], ids=["m", "g"])
def test_records_with_arrays_are_equal_to_themselves_alone(one: object) -> None:
    # Comparing arrays has no one answer; identity does.
    assert one == one
    assert one != dataclasses.replace(one)  # type: ignore[type-var]
    assert len({one, one}) == 1


def test_regions_have_the_numbers_that_masks_are_made_of() -> None:
    assert [(region.name, region.value) for region in Region][:6] == [
        ("CLEAR", 0),
        ("CONTAMINATION", 1),
        ("VACUUM", 2),
        ("BLUR", 3),
        ("BILAYER", 4),
        ("BORDER", 5),
    ]
    assert np.uint8(2) == Region.VACUUM


@given(st.lists(st.sampled_from(list(Region)), min_size=1, max_size=40))
def test_a_mask_knows_what_is_clear_and_the_share_of_each_region(drawn: list[Region]) -> None:
    mask = Mask(np.array([drawn, drawn], np.uint8))
    assert mask.clear.tolist() == [[region is Region.CLEAR for region in drawn]] * 2
    assert sum(mask.fraction(region) for region in Region) == pytest.approx(1.0)
    for region in Region:
        assert mask.fraction(region) == pytest.approx(drawn.count(region) / len(drawn))
    assert mask.fraction(Region.CLEAR) == pytest.approx(mask.clear.mean())


def test_atoms_and_rings_have_a_length() -> None:
    atoms = Atoms(np.zeros((2, 2)), ("C", "Si"), np.ones(2))
    assert len(atoms) == 2
    rings = Rings(
        centres=np.zeros((3, 2)),
        sizes=np.array([5, 6, 7]),
        probability=np.ones(3),
        corners=tuple(np.arange(n) for n in (5, 6, 7)),
        defect=np.full(3, -1),
    )
    assert len(rings) == 3
    assert len(Atoms(np.empty((0, 2)), (), np.empty(0))) == 0


def test_the_settings_of_two_detections_are_not_shared() -> None:
    factories = {
        field.name: field.default_factory
        for field in dataclasses.fields(Detection)
        if field.default_factory is not dataclasses.MISSING
    }
    assert set(factories) == {"settings"}
    assert factories["settings"]() is not factories["settings"]()
