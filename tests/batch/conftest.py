from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., list[Path]]:
    """Save images of noise under the given names and return their paths."""

    def save(*names: str, seed: int = 0) -> list[Path]:
        paths = []
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            image = np.random.default_rng(seed).normal(100.0, 5.0, size=(64, 64))
            np.save(path, image.astype(np.float32))
            paths.append(path)
        return paths

    return save
