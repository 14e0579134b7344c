from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sixring.models.network import normalise


def test_a_patch_worked_out_by_hand() -> None:
    # Mean 2, mean absolute deviation 1.
    patch = torch.tensor([[[1.0, 3.0], [1.0, 3.0]]])
    expected = torch.tensor([[[[-1.0, 1.0], [-1.0, 1.0]]]])
    torch.testing.assert_close(normalise(patch), expected)


@given(
    gain=st.floats(1e-3, 1e3),
    offset=st.floats(-100, 100),
    seed=st.integers(0, 2**32 - 1),
)
def test_mean_and_spread_are_fixed_and_gain_and_offset_gone(
    gain: float, offset: float, seed: int
) -> None:
    images = torch.randn(3, 9, 11, generator=torch.Generator().manual_seed(seed))
    plain = normalise(images)
    assert plain.shape == (3, 1, 9, 11)
    torch.testing.assert_close(plain.mean(dim=(1, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(plain.abs().mean(dim=(1, 2, 3)), torch.ones(3))
    changed = normalise((gain * images.double() + gain * offset).float())
    torch.testing.assert_close(changed, plain, atol=1e-3, rtol=0)


def test_each_patch_has_its_own_spread() -> None:
    images = torch.randn(2, 8, 8)
    both = normalise(torch.stack([images[0], 100 * images[1]]))
    torch.testing.assert_close(both[1:], normalise(images[1:]), atol=1e-5, rtol=0)


def test_a_constant_patch_is_zero() -> None:
    assert not normalise(torch.full((1, 8, 8), 3.0)).any()


def test_one_bright_pixel_sways_the_spread_less_than_a_standard_deviation() -> None:
    images = torch.randn(1, 48, 48, generator=torch.Generator().manual_seed(0))
    hit = images.clone()
    hit[0, 10, 10] = 100.0
    spread = (hit - hit.mean()).abs().mean() / (images - images.mean()).abs().mean()
    assert float(spread) == pytest.approx(1.05, abs=0.03)
    assert float(hit.std() / images.std()) > 2
