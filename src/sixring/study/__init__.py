"""The study of the founding report: its five networks, its figures, and what it left undone."""

from sixring.study._run import run_study, steps
from sixring.study._scale import FULL, QUICK, Scale

__all__ = ["FULL", "QUICK", "Scale", "run_study", "steps"]
