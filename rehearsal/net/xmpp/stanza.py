"""What does a stanza say, whoever wrote it?

RFC 6120 11.1 forbids comments, processing instructions and DTDs, and with the DTD every
entity that could grow or reach outside: the first such mark ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape, quoteattr

from rehearsal.model import Step
from rehearsal.net.trail import Stopped, stop

DEPTH_MAX = 32  # the deepest that the protocols here nest is 6
ELEMENTS_MAX = 4096  # a presence has 5; each costs us far more than its bytes cost the peer
_SEPARATOR = " "  # never part of a name: between the namespace and the local name
_SHOWN = 120


@dataclass(slots=True)
class Element:
    """One element as it was read: namespace, local name, attributes, text, children."""

    namespace: str
    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        return iter(self.children)

    def get(self, attribute: str) -> str:
        """The attribute's value; empty where it is missing."""
        return self.attributes.get(attribute, "")

    def is_a(self, namespace: str, name: str) -> bool:
        """Whether it is that element of that namespace."""
        return self.name == name and self.namespace == namespace

    def all(self, namespace: str, name: str) -> list[Element]:
        """Its own children of that kind."""
        return [child for child in self.children if child.is_a(namespace, name)]

    def first(self, namespace: str, name: str) -> Element | None:
        """Its first own child of that kind."""
        return next(iter(self.all(namespace, name)), None)


def malformed(detail: str) -> Stopped:
    """The peer wrote what no stanza may be."""
    return stop(Step.SIGNALLING, "malformed_message", detail)


def parse(text: str) -> Element:
    """Read one whole element; Stopped with `malformed_message` if it is none."""
    reading = _Reading()
    parser = ParserCreate("utf-8", _SEPARATOR)  # whatever its declaration claims
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    parser.StartDoctypeDeclHandler = _forbidden
    parser.EntityDeclHandler = _forbidden
    parser.ProcessingInstructionHandler = _forbidden
    parser.CommentHandler = _forbidden
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - its signature
    except ExpatError as problem:
        raise malformed(f"{problem} in {text[:_SHOWN]!r}") from None
    return reading.root


class _Reading:
    """The element under construction; every bound is kept before anything is built."""

    def __init__(self) -> None:
        self.root: Element  # set by the first start tag; without one expat has refused
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > ELEMENTS_MAX or len(self._open) == DEPTH_MAX:
            raise malformed(f"over {ELEMENTS_MAX} elements, or {DEPTH_MAX} levels deep")
        namespace, _, local = name.rpartition(_SEPARATOR)
        element = Element(namespace, local, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:
        del name
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].text += text


def _forbidden(*_: object) -> None:
    raise malformed("a comment, an instruction or a DTD in a stanza (RFC 6120 11.1)")


def written(name: str, attributes: dict[str, str], *content: str) -> str:
    """One element as text; `content` is markup already."""
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    inner = "".join(content)
    return f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"


def plain(text: str) -> str:
    """Text as the content of an element."""
    return escape(text)
