"""The figures of the study: the founding report's eight, and those of what it left undone."""

from sixring.study._figures._canvas import Figure
from sixring.study._figures._draw import draw_figures

__all__ = ["Figure", "draw_figures"]
