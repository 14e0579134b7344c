from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sixring.errors import UsageError
from sixring.patches import Augmentation

NONE = Augmentation.none()
SINGLE = {
    "symmetries": replace(NONE, symmetries=True),
    "shift": replace(NONE, shift=4.0),
    "rotation": replace(NONE, interpolated=1.0, scale=0.0, shear=0.0),
    "scale": replace(NONE, interpolated=1.0, rotation=0.0, shear=0.0),
    "shear": replace(NONE, interpolated=1.0, rotation=0.0, scale=0.0),
    "blur": replace(NONE, blur=1.0),
    "contamination": replace(NONE, contamination=1.0),
    "dose": replace(NONE, dose=0.5),
    "counts": replace(NONE, dose=0.5, counts=True),
    "gain": replace(NONE, gain=0.2),
    "offset": replace(NONE, offset=0.2),
    "inversion": replace(NONE, inversion=1.0),
}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def counts(number: int = 16, rows: int = 48, cols: int = 48, mean: float = 100.0) -> Tensor:
    return torch.poisson(torch.full((number, 1, rows, cols), mean), generator=generator(1))


def test_none_is_the_identity() -> None:
    batch = counts()
    assert torch.equal(NONE.apply(batch, generator()), batch)


@pytest.mark.parametrize("name", SINGLE)
def test_each_change_alone_changes_every_kind_of_batch_and_not_its_input(name: str) -> None:
    batch = counts()
    before = batch.clone()
    after = SINGLE[name].apply(batch, generator())
    assert not torch.equal(after, before)
    assert torch.equal(batch, before)
    assert torch.isfinite(after).all()


@pytest.mark.parametrize("name", [*SINGLE, "default"])
def test_follows_from_the_generator_alone(name: str) -> None:
    how = SINGLE.get(name, Augmentation())
    batch = counts()
    state = torch.get_rng_state()
    first = how.apply(batch, generator(3))
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(99)
    assert torch.equal(how.apply(batch, generator(3)), first)
    assert not torch.equal(how.apply(batch, generator(4)), first) or name == "inversion"


def test_goes_on_from_a_saved_state() -> None:
    random = generator(5)
    batch = counts()
    Augmentation().apply(batch, random)
    state = random.get_state()
    second = Augmentation().apply(batch, random)
    resumed = torch.Generator()
    resumed.set_state(state)
    assert torch.equal(Augmentation().apply(batch, resumed), second)


@st.composite
def augmentations(draw: st.DrawFn) -> Augmentation:
    share = st.floats(0, 1)
    return Augmentation(
        symmetries=draw(st.booleans()),
        shift=draw(st.floats(0, 8)),
        interpolated=draw(share),
        rotation=draw(st.floats(0, 180)),
        scale=draw(st.floats(0, 0.5)),
        shear=draw(st.floats(0, 0.5)),
        blur=draw(st.floats(0, 30)),
        contamination=draw(share),
        contamination_size=draw(st.floats(0, 0.5)),
        contamination_strength=draw(st.floats(0, 3)),
        dose=draw(st.floats(0.01, 1)),
        counts=draw(st.booleans()),
        gain=draw(st.floats(0, 2)),
        offset=draw(st.floats(0, 2)),
        inversion=draw(share),
    )


@settings(max_examples=40, deadline=None)
@given(
    how=augmentations(),
    shape=st.tuples(st.integers(0, 5), st.integers(16, 50), st.integers(16, 50)),
    seed=st.integers(0, 1000),
    flat=st.booleans(),
)
def test_shape_type_and_no_nan(
    how: Augmentation, shape: tuple[int, int, int], seed: int, flat: bool
) -> None:
    batch = counts(*shape, mean=0.0 if flat else 3.0)
    after = how.apply(batch, generator(seed))
    assert after.shape == batch.shape
    assert after.dtype == torch.float32
    assert torch.isfinite(after).all()
    assert not after.requires_grad


def test_constant_patches_stay_constant() -> None:
    batch = torch.full((8, 1, 48, 48), 7.0)
    how = replace(Augmentation(), gain=0.0)
    torch.testing.assert_close(how.apply(batch, generator()), batch)


