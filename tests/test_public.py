from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import sixring

HEAVY = ("torch", "pandas", "matplotlib", "scipy", "skimage", "sklearn", "rsciio", "pint", "numpy")


def run(code: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return answer.stdout.strip()


def test_importing_is_quick() -> None:
    code = "from time import perf_counter as t; s = t(); import sixring; print(t() - s)"
    assert min(float(run(code)) for _ in range(3)) < 0.5


def test_importing_loads_nothing_heavy() -> None:
    code = f"import sys, sixring; print([name for name in {HEAVY} if name in sys.modules])"
    assert run(code) == "[]"


def test_the_command_line_starts_without_anything_heavy() -> None:
    code = f"import sys, sixring.cli; print([name for name in {HEAVY} if name in sys.modules])"
    assert run(code) == "[]"


def test_torch_is_never_loaded_by_the_base_rooms() -> None:
    code = "import sys, sixring.batch, sixring.report, sixring.io; print('torch' in sys.modules)"
    assert run(code) == "False"


def test_models_are_named_and_their_door_opened_without_torch() -> None:
    code = (
        "import sys, sixring\n"
        "names = sixring.model_names(), sixring.load_model, sixring.make_model\n"
        "print(*names[0], 'torch' in sys.modules)"
    )
    *names, torch_is_loaded = run(code).split()
    assert {"dense-ae", "conv-ae", "vae", "cnn-a", "cnn-b", "lattice-fit"} <= {*names}
    assert torch_is_loaded == "False"


@pytest.mark.parametrize("name", sixring.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(sixring, name) is not None
    assert name in dir(sixring)


def test_detect_is_a_function_and_not_a_room() -> None:
    import sixring.detection

    assert callable(sixring.detect)


def test_the_version_is_that_of_the_package() -> None:
    assert sixring.__version__ == version("sixring")


def test_other_names_are_missing_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match=r"^module 'sixring' has no attribute 'detekt'$"):
        sixring.detekt  # noqa: B018
