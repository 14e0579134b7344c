"""Make the picture at the top of the README from the demonstration micrograph."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from PIL import Image

import sixring
from sixring.report import draw_overlay
from sixring.simulate import demo_path

WIDTH = 1100  # pixels: as wide as a README is shown


def main() -> None:
    """Detect, draw the overlay and shrink it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path, help="the PNG to write")
    picture: Path = parser.parse_args().picture
    result = sixring.detect(demo_path(), mode="hrtem")
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "overlay.png"
        draw_overlay(result.detection, whole)
        with Image.open(whole) as image:
            height = round(image.height * WIDTH / image.width)
            small = image.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.save(picture, optimize=True)
    print(f"{picture}: {WIDTH} x {height} pixels")


if __name__ == "__main__":
    main()