def test_a_lower_dose_keeps_the_mean_and_raises_the_variance_as_it_must() -> None:
    batch = 5000 + 20 * torch.randn((512, 1, 48, 48), generator=generator(1))
    after = replace(NONE, dose=0.25).apply(batch, generator())
    assert float(after.mean()) == pytest.approx(5000, abs=0.1)
    # The share of the dose is log-uniform, so the mean of its inverse is 3 / ln 4.
    variances = after.var(dim=(1, 2, 3))
    assert float(variances.mean()) == pytest.approx(400 * 3 / math.log(4), rel=0.04)
    assert float(variances.min()) == pytest.approx(400, rel=0.15)
    assert float(variances.max()) == pytest.approx(1600, rel=0.15)


def test_thinned_counts_have_the_variance_of_their_dose() -> None:
    batch = counts(256, mean=50.0)
    after = replace(NONE, dose=0.25, counts=True).apply(batch, generator())
    assert float(after.mean()) == pytest.approx(50, rel=0.005)
    assert float(after.var(dim=(1, 2, 3)).mean()) == pytest.approx(50 * 3 / math.log(4), rel=0.06)
    assert float(after.min()) >= 0


@pytest.mark.parametrize("name", ["symmetries", "shift", "rotation", "scale", "shear", "blur"])
def test_noise_stays_as_strong_as_it_was(name: str) -> None:
    """So that it doesn't tell a network which patches were turned or blurred."""
    batch = counts(256)
    after = SINGLE[name].apply(batch, generator())
    assert float(after.var(dim=(1, 2, 3)).mean()) == pytest.approx(100, rel=0.05)
    assert float(after.mean()) == pytest.approx(100, rel=0.002)


def test_interpolated_is_the_share_of_the_patches_that_leave_the_grid() -> None:
    batch = counts(1000, 16, 16)
    after = replace(NONE, interpolated=0.3).apply(batch, generator())
    on_grid = (after == batch).all(dim=(1, 2, 3))
    assert float(on_grid.float().mean()) == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("how", [replace(NONE, contamination=0.3), replace(NONE, inversion=0.3)])
def test_shares_of_the_patches(how: Augmentation) -> None:
    batch = counts(1000, 16, 16)
    same = (how.apply(batch, generator()) == batch).all(dim=(1, 2, 3))
    assert float(same.float().mean()) == pytest.approx(0.7, abs=0.05)


def test_quarter_turns_and_mirrors_come_equally_often() -> None:
    patch = counts(1, 16, 16)
    after = SINGLE["symmetries"].apply(patch.expand(4000, 1, 16, 16), generator())
    image = patch[0, 0].numpy()
    poses = [np.rot90(side, turns) for side in (image, np.fliplr(image)) for turns in range(4)]
    for pose in poses:
        found = (after[:, 0].numpy() == pose).all(axis=(1, 2)).mean()
        assert found == pytest.approx(1 / 8, abs=0.02)


def test_patches_that_arent_square_are_mirrored_only() -> None:
    patch = counts(1, 16, 20)
    after = SINGLE["symmetries"].apply(patch.expand(400, 1, 16, 20), generator())[:, 0].numpy()
    image = patch[0, 0].numpy()
    found = [
        (after == pose).all(axis=(1, 2)).mean()
        for pose in (image, image[::-1], image[:, ::-1], image[::-1, ::-1])
    ]
    assert sum(found) == pytest.approx(1)
    assert min(found) > 0.15


def test_shifts_by_whole_pixels_reach_both_ways() -> None:
    patch = counts(1)
    after = SINGLE["shift"].apply(patch.expand(400, 1, 48, 48), generator())
    padded = np.pad(patch[0, 0].numpy(), 4, mode="reflect")
    shifts = set()
    for image in after[:, 0].numpy():
        for row in range(9):
            for col in range(9):
                if np.array_equal(image, padded[row : row + 48, col : col + 48]):
                    shifts.add((4 - row, 4 - col))
    assert len(shifts) > 60
    assert {row for row, _ in shifts} == {col for _, col in shifts} == set(range(-4, 5))


def test_inversion_turns_the_contrast_about_the_mean() -> None:
    batch = counts()
    after = SINGLE["inversion"].apply(batch, generator())
    mean = batch.mean(dim=(2, 3), keepdim=True)
    torch.testing.assert_close(after - mean, mean - batch)


