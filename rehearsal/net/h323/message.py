"""What is said in an H.323 call before anything is heard?

TPKT (RFC 1006) frames Q.931 messages; their user-user element holds the H.225.0 part in
packed encoding (ITU-T H.225.0, 7.2 and Annex H; Q.931, 3.1 and 4.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from rehearsal.net.h323.per import Reader, Writer

TPKT_HEAD_BYTES = 4
_TPKT_VERSION = 3
_DISCRIMINATOR = 8  # Q.931 4.2
_FROM_CALLED = 0x80  # the flag of a call reference in messages to the caller (Q.931 4.3)
_CAUSE, _BEARER, _DISPLAY, _USER = 0x08, 0x04, 0x28, 0x7E
_ONE_OCTET = 0x80  # elements from here on have no length (Q.931 4.5.1)
_X208 = 5  # the user-user element is coded by ASN.1 (Q.931, table 4-26)
_UNRESTRICTED = bytes.fromhex("8893a5")  # digital, H.221 and H.242: H.225.0 7.2.2.1
_NORMAL_CLEARING = bytes.fromhex("8090")  # cause 16, from the user (Q.850)
# itu-t 0, recommendation 0, h 8, 2250, version 0, 2: the oldest that knows a call's
# identifier, so that every device of this century takes it.
_VERSION = bytes.fromhex("0008914a0002")
_NAME_MAX = 60  # short enough for every length that is one octet
_FALSE = b"\0"
SETUP, RELEASE = 0x05, 0x5A
NAMES = {
    0x01: "alerting",
    0x02: "call_proceeding",
    0x03: "progress",
    0x07: "connect",
    0x0D: "setup_acknowledge",
    0x5A: "release_complete",
    0x62: "facility",
    0x6E: "notify",
    0x7B: "information",
    0x7D: "status",
}
# The choices of H323-UU-PDU and of ReleaseCompleteReason, in their order.
_SETUP_BODY, _RELEASE_BODY = 0, 5
_REASONS = (
    *("noBandwidth", "gatekeeperResources", "unreachableDestination", "destinationRejection"),
    *("invalidRevision", "noPermission", "unreachableGatekeeper", "gatewayResources"),
    *("badFormatAddress", "adaptiveBusy", "inConf", "undefinedReason"),
)
_LATER_REASONS = (
    *("facilityCallDeflection", "securityDenied", "calledPartyNotRegistered"),
    *("callerNotRegistered", "newConnectionNeeded", "nonStandardReason"),
    *("replaceWithConferenceInvite", "genericDataReason", "neededFeatureNotSupported"),
    *("tunnelledSignallingRejected", "invalidCID", "securityError", "hopCountExceeded"),
)


@dataclass(frozen=True, slots=True)
class Call:
    """What tells one call from all others: 15 bits, and 16 octets each."""

    reference: int
    conference: bytes
    identifier: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the called device; `cause` is Q.850's, `reason` is H.225.0's."""

    name: str
    cause: int | None = None
    reason: str | None = None


def setup(call: Call, caller: str, called: str | None) -> bytes:
    """The request for a call from one name to another, without fast start."""
    user = _pdu(_SETUP_BODY, partial(_setup_body, call=call, caller=caller, called=called))
    display = caller.encode("ascii", "replace")[:_NAME_MAX]
    elements = ((_BEARER, _UNRESTRICTED), (_DISPLAY, display))
    return _framed(SETUP, call, elements, user)


def release(call: Call) -> bytes:
    """The end of the call, for no other reason than that we are done."""
    user = _pdu(_RELEASE_BODY, partial(_release_body, call=call))
    return _framed(RELEASE, call, ((_CAUSE, _NORMAL_CLEARING),), user)


def length_of(head: bytes) -> int:
    """How long the packet is whose first four octets these are; ValueError if none is."""
    length = int.from_bytes(head[2:4])
    if head[0] != _TPKT_VERSION or length <= TPKT_HEAD_BYTES:
        raise ValueError(f"no TPKT: {head.hex()}")
    return length


