"""abTEM runs with our settings and leaves the user's as they were."""

from __future__ import annotations

import copy
import sys

import pytest

from sixring.errors import UsageError
from sixring.simulate._abtem import quiet_abtem


def test_the_users_settings_are_back_afterwards() -> None:
    import abtem

    with abtem.config.set({"precision": "float64", "diagnostics.progress_bar": True}):
        before = copy.deepcopy(abtem.config.config)
        with quiet_abtem() as given:
            assert given is abtem
            assert abtem.config.get("precision") == "float32"
            assert abtem.config.get("diagnostics.progress_bar") is False
            assert abtem.config.get("fft") == "numpy"
        assert abtem.config.config == before


def test_the_users_settings_are_back_after_an_error() -> None:
    import abtem

    before = copy.deepcopy(abtem.config.config)
    with pytest.raises(RuntimeError, match="ours"), quiet_abtem():
        raise RuntimeError("ours")
    assert abtem.config.config == before


def test_it_may_be_used_within_itself() -> None:
    with quiet_abtem() as outer, quiet_abtem():
        pass
    with outer.config.set({}):
        assert outer.config.get("fft") != "numpy"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "abtem", None)
    with (
        pytest.raises(UsageError, match=r'pip install "sixring\[simulate\]"'),
        quiet_abtem(),
    ):
        pass
