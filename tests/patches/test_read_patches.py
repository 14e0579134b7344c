from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from patch_files import grey_patches, write_classes, write_patch
from sixring.errors import ImageError, InputError, ReadError, UsageError
from sixring.patches import DEFECT, PERFECT, read_patches

PERFECT_ONES = grey_patches(3, seed=1)
DEFECT_ONES = grey_patches(2, seed=2)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".tiff", ".npy", ".npz"])
def test_each_format_keeps_the_values(tmp_path: Path, suffix: str) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES, defect=DEFECT_ONES, suffix=suffix)
    patches = read_patches(tmp_path)
    assert patches.images.dtype == np.float32
    np.testing.assert_array_equal(patches.images, [*PERFECT_ONES, *DEFECT_ONES])
    assert patches.labels is not None
    assert patches.labels.dtype == np.int8
    assert patches.labels.tolist() == [PERFECT] * 3 + [DEFECT] * 2
    files = [f"perfect/{i}{suffix}" for i in range(3)] + [f"defect/{i}{suffix}" for i in range(2)]
    assert patches.names == tuple(files)
    assert patches.groups.tolist() == files
    assert patches.details["file"].tolist() == files
    assert patches.details["index"].tolist() == [0] * 5
    assert patches.notes == ()


def test_jpeg(tmp_path: Path) -> None:
    smooth = np.add.outer(np.arange(40), np.arange(40)).astype(np.uint8)
    write_classes(tmp_path, perfect=np.stack([smooth, smooth + 9]), suffix=".jpg")
    np.testing.assert_allclose(read_patches(tmp_path).images[1], smooth + 9.0, atol=4)


@pytest.mark.parametrize(
    "dtype",
    ["?", "u1", "i1", "u2", ">u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", ">f4", "f8", ">f8"],
)
@pytest.mark.parametrize("suffix", [".npy", ".tif"])
def test_each_real_type(tmp_path: Path, dtype: str, suffix: str) -> None:
    patches = (PERFECT_ONES % 2 if dtype == "?" else PERFECT_ONES // 2).astype(dtype)
    write_classes(tmp_path, perfect=patches, suffix=suffix)
    np.testing.assert_array_equal(read_patches(tmp_path).images, patches.astype(np.float32))


def test_the_same_images_in_three_formats_are_the_same_up_to_scale(tmp_path: Path) -> None:
    write_classes(tmp_path / "8", perfect=PERFECT_ONES, suffix=".png")
    write_classes(tmp_path / "16", perfect=PERFECT_ONES.astype(np.uint16) * 257, suffix=".tif")
    write_classes(tmp_path / "32", perfect=PERFECT_ONES.astype(np.float32) / 255, suffix=".npy")
    eight, sixteen, floats = (read_patches(tmp_path / name).images for name in ("8", "16", "32"))
    assert sixteen.max() == 65535
    np.testing.assert_array_equal(sixteen, eight * 257)
    np.testing.assert_allclose(floats * 255, eight, rtol=1e-6)


def test_16_bits_are_kept(tmp_path: Path) -> None:
    fine = (PERFECT_ONES.astype(np.uint16) << 8) + grey_patches(3, seed=9)
    write_classes(tmp_path / "a", perfect=fine, suffix=".tif")
    write_classes(tmp_path / "b", perfect=fine, suffix=".png")
    np.testing.assert_array_equal(read_patches(tmp_path / "a").images, fine)
    np.testing.assert_array_equal(read_patches(tmp_path / "b").images, fine)


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".tif"])
def test_a_stack_is_as_many_patches(tmp_path: Path, suffix: str) -> None:
    write_patch(tmp_path / "perfect" / f"all{suffix}", PERFECT_ONES)
    write_patch(tmp_path / "defect" / f"one{suffix}", DEFECT_ONES[0])
    write_patch(tmp_path / "defect" / f"two{suffix}", DEFECT_ONES[1:])
    patches = read_patches(tmp_path)
    np.testing.assert_array_equal(patches.images, [*PERFECT_ONES, *DEFECT_ONES])
    assert patches.names[1:4] == (
        f"perfect/all{suffix}[1]",
        f"perfect/all{suffix}[2]",
        f"defect/one{suffix}",
    )
    assert patches.groups.tolist()[:3] == [f"perfect/all{suffix}"] * 3
    assert patches.details["index"].tolist() == [0, 1, 2, 0, 0]


