"""What do both sides of a conversation offer? SDP as Janus 1.1 writes it (RFC 8866)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from twin.media.dtls import Fingerprint

REJECTED = 0  # a port of 0 (RFC 3264 6)
SECTIONS_MAX = 1024
NUMBER_DIGITS_MAX = 10  # 32 bits
PAYLOAD_TYPE_MAX = 127  # 7 bits
RECEIVED_BY = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly"}
_FEEDBACK = ("ccm fir", "nack pli")  # of pictures: what a bridge acts on, and no more


class SdpError(ValueError):
    """What is wrong with a description."""


@dataclass(frozen=True, slots=True)
class Codec:
    """One way to code a stream: `opus`, its clock, what stands behind, its parameters."""

    name: str
    clock_hz: int
    channels: str = ""
    parameters: str = ""


OPUS = Codec("opus", 48000, "/2")
KNOWN = {"audio": ("opus",), "video": ("vp8", "h264")}  # in the order of our preference
OUR_PAYLOAD_TYPES = {"opus": 111, "vp8": 96, "h264": 107}  # as in offers of Janus


@dataclass(frozen=True, slots=True)
class Section:
    """One `m=` line. `codecs`: payload type -> codec; `ssrcs`: whom its sender names."""

    kind: str
    mid: str
    direction: str
    codecs: dict[int, Codec]
    ssrcs: tuple[int, ...] = ()
    is_rejected: bool = False

    def chosen(self) -> tuple[int, Codec] | None:
        """The payload type and codec that both sides know."""
        for name in KNOWN.get(self.kind, ()):
            for payload_type, codec in self.codecs.items():
                if codec.name == name and not self.is_rejected:
                    return payload_type, codec
        return None


@dataclass(frozen=True, slots=True)
class Transport:
    """How to reach one side: the names and secrets of ICE, the certificate, the role."""

    name: str
    password: str
    fingerprints: tuple[Fingerprint, ...]
    setup: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a guest said, in the order of its sections."""

    transport: Transport
    sections: tuple[Section, ...]


@dataclass(slots=True)
class _Raw:
    """The lines of one section, or of the session before the first."""

    media: str = ""
    attributes: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str, otherwise: str = "") -> str:
        return self.attributes.get(name, [otherwise])[0]


def parse(text: str) -> Description:
    """Read what a guest said; SdpError in words like those of Janus."""
    if not text.startswith("v="):
        raise SdpError("Invalid SDP (doesn't start with v=)")
    session, *rest = _split(text)
    if not rest:
        raise SdpError("Invalid SDP (no m-lines)")
    sections = tuple(_section(raw, session) for raw in rest)
    return Description(_transport(session, rest), sections)


def _split(text: str) -> list[_Raw]:
    found = [_Raw()]
    for line in text.splitlines():
        kind, _, value = line.partition("=")
        if kind == "m":
            found.append(_Raw(value))
        elif kind == "a":
            name, _, rest = value.partition(":")
            found[-1].attributes.setdefault(name, []).append(rest)
    if len(found) > SECTIONS_MAX:
        raise SdpError("Invalid SDP (too many m-lines)")
    return found


def _section(raw: _Raw, session: _Raw) -> Section:
    words = raw.media.split()
    if len(words) < 4:  # noqa: PLR2004 - kind, port, protocol, and at least one format
        raise SdpError(f"Invalid SDP (m={raw.media[:40]})")
    kind, port, _, *formats = words
    codecs = dict(_codecs(raw, formats))
    return Section(
        kind=kind,
        mid=raw.first("mid"),
        direction=_direction(raw) or _direction(session) or "sendrecv",
        codecs=codecs,
        ssrcs=tuple(
            _numbers(line.partition(" ")[0] for line in raw.attributes.get("ssrc", []))
        ),
        is_rejected=port == str(REJECTED),
    )


def _direction(raw: _Raw) -> str:
    """RFC 8866 6.7: one of four flags."""
    flags = ("sendrecv", "sendonly", "recvonly", "inactive")
    return next((flag for flag in flags if flag in raw.attributes), "")


