"""Worker processes that may die without taking the others, or the whole run, with them.

``concurrent.futures`` gives up a whole pool when one worker is killed and can't say which task
killed it, so each worker has a pipe of its own here.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from types import FrameType
from typing import Generic, TypeVar, cast

from threadpoolctl import threadpool_limits

__all__ = ["Died", "in_workers"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")

# A worker that has been asked to end has this long to take away what it had half-written.
_GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class Died:
    """A worker ended before it answered."""

    exitcode: int | None
    """As in :attr:`multiprocessing.Process.exitcode`: negative for the signal that killed it."""


def in_workers(
    work: Callable[[Task], Answer], tasks: Iterable[Task], jobs: int
) -> Generator[tuple[Task, Answer | Died]]:
    """Do the tasks in `jobs` processes and give each answer as soon as it is there.

    Closing the iterator ends the workers.

    Parameters
    ----------
    work : callable
        What to do, a function at the top of a module. It must not raise.
    tasks : iterable
        Its arguments, which can be pickled; each is taken when a process is free for it, so
        that they may be endless.
    jobs : int
        Number of processes, at least 1.

    Yields
    ------
    tuple
        A task, and the answer to it or how its worker died.
    """
    waiting = iter(tasks)
    threads = max(1, (os.cpu_count() or 1) // jobs)
    idle: list[_Worker[Task, Answer]] = []
    busy: dict[Connection, tuple[_Worker[Task, Answer], Task]] = {}
    try:
        while True:
            for task in islice(waiting, jobs - len(busy)):
                worker = idle.pop() if idle else _Worker(work, threads)
                busy[worker.connection] = (worker, task)
                # Where it has died meanwhile, its pipe says so below.
                with suppress(BrokenPipeError):
                    worker.connection.send(task)
            if not busy:
                return
            for connection in wait(list(busy)):
                worker, task = busy.pop(cast(Connection, connection))
                try:
                    answer: Answer | Died = worker.connection.recv()
                    idle.append(worker)
                except (EOFError, ConnectionResetError):
                    answer = Died(worker.join())
                yield task, answer
    finally:
        for worker, _ in busy.values():
            worker.terminate()
        for worker in (*idle, *(worker for worker, _ in busy.values())):
            worker.join()


class _Worker(Generic[Task, Answer]):
    """The parent's side of one process."""

    def __init__(self, work: Callable[[Task], Answer], threads: int) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, work, threads), name="sixring worker", daemon=True
        )
        self._process.start()
        theirs.close()

    def terminate(self) -> None:
        """Ask the process to end now."""
        self._process.terminate()

    def join(self) -> int | None:
        """Let the process end, by force if it must be, and return its exit code."""
        self.connection.close()
        self._process.join(_GRACE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        return self._process.exitcode


def _serve(connection: Connection, work: Callable[[Task], Answer], threads: int) -> None:
    # Ctrl-C in a terminal reaches every process of the group: the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    Thread(target=_leave_with_parent, daemon=True).start()
    while True:
        try:
            task = connection.recv()
        except (EOFError, ConnectionResetError):
            return
        # Here and not once, because libraries bring their own threads when they are imported.
        with threadpool_limits(threads):
            answer = work(task)
        try:
            connection.send(answer)
        except BrokenPipeError:
            return  # the parent was killed


def _leave_with_parent() -> None:
    """End what this process does when its parent is killed: nobody waits for the answer."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _leave(signum: int, frame: FrameType | None) -> None:
    sys.exit(128 + signum)  # an exception, so that half-written folders are taken away
