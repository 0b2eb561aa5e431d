"""Does a packet say what its writer meant, and can no packet harm its reader?"""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.net.edxml.reading import PacketError, parse, read_document, read_status
from rehearsal.net.edxml.vocabulary import NAMESPACE
from rehearsal.net.edxml.writing import Letter, Organ, write_document, write_status

AT = datetime(2025, 6, 25, 8, 30, tzinfo=UTC)
ROOT = f'<edXML xmlns="{NAMESPACE}">'
HEADER = """<MessageHeader><From><OrganId>A</OrganId></From><DocumentId>n</DocumentId>
</MessageHeader>"""
# What XML 1.0 can hold (2.2), and what no reader normalises away.
TEXT = st.text(
    st.characters(codec="utf-8", min_codepoint=32, blacklist_characters="\x7f\ufffe\uffff"),
    max_size=60,
).map(str.strip)
HOSTILE = {
    "a declaration": '<!DOCTYPE edXML SYSTEM "file:///etc/hostname"><edXML/>',
    "an entity": '<!DOCTYPE e [<!ENTITY x "y">]><e>&x;</e>',
    "laughs": '<!DOCTYPE e [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><e>&b;</e>',
    "a parameter entity": '<!DOCTYPE e [<!ENTITY % p SYSTEM "http://x.invalid/">%p;]><e/>',
    "depth": "<e>" * 25 + "</e>" * 25,
    "breadth": f"<e>{'<e/>' * 4000}</e>",
    "size": f"<e>{'x' * 600_000}</e>",
    "an unclosed element": "<e>",
    "two roots": "<e/><e/>",
    "nothing": "",
    "an encoding that is none": '<?xml version="1.0" encoding="nonsense-8"?><e/>',
    "an undeclared prefix": "<x:e/>",
    "an undeclared entity": "<e>&nbsp;</e>",
    "NUL": "<e>\x00</e>",
}


def letter(**changed: str) -> Letter:
    said = {
        "number": "7",
        "notation": "DT-VP",
        "place": "Hải Phòng",
        "subject": "[DIENTAP-1-2] Đề nghị",
        "content": "mã kiểm tra abc",
        "attachment": "Nội dung",
    } | changed
    return Letter(Organ("CITY", "Thành phố"), Organ("10507", "Thành Đông"), issued=AT, **said)


@settings(deadline=None)
@given(subject=TEXT, content=TEXT, attachment=st.text(st.characters(codec="utf-8")))
def test_what_is_written_is_read(subject: str, content: str, attachment: str):
    """Whatever a clerk writes, markup included, comes back as it was."""
    sent = letter(subject=subject, content=content, attachment=attachment)

    said = read_document(write_document(sent))

    assert (said.subject, said.content) == (subject, content)
    assert said.attachments == (attachment.encode(),)
    assert (said.document_id, said.sender, said.receivers) == (
        "CITY,2025/06/25,7/DT-VP",
        "CITY",
        ("10507",),
    )


def test_a_status_says_whose_document_and_how_far():
    """ResponseFor, From and StatusCode."""
    said = read_status(write_status(Organ("10507", "Đơn vị"), "n-1", "CITY", "03", AT))

    assert (said.document_id, said.sender, said.code) == ("n-1", "10507", "03")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_no_packet_needs_is_refused(text: str):
    """Declarations, entities, depth and size end the reading at once."""
    with pytest.raises(PacketError):
        parse(text.encode())


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_packet_or_an_error(data: bytes):
    """Nothing else ever comes out of the reader."""
    for read in (read_document, read_status):
        with suppress(PacketError):
            assert read(data).sender


@pytest.mark.parametrize(
    "inside",
    [
        HEADER + HEADER,
        "<MessageHeader/>",
        HEADER.replace("<DocumentId>n</DocumentId>", ""),
        HEADER.replace("<OrganId>A</OrganId>", ""),
        f"{HEADER}<ContentTransferEncoded>no base 64!</ContentTransferEncoded>",
    ],
)
def test_a_packet_has_one_header_with_its_number(inside: str):
    """Two headers would be two truths; without a number it is nobody's."""
    with pytest.raises(PacketError):
        read_document(f"{ROOT}{inside}</edXML>".encode())


def test_another_namespace_is_another_language():
    """A header outside the regulation's namespace is none."""
    with pytest.raises(PacketError):
        read_document(f"<edXML>{HEADER}</edXML>".encode())
