from dataclasses import replace
from typing import Any

import pytest

from sixring.errors import UsageError
from sixring.structures import Plan
from sixring.structures._stamp import stamps


def test_what_is_not_said_is_perfect() -> None:
    plan = Plan()
    assert plan.wanted() == 0
    assert plan.shares() == {}
    assert plan.area == 100.0


def test_names_have_equal_shares_and_so_have_their_variants() -> None:
    plan = Plan(defects=("SV", "SW"), number=2)
    known = stamps()
    assert plan.shares() == {
        known["SV"]: 0.5,
        known["SW-buckled"]: 0.25,
        known["SW-flat"]: 0.25,
    }


def test_a_mapping_gives_the_shares() -> None:
    plan = Plan(defects={"SV": 3.0, "SW-flat": 1.0, "flower": 0.0}, density=0.01)
    known = stamps()
    assert plan.shares() == {known["SV"]: 0.75, known["SW-flat"]: 0.25, known["flower"]: 0.0}
    assert sum(plan.shares().values()) == pytest.approx(1)


def test_a_name_that_is_said_twice_counts_twice_and_one_with_its_variant_adds_up() -> None:
    known = stamps()
    plan = Plan(defects=("SV", "SV", "N"), number=1)
    assert plan.shares()[known["SV"]] == pytest.approx(2 / 3)
    plan = Plan(defects=("SW", "SW-flat"), number=1)
    assert plan.shares()[known["SW-flat"]] == pytest.approx(0.75)


def test_a_density_is_of_the_area() -> None:
    assert Plan(size=(200.0, 50.0), defects=("SV",), density=0.023).wanted() == pytest.approx(2.3)
    assert Plan(defects=("SV",), density=0.0).wanted() == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": (5.0, 50.0)}, "width must be at least 10 and at most 2000 A, not 5"),
        ({"size": (50.0, 5000.0)}, "height must be at least 10 and at most 2000 A, not 5000"),
        (
            {"orientation": float("nan")},
            "orientation must be at least -360 and at most 360, not nan",
        ),
        ({"spacing": -1.0}, "spacing must be at least 0 and at most 1000, not -1"),
        ({"strain": (0.2, 0, 0)}, "strain exx must be at least -0.1 and at most 0.1, not 0.2"),
        ({"strain": (0, -0.2, 0)}, "strain eyy must be at least -0.1 and at most 0.1, not -0.2"),
        ({"strain": (0, 0, 0.3)}, "strain exy must be at least -0.1 and at most 0.1, not 0.3"),
        (
            {"ripple_amplitude": -0.5},
            "ripple_amplitude must be at least 0 and at most 20, not -0.5",
        ),
        ({"ripple_length": 3.0}, "ripple_length must be at least 10 and at most 100000, not 3"),
        ({"vacuum": 0.95}, "vacuum must be at least 0 and at most 0.9, not 0.95"),
        ({"contamination": 1.1}, "contamination must be at least 0 and at most 1, not 1.1"),
        (
            {"contamination_radius": 1.0},
            "contamination_radius must be at least 3 and at most 1000, not 1",
        ),
        (
            {"contamination_density": 5.0},
            "contamination_density must be at least 0.1 and at most 2, not 5",
        ),
        (
            {"contamination_height": 2.0},
            "contamination_height must be at least 4 and at most 60, not 2",
        ),
        ({"bilayer": -0.1}, "bilayer must be at least 0 and at most 1, not -0.1"),
        (
            {"bilayer_twist": 400.0},
            "bilayer_twist must be at least -360 and at most 360, not 400",
        ),
        ({"density": -1.0}, "density must be at least 0 and at most 100, not -1"),
        ({"boundary": -5.0}, "boundary must be at least 0 and at most 180, not -5"),
        (
            {"boundary": 13.2, "bilayer": 0.5},
            "a second layer over a grain boundary isn't made: leave out boundary or bilayer",
        ),
        ({"defects": "SV"}, "defects must be a tuple of names, not 'SV' alone"),
        (
            {"defects": {"SV": -1.0}, "number": 1},
            "the share of SV must be at least 0, not -1",
        ),
        ({"defects": {"SV": 0.0}, "number": 1}, "one of the shares in defects must be above 0"),
        (
            {"defects": ("SV",), "number": 1, "density": 0.1},
            "give the number or the density of the defects, not both",
        ),
        ({"defects": ("SV",), "number": -1}, "number must be at least 0, not -1"),
        ({"number": 3}, "name the defects of which there are to be so many"),
        ({"density": 0.1}, "name the defects of which there are to be so many"),
        (
            {"defects": ("SV",)},
            "say how many defects there are to be: give their number or density",
        ),
    ],
)
def test_plans_that_cannot_be(values: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        Plan(**values)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["SV-closed", "perfect", "grain-boundary", "edge"])
def test_defects_that_cannot_be_planted_name_those_that_can(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        Plan(defects=("SV", name), number=1)
    message = str(caught.value)
    assert message.startswith(
        f"the defect {name!r} can't be planted: choose from B, DV-5555-6-7777"
    )
    assert all(f" {known}" in message for known in ("SV", "SW", "flower", "hole", "Si-C3"))


@pytest.mark.parametrize("angle", [1.0, 45.0])
def test_a_boundary_that_nothing_makes(angle: float) -> None:
    with pytest.raises(UsageError) as caught:
        Plan(boundary=angle)
    assert str(caught.value).startswith("boundary must be 5 to 32.3 degrees")
    assert str(caught.value).endswith(f", not {angle:g}")


def test_a_density_that_cannot_be_packed_says_which_could() -> None:
    with pytest.raises(UsageError) as caught:
        Plan(size=(100.0, 100.0), defects=("N",), density=2.0)
    message = str(caught.value)
    assert message.startswith(
        "200 defects (2 per nm^2) can't be packed into 100 x 100 angstrom with a spacing of 4: "
        "about "
    )
    fitting = int(message.split("about ")[1].split()[0])
    Plan(defects=("N",), number=fitting)
    with pytest.raises(UsageError, match="can't be packed"):
        Plan(defects=("N",), number=fitting + 1)


def test_a_sheet_that_is_too_small_for_the_defect_holds_none() -> None:
    with pytest.raises(UsageError) as caught:
        Plan(size=(15.0, 50.0), defects=("flower",), number=1)
    assert str(caught.value) == (
        "1 defects (0.13 per nm^2) can't be packed into 15 x 50 angstrom with a spacing of 4: "
        "about 0 (0 per nm^2) fit"
    )


def test_a_changed_plan_is_checked_again() -> None:
    plan = Plan(defects=("SV",), number=30)
    with pytest.raises(UsageError, match="can't be packed"):
        replace(plan, vacuum=0.8)
