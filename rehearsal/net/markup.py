"""What does a page show to a person, whatever bytes it is made of?

Read by two expressions whose every branch goes forward only: a page of 256 KB takes
milliseconds. `html.parser` takes a minute over 64 KB of `<a <a <a`, and meanwhile nobody
else is measured.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+"""
_COMMENT = r"<!--.*?(?:-->|\Z)"
_ENDS_NAME = r"(?=[\s/>]|\Z)"


def _unseen(names: str, group: str) -> str:
    """An element whose content is not text, up to its end tag or the page's end."""
    opens = rf"<(?P<{group}>{names}){_ENDS_NAME}{_ATTRIBUTES}"
    return rf"{opens}.*?(?:(?=</(?P={group}){_ENDS_NAME})|\Z)"


_MARKUP = re.compile(
    rf"{_COMMENT}|{_unseen('script|style|template|noscript', 'unseen')}"
    rf"|<[a-z/!?]{_ATTRIBUTES}>?",
    re.DOTALL | re.IGNORECASE,
)
_TELLING = re.compile(
    rf"{_COMMENT}|{_unseen('script|style', 'code')}"
    rf"|<(?P<name>input|button|/?form|meta){_ENDS_NAME}(?P<attributes>{_ATTRIBUTES})",
    re.DOTALL | re.IGNORECASE,
)
_LINKING = re.compile(
    rf"{_COMMENT}|{_unseen('script|style', 'code')}"
    rf"|<(?:a|area|form|link|img|iframe|source){_ENDS_NAME}(?P<attributes>{_ATTRIBUTES})",
    re.DOTALL | re.IGNORECASE,
)
_LINKS = ("href", "src", "action")
_ATTRIBUTE = re.compile(
    r"""([^\s=/>"']++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+"""
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as a person sees it: its text, and what it wants from its reader.

    Only a page that is not the expected one is asked what it wants.
    """

    base: str
    visible: str
    markup: str = ""

    @property
    def asks_password(self) -> bool:
        """Whether there is a field for a password."""
        return any(_is_password(name, told) for name, told in tags(self.markup))

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The other hosts that its forms and its automatic refresh go to."""
        addresses = (_address(name, told) for name, told in tags(self.markup))
        return tuple(_elsewhere(self.base, addresses))


def read(page: str, base: str) -> Shown:
    """Read a page found at `base`; attributes, scripts and comments show nothing."""
    text = " ".join(_unescaped(_MARKUP.sub(" ", page)).split())
    return Shown(base, text, page)


def tags(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The tags that say what a page wants from its reader, in order, with their attributes."""
    for found in _TELLING.finditer(page):
        if found["name"]:
            yield found["name"].lower(), _told(found["attributes"])


def links(page: str) -> Iterator[str]:
    """Where its links and forms lead to and its pictures come from, as written."""
    for found in _LINKING.finditer(page):
        told = _told(found["attributes"] or "")
        yield from (told[name].strip() for name in _LINKS if told.get(name, "").strip())


def _is_password(name: str, told: Mapping[str, str]) -> bool:
    return name == "input" and told.get("type", "").lower() == "password"


def _address(name: str, told: Mapping[str, str]) -> str:
    """Where a form or a refresh goes, as it is written."""
    if name == "form":
        return told.get("action", "")
    if told.get("http-equiv", "").lower() == "refresh":
        return told.get("content", "").partition("=")[2].strip(" '\"")
    return ""


def _elsewhere(base: str, addresses: Iterable[str]) -> Iterator[str]:
    home = urlsplit(base).hostname
    for address in addresses:
        if "//" not in address:  # a relative reference stays at home (RFC 3986 4.2)
            continue
        with suppress(ValueError):
            host = urlsplit(urljoin(base, address)).hostname
            if host and host != home:
                yield host


def _told(attributes: str) -> dict[str, str]:
    return {
        name.lower(): _unescaped(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(attributes)
    }


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of over 4,300 digits is no character
        return text
