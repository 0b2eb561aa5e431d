"""Which messages do the tests of SIP share?"""

from __future__ import annotations

from rehearsal.net.sip.agent import Agent, Caller
from rehearsal.net.sip.message import Request, Response, parse
from rehearsal.net.sip.timing import Timing

INVITE = (
    b"INVITE sip:room@pbx.example SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKone;rport\r\n"
    b"Max-Forwards: 70\r\n"
    b'From: "Hall 12, Hai An" <sip:hall@pbx.example>;tag=ours\r\n'
    b"To: <sip:room@pbx.example>\r\n"
    b"Call-ID: call-1\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Contact: <sip:hall@192.0.2.1:5060>\r\n"
    b"Content-Length: 4\r\n"
    b"\r\nbody"
)


def message(lines: str, body: bytes = b"") -> bytes:
    """The bytes of a message, from its lines; the length of its body is added."""
    head = "".join(f"{line.strip()}\r\n" for line in lines.strip().splitlines())
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def answer(
    to: Request | bytes, status: int, *extra: str, tag: str = "theirs", body: bytes = b""
) -> Response:
    """What another side could answer to a request, as it comes from the wire."""
    request = parse(to) if isinstance(to, bytes) else to
    headers = request.headers
    lines = [
        f"SIP/2.0 {status} Reason",
        *(f"Via: {via}" for via in headers.every("Via")),
        f"From: {headers.first('From')}",
        f"To: {headers.first('To')}" + ("" if headers.to_tag else f";tag={tag}"),
        f"Call-ID: {headers.call_id}",
        f"CSeq: {headers.first('CSeq')}",
        *extra,
    ]
    return parse(message("\n".join(lines), body))


def agent(*, is_reliable: bool = False, transport: str = "UDP") -> Agent:
    """An agent of ours at 192.0.2.1."""
    caller = Caller(transport, "192.0.2.1:5060", "<sip:hall@192.0.2.1:5060>", "test")
    return Agent(caller, Timing(), is_reliable)


def taken(of: Agent) -> list[Request | Response]:
    """What the agent wants to send, taken from it."""
    sent = [parse(data) for data in of.out]
    of.out.clear()
    return sent


def words(sent: list[Request | Response]) -> list[str]:
    """Each message by its method or status."""
    return [m.method if isinstance(m, Request) else str(m.status) for m in sent]
