"""``python -m benchmarks.simulated.best``: works out what could be found, and keeps it."""

from __future__ import annotations

import json

from benchmarks.simulated._best import BEST, best_shares

if __name__ == "__main__":
    BEST.write_text(json.dumps(best_shares(), indent=1) + "\n", encoding="utf-8")
    print(BEST.read_text(encoding="utf-8"))
