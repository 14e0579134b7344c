"""The templates of the HTML pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sixring.report.wording import significant

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render"]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Everything is escaped, whatever the template is called: names come from files.
    environment = Environment(
        loader=PackageLoader("sixring.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["significant"] = significant
    # The filter `tojson` also writes <, >, & and ' so that no text can end a script.
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    return environment


def render(template: str, **context: object) -> str:
    """Fill in a template of this package.

    Parameters
    ----------
    template : str
        Its file name in ``templates``.
    **context
        Its variables; one that is missing is an error.

    Returns
    -------
    str
        The page.
    """
    return _environment().get_template(template).render(**context)