def test_arrays_laid_out_for_a_network(tmp_path: Path) -> None:
    write_patch(tmp_path / "perfect" / "a.npy", PERFECT_ONES[:, None])
    write_patch(tmp_path / "defect" / "b.npy", DEFECT_ONES[..., None])
    np.testing.assert_array_equal(read_patches(tmp_path).images, [*PERFECT_ONES, *DEFECT_ONES])


def test_several_arrays_of_an_npz_file(tmp_path: Path) -> None:
    (tmp_path / "perfect").mkdir()
    np.savez(tmp_path / "perfect" / "a.npz", b=PERFECT_ONES[0], a=PERFECT_ONES[1:], x=np.arange(3))
    np.testing.assert_array_equal(read_patches(tmp_path).images, PERFECT_ONES)


def test_files_in_natural_order_and_others_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "perfect"
    for name in ("p10.png", "p2.png", "P1.png"):
        write_patch(folder / name, PERFECT_ONES[0])
    (folder / "README.txt").write_text("from the microscope")
    (folder / ".hidden.png").write_text("")
    (tmp_path / "data" / "others").mkdir()
    assert read_patches(tmp_path / "data").names == (
        "perfect/P1.png",
        "perfect/p2.png",
        "perfect/p10.png",
    )


def test_perfect_alone_is_labelled(tmp_path: Path) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES)
    labels = read_patches(str(tmp_path)).labels
    assert labels is not None
    assert labels.tolist() == [0, 0, 0]


def test_a_constant_patch_is_allowed_and_said(tmp_path: Path) -> None:
    patches = np.concatenate([PERFECT_ONES, np.full((2, 40, 40), 7, np.uint8)])
    write_classes(tmp_path / "files", perfect=patches)
    read = read_patches(tmp_path / "files")
    assert read.notes == ("perfect/3.png and 1 more: constant, all pixels of a patch are the same",)
    np.testing.assert_array_equal(read.images[3:], 7)
    write_patch(tmp_path / "stack" / "perfect" / "a.npy", patches[:4].astype(float))
    read = read_patches(tmp_path / "stack")
    assert read.notes == ("perfect/a.npy[3]: constant, all pixels of a patch are the same",)


def test_notes_name_the_first_file_and_count_the_others(tmp_path: Path) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES)
    for file in (tmp_path / "perfect").iterdir():
        Image.fromarray(PERFECT_ONES[0]).convert("RGB").save(file)
    folder = tmp_path / "perfect"
    assert read_patches(tmp_path).notes == (
        f"{folder / '0.png'} and 2 more: "
        "a grey image stored in colour: its one intensity was taken",
    )


def _refused(folder: Path, kind: type[InputError] | type[UsageError]) -> str:
    with pytest.raises(kind) as caught:
        read_patches(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_no_such_folder(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    assert _refused(folder, UsageError) == f"{folder}: no such folder: check the name"


@pytest.mark.parametrize("name", ["perfekt", "Perfect", "perfects"])
def test_a_misspelt_label(tmp_path: Path, name: str) -> None:
    write_classes(tmp_path, defect=DEFECT_ONES)
    write_patch(tmp_path / name / "a.png", PERFECT_ONES[0])
    assert _refused(tmp_path, UsageError) == (
        f"{tmp_path}: its folder {name!r} isn't read, but looks like 'perfect': rename it"
    )


@pytest.mark.parametrize("name", ["defects", "defekt", "defective"])
def test_a_misspelt_label_isnt_taken_for_a_missing_class(tmp_path: Path, name: str) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES)
    (tmp_path / name).mkdir()
    assert f"{name!r} isn't read, but looks like 'defect': rename" in _refused(tmp_path, UsageError)


def test_no_folder_of_perfect_patches(tmp_path: Path) -> None:
    advice = "put perfect patches into 'perfect' and those with a defect into 'defect'"
    assert _refused(tmp_path, UsageError) == (
        f"{tmp_path}: no folder 'perfect' in it, found nothing: {advice}"
    )
    write_patch(tmp_path / "a.png", PERFECT_ONES[0])
    assert "found 1 files and no folder: put" in _refused(tmp_path, UsageError)
    for index in range(7):
        (tmp_path / f"series {index}").mkdir()
    assert (
        "found the folders 'series 0', 'series 1', 'series 2', 'series 3', 'series 4' and 2 more"
        in _refused(tmp_path, UsageError)
    )


@pytest.mark.parametrize("name", ["perfect", "defect"])
def test_an_empty_class(tmp_path: Path, name: str) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES, defect=DEFECT_ONES)
    for file in (tmp_path / name).iterdir():
        file.unlink()
    assert f"{tmp_path / name}: no image in this folder" in _refused(tmp_path, UsageError)


