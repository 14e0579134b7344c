from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from sixring._workers import Died, in_workers


def double(number: int) -> int:
    return 2 * number


def process_id(_: int) -> int:
    return os.getpid()


def die_on_odd(number: int) -> int:
    if number % 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def leave(code: int) -> int:
    os._exit(code)


def threads(_: int) -> int:
    np.ones((2, 2)) @ np.ones((2, 2))
    return max(int(library["num_threads"]) for library in threadpool_info())


def tidy_up(folder: Path) -> None:
    try:
        (folder / "half").touch()
        time.sleep(60)
    finally:
        (folder / "half").unlink()


def test_tasks_may_be_endless() -> None:
    with closing(in_workers(double, count(), 2)) as answers:
        assert len({task for task, answer in islice(answers, 5) if answer == 2 * task}) == 5


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_task_is_answered_once(jobs: int) -> None:
    assert sorted(in_workers(double, range(6), jobs)) == [(n, 2 * n) for n in range(6)]


def test_one_worker_keeps_the_order() -> None:
    assert list(in_workers(double, [3, 1, 2], 1)) == [(3, 6), (1, 2), (2, 4)]


def test_no_tasks_start_no_worker() -> None:
    assert list(in_workers(double, [], 2)) == []


def test_the_work_is_done_in_as_many_other_processes_as_asked() -> None:
    pids = {pid for _, pid in in_workers(process_id, range(5), 2)}
    assert os.getpid() not in pids
    assert len(pids) <= 2


def test_a_killed_worker_costs_its_own_task_only() -> None:
    answers = dict(in_workers(die_on_odd, range(5), 2))
    assert answers == {0: 0, 1: Died(-signal.SIGKILL), 2: 2, 3: Died(-signal.SIGKILL), 4: 4}


def test_a_worker_that_leaves_tells_its_exit_code() -> None:
    assert list(in_workers(leave, [7], 1)) == [(7, Died(7))]


def test_workers_share_the_cores() -> None:
    assert dict(in_workers(threads, [0, 1], os.cpu_count() or 1)) == {0: 1, 1: 1}


def test_closing_ends_the_workers_and_lets_them_tidy_up(tmp_path: Path) -> None:
    started = time.monotonic()
    with closing(in_workers(hold_or_return, [None, tmp_path], 2)) as answers:
        assert next(answers) == (None, None)
        while not (tmp_path / "half").exists():
            assert time.monotonic() - started < 30
            time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - started < 30


def hold_or_return(folder: Path | None) -> None:
    if folder is not None:
        tidy_up(folder)


def test_a_worker_ends_tidily_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from pathlib import Path\n"
        "from sixring._workers import in_workers\n"
        "from test_workers import tidy_up\n"
        "if __name__ == '__main__':\n"
        "    list(in_workers(tidy_up, [Path()], 1))\n",
        encoding="utf-8",
    )
    half = tmp_path / "half"
    with subprocess.Popen([sys.executable, str(script)], cwd=tmp_path) as parent:
        wait_until(half.exists)
        parent.kill()
    wait_until(lambda: not half.exists())


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 50.0
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
