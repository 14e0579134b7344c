"""How Sphinx builds the documentation."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

from sixring.report import CALIBRATED_MEANING, NOISE_MEANING

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "sixring"
author = "The sixring developers"
copyright = "the sixring developers, GPL-3.0-or-later"
release = installed_version("sixring")
version = release

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "library_table",
    "mathml",
    "model_tables",
    "realism_figures",
    "room_values",
    "study_results",
    "verb_help",
]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "substitution"]
myst_substitutions = {
    "calibrated_meaning": CALIBRATED_MEANING,
    "noise_meaning": NOISE_MEANING,
}
myst_heading_anchors = 3
autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's Parameters section has them
numpydoc_show_class_members = False
nitpicky = False

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = f"sixring {release}"
html_theme_options = {
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
}
exclude_patterns = ["_build"]
