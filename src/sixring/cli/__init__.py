"""The verbs of the command line: parsing and printing, nothing else.

A new verb is a module with one function of its name, and one line in ``_app``.
"""

from sixring.cli._app import main

__all__ = ["main"]
