"""What does a packet say? Foreign XML, read without DTDs, entities or the network."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from rehearsal.net.edxml.vocabulary import tag

DEPTH_MAX = 24  # the deepest packet that the regulation describes has nine levels
ELEMENTS_MAX = 4000
BYTES_MAX = 512 * 1024
SHOWN_CHARS = 200


class PacketError(ValueError):
    """These bytes are no packet; the message says why."""


@dataclass(frozen=True, slots=True)
class DocumentSaid:
    """What a document's packet says of itself: who to whom, which, in answer to which."""

    document_id: str
    sender: str
    receivers: tuple[str, ...]
    subject: str
    content: str
    answers: tuple[str, ...]
    attachments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StatusSaid:
    """What a status packet says: whose it is, of which document, and how far that is."""

    document_id: str
    sender: str
    code: str


def parse(data: bytes) -> Element:
    """The tree of a packet; PacketError for what is malformed, dangerous or too big."""
    if len(data) > BYTES_MAX:
        raise PacketError(f"over {BYTES_MAX} bytes")
    gate = _Gate()
    try:
        return gate.read(data)
    except expat.ExpatError as problem:
        raise PacketError(f"no XML: {problem}") from problem
    except (UnicodeError, LookupError) as problem:
        raise PacketError(f"an encoding that is none: {problem}") from problem


class _Gate:
    """Builds a tree, and stops at the first thing that no packet needs."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = self._elements = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.EntityDeclHandler = self._refuse_entity
        self._parser.StartElementHandler = self._opens
        self._parser.EndElementHandler = self._closes
        self._parser.CharacterDataHandler = self._tree.data

    def read(self, data: bytes) -> Element:
        self._parser.Parse(data, True)  # noqa: FBT003 - expat's own signature: it is all there
        return self._tree.close()

    def _refuse_doctype(self, *_: object) -> None:
        raise PacketError("it has a document type declaration")

    def _refuse_entity(self, *_: object) -> None:
        raise PacketError("it declares an entity")

    def _opens(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_MAX:
            raise PacketError(f"over {DEPTH_MAX} levels deep")
        if self._elements > ELEMENTS_MAX:
            raise PacketError(f"over {ELEMENTS_MAX} elements")
        self._tree.start(_braced(name), {_braced(k): v for k, v in attributes.items()})

    def _closes(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(_braced(name))


def _braced(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def read_document(data: bytes) -> DocumentSaid:
    """A document's packet; PacketError when it has no single header or lacks its number."""
    root = parse(data)
    header = _only(root, "MessageHeader")
    return DocumentSaid(
        document_id=_required(header, "DocumentId"),
        sender=_required(header, "From", "OrganId"),
        receivers=tuple(_text(to, "OrganId") for to in header.findall(tag("To"))),
        subject=_text(header, "Subject"),
        content=_text(header, "Content"),
        answers=tuple(
            _text(answered, "DocumentId") for answered in header.findall(tag("ResponseFor"))
        ),
        attachments=tuple(_decoded(found) for found in _encoded(root)),
    )


def read_status(data: bytes) -> StatusSaid:
    """A status packet; PacketError as above."""
    said = _only(parse(data), "Status")
    return StatusSaid(
        document_id=_required(said, "ResponseFor", "DocumentId"),
        sender=_required(said, "From", "OrganId"),
        code=_required(said, "StatusCode"),
    )


def _only(root: Element, name: str) -> Element:
    """The one element of that name: two headers would mean two truths."""
    found = list(root.iter(tag(name)))
    if len(found) != 1:
        raise PacketError(f"{len(found)} elements {name}, expected one")
    return found[0]


def _required(parent: Element, *names: str) -> str:
    text = _text(parent, *names)
    if not text:
        raise PacketError(f"no {'/'.join(names)}")
    return text


def _text(parent: Element, *names: str) -> str:
    return (parent.findtext("/".join(tag(name) for name in names)) or "").strip()


def _encoded(root: Element) -> list[Element]:
    return [found for found in root.iter() if found.tag == tag("ContentTransferEncoded")]


def _decoded(found: Element) -> bytes:
    try:
        return base64.b64decode("".join((found.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise PacketError(f"an attachment is no base64: {problem}") from problem
