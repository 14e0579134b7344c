"""A limit of numbers made by hand, without and with a model."""

from __future__ import annotations

from dataclasses import replace

from sixring.evaluate import Estimate
from sixring.limit import DefectLimit, Limit, LimitPoint
from sixring.simulate import HRTEM, Camera

__all__ = ["LIMIT", "WITH_MODEL"]


def _auc(value: float) -> Estimate:
    return Estimate(value, round(value - 0.005, 3), round(value + 0.005, 3), "by hand")


def _dose(value: float) -> Estimate:
    return Estimate(value, value - 50, value + 50, "by hand")


_SV = DefectLimit(
    defect="SV",
    hypotheses=43,
    per_nm2=114.5,
    curve=(
        LimitPoint(300.0, 0.93, _auc(0.6), 0.009, None, None),
        LimitPoint(1000.0, 0.997, _auc(0.97), 0.002, None, None),
    ),
    in_view=500.0,
    known=650.0,
    unknown=_dose(1300.0),
    search=_dose(1500.0),
)
LIMIT = Limit(
    mode="hrtem",
    preset="challenge",
    conditions=HRTEM(sampling=0.2, dose=1.0, camera=Camera(mtf=0.65)),
    contrast=0.039,
    side=48,
    orientation=23.3,
    nuisances=False,
    draws=2000,
    seed=0,
    model=None,
    defects=(
        _SV,
        replace(
            _SV,
            defect="SW",
            curve=(LimitPoint(500.0, 0.999, _auc(0.99), 0.001, None, None),),
            search=_dose(550.0),
        ),
        replace(
            _SV,
            defect="any",
            curve=(LimitPoint(500.0, 0.98, Estimate(0.9), 0.004, None, None),),
            search=_dose(1400.0),
        ),
    ),
)
"""Two defects and any of them."""
_JUDGED = replace(
    _SV,
    curve=(
        replace(_SV.curve[0], model=Estimate(0.5)),
        replace(_SV.curve[1], model=Estimate(0.8, 0.75, 0.85, "by hand"), efficiency=0.2),
    ),
)
WITH_MODEL = replace(
    LIMIT,
    model="cnn-a",
    defects=(
        _JUDGED,
        *(
            replace(one, curve=(replace(one.curve[0], model=_auc(0.7)),))
            for one in LIMIT.defects[1:]
        ),
    ),
)
"""The same beside a model."""
