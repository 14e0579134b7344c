"""Work shared out over processes, its answers in the order of the tasks."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

from sixring._workers import Died, in_workers
from sixring.errors import SixringError

__all__ = ["ahead", "in_order"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Item = TypeVar("Item")

_POLL_SECONDS = 0.1


def in_order(work: Callable[[Task], Answer], tasks: Iterable[Task], jobs: int) -> Generator[Answer]:
    """Do the tasks in `jobs` processes and give their answers in the tasks' order.

    Parameters
    ----------
    work : callable
        What to do, a function at the top of a module. It may raise.
    tasks : iterable
        Its arguments, which can be pickled; they may be endless.
    jobs : int
        Number of processes; with 0 the work is done in this one.

    Yields
    ------
    object
        What `work` returns. Closing the iterator ends the processes.

    Raises
    ------
    SixringError
        If a task fails: what it raised, or how its process died.
    """
    if jobs == 0:
        for task in tasks:
            yield work(task)
        return
    early: dict[int, Answer] = {}
    following = 0
    with closing(in_workers(_Careful(work), enumerate(tasks), jobs)) as answers:
        for (number, _), answer in answers:
            if isinstance(answer, Died):
                raise SixringError(
                    f"a working process ended with exit code {answer.exitcode}: not enough "
                    "memory? start again with fewer --jobs; what is done is kept"
                )
            if isinstance(answer, SixringError):
                raise answer
            early[number] = answer
            while following in early:
                yield early.pop(following)
                following += 1


@dataclass(frozen=True)
class _Careful(Generic[Task, Answer]):
    """Work that returns what it would raise, so that it reaches the other process."""

    work: Callable[[Task], Answer]

    def __call__(self, numbered: tuple[int, Task]) -> Answer | SixringError:
        _, task = numbered
        try:
            return self.work(task)
        except SixringError as error:
            error.add_note(traceback.format_exc())
            return error
        except Exception as error:
            wrapped = SixringError(f"unexpected {type(error).__name__}: {error}")
            wrapped.add_note(traceback.format_exc())
            return wrapped


def ahead(items: Generator[Item], depth: int) -> Generator[Item]:
    """Let `items` be made while those before them are used.

    Parameters
    ----------
    items : generator
        What is to be made ahead, in a thread.
    depth : int
        Most items that wait, at least 1.

    Yields
    ------
    object
        The items in their order; what making them raises is raised here. Closing the iterator
        closes `items`.
    """
    waiting: Queue[Item | _End] = Queue(depth)
    stopped = Event()

    def put(item: Item | _End) -> bool:
        while not stopped.is_set():
            try:
                waiting.put(item, timeout=_POLL_SECONDS)
                return True
            except Full:
                continue
        return False

    def make() -> None:
        with closing(items):
            try:
                for item in items:
                    if not put(item):
                        return
            except BaseException as error:
                put(_End(error))
            else:
                put(_End(None))

    thread = Thread(target=make, name="sixring ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := waiting.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        thread.join()


@dataclass(frozen=True)
class _End:
    """No more items, for this reason."""

    error: BaseException | None
