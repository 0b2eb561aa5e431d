"""Does an H.323 device understand our call, and do we understand its answer?"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from rehearsal.net import h323
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped
from tests.servers.h323 import Answer, Caller, device

HALL = "127.0.0.1"
QUICK = replace(Deadlines(), signalling_s=0.5)


def _door() -> Door:
    return Door(Resolver([]), context([]), frozenset({HALL}), deadlines=QUICK)


async def _called(answer: Answer, *, name: str = "", caller: str = "DIENTAP-u"):
    """How a device that answers so is found; and what it has heard in the end."""
    async with device(answer) as (port, heard):
        try:
            found = await h323.call(_door(), f"h323:{name}{HALL}:{port}", caller)
        except Stopped as ended:
            found = ended.failure
        async with asyncio.timeout(5.0):
            await heard.is_over.wait()
    return found, heard


def connects(caller: Caller) -> None:
    for name in ("callProceeding", "alerting", "connect"):
        caller.say(name)


def busy(caller: Caller) -> None:
    caller.say("releaseComplete", cause=17, reason=("inConf", 0))


def denies(caller: Caller) -> None:
    caller.say("callProceeding")
    caller.say("releaseComplete", reason=("securityDenied", 0))


def another_call(caller: Caller) -> None:
    caller.say("connect", other=True)
    caller.say("alerting")


def piecemeal(caller: Caller) -> None:
    """Every octet in a segment of its own."""
    written, caller.writer = caller.writer, _Slow(caller.writer)
    caller.say("connect")
    caller.writer = written


class _Slow:
    """Sends one octet after another, with a pause between them."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def write(self, data: bytes) -> None:
        for number, octet in enumerate(data):
            loop = asyncio.get_running_loop()
            loop.call_later(number * 0.001, self._writer.write, bytes([octet]))


@pytest.mark.parametrize(
    ("answer", "message", "cause", "reason"),
    [
        (connects, "alerting", None, None),
        (lambda caller: caller.say("connect"), "connect", None, None),
        (lambda caller: caller.say("callProceeding"), "call_proceeding", None, None),
        (busy, "release_complete", 17, "inConf"),
        (denies, "release_complete", None, "securityDenied"),
        (another_call, "alerting", None, None),
        (piecemeal, "connect", None, None),
    ],
    ids=[
        "connects",
        "connects-at-once",
        "proceeds",
        "busy",
        "denies",
        "other-call",
        "piecemeal",
    ],
)
async def test_an_answer_is_understood(
    answer: Answer, message: str, cause: int | None, reason: str | None
):
    """Each kind of answer is told apart, with the reason of a refusal."""
    found, _ = await _called(answer)

    assert (found.message, found.cause, found.reason) == (message, cause, reason)
    assert found.is_refusal is (message == "release_complete")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda _: None, "signalling_timeout"),
        (lambda caller: caller.writer.close(), "hung_up_on_setup"),
        (lambda caller: caller.writer.transport.abort(), "hung_up_on_setup"),
        (
            lambda caller: caller.writer.write(b"HTTP/1.1 400 Bad Request\r\n"),
            "malformed_message",
        ),
        (
            lambda caller: caller.writer.write(bytes.fromhex("1503010002022a")),
            "malformed_message",
        ),
        (
            lambda caller: caller.writer.write(bytes.fromhex("03000009090280017f")),
            "malformed_message",
        ),
        (lambda caller: caller.writer.write(b"\x03\x00\x00\x04"), "malformed_message"),
    ],
    ids=["silence", "close", "reset", "http", "tls", "no-q931", "empty"],
)
async def test_what_is_no_answer_is_named(answer: Answer, kind: str):
    """Silence, a hang-up and another protocol are three different faults."""
    found, _ = await _called(answer)

    assert (found.step, found.kind) == ("signalling", kind)


@pytest.mark.parametrize("answer", [connects, lambda _: None], ids=["answered", "silent"])
async def test_nothing_stays_behind(answer: Answer):
    """Whatever the device did, it hears that the call is over."""
    _, heard = await _called(answer)

    assert heard.names == ["setup", "releaseComplete"]
    ended = heard.messages[-1][1]
    assert ended["callIdentifier"] == heard.messages[0][1]["callIdentifier"]
    assert ended["elements"][0x08] == bytes([0x80, 0x80 | 16])


@pytest.mark.parametrize("caller", ["DIENTAP-hai-an", "DIỄN TẬP", "x" * 300])
async def test_the_call_is_marked(caller: str):
    """The device sees who calls: the display, as ASCII, and the alias, as it is."""
    _, heard = await _called(connects, name="phòng họp@", caller=caller)
    _, setup = heard.messages[0]

    assert setup["sourceAddress"] == [("h323-ID", caller[:60])]
    assert setup["destinationAddress"] == [("h323-ID", "phòng họp")]
    assert setup["elements"][0x28] == caller.encode("ascii", "replace")[:60]
    assert setup["sourceInfo"] == {"terminal": {}, "mc": False, "undefinedNode": False}
    assert setup["conferenceGoal"][0] == "create"


async def test_an_address_alone_is_called_too():
    """Without a name before the host, the device itself is meant."""
    _, heard = await _called(connects)

    assert "destinationAddress" not in heard.messages[0][1]


async def test_nobody_else_is_called():
    """A host that the inventory does not name is not reached."""
    with pytest.raises(Stopped, match="is no target"):
        await h323.call(_door(), "h323:127.0.0.2", "x")