@pytest.mark.parametrize("name", ["perfect", "defect"])
def test_one_single_patch(tmp_path: Path, name: str) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES, defect=DEFECT_ONES)
    for file in sorted((tmp_path / name).iterdir())[1:]:
        file.unlink()
    assert _refused(tmp_path, UsageError) == (
        f"{tmp_path}: number of {name} patches 1: at least 2 are needed"
    )


def test_mixed_sizes(tmp_path: Path) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES, defect=grey_patches(2, size=48))
    assert _refused(tmp_path, ImageError) == (
        f"{tmp_path / 'defect' / '0.png'}: 48 by 48 pixels, but "
        f"{tmp_path / 'perfect' / '0.png'} has 40 by 40: all patches must be of one size"
    )


def test_mixed_sizes_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "perfect").mkdir()
    file = tmp_path / "perfect" / "a.npz"
    np.savez(file, a=PERFECT_ONES, b=grey_patches(2, size=48))
    assert _refused(tmp_path, ImageError) == (
        f"{file}: its images are of 2 sizes, such as 40 by 40 and 48 by 48 pixels: "
        "give images of one size"
    )


@pytest.mark.parametrize(("value", "kinds"), [(np.nan, "1 NaN, 0"), (-np.inf, "0 NaN, 1")])
def test_not_finite(tmp_path: Path, value: float, kinds: str) -> None:
    floats = PERFECT_ONES.astype(np.float32)
    floats[1, 5, 5] = value
    write_classes(tmp_path / "files", perfect=floats, suffix=".tif")
    file = tmp_path / "files" / "perfect" / "1.tif"
    assert _refused(tmp_path / "files", ImageError) == (
        f"{file}: 1 of 1600 pixels aren't finite ({kinds} infinite): "
        "replace them, or crop the image"
    )
    file = tmp_path / "stack" / "perfect" / "all.npy"
    write_patch(file, floats)
    assert f"{file}[1]: 1 of 1600 pixels" in _refused(tmp_path / "stack", ImageError)


def test_complex(tmp_path: Path) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES * 1j, suffix=".npy")
    assert "0.npy: the data are complex numbers (complex128)" in _refused(tmp_path, ImageError)


def test_colour(tmp_path: Path) -> None:
    for index in range(2):
        colours = np.random.default_rng(index).integers(0, 256, (40, 40, 3)).astype(np.uint8)
        write_patch(tmp_path / "perfect" / f"{index}.png", colours)
    assert "0.png: a colour picture (" in _refused(tmp_path, ImageError)


def test_too_small(tmp_path: Path) -> None:
    write_classes(tmp_path, perfect=grey_patches(2, size=16))
    assert "0.png: the data are an image of 16 by 16 pixels, too small" in _refused(
        tmp_path, ImageError
    )


class Mark:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_objects_are_refused_and_never_unpickled(tmp_path: Path, suffix: str) -> None:
    trace = tmp_path / "unpickled"
    hostile = np.full((40, 40), None, dtype=object)
    hostile[0, 0] = Mark(trace)
    folder = tmp_path / "data"
    write_patch(folder / "perfect" / f"a{suffix}", hostile)
    assert f"a{suffix}: can't be read as {suffix[1:].upper()}" in _refused(folder, ReadError)
    assert not trace.exists()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".npy", ".npz"])
def test_truncated(tmp_path: Path, suffix: str) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES, suffix=suffix)
    file = tmp_path / "perfect" / f"1{suffix}"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    message = _refused(tmp_path, ReadError)
    assert f"{file}: can't be read as " in message
    assert "damaged or incomplete" in message


def test_empty_file_and_text_with_the_name_of_an_image(tmp_path: Path) -> None:
    write_classes(tmp_path, perfect=PERFECT_ONES)
    file = tmp_path / "perfect" / "1.png"
    file.write_bytes(b"")
    assert f"{file}: the file is empty" in _refused(tmp_path, ReadError)
    file.write_text("not an image")
    assert f"{file}: isn't a PNG file" in _refused(tmp_path, ReadError)
