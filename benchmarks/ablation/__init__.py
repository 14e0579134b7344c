"""What each part of the learned detector buys: short trainings, each without one of them.

``python -m benchmarks.ablation --out FOLDER`` trains them one after the other on the same crops,
goes on where it was stopped, prints the table and writes it to ``benchmarks/ablation/RESULTS.md``.
They are judged on the crops on which the training of the detector is watched, with the rings and
atoms that the maps show by themselves, before any structure is read from them.
"""

from benchmarks.ablation._table import Line, results_text
from benchmarks.ablation._variants import VARIANTS, Variant, unspoilt

__all__ = ["VARIANTS", "Line", "Variant", "results_text", "unspoilt"]
