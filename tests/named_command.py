"""The command line with :func:`named_detector`, for tests that need a process of its own."""

from __future__ import annotations

import sixring.detection
from named_detector import named_detector
from sixring.cli import main

if __name__ == "__main__":
    setattr(sixring.detection, "detect_micrograph", named_detector)  # noqa: B010 - for mypy
    main()
