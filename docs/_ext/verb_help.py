"""The directive ``verb-help``: what a verb says for ``--help``, as it says it."""

from __future__ import annotations

import os
import subprocess
import sys

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_WIDTH = "80"


class VerbHelp(SphinxDirective):
    """Show the help of the verb that is the argument, or of the program without one."""

    optional_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Run the command and show what it prints."""
        command = ["sixring", *self.arguments, "--help"]
        answer = subprocess.run(
            [sys.executable, "-m", *command],
            env={**os.environ, "COLUMNS": _WIDTH, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        lines = [line.rstrip() for line in answer.stdout.strip().splitlines()]
        text = "\n".join([f"$ {' '.join(command)}", "", *lines])
        return [nodes.literal_block(text, text, language="text")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directive."""
    app.add_directive("verb-help", VerbHelp)
    return {"parallel_read_safe": True}