def test_gain_and_offset_stay_in_their_ranges() -> None:
    batch = counts(500)
    gains = SINGLE["gain"].apply(batch, generator()).mean(dim=(1, 2, 3)) / batch.mean(dim=(1, 2, 3))
    assert 1 / 1.2 - 1e-4 <= float(gains.min()) < 0.85
    assert 1.18 < float(gains.max()) <= 1.2 + 1e-4
    raised = SINGLE["offset"].apply(batch, generator()) - batch
    steps = raised.mean(dim=(1, 2, 3)) / batch.flatten(1).std(dim=1, correction=0)
    torch.testing.assert_close(raised.std(dim=(2, 3)), torch.zeros(500, 1), atol=1e-4, rtol=0)
    assert -0.2 - 1e-4 <= float(steps.min()) < -0.19
    assert 0.19 < float(steps.max()) <= 0.2 + 1e-4


def test_scale_of_the_intensities_doesnt_matter() -> None:
    batch = counts()
    small = Augmentation().apply(batch / 65536, generator())
    torch.testing.assert_close(small * 65536, Augmentation().apply(batch, generator()))


@pytest.mark.parametrize(
    ("shape", "found"),
    [((48, 48), "(48, 48)"), ((4, 48, 48), "(4, 48, 48)"), ((4, 3, 48, 48), "(4, 3, 48, 48)"),
     ((4, 1, 48, 7), "(4, 1, 48, 7)")],
)  # fmt: skip
def test_another_shape(shape: tuple[int, ...], found: str) -> None:
    with pytest.raises(UsageError) as caught:
        Augmentation().apply(torch.zeros(shape), generator())
    assert str(caught.value) == (
        "a batch must have the shape (n, 1, rows, cols) with at least 8 rows and columns, "
        f"not {found}"
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.int16])
def test_another_type(dtype: torch.dtype) -> None:
    with pytest.raises(UsageError, match=f"a batch must be of type float32, not {dtype}"):
        Augmentation().apply(torch.zeros((2, 1, 48, 48), dtype=dtype), generator())


def test_a_shift_out_of_the_patch() -> None:
    with pytest.raises(UsageError, match="the shift of 9 pixels is more than half of a patch of 1"):
        Augmentation(shift=9).apply(torch.zeros((1, 1, 16, 48)), generator())


@pytest.mark.parametrize("value", [0.5, -1.0])
def test_what_isnt_counts(value: float) -> None:
    batch = counts(2)
    batch[1, 0, 3, 4] = value
    with pytest.raises(UsageError) as caught:
        Augmentation(counts=True).apply(batch, generator())
    assert str(caught.value) == (
        f"counts is set, but a patch has the intensity {value:g}: "
        "give whole numbers of electrons, unscaled, or don't set it"
    )


@pytest.mark.parametrize(
    ("field", "value", "span"),
    [
        ("interpolated", 1.1, "0 to 1"),
        ("contamination", -0.1, "0 to 1"),
        ("inversion", 2.0, "0 to 1"),
        ("shift", -1.0, "0 to 100"),
        ("blur", 101.0, "0 to 100"),
        ("contamination_strength", -1.0, "0 to 100"),
        ("gain", math.inf, "0 to 100"),
        ("offset", math.nan, "0 to 100"),
        ("rotation", 181.0, "0 to 180"),
        ("scale", 0.6, "0 to 0.5"),
        ("shear", -0.1, "0 to 0.5"),
        ("contamination_size", 0.6, "0 to 0.5"),
        ("dose", 0.0, "0.001 to 1"),
    ],
)
def test_strengths_out_of_range(field: str, value: float, span: str) -> None:
    with pytest.raises(UsageError) as caught:
        replace(NONE, **{field: value})  # type: ignore[arg-type]
    assert str(caught.value) == f"{field} must be {span}, not {value:g}"


def test_every_number_is_checked() -> None:
    for field in fields(Augmentation):
        if field.type != "bool":
            with pytest.raises(UsageError, match=f"^{field.name} must be"):
                replace(NONE, **{field.name: math.nan})  # type: ignore[arg-type]


def test_the_room_is_imported_without_torch() -> None:
    code = (
        "import sys; from sixring.patches import Augmentation; Augmentation(); "
        "sys.exit('torch' in sys.modules or 'kornia' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
