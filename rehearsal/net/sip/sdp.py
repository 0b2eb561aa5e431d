"""Which sound do we offer, and what did the other side make of it? (RFC 4566, RFC 3264)"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.net.sip.message import MalformedMessage

CONTENT_TYPE = "application/sdp"
# Static payload types of G.711 (RFC 3551 6).
CODECS = {0: "PCMU", 8: "PCMA"}
EVENTS = 101  # telephone-event (RFC 4733); dynamic, so any number that is free
PACKET_MS = 20
LINES_MAX = 512
_PORT = re.compile(r"([0-9]{1,5})(?:/[0-9]{1,5})?")
_KIND = re.compile(r"[0-9]{1,3}")
_PORTS = range(1, 65_536)
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_MEDIA_FIELDS = 4  # m=audio 49170 RTP/AVP 0


class NoCommonCodec(Exception):  # noqa: N818 - an answer, not an error of ours
    """The other side took the call, but none of the sound that was offered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where our sound is sent, and as what; `direction` is seen from the other side."""

    host: str
    port: int
    payload_type: int
    events: int | None = None
    direction: str = "sendrecv"

    @property
    def codec(self) -> str:
        """The name of the codec."""
        return CODECS[self.payload_type]


def offer(host: str, port: int, session_id: int) -> bytes:
    """G.711 both ways, A-law first as in Europe and Viet Nam, and dialled digits."""
    family = "IP6" if ":" in host else "IP4"
    kinds = (8, 0, EVENTS)
    lines = [
        "v=0",
        f"o=- {session_id} 1 IN {family} {host}",
        "s=-",
        f"c=IN {family} {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, kinds))}",
        *(f"a=rtpmap:{kind} {CODECS[kind]}/8000" for kind in (8, 0)),
        f"a=rtpmap:{EVENTS} telephone-event/8000",
        f"a=fmtp:{EVENTS} 0-15",
        f"a=ptime:{PACKET_MS}",
        "a=sendrecv",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def parse_answer(body: bytes) -> Answer:
    """What the other side agreed to.

    Raises NoCommonCodec when it wants no sound that we offered, MalformedMessage when its
    words cannot be understood.
    """
    common, audio = _sections(body)
    _, told_port, _, *kinds = audio[0][2:].split()
    accepted = [int(kind) for kind in kinds if _KIND.fullmatch(kind)]
    chosen = next((kind for kind in accepted if kind in CODECS), None)
    port = _PORT.fullmatch(told_port)
    if chosen is None or (port and int(port[1]) == 0):
        raise NoCommonCodec(audio[0][:200])
    if port is None or int(port[1]) not in _PORTS:
        raise MalformedMessage(f"no port for sound: {audio[0][:60]!r}")
    return Answer(
        host=_host(audio) or _host(common) or _missing("c="),
        port=int(port[1]),
        payload_type=chosen,
        events=EVENTS if EVENTS in accepted else None,
        direction=_direction(audio) or _direction(common) or "sendrecv",
    )


def _sections(body: bytes) -> tuple[list[str], list[str]]:
    """The lines of the session, and those of its first stream of sound."""
    lines = body.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    if len(lines) > LINES_MAX or not lines[0].startswith("v=0"):
        raise MalformedMessage(f"no session description: {lines[0][:60]!r}")
    starts = [at for at, line in enumerate(lines) if line.startswith("m=")]
    for start, end in itertools.pairwise((*starts, len(lines))):
        fields = lines[start][2:].split()
        if fields[:1] == ["audio"]:
            if len(fields) < _MEDIA_FIELDS:
                raise MalformedMessage(f"no stream of sound: {lines[start][:60]!r}")
            return lines[: starts[0]], lines[start:end]
    raise NoCommonCodec("the answer has no stream of sound")


def _host(lines: Sequence[str]) -> str:
    for line in lines:
        if line.startswith("c="):
            given = line.rpartition(" ")[2].partition("/")[0]
            try:
                return str(ipaddress.ip_address(given))
            except ValueError:
                raise MalformedMessage(f"no address for sound: {line[:60]!r}") from None
    return ""


def _direction(lines: Sequence[str]) -> str:
    found = (line[2:] for line in lines if line[2:] in _DIRECTIONS and line[:2] == "a=")
    return next(found, "")


def _missing(what: str) -> str:
    raise MalformedMessage(f"no {what} in the session description")
