"""A training that leaves the program around it as it was, and says nothing unasked."""

from __future__ import annotations

import logging
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["undisturbed"]

_LOGGERS = ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero")
_VARIABLES = ("CUBLAS_WORKSPACE_CONFIG", "HOROVOD_FUSION_THRESHOLD")


@contextmanager
def undisturbed() -> Iterator[None]:
    """Train on one thread without remarks, and put back afterwards what changes for the process.

    That is torch's threads, its random numbers and its choice of deterministic algorithms,
    environment variables, and what happens on an interrupt.
    """
    threads = torch.get_num_threads()
    levels = {name: logging.getLogger(name).level for name in _LOGGERS}
    variables = {name: os.environ.get(name) for name in _VARIABLES}
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    in_main = threading.current_thread() is threading.main_thread()
    on_interrupt = signal.getsignal(signal.SIGINT)
    try:
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.ERROR)
        # The order of a sum, and so the last digit of a weight, would depend on the threads; and
        # networks this small gain nothing from them, but lose much on a machine that is busy.
        torch.set_num_threads(1)
        with warnings.catch_warnings(), torch.random.fork_rng():
            # Advice on workers and logging, and what they use of torch that is to change.
            warnings.filterwarnings("ignore", module=r"(lightning|torch)\.")
            yield
    except SystemExit as error:
        # Lightning makes an exit of an interrupt; the program around it decides on that.
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        if in_main:
            signal.signal(signal.SIGINT, on_interrupt)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        for name, value in variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
