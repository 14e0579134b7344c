"""The angle of a lattice, and filters that follow it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sixring.errors import UsageError
from sixring.models._orientation import Orientation
from sixring.models._power import PowerSpectrum
from sixring.models._steered import SteeredBank

PERIOD = 10.65  # d-spacing of graphene, 2.13 A, at 0.2 A/px


def lattice(angle: float, shape: tuple[int, int] = (48, 48), *, first: float = 1.0) -> Tensor:
    """Return waves in three directions, one of them at `angle` from the columns, and overtones."""
    rows, cols = np.mgrid[: shape[0], : shape[1]].astype(float)
    rows, cols = rows - (shape[0] - 1) / 2, cols - (shape[1] - 1) / 2  # a symmetric place
    image = np.zeros(shape)
    for turn in range(3):
        for overtone, height in ((1.0, first), (math.sqrt(3), 0.5)):
            direction = angle + turn * math.pi / 3 + (math.pi / 6 if overtone > 1 else 0)
            along = rows * math.sin(direction) + cols * math.cos(direction)
            image += height * np.cos(2 * math.pi * overtone * along / PERIOD)
    return torch.from_numpy(image).float()[None, None]


@pytest.mark.parametrize("shape", [(16, 16), (12, 17)])
def test_power_is_that_of_the_fast_transform(shape: tuple[int, int]) -> None:
    images = torch.randn(3, *shape)
    power = PowerSpectrum(shape)
    full = np.abs(np.fft.fft2(images.numpy(), s=(2 * shape[0], 2 * shape[1]))) ** 2
    down = np.rint(power.down.numpy() * 2 * shape[0]).astype(int)
    right = np.rint(power.right.numpy() * 2 * shape[1]).astype(int)
    np.testing.assert_allclose(power(images), full[:, down[:, None], right[None]], rtol=1e-3)
    assert max(power.down.abs().max(), power.right.max()) <= 0.25
    assert power.right.min() == 0


@settings(deadline=None, max_examples=40)
@given(st.floats(-math.pi, math.pi))
def test_the_angle_of_a_lattice_is_found(angle: float) -> None:
    found = float(Orientation((48, 48))(lattice(angle)))
    error = math.remainder(found - angle, math.pi / 3)
    assert abs(error) < math.radians(0.5)
    assert abs(found) <= math.pi / 6 + 1e-6


def test_the_angle_is_found_in_noise_and_on_oblong_patches() -> None:
    random = torch.Generator().manual_seed(0)
    for shape in ((48, 48), (40, 56)):
        noisy = lattice(0.2, shape) + 2 * torch.randn(20, 1, *shape, generator=random)
        found = Orientation(shape)(noisy)
        assert float((found - 0.2).abs().max()) < math.radians(5)


def test_where_there_is_no_lattice_the_angle_is_0() -> None:
    assert float(Orientation((32, 32))(torch.zeros(1, 1, 32, 32))) == 0.0


def bank() -> SteeredBank:
    return SteeredBank((47, 47), 4, 2.5, 6)


@pytest.mark.parametrize("angle", [0.3, 1.0, 2.0])
def test_answers_at_the_middle_do_not_know_the_turn(angle: float) -> None:
    # The middle of the patch is a centre of the lattice's symmetry, so turns leave it alone.
    still, turned = (bank()(lattice(a, (47, 47)))[0] for a in (0.0, angle))
    middle = still.shape[1] // 2
    difference = (still - turned)[:, middle, middle]
    assert float(difference.norm()) < 0.03 * float(still[:, middle, middle].norm())


def test_without_the_lattice_turning_they_would() -> None:
    filters = bank()
    filters.orientation.sine.zero_()
    filters.orientation.cosine.zero_()
    still, turned = (filters(lattice(a, (47, 47)))[0] for a in (0.0, 0.3))
    middle = still.shape[1] // 2
    difference = (still - turned)[:, middle, middle]
    assert float(difference.norm()) > 0.2 * float(still[:, middle, middle].norm())


def test_answers_are_correlations_with_the_filters() -> None:
    filters = bank()
    filters.orientation.sine.zero_()  # as if the lattice lay along the columns
    filters.orientation.cosine.zero_()
    patch = torch.zeros(1, 1, 47, 47)
    patch[0, 0, 23, 23] = 1.0
    answers = filters(patch)[0]
    order_0 = filters.real.shape[0] - filters.imag.shape[0]
    side = filters.real.shape[-1]
    middle = answers.shape[1] // 2
    assert answers.shape == (filters.width, 9, 9)
    # Steps of three pixels: one position to the right of the middle.
    value = filters.real[:, 0, side // 2, side // 2 - 3]
    torch.testing.assert_close(answers[: len(value), middle, middle + 1], value)
    value = filters.imag[:, 0, side // 2 + 3, side // 2]
    found = answers[len(filters.real) :, middle - 1, middle]
    torch.testing.assert_close(found, value)
    assert filters.width == 2 * len(filters.real) - order_0


def test_every_filter_has_norm_1_and_its_order() -> None:
    filters = bank()
    square = (filters.real**2).sum(dim=(1, 2, 3))
    order_0 = len(filters.real) - len(filters.imag)
    square[order_0:] += (filters.imag**2).sum(dim=(1, 2, 3))
    torch.testing.assert_close(square, torch.ones_like(square))
    assert filters.order.unique().tolist() == [1, 2, 3, 4, 5, 6]
    # The finest is no finer than 5.2 pixels: order 3 at 2.5 pixels from the centre.
    assert int((filters.order >= 4).sum()) == 3 * 3


def test_beyond_its_edges_a_patch_is_mirrored() -> None:
    filters = SteeredBank((48, 32), 3, 2.5, 3)
    patch = torch.arange(48.0 * 32).reshape(1, 1, 48, 32)
    beyond = patch[:, :, filters.rows][:, :, :, filters.cols]
    expected = torch.nn.functional.pad(patch, (3, 3, 3, 3), mode="reflect")
    torch.testing.assert_close(beyond, expected)


def test_a_patch_smaller_than_the_filters_is_refused() -> None:
    message = (
        "^filters with rings = 5 and spacing = 2.5 need patches of at least 27 pixels a side, "
        "not 26x48$"
    )
    with pytest.raises(UsageError, match=message):
        SteeredBank((26, 48), 5, 2.5, 6)
    assert SteeredBank((27, 48), 5, 2.5, 6)(torch.randn(1, 1, 27, 48)).shape[2:] == (1, 8)
