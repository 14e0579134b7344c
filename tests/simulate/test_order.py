from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Generator
from contextlib import closing
from itertools import count, islice

import pytest

from sixring.errors import OutputError, SixringError
from sixring.simulate._order import ahead, in_order

WAIT_SECONDS = 30.0


def late_when_even(number: int) -> int:
    time.sleep(0.2 if number % 2 == 0 else 0.0)
    return number


def process_id(_: int) -> int:
    return os.getpid()


def trouble(number: int) -> int:
    if number == 2:
        raise OutputError("disk full")
    if number == 3:
        raise ZeroDivisionError("a mistake of ours")
    if number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("jobs", [0, 1, 3])
def test_the_order_is_that_of_the_tasks(jobs: int) -> None:
    with closing(in_order(late_when_even, count(), jobs)) as answers:
        assert list(islice(answers, 6)) == list(range(6))


def test_without_jobs_the_work_is_done_here() -> None:
    assert list(in_order(process_id, [1], 0)) == [os.getpid()]
    assert list(in_order(process_id, [1], 1)) != [os.getpid()]


@pytest.mark.parametrize("jobs", [0, 2])
def test_an_error_of_a_task_is_raised(jobs: int) -> None:
    with pytest.raises(OutputError, match="disk full"):
        list(in_order(trouble, [1, 2], jobs))


def test_a_mistake_in_another_process_tells_where_it_was() -> None:
    with pytest.raises(SixringError) as raised:
        list(in_order(trouble, [3], 2))
    assert str(raised.value) == "unexpected ZeroDivisionError: a mistake of ours"
    assert "in trouble" in "".join(raised.value.__notes__)


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(SixringError) as raised:
        list(in_order(trouble, [4], 2))
    assert str(raised.value) == (
        "a working process ended with exit code -9: not enough memory? start again with fewer "
        "--jobs; what is done is kept"
    )


def numbers(made: list[int], closed: threading.Event) -> Generator[int]:
    try:
        for number in count():
            made.append(number)
            yield number
    finally:
        closed.set()


def test_ahead_makes_as_many_as_fit_while_nobody_asks() -> None:
    made: list[int] = []
    closed = threading.Event()
    with closing(ahead(numbers(made, closed), 3)) as items:
        assert next(items) == 0
        end = time.monotonic() + WAIT_SECONDS
        while len(made) < 5 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.1)
        assert made == [0, 1, 2, 3, 4]  # one used, three that wait, one in hand
        assert [next(items) for _ in range(4)] == [1, 2, 3, 4]
    assert closed.is_set()


def test_ahead_ends_where_the_items_end() -> None:
    assert list(ahead((n for n in range(5)), 2)) == [0, 1, 2, 3, 4]


def test_what_making_an_item_raises_is_raised_in_its_place() -> None:
    def failing() -> Generator[int]:
        yield 1
        raise OutputError("disk full")

    items = ahead(failing(), 4)
    assert next(items) == 1
    with pytest.raises(OutputError, match="disk full"):
        next(items)


def test_closing_ends_the_processes() -> None:
    with closing(ahead(in_order(process_id, count(), 2), 4)) as answers:
        pids = {next(answers) for _ in range(4)}
    assert os.getpid() not in pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
