"""Is every SIP message understood, and no hostile one believed?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.sip.message import (
    BODY_MAX_BYTES,
    HEAD_MAX_BYTES,
    HEADERS_MAX,
    Headers,
    MalformedMessage,
    Request,
    Response,
    address,
    parse,
    split,
)
from tests.rehearsal.net.sip.written import INVITE

SPRINKLED = st.lists(
    st.tuples(st.integers(0, len(INVITE) - 1), st.integers(0, 255)), min_size=1, max_size=12
)


def changed(old: bytes, new: bytes) -> bytes:
    assert old in INVITE
    return INVITE.replace(old, new, 1)


def test_a_request_is_taken_apart():
    """Method, address, headers and body are what was sent."""
    found = parse(INVITE)

    assert isinstance(found, Request)
    assert (found.method, found.uri, found.body) == ("INVITE", "sip:room@pbx.example", b"body")
    assert found.headers.cseq == (1, "INVITE")
    assert found.headers.branch == "z9hG4bKone"
    assert (found.headers.from_tag, found.headers.to_tag) == ("ours", "")


def test_a_response_is_taken_apart():
    """Status and reason; the reason may be missing, or hold spaces."""
    line = b"INVITE sip:room@pbx.example SIP/2.0"
    found = parse(changed(line, b"SIP/2.0 486 Busy Here"))
    bare = parse(changed(line, b"sip/2.0 200"))

    assert isinstance(found, Response)
    assert (found.status, found.reason) == (486, "Busy Here")
    assert (bare.status, bare.reason) == (200, "")


def test_what_is_written_is_read_again():
    """Encoding and parsing lose nothing."""
    found = parse(INVITE)

    again = parse(found.encode())

    assert (again.method, again.uri, again.body) == (found.method, found.uri, found.body)
    kept = [pair for pair in found.headers.pairs if pair[0] != "content-length"]
    assert [(n, v) for n, v in again.headers.pairs if n != "content-length"] == kept


def test_letters_stand_for_names():
    """Compact forms are the same headers (RFC 3261 7.3.3)."""
    compact = INVITE
    for name, letter in ((b"Via", b"v"), (b"From", b"f"), (b"To", b"t"), (b"Call-ID", b"i")):
        compact = compact.replace(b"\r\n" + name + b":", b"\r\n" + letter + b" :")
    compact = compact.replace(b"Contact:", b"m:").replace(b"Content-Length:", b"l:")

    assert parse(compact) == parse(INVITE)


def test_a_folded_header_is_one_line():
    """A line that begins with a space goes on (RFC 3261 7.3.1)."""
    folded = changed(b"CSeq: 1 INVITE", b"CSeq:\r\n\t 1\r\n INVITE")

    assert parse(folded).headers.cseq == (1, "INVITE")


def test_empty_lines_before_a_message_are_skipped():
    """They keep connections alive (RFC 3261 7.5)."""
    assert parse(b"\r\n\r\n" + INVITE) == parse(INVITE)


def test_bytes_after_the_body_are_no_part_of_it():
    """The datagram may be longer than the message (RFC 3261 18.3)."""
    assert parse(INVITE + b"more").body == b"body"


def test_without_length_the_datagram_is_the_body():
    """Over UDP Content-Length may be missing."""
    assert parse(changed(b"Content-Length: 4\r\n", b"")).body == b"body"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff" * 60, id="noise"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", id="another protocol"),
        pytest.param(INVITE[:-8], id="cut in the headers"),
        pytest.param(INVITE[:-1], id="cut in the body"),
        pytest.param(changed(b"SIP/2.0", b"SIP/3.0"), id="another version"),
        pytest.param(changed(b"1 INVITE", b"1 BYE"), id="CSeq of another method"),
        pytest.param(changed(b"1 INVITE", b"x INVITE"), id="CSeq without number"),
        pytest.param(changed(b"1 INVITE", b"4294967296 INVITE"), id="CSeq over its range"),
        pytest.param(changed(b"1 INVITE", b"9" * 5000 + b" INVITE"), id="CSeq of 5000 digits"),
        pytest.param(changed(b"Via:", b"X-Via:"), id="no Via"),
        pytest.param(changed(b"Call-ID: call-1", b"Call-ID:"), id="an empty Call-ID"),
        pytest.param(changed(b"Length: 4", b"Length: -4"), id="a negative length"),
        pytest.param(changed(b"Length: 4", b"Length: 4x"), id="no number as length"),
        pytest.param(changed(b"Length: 4", b"Length: 5"), id="a length past the end"),
        pytest.param(changed(b"Length: 4", b"Length: 99999999"), id="a huge length"),
        pytest.param(changed(b"call-1", b"call\x00-1"), id="a control character"),
        pytest.param(changed(b"call-1", b"call\n-1"), id="a bare line feed"),
        pytest.param(changed(b"Call-ID: call-1", b"Call-ID call-1"), id="no colon"),
        pytest.param(changed(b"Call-ID:", b"Call ID:"), id="a space in a name"),
        pytest.param(changed(b"call-1", b"x" * HEAD_MAX_BYTES), id="headers over the cap"),
        pytest.param(
            changed(b"Contact:", b"X: y\r\n" * HEADERS_MAX + b"Contact:"), id="many headers"
        ),
        pytest.param(
            changed(b"Content-Length: 4\r\n", b"") + b"x" * BODY_MAX_BYTES, id="a huge body"
        ),
    ],
)
def test_what_is_no_message_is_refused(data: bytes):
    """Each is the parser's own error, and no other."""
    with pytest.raises(MalformedMessage):
        parse(data)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_parser(data: bytes):
    """Whatever comes is a message or malformed."""
    _parsed(data)


