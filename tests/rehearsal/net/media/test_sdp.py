"""Do we follow a description only to where we may go?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.media.sdp import BYTES_MAX, CANDIDATES_MAX, admit
from rehearsal.net.trail import Stopped

BRIDGE = "10.1.2.3"
HEAD = "v=0\r\no=- 1 1 IN IP4 10.1.2.3\r\ns=-\r\nt=0 0\r\n"
SECTION = (
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:a0\r\na=ice-ufrag:abcd\r\n"
    "a=ice-pwd:abcdefabcdefabcdefabcd\r\na=fingerprint:sha-256 AA:BB\r\n"
)


def candidate(address, port=20000, kind="host", transport="udp"):
    return f"a=candidate:1 1 {transport} 2015363327 {address} {port} typ {kind}\r\n"


def described(*lines):
    return HEAD + SECTION + "".join(lines)


def stopped(text, allowed=(BRIDGE,), sections_max=1):
    with pytest.raises(Stopped) as caught:
        admit(text, allowed, sections_max)
    return caught.value.failure


def test_the_bridges_own_candidate_stays():
    """And whose stream an SSRC is, the description says too."""
    found = admit(described(candidate(BRIDGE), "a=ssrc:77 cname:x\r\n"), [BRIDGE], 1)

    assert found.candidates == (f"{BRIDGE}:20000",)
    assert candidate(BRIDGE) in found.sdp
    assert found.sources == {77: "a0"}
    assert found.sections == 1


@pytest.mark.parametrize("address", ["10.9.9.9", "127.0.0.1", "8.8.8.8", "fe80::1"])
def test_a_third_address_gets_no_packet(address):
    """A bridge must not aim us at others; what it tried is told."""
    found = admit(described(candidate(BRIDGE), candidate(address)), [BRIDGE], 1)

    assert address not in found.sdp
    assert found.refused == (f"{address}:20000",)


def test_a_bridge_that_offers_third_addresses_only_is_refused():
    """Not as if it had offered nothing."""
    failure = stopped(described(candidate("8.8.8.8")))

    assert (failure.step, failure.kind) == ("ice", "candidates_refused")
    assert "8.8.8.8" in failure.detail


@pytest.mark.parametrize(
    "line",
    [
        "",
        candidate("secret-name.local"),
        candidate("bridge.example"),
        candidate(BRIDGE, transport="tcp"),
        candidate(BRIDGE, kind="prflx"),
        "a=candidate:\r\n",
        "a=candidate:1 1 udp\r\n",
    ],
)
def test_what_is_no_address_for_udp_is_not_followed(line):
    """A name would be asked of the network; TCP and nonsense lead nowhere."""
    failure = stopped(described(line))

    assert failure.step == "ice"
    assert failure.kind in {"no_candidates", "candidates_refused"}


def test_a_flood_of_candidates_is_cut():
    """Each would be asked many times over."""
    lines = [candidate(BRIDGE, port) for port in range(20000, 22000)]

    assert len(admit(described(*lines), [BRIDGE], 1).candidates) == CANDIDATES_MAX


@pytest.mark.parametrize(
    "text",
    [
        None,
        17,
        "",
        HEAD,
        "x" * (BYTES_MAX + 1),
        described(candidate(BRIDGE)).replace("a=fingerprint", "a=nothing"),
        described(candidate(BRIDGE)).replace("a=ice-pwd", "a=nothing"),
        described(candidate(BRIDGE)) + SECTION,
    ],
    ids=["none", "number", "empty", "head", "long", "fingerprint", "password", "two media"],
)
def test_what_no_bridge_sends_is_malformed(text):
    """Too long, too much, or without what a conversation needs."""
    failure = stopped(text)

    assert (failure.step, failure.kind) == ("signalling", "malformed_message")


@given(st.text(max_size=300))
def test_no_description_raises_anything_else(text):
    """Whatever a bridge writes."""
    stopped(described(text.replace("m=", "").replace(BRIDGE, "")))
