"""Is a stream cut into the same messages, however it comes?"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.sip.framing import Framer
from rehearsal.net.sip.message import HEAD_MAX_BYTES, MalformedMessage, parse
from tests.rehearsal.net.sip.written import INVITE

STREAM = b"\r\n\r\n" + INVITE + b"\r\n" + INVITE.replace(b"one", b"two") + INVITE


def read(pieces: list[bytes]) -> list[object]:
    framer = Framer()
    return [message for piece in pieces for message in framer.feed(piece)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_pieces_do_not_matter(cuts: list[int]):
    """Cut anywhere, the stream holds the same three messages."""
    ends = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in itertools.pairwise(ends)]

    found = read(pieces)

    assert [message.headers.branch for message in found] == [
        *("z9hG4bKone", "z9hG4bKtwo", "z9hG4bKone")
    ]
    assert found[0] == parse(INVITE)


def test_byte_by_byte():
    """The smallest pieces too."""
    assert len(read([bytes([byte]) for byte in STREAM])) == 3


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(INVITE.replace(b"Content-Length: 4\r\n", b""), id="no length"),
        pytest.param(INVITE.replace(b"Length: 4", b"Length: 99999999"), id="a huge length"),
        pytest.param(b"x" * (HEAD_MAX_BYTES + 1), id="headers without end"),
        pytest.param(b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n", id="an alert of TLS"),
    ],
)
def test_a_stream_that_is_lost_is_given_up(data: bytes):
    """Where no next message can be found, none is made up."""
    with pytest.raises(MalformedMessage):
        read([data])


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_no_bytes_break_the_framer(pieces: list[bytes]):
    """Whatever comes, it waits, gives messages, or says that they are malformed."""
    try:
        read(pieces)
    except MalformedMessage:
        return
