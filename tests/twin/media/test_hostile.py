"""Can anybody hurt a bridge by what is sent to its UDP port?"""

from __future__ import annotations

import asyncio
import os
import re
import socket

import pytest
from aioice import stun as their_stun

from tests.twin.calling import Twin
from tests.twin.singing import ECHOTEST, Singer, Song, singer, until


def address_of(person: Singer) -> tuple[tuple[str, int], str, str]:
    """Where the bridge listens, and its name and password, as its SDP says."""
    text = person.pc.remoteDescription.sdp
    host, port = re.search(r"udp \d+ (\S+) (\d+) typ host", text).groups()
    name, password = (re.search(rf"a=ice-{key}:(\S+)", text)[1] for key in ("ufrag", "pwd"))
    return (host, int(port)), name, password


def check(name: str, password: str) -> their_stun.Message:
    """A binding request as aioice writes it."""
    message = their_stun.Message(
        message_method=their_stun.Method.BINDING, message_class=their_stun.Class.REQUEST
    )
    message.attributes["USERNAME"] = f"{name}:them"
    message.attributes["PRIORITY"] = 1
    message.add_message_integrity(password.encode())
    return message


def exchange(line: socket.socket, datagram: bytes, where: tuple[str, int]) -> bytes | None:
    """What comes back, if anything does."""
    line.sendto(datagram, where)
    try:
        return line.recv(2048)
    except TimeoutError:
        return None


@pytest.fixture
def line() -> socket.socket:
    """A stranger's socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.3)
        yield line


async def test_garbage_hurts_nobody(city: Twin, line: socket.socket):
    """Thousands of strange datagrams, cut, altered and replayed: the song goes on whole."""
    async with singer(city, "none", ECHOTEST) as an:
        await an.offer(Song(), audio=True)
        (ear,) = an.ears()
        await until(lambda: len(ear.heard) > 5)
        where, name, password = address_of(an)
        whole = bytes(check(name, password))
        for number in range(2000):
            first = bytes([number % 256])
            line.sendto(first + os.urandom(number % 90), where)
            line.sendto(whole[: number % len(whole)], where)
            at = number % len(whole)
            line.sendto(whole[:at] + os.urandom(1) + whole[at + 1 :], where)
            await asyncio.sleep(0.005 if number % 20 == 0 else 0)  # no buffer overflows
        before = len(ear.heard)
        await until(lambda: len(ear.heard) > before + 50)

    assert len(ear.heard) > before + 50
    assert ear.numbers == list(range(ear.numbers[0], ear.numbers[0] + len(ear.numbers)))


async def test_a_right_check_is_answered_and_tells_the_source(city: Twin, line: socket.socket):
    """A stranger to our code, aioice, believes the signature and finds its address in it."""
    async with singer(city, "none", ECHOTEST) as an:
        await an.offer(Song(), audio=True)
        where, name, password = address_of(an)
        request = check(name, password)
        answer = exchange(line, bytes(request), where)
        read = their_stun.parse_message(answer)

    assert read.message_class is their_stun.Class.RESPONSE
    assert read.check_message_integrity(password.encode())
    assert read.transaction_id == request.transaction_id
    assert read.attributes["XOR-MAPPED-ADDRESS"] == line.getsockname()


async def test_a_wrong_password_is_refused(city: Twin, line: socket.socket):
    """401, and the path of the real guest stays where it was."""
    async with singer(city, "none", ECHOTEST) as an:
        await an.offer(Song(), audio=True)
        (ear,) = an.ears()
        await until(lambda: ear.heard)
        where, name, _ = address_of(an)
        read = their_stun.parse_message(exchange(line, bytes(check(name, "guessed")), where))
        before = len(ear.heard)
        await until(lambda: len(ear.heard) > before + 10)

    assert read.attributes["ERROR-CODE"] == (401, "Unauthorized")
    assert len(ear.heard) > before + 10


async def test_no_packet_is_taken_from_a_stranger(city: Twin, line: socket.socket):
    """Neither a handshake nor sound from an address that made no check gets an answer."""
    async with singer(city, "none", ECHOTEST) as an:
        await an.offer(Song(), audio=True)
        where, _, _ = address_of(an)

        assert exchange(line, b"\x16\xfe\xff" + os.urandom(200), where) is None
        assert exchange(line, b"\x80\x6f" + os.urandom(200), where) is None
