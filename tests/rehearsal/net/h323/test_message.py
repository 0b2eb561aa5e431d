"""Are an H.323 call's first and last messages what the standards say, octet for octet?

The two messages below were read without a complaint by tshark 4.0.17 and by pycrate 0.8.1.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.h323.message import Call, Told, length_of, read, release, setup
from rehearsal.net.h323.per import Reader, Writer

CALL = Call(0x1234, bytes(range(16)), bytes(range(16, 32)))
SETUP = (
    "03000085 08 02 1234 05"  # TPKT of 133 octets; Q.931, our call, SETUP
    "04 03 8893a5"  # bearer capability
    "28 0e 4449454e5441502d6861692d616e"  # display: DIENTAP-hai-an
    "7e 0064 05"  # user-user, in ASN.1
    "20 b0"  # an extended H323-UU-PDU, setup; extended, with both addresses
    "06 0008914a0002"  # version 2
    "01 40 0d 004400490045004e005400410050002d006800610069002d0061006e"  # h323-ID
    "0200"  # a terminal
    "01 40 03 00680061006c006c"  # h323-ID: hall
    "00 000102030405060708090a0b0c0d0e0f"  # no active MC; the conference
    "0041 0c"  # create, point to point; nine additions, of which 3, 8 and 9
    "11 00101112131415161718191a1b1c1d1e1f"  # the call's identifier
    "01 00 01 00"  # neither waits for media, nor sends overlapping
    "0680 01 00"  # four additions, of which the second: H.245 is not tunnelled
)
RELEASE = (
    "03000031 08 02 1234 5a"
    "08 02 8090"  # cause 16: normal clearing
    "7e 0021 05 25 80 06 0008914a0002"
    "01 11 00101112131415161718191a1b1c1d1e1f"
    "0680 01 00"
)


def _packet(octets: str) -> bytes:
    """A packet of these octets, with its length made right."""
    data = bytearray.fromhex(octets)
    data[2:4] = len(data).to_bytes(2)
    return bytes(data)


def test_the_call_is_as_the_standards_say():
    """SETUP, octet for octet."""
    assert setup(CALL, "DIENTAP-hai-an", "hall") == bytes.fromhex(SETUP)


def test_the_end_is_as_the_standards_say():
    """RELEASE COMPLETE, octet for octet."""
    assert release(CALL) == bytes.fromhex(RELEASE)


@pytest.mark.parametrize(
    ("encoded", "reason"), [("50 a8", "inConf"), ("81 0100 15", "securityDenied")]
)
def test_a_reason_is_read(encoded: str, reason: str):
    """The first dozen reasons, and those that came with later versions."""
    user = (
        f"05 25 c0 06 0008914a0004 {encoded} 00001100101112131415161718191a1b1c1d1e1f 10800100"
    )
    length = len(bytes.fromhex(user))
    packet = _packet(f"03000000 08 02 9234 5a 7e {length:04x} {user}")

    assert read(packet, CALL) == Told("release_complete", None, reason)


@pytest.mark.parametrize(
    "octets",
    [
        "03000000 08 02 9234",  # nothing said
        "03000000 09 02 9234 01",  # another protocol
        "03000000 08 02 9234 03ff",  # no user-user element
        "03000000 08 02 9234 0f 7e0001 05",  # no message of a call
        "03000000 08 02 9234 01 7e00ff 05",  # longer than its packet
        "03000000 08 02 9234 5a 7e0002 05 25",  # ends within a field
        "03000000 08 02 9234 5a 7e0003 05 20 80",  # a release whose body is a set-up
    ],
)
def test_what_is_no_message_is_refused(octets: str):
    """Malformed answers raise ValueError, which the caller gives a name."""
    with pytest.raises(ValueError, match=r"\w"):
        read(_packet(octets), CALL)


@given(st.binary(max_size=64))
def test_no_octets_raise_anything_else(octets: bytes):
    """Whatever a device sends after its own reference, reading it ends well."""
    packet = bytes.fromhex("03000000 0802 9234") + octets
    try:
        told = read(packet, CALL)
    except ValueError:
        told = None

    assert told is None or told.name


@given(st.binary(min_size=4, max_size=4))
def test_a_length_is_one_that_can_be_waited_for(head: bytes):
    """Only RFC 1006 packets with something in them are waited for."""
    try:
        length = length_of(head)
    except ValueError:
        assert head[0] != 3 or int.from_bytes(head[2:]) <= 4
    else:
        assert 4 < length <= 0xFFFF


def test_another_call_is_none_of_ours():
    """A message with somebody else's reference, or with ours as a caller's, is left aside."""
    other = bytes.fromhex("03000009 08 02 9235 01")

    assert read(other, CALL) is None
    assert read(release(CALL), CALL) is None


@given(st.integers(1, 7), st.binary(max_size=100))
def test_what_is_written_is_read_again(width: int, data: bytes):
    """Fields, padding and lengths come back as they went."""
    out = Writer()
    out.field(1, width)
    out.counted(data)
    told = Reader(out.done())

    assert told.field(width) == 1
    assert told.counted() == data
