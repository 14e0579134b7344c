from __future__ import annotations

import logging
import warnings

import pytest

from sixring.errors import ImageError, ReadError
from sixring.io._border import third_party


def test_any_exception_becomes_one_line() -> None:
    with pytest.raises(ReadError) as caught, third_party("x.dm4", "DM4"):
        raise ValueError("first line\n  second line")
    assert str(caught.value) == (
        "x.dm4: can't be read as DM4, it may be damaged or incomplete "
        "(first line second line): copy or export it again"
    )
    assert isinstance(caught.value.__cause__, ValueError)


def test_an_exception_without_a_message_is_named() -> None:
    with pytest.raises(ReadError, match=r"\(AssertionError\)"), third_party("x", "SER"):
        raise AssertionError


def test_a_long_reason_is_cut() -> None:
    with pytest.raises(ReadError) as caught, third_party("x", "SER"):
        raise ValueError("word " * 1000)
    assert len(str(caught.value)) < 300
    assert "word ...)" in str(caught.value)


def test_our_own_errors_pass() -> None:
    with pytest.raises(ImageError, match=r"^as it is$"), third_party("x", "SER"):
        raise ImageError("as it is")


def test_an_interrupt_passes() -> None:
    with pytest.raises(KeyboardInterrupt), third_party("x", "SER"):
        raise KeyboardInterrupt


def test_warnings_about_the_data_become_remarks() -> None:
    with third_party("x", "TIFF") as remarks:
        warnings.warn("the scale\n is odd", UserWarning, stacklevel=1)
        warnings.warn("the scale is odd", UserWarning, stacklevel=1)
        warnings.warn("use another function", DeprecationWarning, stacklevel=1)
        logging.getLogger("tifffile").warning("page %d is short", 3)
        logging.getLogger("rsciio.tiff").info("all is well")
    assert remarks == [
        "the TIFF reader says: page 3 is short",
        "the TIFF reader says: the scale is odd",
    ]


def test_remarks_are_few() -> None:
    with third_party("x", "TIFF") as remarks:
        for number in range(10):
            logging.getLogger("tifffile").error("page %d is short", number)
    assert len(remarks) == 3


def test_loggers_are_as_before(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tifffile")
    before = (logger.handlers[:], logger.propagate)
    with third_party("x", "TIFF"):
        logger.error("not for the terminal")
    assert (logger.handlers, logger.propagate) == before
    assert "not for the terminal" not in caplog.text


def test_files_left_open_by_a_failing_reader_are_closed() -> None:
    closed = []

    class File:
        def __del__(self) -> None:
            closed.append(True)

    def reader() -> None:
        file = File()
        raise ValueError(f"left {type(file).__name__} open")

    with pytest.raises(ReadError) as caught, third_party("x", "MRC"):
        reader()
    assert closed == [True]
    assert caught.value.__cause__ is not None
