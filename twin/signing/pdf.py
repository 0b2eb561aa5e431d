"""How is a PDF made by hand that two people sign, one after the other? ISO 32000-1 12.8."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twin.signing.bureau import Signer
from twin.signing.cms import Manner, sign

ROOM_BYTES = 2500  # for one signature with its chain
LEADER, ORGANIZATION = 4, 5  # the objects of the two fields for signatures
_FIELD = (
    "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({name}) /Rect [0 0 0 0] /F 132 /P 3 0 R"
    "{v} >>"
)
_NAMES = {LEADER: "Leader", ORGANIZATION: "Organization"}
_OBJECTS: Mapping[int, str] = {
    1: "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>",
    2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R"
    " /Resources << /Font << /F 8 0 R >> >> /Annots [4 0 R 5 0 R] >>",
    LEADER: _FIELD.format(name=_NAMES[LEADER], v=""),
    ORGANIZATION: _FIELD.format(name=_NAMES[ORGANIZATION], v=""),
    6: "<< /Fields [4 0 R 5 0 R] /SigFlags 3 >>",
    8: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF as it stands: its bytes, where its last cross-reference begins, its objects."""

    content: bytes
    xref_at: int
    size: int


def blank(text: str) -> Paper:
    """An unsigned page that says one line in ASCII, with two fields to sign."""
    stream = f"BT /F 14 Tf 72 760 Td ({text}) Tj ET"
    said = f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"
    head = Paper(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 0, 0)
    return _with_objects(head, {**_OBJECTS, 7: said})


def signed(paper: Paper, field: int, signer: Signer, manner: Manner) -> Paper:
    """The same with one more signature, which covers everything up to its own end."""
    number = paper.size
    hole = "0" * (2 * ROOM_BYTES)
    ranges = "[0000000000 0000000000 0000000000 0000000000]"
    moment = f"{manner.at:%Y%m%d%H%M%S}+00'00'"
    value = (
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached"
        f" /M (D:{moment}) /ByteRange {ranges} /Contents <{hole}> >>"
    )
    held = _FIELD.format(name=_NAMES[field], v=f" /V {number} 0 R")
    drawn = _with_objects(paper, {field: held, number: value})
    begins = drawn.content.rindex(b"/Contents <") + len(b"/Contents ")
    ends = begins + len(hole) + 2
    told = f"[{0:010} {begins:010} {ends:010} {len(drawn.content) - ends:010}]".encode()
    at = drawn.content.rindex(ranges.encode())
    ready = drawn.content[:at] + told + drawn.content[at + len(told) :]
    signature = sign(ready[:begins] + ready[ends:], signer, manner).hex().encode()
    filled = signature.ljust(len(hole), b"0")
    content = ready[: begins + 1] + filled + ready[ends - 1 :]
    return Paper(content, drawn.xref_at, drawn.size)


def touched_up(paper: Paper, text: str) -> Paper:
    """The same with its page's text replaced afterwards, as a PDF editor saves it."""
    stream = f"BT /F 14 Tf 72 700 Td ({text}) Tj ET"
    said = f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"
    return _with_objects(paper, {7: said})


def _with_objects(paper: Paper, objects: Mapping[int, str]) -> Paper:
    """An update at the end: the objects, where they stand, and where the last list did."""
    content, places = bytearray(paper.content), {}
    for number, text in sorted(objects.items()):
        places[number] = len(content)
        content += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    size = max(paper.size, *(number + 1 for number in objects))
    xref_at = len(content)
    content += b"xref\n" + (b"0 1\n0000000000 65535 f \n" if not paper.xref_at else b"")
    for number, at in places.items():
        content += f"{number} 1\n{at:010} 00000 n \n".encode()
    before = f" /Prev {paper.xref_at}" if paper.xref_at else ""
    content += f"trailer\n<< /Size {size} /Root 1 0 R{before} >>\n".encode()
    content += f"startxref\n{xref_at}\n%%EOF\n".encode()
    return Paper(bytes(content), xref_at, size)
