"""How does a view become one self-contained page that can run and fetch nothing foreign?"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rehearsal.report.safe import visible
from rehearsal.report.view.city import CityPage
from rehearsal.report.view.comparison import ComparisonPage
from rehearsal.report.view.owner import OwnerPage

TEMPLATES = Path(__file__).parents[2] / "templates"


def render_city(page: CityPage) -> bytes:
    """Return the city's page."""
    return _render("city.html.j2", page)


def render_owner(page: OwnerPage) -> bytes:
    """Return the page of one unit or hub."""
    return _render("owner.html.j2", page)


def render_comparison(page: ComparisonPage) -> bytes:
    """Return the page that holds one trial against another."""
    return _render("comparison.html.j2", page)


def _render(template: str, page: object) -> bytes:
    return _environment().get_template(template).render(page=page).encode()


@cache
def _environment() -> Environment:
    """Escape in every template whatever its name, and fail on every unknown name."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    style, script = (_own(name) for name in ("report.css", "report.js"))
    environment.globals |= {"style": style, "script": script, "policy": _policy(style, script)}
    return environment


def _own(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text("utf-8"))  # noqa: S704 - our own file


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy under which only our own two texts take effect."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_source(style)}",
            f"script-src {_source(script)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _printable(value: object) -> object:
    """Spell out invisible characters in everything that a template prints."""
    return value if isinstance(value, Markup) else visible(str(value))
