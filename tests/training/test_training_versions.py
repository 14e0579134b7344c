"""What a card says of the programs that a network was made by."""

from __future__ import annotations

import platform

import numpy as np
import torch

import sixring
from training._versions import versions


def test_the_versions_are_those_that_run() -> None:
    found = versions()
    assert list(found)[:2] == ["python", "sixring"]
    assert found["python"] == platform.python_version()
    assert found["sixring"] == sixring.__version__
    assert found["numpy"] == np.__version__
    # Torch itself may add what it was built for: 2.13.0+cpu.
    assert torch.__version__.split("+")[0] == found["torch"].split("+")[0]
