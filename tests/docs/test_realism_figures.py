"""The figures of the page on realism, built by Sphinx as the documentation builds them."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("myst_parser") is None, reason="needs the extra docs"),
]
EXTENSIONS = Path(__file__).parents[2] / "docs" / "_ext"
PICTURE = "```{realism-picture}\n```\n"
CURVES = "```{realism-curves}\n:images: 2\n```\n"


def build(folder: Path, page: str, data: str) -> subprocess.CompletedProcess[str]:
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(f"# Page\n\n{page}", encoding="utf-8")
    (source / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\n"
        "extensions = ['myst_parser', 'realism_figures']\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html"]
    command += [str(source), str(folder / "out")]
    return subprocess.run(
        command,
        env={**os.environ, "SIXRING_REAL_DATA": data},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def images(folder: Path) -> dict[str, tuple[int, int]]:
    sizes = {}
    for file in (folder / "out" / "_images").glob("*.png"):
        with Image.open(file) as image:
            sizes[file.name] = image.size
    return sizes


def test_without_real_images_the_simulated_ones_are_shown_alone(tmp_path: Path) -> None:
    done = build(tmp_path, PICTURE + CURVES, "")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Simulated images alone" in page
    assert "They are drawn where the real images are at hand." in page
    ((name, (width, height)),) = images(tmp_path).items()
    assert name == "picture.png"
    assert height < width / 4  # one row of six
    assert (tmp_path / "out" / "_images" / name).stat().st_size < 300_000


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = build(tmp_path, PICTURE, str(tmp_path / "nothing"))
    assert done.returncode != 0
    assert "SIXRING_REAL_DATA names no folder" in done.stderr


@pytest.mark.realdata
@pytest.mark.skipif(
    not os.environ.get("SIXRING_REAL_DATA"), reason="SIXRING_REAL_DATA names no folder"
)
def test_with_real_images_their_sources_are_named(tmp_path: Path) -> None:
    done = build(tmp_path, PICTURE + CURVES, str(Path(os.environ["SIXRING_REAL_DATA"]).resolve()))
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for source in ("10.1017/S1431927621000167", "R. Hambach", "AICrystallographer"):
        assert source in page
    for licence in ("BSD-3-type", "MIT and BSD", "no licence stated"):
        assert licence in page
    found = images(tmp_path)
    assert found["picture.png"][1] > found["picture.png"][0] / 4  # two rows
    assert "curves.png" in found
