"""What is written on a packet, and how does a unit write its own?

Written as users of the national axis write it: one namespace, as default and as prefix.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
BYTES_MAX = 8 << 20
NESTED_MAX = 40
_MARKER = re.compile(r"\[([^\]\s]{8,120})\]")
_CODE = re.compile(r"mã kiểm tra (\w+)")
_BOMB = """<?xml version="1.0"?><!DOCTYPE edXML [<!ENTITY a "mmmmmmmmmm">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">&c;</edXML>"""


class NoPacketError(ValueError):
    """What was handed in is no packet."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a clerk reads on the packet of a document."""

    document_id: str
    sender: str
    receiver: str
    subject: str
    code: str  # that the sender wants to see again
    attachments: int

    @property
    def marker(self) -> str:
        """What its maker wrote in front of the subject to find it again."""
        found = _MARKER.match(self.subject)
        return found[1] if found else ""


def read_letter(packet: bytes) -> Letter:
    """The packet of a document; NoPacketError says what is wrong."""
    root = _opened(packet)
    if root.find(f".//{{{QCVN}}}MessageHeader") is None:
        raise NoPacketError("no MessageHeader")
    letter = Letter(
        document_id=_said(root, "MessageHeader/DocumentId"),
        sender=_said(root, "MessageHeader/From/OrganId"),
        receiver=_said(root, "MessageHeader/To/OrganId"),
        subject=_said(root, "MessageHeader/Subject"),
        code="".join(_CODE.findall(_said(root, "MessageHeader/Content"))[:1]),
        attachments=len(root.findall(f".//{{{QCVN}}}Attachment")),
    )
    if not (letter.document_id and letter.sender and letter.receiver):
        raise NoPacketError("no DocumentId, From or To")
    return letter


def read_status(packet: bytes) -> tuple[str, str]:
    """Which document a status packet is about, and its code."""
    root = _opened(packet)
    about, code = _said(root, "Status/ResponseFor/DocumentId"), _said(root, "Status/StatusCode")
    if not about or not code:
        raise NoPacketError("no Status with ResponseFor and StatusCode")
    return about, code


def _opened(packet: bytes) -> ET.Element:
    if len(packet) > BYTES_MAX or b"<!" in packet[:4096].replace(b"<!--", b""):
        raise NoPacketError("too big, or with declarations")
    try:
        return ET.fromstring(packet)  # noqa: S314 - see above
    except (ET.ParseError, ValueError, LookupError) as problem:
        raise NoPacketError(str(problem)) from problem


def _said(root: ET.Element, path: str) -> str:
    steps = "/".join(f"{{{QCVN}}}{name}" for name in path.split("/"))
    return (root.findtext(f".//{steps}") or "").strip()


def write_status(about: str, sender: str, code: str) -> bytes:
    """The status packet of a unit's system."""
    return _wrapped(
        f"""<edXML:Status><edXML:ResponseFor><edXML:OrganId/>
<edXML:DocumentId>{escape(about)}</edXML:DocumentId></edXML:ResponseFor>
<edXML:From><edXML:OrganId>{escape(sender)}</edXML:OrganId></edXML:From>
<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Description/>
<edXML:Timestamp>{datetime.now(UTC):%Y/%m/%d %H:%M:%S}</edXML:Timestamp></edXML:Status>"""
    )


def write_answer(asked: Letter, answers: str, sender: str, code: str) -> bytes:
    """The unit's answer: to which document, by whom, quoting which code."""
    number = f"{escape(sender)},{datetime.now(UTC):%Y/%m/%d},{escape(asked.document_id[-40:])}"
    said = base64.b64encode(f"Đã nhận. {asked.marker}\n".encode()).decode()
    return _wrapped(
        f"""<edXML:MessageHeader>
<edXML:From><edXML:OrganId>{escape(sender)}</edXML:OrganId></edXML:From>
<edXML:To><edXML:OrganId>{escape(asked.sender)}</edXML:OrganId></edXML:To>
<edXML:DocumentId>{number}</edXML:DocumentId>
<edXML:Subject>{escape(f"[{asked.marker}] Phúc đáp")}</edXML:Subject>
<edXML:Content>Đã nhận văn bản, mã kiểm tra {escape(code)}.</edXML:Content>
<edXML:ResponseFor><edXML:DocumentId>{escape(answers)}</edXML:DocumentId></edXML:ResponseFor>
</edXML:MessageHeader>""",
        f"<AttachmentEncoded><Attachment><ContentTransferEncoded>{said}"
        "</ContentTransferEncoded></Attachment></AttachmentEncoded>",
    )


def bomb() -> bytes:
    """A small packet that would be a large one for whoever resolves entities."""
    return _BOMB.encode()


def _wrapped(header: str, behind: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<edXML xmlns="{QCVN}">'
        f'<edXML:edXMLEnvelope xmlns:edXML="{QCVN}"><edXML:edXMLHeader>{header}'
        f"</edXML:edXMLHeader><edXML:edXMLBody/></edXML:edXMLEnvelope>{behind}</edXML>"
    ).encode()


def without_attachments(packet: bytes) -> bytes:
    """The packet as a gateway leaves it that drops what it thinks too big."""
    return re.sub(
        rb"<(\w+:)?AttachmentEncoded.*</(\w+:)?AttachmentEncoded>", b"", packet, flags=re.DOTALL
    )


def retouched(packet: bytes) -> bytes:
    """The packet with one word of it rewritten."""
    return packet.replace(b"DT-VP", b"DT-vp").replace("Đề nghị".encode(), b"De nghi")