def read(packet: bytes, call: Call) -> Told | None:
    """What a whole packet tells of our call, None if it is of another one; ValueError."""
    body = packet[TPKT_HEAD_BYTES:]
    if len(body) < 5 or body[0] != _DISCRIMINATOR or body[1] != 2:  # noqa: PLR2004 - H.225.0 7.2.1
        raise ValueError(f"no Q.931 message: {body[:16].hex()}")
    if int.from_bytes(body[2:4]) != call.reference | _FROM_CALLED << 8:
        return None
    if body[4] not in NAMES:
        raise ValueError(f"no message of a call: type {body[4]:#04x}")
    elements = dict(_elements(body[5:]))
    if elements.get(_USER, b"")[:1] != bytes([_X208]):
        raise ValueError(f"{NAMES[body[4]]} without H.225.0's part")
    cause = elements.get(_CAUSE, b"")
    return Told(
        NAMES[body[4]],
        cause=cause[-1] & ~_ONE_OCTET if len(cause) > 1 else None,
        reason=_reason(elements[_USER][1:]) if body[4] == RELEASE else None,
    )


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The information elements of a message (Q.931 4.5.1); ValueError if cut short."""
    at = 0
    while at < len(data):
        kind = data[at]
        if kind >= _ONE_OCTET:
            at += 1
            continue
        size = 2 if kind == _USER else 1  # H.225.0 7.2.2.31 makes its length two octets
        length = int.from_bytes(data[at + 1 : at + 1 + size])
        start = at + 1 + size
        at = start + length
        if at > len(data):
            raise ValueError(f"element {kind:#04x} is longer than its message")
        yield kind, data[start:at]


def _framed(
    kind: int, call: Call, elements: tuple[tuple[int, bytes], ...], user: bytes
) -> bytes:
    body = bytes([_DISCRIMINATOR, 2]) + call.reference.to_bytes(2) + bytes([kind])
    for name, content in elements:
        body += bytes([name, len(content)]) + content
    body += bytes([_USER]) + (len(user) + 1).to_bytes(2) + bytes([_X208]) + user
    return bytes([_TPKT_VERSION, 0]) + (len(body) + TPKT_HEAD_BYTES).to_bytes(2) + body


def _pdu(body: int, write: Callable[[Writer], None]) -> bytes:
    """H323-UserInformation around one message body, without tunnelled H.245."""
    out = Writer()
    out.bits("00")  # not extended, no user-data
    out.bits("10")  # H323-UU-PDU: extended, no nonStandardData
    out.field(body, 4)  # a choice of seven, not an extension
    write(out)
    out.additions(4, 2)
    out.counted(_FALSE)  # h245Tunnelling
    return out.done()


def _setup_body(out: Writer, call: Call, caller: str, called: str | None) -> None:
    """Setup-UUIE (H.225.0 7.3.10)."""
    out.bits("101" + "01"[called is not None] + "0000")  # extended; these two addresses
    out.counted(_VERSION)
    _alias(out, caller)
    out.bits("0000001" + "00")  # EndpointType: only a terminal, of which nothing is told
    out.bits("00")  # no MC, and no undefined node
    if called is not None:
        _alias(out, called)
    out.bits("0")  # activeMC
    out.octets(call.conference)
    out.bits("000")  # conferenceGoal: create
    out.bits("000")  # callType: pointToPoint
    out.additions(9, 3, 8, 9)
    _identifier(out, call)
    out.counted(_FALSE)  # mediaWaitForConnect
    out.counted(_FALSE)  # canOverlapSend


def _release_body(out: Writer, call: Call) -> None:
    """ReleaseComplete-UUIE (H.225.0 7.3.6)."""
    out.bits("10")  # extended; the reason is told by the cause element
    out.counted(_VERSION)
    out.additions(1, 1)
    _identifier(out, call)


def _alias(out: Writer, name: str) -> None:
    """One AliasAddress of the kind h323-ID: a BMPString of 1 to 256 characters."""
    text = name[:_NAME_MAX].encode("utf-16-be", "replace")
    out.counted(b"", count=1)
    out.bits("01")
    out.octets(bytes([len(text) // 2 - 1]) + text)


def _identifier(out: Writer, call: Call) -> None:
    out.counted(b"\0" + call.identifier)  # CallIdentifier: not extended


def _reason(user: bytes) -> str | None:
    """The reason in a ReleaseComplete-UUIE; ValueError when it is none."""
    told = Reader(user)
    told.field(4)
    if told.field(4) != _RELEASE_BODY:
        raise ValueError("a release without its own part")
    has_reason = told.field(2) & 1
    told.counted()
    if not has_reason:
        return None
    is_later = told.field(1)
    number = told.field(7 if is_later else 4)
    names = _LATER_REASONS if is_later else _REASONS
    return names[number] if number < len(names) else f"reason {number}"