@given(SPRINKLED, st.integers(0, len(INVITE)))
def test_no_damage_breaks_the_parser(changes: list[tuple[int, int]], end: int):
    """A message with some bytes changed, or cut anywhere, is a message or malformed."""
    data = bytearray(INVITE)
    for at, byte in changes:
        data[at] = byte
    _parsed(bytes(data))
    _parsed(bytes(data[:end]))


def _parsed(data: bytes) -> None:
    try:
        found = parse(data)
    except MalformedMessage:
        return
    headers = found.headers
    assert headers.cseq
    assert isinstance(headers.branch + headers.from_tag + headers.to_tag, str)
    assert all(isinstance(address(value).uri, str) for value in headers.listed("Contact"))


@pytest.mark.parametrize("hostile", ['"', "<", '"\\', "\\", ";<", '"<', "a"])
def test_what_is_never_closed_is_one_part(hostile: str):
    """Quotes and brackets without end are read once, to the end of the largest header."""
    value = "x" + hostile * (HEAD_MAX_BYTES // len(hostile) // 2 * 2 + 1)

    assert split(value, ",") == (value,)


def test_separators_in_quotes_or_brackets_separate_not():
    """A name for people and the parameters of an address stay whole."""
    value = '"Hall, 12" <sip:a@b;x=1,2>;tag=1, <sip:c@d>'

    assert split(value, ",") == ('"Hall, 12" <sip:a@b;x=1,2>;tag=1', "<sip:c@d>")
    assert address(value.partition(", <")[0]).tag == "1"


@pytest.mark.parametrize(
    ("value", "uri", "tag"),
    [
        ("<sip:a@b>;tag=1", "sip:a@b", "1"),
        ("sip:a@b;tag=1", "sip:a@b", "1"),
        ('"x \\"<sip:no@no>\\" y" <sip:a@b;lr>;TAG=1', "sip:a@b;lr", "1"),
        ('"a;tag=2" <sip:a@b>', "sip:a@b", ""),
        ("", "", ""),
    ],
)
def test_addresses_are_taken_apart(value: str, uri: str, tag: str):
    """The address is what stands in the last brackets, the tag is the header's."""
    assert (address(value).uri, address(value).tag) == (uri, tag)


@pytest.mark.parametrize("value", ["a\r\nEvil: b", "a\nb", "a\x00b"])
def test_no_value_begins_another_header(value: str):
    """What comes from an inventory or another side cannot add to our messages."""
    with pytest.raises(ValueError, match="no header"):
        Request("OPTIONS", "sip:a@b", Headers((("Subject", value),))).encode()
