"""The conditions of an image refuse what can't be."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sixring.errors import UsageError
from sixring.simulate import HRTEM, STEM, Camera


@pytest.mark.parametrize(
    ("conditions", "name", "value", "message"),
    [
        (HRTEM(), "dose", 0.0, "dose must be above 0 e/A^2, not 0"),
        (HRTEM(), "dose", -5.0, "dose must be above 0 e/A^2, not -5"),
        (HRTEM(), "dose", math.nan, "dose must be above 0 e/A^2, not nan"),
        (
            HRTEM(),
            "sampling",
            1.0,
            "sampling must be at least 0.02 and at most 0.6 A per pixel, not 1",
        ),
        (HRTEM(), "sampling", [0.1], "sampling must be a number, not [0.1]"),
        (HRTEM(), "dose", None, "dose must be a number, not None"),
        (HRTEM(), "dose", "5", "dose must be a number, not '5'"),
        (HRTEM(), "energy", 1.0, "energy must be at least 20000 and at most 300000, not 1"),
        (HRTEM(), "aperture", 0.0, "aperture must be above 0 and at most 200, not 0"),
        (HRTEM(), "focal_spread", -1.0, "focal_spread must be at least 0 and at most 1e+06, not"),
        (HRTEM(), "defocus", math.nan, "defocus must be at least -10000 and at most 10000, not"),
        (STEM(), "dose", -1.0, "dose must be above 0 e/A^2, not -1"),
        (STEM(), "efficiency", 0.0, "efficiency must be above 0 and at most 1, not 0"),
        (STEM(), "source_size", -0.1, "source_size must be at least 0 and at most 5, not -0.1"),
        (STEM(), "inner", 300.0, "inner angle must be below its outer, not 300 to 200 mrad"),
        (STEM(), "gain", math.inf, "gain must be above 0, not inf"),
        (STEM(), "offset", math.inf, "offset must be finite, not inf"),
        (STEM(), "bits", 0, "bits must be 1 to 24, not 0"),
        (Camera(), "mtf", 0.0, "mtf must be above 0 and at most 1, not 0"),
        (Camera(), "dead", 0.9, "dead must be at least 0 and at most 0.5, not 0.9"),
        (Camera(), "bits", 3.5, "bits must be a whole number, not 3.5"),
        (Camera(), "bits", 25, "bits must be 1 to 24, not 25"),
    ],
)
def test_a_value_that_can_not_be(
    conditions: HRTEM | STEM | Camera, name: str, value: object, message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        replace(conditions, **{name: value})  # type: ignore[arg-type]
    assert message in str(refused.value)


def test_a_dose_without_noise_is_a_dose() -> None:
    assert HRTEM(dose=math.inf).mode == "hrtem"
    assert STEM(dose=math.inf).mode == "stem"
