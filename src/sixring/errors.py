"""The exceptions that sixring raises.

::

    SixringError
    ├── UsageError            a wrong argument: the command line exits with 2
    │   └── UnitError         a length that can't be understood
    ├── InputError            one input can't be used; the others go on (exit 1)
    │   ├── ReadError         the file is missing, empty, truncated or of an unknown format
    │   └── ImageError        the file was read, but what it holds is no micrograph
    ├── Refusal               a micrograph, but not one that sixring may judge (exit 1)
    └── OutputError           a result can't be written

Every message is one line that says what was wrong, with which value, and what to do about it.
"""

__all__ = [
    "ImageError",
    "InputError",
    "OutputError",
    "ReadError",
    "Refusal",
    "SixringError",
    "UnitError",
    "UsageError",
]


class SixringError(Exception):
    """Base of everything that sixring raises on purpose."""


class UsageError(SixringError, ValueError):
    """An argument has a value that it can't have."""


class UnitError(UsageError):
    """A length or its unit can't be understood."""


class InputError(SixringError):
    """An input can't be used."""


class ReadError(InputError):
    """A file is missing, empty, truncated or of a format that isn't known."""


class ImageError(InputError):
    """What was read isn't a micrograph: wrong dimensions, constant, not finite, too small."""


class Refusal(SixringError):  # noqa: N818 - a decision, not an accident
    """No graphene lattice at this sampling; the message says what was seen instead."""


class OutputError(SixringError):
    """A result can't be written."""
