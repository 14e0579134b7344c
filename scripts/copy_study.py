"""Copy what the documentation shows from a study: its numbers, and its figures made small."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image

COLOURS = (128, 32, 16)  # as many as the size allows
LARGEST = 120_000  # bytes: the repository keeps every version of a figure


def copy_figure(source: Path, target: Path) -> int:
    """Write a figure with few colours, and return how many bytes it takes."""
    with Image.open(source) as image:
        whole = image.convert("RGB")
    for colours in COLOURS:
        whole.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= LARGEST:
            break
    return target.stat().st_size


def main() -> None:
    """Copy the numbers and each figure that they name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path, help="what sixring study --out wrote")
    parser.add_argument("folder", type=Path, help="the folder of the documentation")
    arguments = parser.parse_args()
    study: Path = arguments.study
    folder: Path = arguments.folder
    text = (study / "study.json").read_text(encoding="utf-8")
    document = json.loads(text)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("figure-*.png"):
        old.unlink()
    for figure in document["figures"]:
        name = f"figure-{figure['number']}.png"
        size = copy_figure(study / "figures" / name, folder / name)
        print(f"{folder / name}: {size} bytes")
        if size > LARGEST:
            raise SystemExit(f"{name} has more than {LARGEST} bytes: draw it smaller")
    (folder / "study.json").write_text(text, encoding="utf-8")
    print(f"{folder / 'study.json'}: the {document['scale']} study")


if __name__ == "__main__":
    main()
