"""The border to other people's readers: whatever they do, a user sees one line of ours."""

from __future__ import annotations

import logging
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sixring.errors import ReadError, SixringError

__all__ = ["third_party"]

# Named by the packages whose loggers speak while a file is read.
_LOGGERS = ("rsciio", "tifffile", "PIL", "imageio", "h5py")
_LONGEST_REASON = 160
_MOST_REMARKS = 3
# Warnings and log handlers belong to the whole process, so only one thread may borrow them.
_LOCK = threading.RLock()


class _Collector(logging.Handler):
    """Keeps the messages of a logger instead of printing them."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(level=logging.WARNING)
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _quiet(name: str, messages: list[str]) -> Iterator[None]:
    logger = logging.getLogger(name)
    handlers, propagate = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [_Collector(messages)], False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = handlers, propagate


def _one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_REASON else words[:_LONGEST_REASON] + "..."


def _reason(error: Exception) -> str:
    return _one_line(str(error)) or type(error).__name__


@contextmanager
def third_party(source: str, form: str) -> Iterator[list[str]]:
    """Run a reader that isn't ours.

    Parameters
    ----------
    source : str
        The file as the user named it.
    form : str
        Its format, for the message.

    Yields
    ------
    list of str
        Filled at the end with what the reader warned of, one line each.

    Raises
    ------
    ReadError
        For any exception of the reader, which is its cause.
    """
    import rsciio  # noqa: F401 - hangs its handler on standard output on import: before `_quiet`

    remarks: list[str] = []
    messages: list[str] = []
    with _LOCK, ExitStack() as stack:
        caught = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        for name in _LOGGERS:
            stack.enter_context(_quiet(name, messages))
        try:
            yield remarks
        except SixringError:
            raise
        except Exception as error:
            # Some readers leave their file open: freeing their frames closes it now.
            traceback.clear_frames(error.__traceback__)
            raise ReadError(
                f"{source}: can't be read as {form}, it may be damaged or incomplete "
                f"({_reason(error)}): copy or export it again"
            ) from error
        # UserWarning and RuntimeWarning speak of the data, the others of the reader's own code.
        messages.extend(
            str(warning.message)
            for warning in caught
            if issubclass(warning.category, UserWarning | RuntimeWarning)
        )
    unique = list(dict.fromkeys(_one_line(message) for message in messages))
    remarks.extend(f"the {form} reader says: {message}" for message in unique[:_MOST_REMARKS])
