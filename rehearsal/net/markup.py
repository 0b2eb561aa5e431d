"""What does a page show to a person, and where would it send them?

Hostile text is gone through once and never back: the standard library's parser takes
minutes for 60 KB of tags that never end, and fails an assertion on others.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

_HIDDEN = ("template", "noscript")
_ATTRIBUTE = (
    r"""([^\s/>=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+|(?=>))|(?!\s*+=))"""
)
_REST = rf"(?:[\s/]++|{_ATTRIBUTE})*+"
# Possessive, and every branch matches in the end, so that nothing is tried twice. A comment,
# a script or a tag that never ends hides the rest of the page, as in a browser (HTML 13.2.5).
_MARKUP = re.compile(
    r"<!--(?:>|.*?(?:-->|\Z))"
    r"|<(?:[!?]|/(?![a-z]))[^>]*+(?:>|\Z)"
    r"|<(script|style)(?=[\s/>]).*?(?:</\1(?=[\s/>])[^>]*+(?:>|\Z)|\Z)"
    rf"|<(?P<name>/?+[a-z][^\s/>]*+)(?P<rest>{_REST})>"
    r"|<(?=/?[a-z]).*\Z",
    re.DOTALL | re.IGNORECASE,
)
_PAIR = re.compile(_ATTRIBUTE)


@dataclass(slots=True)
class Shown:
    """The text that a person sees; other hosts that the page leads to."""

    base: str
    visible: str = ""
    asks_password: bool = False
    leads_to: list[str] = field(default_factory=list)

    def input(self, attributes: Mapping[str, str]) -> None:
        """A field to fill in."""
        self.asks_password |= attributes.get("type", "").lower() == "password"

    def form(self, attributes: Mapping[str, str]) -> None:
        """A form sends what is typed to its `action`."""
        self._leave_for(attributes.get("action", ""))

    def meta(self, attributes: Mapping[str, str]) -> None:
        """A refresh moves on by itself: `5; url=...`."""
        if attributes.get("http-equiv", "").lower() == "refresh":
            self._leave_for(attributes.get("content", "").partition("=")[2])

    def _leave_for(self, address: str) -> None:
        try:
            host = urlsplit(urljoin(self.base, address.strip(" '\""))).hostname
        except ValueError:
            return
        if host and host != urlsplit(self.base).hostname:
            self.leads_to.append(host)


_TOLD: Mapping[str, Callable[[Shown, Mapping[str, str]], None]] = MappingProxyType(
    {"input": Shown.input, "form": Shown.form, "meta": Shown.meta}
)


def read(text: str, base: str) -> Shown:
    """What an HTML page at that address shows; attributes, scripts, comments show nothing."""
    shown = Shown(base)
    parts: list[str] = []
    at = depth = 0
    for found in _MARKUP.finditer(text):
        parts.append("" if depth else text[at : found.start()])
        at = found.end()
        name = (found["name"] or "").lower()
        depth = max(0, depth + (name in _HIDDEN) - (name[1:] in _HIDDEN))
        if name in _TOLD:
            _TOLD[name](shown, _attributes(found["rest"]))
    parts.append("" if depth else text[at:])
    # What stands in two elements is no one word.
    shown.visible = " ".join(html.unescape(" ".join(parts)).split())
    return shown


def _attributes(rest: str) -> Mapping[str, str]:
    return {
        name.lower(): html.unescape(value.strip("\"'")) for name, value in _PAIR.findall(rest)
    }
