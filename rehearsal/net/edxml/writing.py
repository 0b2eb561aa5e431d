"""How is a packet written? The envelope of a document, and that of a status."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import (
    Element,
    SubElement,
    register_namespace,
    tostring,
)

from rehearsal.net.edxml.vocabulary import ADMINISTRATIVE, NAMESPACE, NEW_DOCUMENT, tag

ATTACHMENT_NAME = "dien-tap.txt"
ATTACHMENT_TYPE = "text/plain"
REHEARSAL = "Diễn tập vận hành, không có giá trị hành chính"
register_namespace("edXML", NAMESPACE)


@dataclass(frozen=True, slots=True)
class Organ:
    """Who sends or receives: its electronic identification code, and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A document on its way. `issued` is aware; `attachment` is text."""

    sender: Organ
    receiver: Organ
    number: str
    notation: str
    place: str
    issued: datetime
    subject: str
    content: str
    attachment: str

    @property
    def document_id(self) -> str:
        """`organ,date,number/notation`: how public users of the axis build it."""
        return f"{self.sender.id},{_day(self.issued)},{self.number}/{self.notation}"


def write_document(letter: Letter) -> bytes:
    """The packet of a document, with its one attachment."""
    root, header, envelope = _envelope()
    message = SubElement(header, tag("MessageHeader"))
    _parties(message, letter)
    _say(message, "DocumentId", letter.document_id)
    code = SubElement(message, tag("Code"))
    _say(code, "CodeNumber", letter.number)
    _say(code, "CodeNotation", letter.notation)
    issue = SubElement(message, tag("PromulgationInfo"))
    _say(issue, "Place", letter.place)
    _say(issue, "PromulgationDate", _day(letter.issued))
    _describe(message, letter)
    _trace(header, letter)
    content_id = str(uuid.uuid4())
    _manifest(envelope, content_id)
    _attach(root, content_id, letter.attachment.encode())
    return _bytes(root)


def write_status(
    sender: Organ, answered: str, answered_organ: str, code: str, at: datetime
) -> bytes:
    """The packet that tells another organ how far its document has come."""
    root, header, _ = _envelope()
    said = SubElement(header, tag("Status"))
    about = SubElement(said, tag("ResponseFor"))
    _say(about, "OrganId", answered_organ)
    _say(about, "DocumentId", answered)
    by = SubElement(said, tag("From"))
    _say(by, "OrganId", sender.id)
    _say(by, "OrganName", sender.name)
    _say(said, "StatusCode", code)
    _say(said, "Description", REHEARSAL)
    _say(said, "Timestamp", f"{at:%Y/%m/%d %H:%M:%S}")
    return _bytes(root)


def _envelope() -> tuple[Element, Element, Element]:
    """The root, the header that is to be filled, and the envelope around it."""
    root = Element(tag("edXML"))
    envelope = SubElement(root, tag("edXMLEnvelope"))
    return root, SubElement(envelope, tag("edXMLHeader")), envelope


def _parties(message: Element, letter: Letter) -> None:
    for role, organ in (("From", letter.sender), ("To", letter.receiver)):
        party = SubElement(message, tag(role))
        _say(party, "OrganId", organ.id)
        _say(party, "OrganName", organ.name)


def _describe(message: Element, letter: Letter) -> None:
    """What sort of document it is, and what about."""
    sort = SubElement(message, tag("DocumentType"))
    _say(sort, "Type", ADMINISTRATIVE)
    _say(sort, "TypeName", "Công văn")
    _say(message, "Subject", letter.subject)
    _say(message, "Content", letter.content)
    signer = SubElement(message, tag("SignerInfo"))
    _say(signer, "Competence", "")
    _say(signer, "Position", "")
    _say(signer, "FullName", REHEARSAL)
    other = SubElement(message, tag("OtherInfo"))
    _say(other, "Priority", "0")
    _say(other, "SphereOfPromulgation", REHEARSAL)
    _say(other, "PageAmount", "1")
    _say(message, "SteeringType", "0")


def _trace(header: Element, letter: Letter) -> None:
    """Through whose hands it has gone, and that it is a new document."""
    traces = SubElement(header, tag("TraceHeaderList"))
    trace = SubElement(traces, tag("TraceHeader"))
    _say(trace, "OrganId", letter.sender.id)
    _say(trace, "Timestamp", f"{letter.issued:%Y/%m/%d %H:%M:%S}")
    business = SubElement(traces, tag("Bussiness"))  # so spelt by the axis
    _say(business, "BussinessDocType", NEW_DOCUMENT)
    _say(business, "BussinessDocReason", REHEARSAL)
    _say(business, "Paper", "0")
    SubElement(header, tag("DigitalSignature"))


def _manifest(envelope: Element, content_id: str) -> None:
    body = SubElement(envelope, tag("edXMLBody"))
    listed = SubElement(SubElement(body, tag("edXMLManifest"), version="1.0"), tag("Reference"))
    _say(listed, "ContentId", f"cid:{content_id}")
    _say(listed, "ContentType", ATTACHMENT_TYPE)
    _say(listed, "AttachmentName", ATTACHMENT_NAME)


def _attach(root: Element, content_id: str, content: bytes) -> None:
    attachment = SubElement(SubElement(root, tag("AttachmentEncoded")), tag("Attachment"))
    _say(attachment, "ContentType", ATTACHMENT_TYPE)
    _say(attachment, "ContentId", content_id)
    _say(attachment, "AttachmentName", ATTACHMENT_NAME)
    _say(attachment, "ContentTransferEncoded", base64.b64encode(content).decode())


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, tag(name)).text = text


def _day(at: datetime) -> str:
    return f"{at:%Y/%m/%d}"


def _bytes(root: Element) -> bytes:
    told: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return told
