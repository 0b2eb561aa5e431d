"""Are descriptions read and written so that others understand them?"""

from __future__ import annotations

import pytest
from aiortc.sdp import SessionDescription

from twin.media import sdp
from twin.media.sdp import OPUS, Codec, Line, Ours, SdpError, Transport

TRANSPORT = Transport("name", "password", (("sha-256", "AA:BB"),), "actpass")
OURS = Ours(TRANSPORT, ("127.77.0.1", 4000), "VideoRoom 1")
BROWSER = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2
a=fingerprint:sha-256 CC:DD
m=audio 9 UDP/TLS/RTP/SAVPF 63 111 0
a=ice-ufrag:theirs
a=ice-pwd:secret
a=setup:actpass
a=mid:0
a=sendonly
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:0 PCMU/8000
a=ssrc:42 cname:x
a=ssrc:42 msid:a b
m=video 0 UDP/TLS/RTP/SAVPF 96
a=mid:1
a=rtpmap:96 VP8/90000
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:2
"""


def test_a_browsers_offer_is_read():
    """Names and secrets of the first section, codecs by number, a refused section."""
    description = sdp.parse(BROWSER)
    audio, video, data = description.sections

    assert description.transport.name == "theirs"
    assert description.transport.fingerprints == (("sha-256", "CC:DD"),)
    codec = Codec("opus", 48000, "/2", "minptime=10;useinbandfec=1")
    assert audio.chosen() == (111, codec)
    assert (audio.direction, set(audio.ssrcs)) == ("sendonly", {42})
    assert video.is_rejected
    assert video.chosen() is None
    assert data.chosen() is None


def test_our_offer_is_read_by_another_library():
    """A lite agent with one candidate; each stream under its own name."""
    lines = [
        Line("audio", "0", "sendonly", 111, OPUS, 77),
        Line("video", "1", "inactive", 96, Codec("vp8", 90000)),
    ]
    read = SessionDescription.parse(sdp.write(OURS, lines, 3))
    audio, video = read.media

    assert audio.ice.iceLite
    assert [(c.ip, c.port) for c in audio.ice_candidates] == [("127.77.0.1", 4000)]
    assert [s.ssrc for s in audio.ssrc] == [77]
    assert (audio.direction, video.direction) == ("sendonly", "inactive")
    assert [c.mimeType for c in audio.rtp.codecs + video.rtp.codecs] == [
        "audio/opus",
        "video/VP8",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("garbage", "doesn't start with v="),
        ("v=0\r\n", "no m-lines"),
        ("v=0\r\nm=audio 9\r\n", "m=audio 9"),
        ("v=0\r\n" + "m=audio 9 x 0\r\n" * 2000, "too many"),
    ],
)
def test_what_is_no_description_is_refused(text: str, reason: str):
    """With a reason in the words of Janus."""
    with pytest.raises(SdpError, match=reason):
        sdp.parse(text)


@pytest.mark.parametrize(
    "line",
    ["a=rtpmap:x", "a=ssrc:", "a=rtpmap:999 opus/1", "a=rtpmap:0 opus/" + "9" * 5000, "x"],
)
def test_strange_lines_are_passed_over(line: str):
    """Nothing that a stranger writes in a section is an error of ours."""
    text = f"v=0\r\nm=audio 9 x 999 0\r\n{line}\r\na=ssrc: x\r\n"

    assert sdp.parse(text).sections[0].chosen() is None
