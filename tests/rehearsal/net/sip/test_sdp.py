"""Is what was agreed on understood, and what was not?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.sip.message import MalformedMessage
from rehearsal.net.sip.sdp import Answer, NoCommonCodec, offer, parse_answer

ANSWER = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    b"m=audio 6000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_our_offer_is_an_answer_that_we_would_understand(host: str):
    """G.711 both ways at our own address, with dialled digits."""
    assert parse_answer(offer(host, 7000, 1)) == Answer(host, 7000, 8, 101)


def test_an_answer_is_understood():
    """Address, port and codec."""
    assert parse_answer(ANSWER) == Answer("192.0.2.9", 6000, 8, 101)
    assert parse_answer(ANSWER).codec == "PCMA"


def test_the_streams_own_address_goes_first():
    """And its own direction; line ends may be bare."""
    own = ANSWER.replace(b"a=sendrecv", b"c=IN IP6 2001:db8::9\r\na=sendonly")

    found = parse_answer(own.replace(b"\r\n", b"\n"))

    assert (found.host, found.direction) == ("2001:db8::9", "sendonly")


def test_the_first_codec_that_we_know_is_used():
    """What the other side likes best stands first; others are passed over."""
    assert parse_answer(ANSWER.replace(b"AVP 8 101", b"AVP 9 0 8")).codec == "PCMU"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"m=audio 6000", b"m=audio 0"),
        (b"AVP 8 101", b"AVP 9 18"),
        (b"AVP 8 101", b"AVP 101"),
        (b"m=audio 6000 RTP/AVP 8 101", b"m=video 6000 RTP/AVP 96"),
        (b"m=audio 6000 RTP/AVP 8 101\r\n", b""),
    ],
)
def test_an_answer_without_our_sound_has_no_codec_in_common(old: bytes, new: bytes):
    """Refused, other codecs only, or no sound at all."""
    with pytest.raises(NoCommonCodec):
        parse_answer(ANSWER.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"v=0", b"v=1"),
        (b"audio 6000", b"audio 70000"),
        (b"audio 6000", b"audio x"),
        (b"audio 6000 RTP/AVP 8 101", b"audio"),
        (b"c=IN IP4 192.0.2.9\r\n", b""),
        (b"c=IN IP4 192.0.2.9", b"c=IN IP4 pbx.example"),
        (b"c=IN IP4 192.0.2.9", b"c="),
        (b"s=-", b"\r\n" * 600),
    ],
)
def test_what_cannot_be_understood_is_malformed(old: bytes, new: bytes):
    """No address and no port is guessed."""
    with pytest.raises(MalformedMessage):
        parse_answer(ANSWER.replace(old, new))


@given(st.binary(max_size=300), st.integers(0, len(ANSWER)), st.integers(0, len(ANSWER)))
def test_no_answer_breaks_us(noise: bytes, at: int, end: int):
    """Whatever it says, it is understood or not."""
    for data in (noise, ANSWER[:at] + noise + ANSWER[end:]):
        try:
            assert parse_answer(data).port > 0
        except (MalformedMessage, NoCommonCodec):
            continue
