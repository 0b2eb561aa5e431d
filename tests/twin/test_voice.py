"""Does the twin's switchboard take calls, and misbehave as its faults are called?

By datagrams and streams that are written by hand: nothing of the prober's is used.
"""

from __future__ import annotations

import itertools
import re
import socket
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.rehearsal.net.waiting import until
from tests.twin.calling import PATIENCE_S, Twin

SILENCE = b"\xd5" * 160
NUMBERS = itertools.count(1)


class Caller:
    """One telephone: SIP over UDP or TCP, and a socket for its sound."""

    def __init__(self, city: Twin, fault: str, kind: int = socket.SOCK_DGRAM) -> None:
        self.host = f"{fault}.voice.example"
        self.call_id = f"{fault}-{next(NUMBERS)}"
        self.to = ""
        self.line = socket.socket(socket.AF_INET, kind)
        self.line.settimeout(PATIENCE_S)
        self.line.connect((city.address(self.host), city.port(5060)))
        self.sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sound.settimeout(PATIENCE_S)
        self.sound.bind(("127.0.0.1", 0))
        self.far = ("", 0)

    def send(self, method: str, user: str = "1022", offered: str = "8 101") -> None:
        """A request of this call."""
        body = ""
        if method == "INVITE":
            port = self.sound.getsockname()[1]
            body = f"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio {port} RTP/AVP {offered}\r\n"
        lines = (
            f"{method} sip:{user}@{self.host} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{self.call_id}{method}",
            'From: "DIENTAP-tests" <sip:a@b.example>;tag=1',
            f"To: {self.to or f'<sip:{user}@{self.host}>'}",
            f"Call-ID: {self.call_id}",
            f"CSeq: 1 {method}",
            "Contact: <sip:a@127.0.0.1>",
            f"Content-Length: {len(body)}",
        )
        text = "".join(f"{line}\r\n" for line in lines) + "\r\n" + body
        self.line.sendall(text.encode())

    def heard(self) -> str:
        """The next message."""
        return self.line.recv(65_536).decode()

    def final(self, *, but: str = "SIP/2.0 1") -> str:
        """The next message that is not provisional; whoever it names is remembered."""
        while (told := self.heard()).startswith(but):
            pass
        found = re.search(r"^To: (.*)\r$", told, re.MULTILINE)
        self.to = found[1] if found else ""
        return told

    def called(self, user: str = "1022") -> str:
        """Call, and confirm the answer or the refusal."""
        self.send("INVITE", user)
        told = self.final()
        self.send("ACK")
        if found := re.search(r"c=IN IP4 (\S+)\r\n.*m=audio (\d+)", told, re.DOTALL):
            self.far = (found[1], int(found[2]))
        return told

    def speak(self, payload: bytes, kind: int = 8, timestamp: int = 0) -> None:
        """One packet."""
        head = struct.pack("!BBHII", 0x80, kind, 1, timestamp, 7)
        self.sound.sendto(head + payload, self.far)

    def listen(self, seconds: float) -> list[bytes]:
        """The payloads that come within so long."""
        found, ends_at = [], time.monotonic() + seconds
        while (left_s := ends_at - time.monotonic()) > 0:
            self.sound.settimeout(left_s)
            try:
                found.append(self.sound.recv(2048)[12:])
            except TimeoutError:
                break
        return found


@contextmanager
def caller(city: Twin, fault: str, kind: int = socket.SOCK_DGRAM) -> Iterator[Caller]:
    """A telephone that is put away at the end."""
    found = Caller(city, fault, kind)
    try:
        yield found
    finally:
        found.line.close()
        found.sound.close()


def calls(city: Twin, owner: str) -> list[str]:
    """The markers of the calls that hold a line, as the twin itself has them."""
    with sqlite3.connect(city.said["records"]) as base:
        query = "SELECT marker FROM record WHERE store = 'calls' AND owner = ?"
        return [marker for (marker,) in base.execute(query, (owner,))]


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["udp", "tcp"])
def test_a_call_is_answered_and_hung_up(city: Twin, kind: int):
    """The twin knows who holds a line, and forgets it with the BYE."""
    with caller(city, "none", kind) as phone:
        told = phone.called()
        during = calls(city, "none")
        phone.send("BYE")
        farewell = phone.final()
        after = calls(city, "none")

    assert told.startswith("SIP/2.0 200 OK")
    assert farewell.startswith("SIP/2.0 200 OK")
    assert (during, after) == (["DIENTAP-tests"], [])


