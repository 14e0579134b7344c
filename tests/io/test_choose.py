from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sixring.errors import ImageError
from sixring.io._choose import choose_signal
from sixring.io._signal import Axis, Signal, describe


def signal(name: str, nm: float | None = None, side: int = 64, unit: str = "nm") -> Signal:
    return describe(np.zeros((side, side)), [Axis(nm, unit)] * 2, name=name)


@pytest.mark.parametrize(
    ("others", "best"),
    [
        # A pixel size comes before a good name and a larger image.
        ([signal("HAADF", None, 128)], signal("BF", 0.02)),
        # The smaller pixels come before a good name.
        ([signal("HAADF", 0.2)], signal("BF", 0.02)),
        # Of one scan, the annular dark field.
        ([signal("BF", 0.02), signal("EDS C map", 0.02)], signal("MAADF", 0.0201)),
        ([signal("A", 0.02)], signal("BM-Ceta", 0.02)),
        # Without sizes, the largest.
        ([signal("a"), signal("b", None, 96)], signal("c", None, 128)),
        # What is no image never comes in question.
        ([signal("HAADF", 0.001, unit="1/nm"), signal("HAADF", 0.001, 8)], signal("x")),
        # A survey only where there is nothing else.
        ([signal("Survey HAADF", 0.001), signal("NavCam", 0.001)], signal("x")),
    ],
)
def test_the_better_is_taken_in_any_order(others: list[Signal], best: Signal) -> None:
    assert choose_signal([best, *others], "f")[0] is best
    assert choose_signal([*others, best], "f")[0] is best


def test_the_first_of_equals() -> None:
    signals = [signal("HAADF", 0.02), signal("HAADF", 0.02)]
    assert choose_signal(signals, "f")[0] is signals[0]


def test_a_lone_survey_is_taken() -> None:
    only = signal("Survey", 5.0)
    assert choose_signal([only], "f") == (only, "", [])


def test_the_note_stays_short() -> None:
    signals = [signal(f"map\n{i}", 0.02) for i in range(12)]
    assert choose_signal(signals, "f")[2] == [
        "signal 1 (map 0) of 12 was taken, not 2 (map 1), 3 (map 2), 4 (map 3), 5 (map 4), 7 more"
    ]


def test_faults_of_all_are_told() -> None:
    signals = [signal("EELS", 0.3, unit="eV"), signal("CBED", 0.3, unit="mrad")]
    with pytest.raises(ImageError) as caught:
        choose_signal(signals, "f.dm4")
    assert str(caught.value) == (
        "f.dm4: none of its 2 signals is a micrograph: 1 (EELS) is a spectrum (an axis in eV), "
        "not an image; 2 (CBED) is in reciprocal space (an axis in mrad), a diffraction pattern "
        "or a Fourier transform: give a file with a 2-D image"
    )


def test_no_signal() -> None:
    with pytest.raises(ImageError, match=r"^f: there is no image in it: give a file"):
        choose_signal([], "f")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["HAADF", "BF", "Survey", ""]),
            st.one_of(st.none(), st.floats(1e-3, 10)),
            st.sampled_from([8, 64, 128]),
        ),
        min_size=1,
    )
)
def test_an_image_is_taken_if_there_is_one(parts: list[tuple[str, float | None, int]]) -> None:
    signals = [signal(*part) for part in parts]
    if all(part[2] < 32 for part in parts):
        with pytest.raises(ImageError):
            choose_signal(signals, "f")
    else:
        assert choose_signal(signals, "f")[0].fault == ""