def _codecs(raw: _Raw, formats: Iterable[str]) -> Iterator[tuple[int, Codec]]:
    parameters = dict(_pairs(raw.attributes.get("fmtp", [])))
    names = dict(_pairs(raw.attributes.get("rtpmap", [])))
    for payload_type in (n for n in _numbers(formats) if n <= PAYLOAD_TYPE_MAX):
        name, clock, channels = (*names.get(str(payload_type), "").split("/"), "", "", "")[:3]
        behind = f"/{channels}" if channels else ""
        said = parameters.get(str(payload_type), "")
        for clock_hz in _numbers([clock]):
            yield payload_type, Codec(name.lower(), clock_hz, behind, said)


def _pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        key, _, value = line.partition(" ")
        yield key, value


def _numbers(words: Iterable[str]) -> Iterator[int]:
    for word in words:
        if word.isascii() and word.isdecimal() and len(word) <= NUMBER_DIGITS_MAX:
            yield int(word)


def _transport(session: _Raw, sections: Sequence[_Raw]) -> Transport:
    """That of the first section, since all are bundled (RFC 9143); else the session's."""
    first = sections[0]
    fingerprints = first.attributes.get("fingerprint") or session.attributes.get("fingerprint")
    return Transport(
        first.first("ice-ufrag", session.first("ice-ufrag")),
        first.first("ice-pwd", session.first("ice-pwd")),
        tuple(_pairs(fingerprints or ())),
        first.first("setup", session.first("setup")),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One section of ours. `ssrc`: whom we send as, if at all; no codec: it is refused."""

    kind: str
    mid: str
    direction: str
    payload_type: int
    codec: Codec | None
    ssrc: int | None = None


@dataclass(frozen=True, slots=True)
class Ours:
    """What is the same in every description of one conversation."""

    transport: Transport
    address: tuple[str, int]
    title: str = "-"


def write(ours: Ours, lines: Sequence[Line], version: int) -> str:
    """The text of a description: a lite agent with one candidate (RFC 8445 2.5, RFC 8839)."""
    host, _ = ours.address
    bundled = " ".join(line.mid for line in lines if line.codec)
    head = [
        "v=0", f"o=- {1 << 32} {version} IN IP4 {host}", f"s={ours.title}", "t=0 0",
        f"a=group:BUNDLE {bundled}", "a=ice-lite", "a=extmap-allow-mixed",
        "a=msid-semantic: WMS *",
    ]  # fmt: skip
    body = itertools.chain.from_iterable(_written(ours, line) for line in lines)
    return "".join(f"{line}\r\n" for line in (*head, *body))


def _written(ours: Ours, line: Line) -> Iterator[str]:
    host, _ = ours.address
    port = 9 if line.codec else REJECTED
    form = (
        "UDP/DTLS/SCTP webrtc-datachannel"
        if line.kind == "application"
        else (f"UDP/TLS/RTP/SAVPF {line.payload_type}")
    )
    yield f"m={line.kind} {port} {form}"
    yield f"c=IN IP4 {host}"
    yield f"a={line.direction if line.codec else 'inactive'}"
    yield f"a=mid:{line.mid}"
    if line.codec:
        yield from _path(ours)
        yield from _coded(line.payload_type, line.codec, line.kind)
    if line.ssrc is not None:
        yield f"a=msid:janus janus{line.mid}"
        yield f"a=ssrc:{line.ssrc} cname:janus"


def _path(ours: Ours) -> Iterator[str]:
    host, port = ours.address
    yield "a=rtcp-mux"
    yield f"a=ice-ufrag:{ours.transport.name}"
    yield f"a=ice-pwd:{ours.transport.password}"
    for name, value in ours.transport.fingerprints:
        yield f"a=fingerprint:{name} {value}"
    yield f"a=setup:{ours.transport.setup}"
    yield f"a=candidate:1 1 udp 2015363327 {host} {port} typ host"
    yield "a=end-of-candidates"


def _coded(payload_type: int, codec: Codec, kind: str) -> Iterator[str]:
    name = codec.name if kind == "audio" else codec.name.upper()
    yield f"a=rtpmap:{payload_type} {name}/{codec.clock_hz}{codec.channels}"
    if codec.parameters:
        yield f"a=fmtp:{payload_type} {codec.parameters}"
    if kind == "video":
        yield from (f"a=rtcp-fb:{payload_type} {what}" for what in _FEEDBACK)
