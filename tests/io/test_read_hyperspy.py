"""Signals of HyperSpy, through a stand-in that has what its signals have."""

from __future__ import annotations

from typing import Any

import dask.array
import numpy as np
import pytest
from numpy.typing import NDArray

from sixring.errors import ImageError, UsageError
from sixring.io import read

RAMP = np.arange(40 * 50, dtype=np.float32).reshape(40, 50)


class Undefined:
    """What HyperSpy has where no unit is set."""

    def __str__(self) -> str:
        return "<undefined>"


class Tree:
    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree

    def as_dictionary(self) -> dict[str, Any]:
        return self.tree


class StandIn:
    """A signal with the axes in the order of the array, navigation first."""

    def __init__(
        self,
        data: NDArray[Any],
        *units: object,
        scale: float = 0.0112,
        metadata: dict[str, Any] | None = None,
        signal_dimension: int = 2,
    ) -> None:
        self.data = data
        navigation = data.ndim - signal_dimension
        self.axes_manager = Tree(
            {
                f"axis-{number}": {
                    "_type": "UniformDataAxis",
                    "name": Undefined(),
                    "units": units[number],
                    "navigate": number < navigation,
                    "is_binned": False,
                    "size": data.shape[number],
                    "scale": scale,
                    "offset": 0.0,
                }
                for number in range(data.ndim)
            }
        )
        self.metadata = Tree(metadata or {"General": {"title": ""}})


def test_calibrated_image() -> None:
    metadata = {
        "General": {"title": "graphene"},
        "Acquisition_instrument": {"TEM": {"beam_energy": 60, "acquisition_mode": "STEM"}},
    }
    micrograph = read(StandIn(RAMP, "nm", "nm", metadata=metadata))
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.sampling == 0.112
    assert (micrograph.mode, micrograph.energy) == ("stem", 60e3)
    assert (micrograph.source, micrograph.signal, micrograph.notes) == ("signal", "", ())


def test_units_that_are_not_set() -> None:
    micrograph = read(StandIn(RAMP, Undefined(), Undefined(), scale=1.0))
    assert micrograph.sampling is None
    assert micrograph.notes == ()


def test_the_title_may_name_the_detector() -> None:
    assert (
        read(StandIn(RAMP, "nm", "nm", metadata={"General": {"title": "MAADF 2"}})).mode == "stem"
    )


@pytest.mark.parametrize("lazy", [False, True])
def test_stack(lazy: bool) -> None:
    stack = np.stack([RAMP, RAMP + 1, RAMP + 2])
    data = dask.array.stack([stack[0], stack[1], stack[2]]) if lazy else stack  # type: ignore[no-untyped-call]
    micrograph = read(StandIn(data, "s", "nm", "nm"))
    np.testing.assert_array_equal(micrograph.image, RAMP)
    assert micrograph.notes == ("a stack of 3 frames: the first was taken",)


def test_what_the_user_states_goes_first() -> None:
    metadata = {"Acquisition_instrument": {"TEM": {"acquisition_mode": "STEM"}}}
    signal = StandIn(RAMP, "nm", "nm", metadata=metadata)
    micrograph = read(signal, sampling="12 pm", mode="hrtem")
    assert (micrograph.sampling, micrograph.mode) == (0.12, "hrtem")
    assert micrograph.notes == (
        "the sampling given, 0.12 A/px, was used; the file says 0.112 A/px",
        "the mode given, hrtem, was used; the file says stem",
    )
    assert read(signal, sampling=0.1121, mode="stem").notes == ()


def test_signal_of_spectra() -> None:
    with pytest.raises(ImageError, match=r"^signal: the data are a spectrum or a profile of shape"):
        read(StandIn(RAMP, "nm", "", signal_dimension=1))
    with pytest.raises(ImageError, match=r"^signal: the data are a spectrum \(an axis in keV\)"):
        read(StandIn(np.stack([RAMP] * 40), "nm", "nm", "keV", signal_dimension=1))


def test_diffraction_patterns() -> None:
    scan = np.broadcast_to(RAMP, (2, 3, *RAMP.shape))
    with pytest.raises(ImageError, match=r"in reciprocal space \(an axis in 1 / nm\)"):
        read(StandIn(scan, "nm", "nm", "1 / nm", "1 / nm"))


def test_colour_fields() -> None:
    grey = (RAMP % 251).astype(np.uint8)
    rgb = np.zeros(grey.shape, dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    for field in "RGB":
        rgb[field] = grey
    np.testing.assert_array_equal(read(StandIn(rgb, "nm", "nm")).image, grey)
    rgb["G"] = 255 - grey
    with pytest.raises(ImageError, match=r"^signal: a colour picture"):
        read(StandIn(rgb, "nm", "nm"))


def test_other_fields() -> None:
    odd = np.zeros((40, 40), dtype=[("real", "f4"), ("imag", "f4")])
    with pytest.raises(ImageError, match="which isn't a number: give integers or real numbers"):
        read(StandIn(odd, "nm", "nm"))


def test_something_that_only_has_data() -> None:
    class Box:
        data = RAMP

    with pytest.raises(UsageError, match="can't read a Box"):
        read(Box())  # type: ignore[arg-type]
