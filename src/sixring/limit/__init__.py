"""What the electrons allow: the dose from which on a defect can be seen at all.

:func:`limit` images a perfect lattice and each defect, at every place and in every orientation,
without noise, and asks the best possible detector of :mod:`sixring.evaluate`.
:func:`defect_hypotheses` gives these images for conditions of one's own.
"""

from sixring.limit._doses import known_auc
from sixring.limit._given import defect_hypotheses
from sixring.limit._limit import limit
from sixring.limit._result import DefectLimit, Limit, LimitPoint

__all__ = [
    "DefectLimit",
    "Limit",
    "LimitPoint",
    "defect_hypotheses",
    "known_auc",
    "limit",
]