def test_it_greets_and_reacts_to_keys(city: Twin):
    """The greeting ends; a key told by RFC 4733, however often, is answered once."""
    with caller(city, "none") as phone:
        phone.called()
        greeting = phone.listen(0.6)
        for _ in range(3):
            phone.speak(struct.pack("!BBH", 1, 0x80 | 10, 160), 101, 4711)
        reply = phone.listen(0.6)
        phone.send("BYE")

    spoken = [[p for p in part if p != SILENCE] for part in (greeting, reply)]
    assert len(spoken[0]) == 15
    assert len(spoken[1]) == 10
    assert greeting[-1] == reply[-1] == SILENCE
    assert not set(spoken[0]) & set(spoken[1])


def test_the_echo_sends_back_what_it_hears(city: Twin):
    """Nothing by itself, and each packet as it was."""
    with caller(city, "none") as phone:
        phone.called("9196")
        before = phone.listen(0.2)
        phone.speak(bytes(range(160)))
        back = phone.listen(0.3)
        phone.send("BYE")

    assert (before, back) == ([], [bytes(range(160))])


async def test_who_vanishes_holds_no_line(city: Twin):
    """A connection that ends takes its calls with it."""
    with caller(city, "none", socket.SOCK_STREAM) as phone:
        phone.called()
        assert calls(city, "none")

    await until(lambda: not calls(city, "none"))


def test_a_call_that_rings_can_be_cancelled(city: Twin):
    """The INVITE is then answered by 487."""
    with caller(city, "voice-no-answer") as phone:
        phone.send("INVITE")
        while "180 Ringing" not in phone.heard():
            pass
        phone.send("CANCEL")
        answers = {phone.heard()[:11], phone.heard()[:11]}

    assert answers == {"SIP/2.0 200", "SIP/2.0 487"}
    assert calls(city, "voice-no-answer") == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("voice-busy", "486 Busy Here"),
        ("voice-overloaded", "Retry-After: 30"),
        ("voice-wrong-number", "404 Not Found"),
        ("voice-no-codec", "488 Not Acceptable"),
        ("voice-sound-elsewhere", "c=IN IP4 192.0.2.7"),
    ],
)
def test_a_fault_is_told(city: Twin, fault: str, expected: str):
    """In the answer to the INVITE."""
    with caller(city, fault) as phone:
        assert expected in phone.called()


@pytest.mark.parametrize(("fault", "has_packets"), [("mute", False), ("silent", True)])
def test_a_call_without_a_word(city: Twin, fault: str, has_packets: bool):  # noqa: FBT001 - a column
    """Answered, and nothing to hear: without packets, or with packets of silence."""
    with caller(city, f"voice-{fault}") as phone:
        phone.called()
        packets = phone.listen(0.3)
        phone.send("BYE")

    assert bool(packets) is has_packets
    assert set(packets) <= {SILENCE}


def test_two_lines_and_no_more(city: Twin):
    """The third call is refused, until one of the others is over."""
    with (
        caller(city, "voice-few-lines") as one,
        caller(city, "voice-few-lines") as two,
        caller(city, "voice-few-lines") as three,
        caller(city, "voice-few-lines") as four,
    ):
        told = [phone.called()[:11] for phone in (one, two, three)]
        one.send("BYE")
        one.final()
        told.append(four.called()[:11])
        for phone in (two, four):
            phone.send("BYE")
            phone.final()

    assert told == ["SIP/2.0 200", "SIP/2.0 200", "SIP/2.0 486", "SIP/2.0 200"]
    assert calls(city, "voice-few-lines") == []


def test_half_a_message_and_two_at_once(city: Twin):
    """A stream is cut by Content-Length, however it comes."""
    with caller(city, "none", socket.SOCK_STREAM) as phone:
        options = (
            f"OPTIONS sip:{phone.host} SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nFrom: a;tag=1\r\n"
            "To: b\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nl: 3\r\n\r\nabc"
        ).encode()
        phone.line.sendall(b"\r\n\r\n" + options + options[:40])
        first = phone.heard()
        phone.line.sendall(options[40:])
        second = phone.heard()

    assert first.startswith("SIP/2.0 200")
    assert second.startswith("SIP/2.0 200")
