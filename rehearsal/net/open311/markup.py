"""What does an XML document of GeoReport v2 say? Read so that it cannot hurt us.

No DTD is read, hence no entity is declared, expanded or fetched; depth and number of
elements are bounded; only UTF-8 is read, which the standard demands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

DEPTH_MAX = 12  # GeoReport v2 has six
ELEMENTS_MAX = 50_000  # a page of 1,000 tickets has 24,000


class MarkupError(ValueError):
    """The bytes are no document that we read."""


@dataclass(slots=True)
class _Element:
    name: str
    text: list[str] = field(default_factory=list)
    inner: list[_Element] = field(default_factory=list)


class _Reader:
    """Takes expat's events and keeps the tree."""

    def __init__(self) -> None:
        self._open = [_Element("")]
        self._count = 0

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) > DEPTH_MAX or self._count > ELEMENTS_MAX:
            raise MarkupError("the document is too deep or too long")
        element = _Element(name)
        self._open[-1].inner.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].text.append(data)

    def doctype(self, *_: object) -> None:
        raise MarkupError("the document declares a type (DTD)")

    @property
    def root(self) -> _Element:
        return self._open[0].inner[0]


def rows(body: bytes) -> tuple[str, list[Mapping[str, Any]]]:
    """The root's name and its children as rows: name of field -> text, or a row in turn."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EntityDeclHandler = reader.doctype
    try:
        parser.Parse(body.decode("utf-8"), True)  # noqa: FBT003 - expat's signature: it is all
    except (expat.ExpatError, UnicodeDecodeError) as problem:
        raise MarkupError(str(problem)) from problem
    return reader.root.name, [_row(element) for element in reader.root.inner]


def _row(element: _Element) -> Mapping[str, Any]:
    return {inner.name: _value(inner) for inner in element.inner}


def _value(element: _Element) -> Any:
    return _row(element) if element.inner else "".join(element.text).strip()
