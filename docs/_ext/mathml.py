"""Equations as MathML, which browsers draw by themselves: the pages can be read offline."""

from __future__ import annotations

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

_LOG = logging.getLogger(__name__)


def _markup(node: nodes.Element, *, as_block: bool) -> str:
    text = node.astext()
    try:
        return str(tex2mathml(text, as_block=as_block))
    except MathError as error:
        _LOG.warning("the equation %r can't be drawn: %s", text, error, location=node)
        return str(nodes.literal(text, text))


def _within_text(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_markup(node, as_block=False))
    raise nodes.SkipNode


def _on_its_own(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f"<p>{_markup(node, as_block=True)}</p>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the renderer."""
    app.add_html_math_renderer("mathml", (_within_text, None), (_on_its_own, None))
    return {"parallel_read_safe": True}
