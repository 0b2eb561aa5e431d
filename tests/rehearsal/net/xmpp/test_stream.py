"""Does a participant keep its head when a server says what no server should?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from rehearsal.model import Account, Bridge, Target, TargetKind
from rehearsal.net import xmpp
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped
from rehearsal.net.xmpp import occupant

HOST, ROOM = "127.0.0.1", "r@conference.127.0.0.1"
DOOR = Door(
    Resolver([]),
    context([]),
    frozenset({HOST}),
    deadlines=replace(Deadlines(), signalling_s=0.5),
)
FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"
STREAMS = "http://etherx.jabber.org/streams"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
USER = "http://jabber.org/protocol/muc#user"
CLOSE = f'<close xmlns="{FRAMING}"/>'
OPEN = f'<open xmlns="{FRAMING}"/>'
MECHANISM = f'<mechanisms xmlns="{SASL}"><mechanism>ANONYMOUS</mechanism></mechanisms>'
FEATURES = f'<s:features xmlns:s="{STREAMS}">{MECHANISM}</s:features>'
SUCCESS = f'<success xmlns="{SASL}"/>'
BOUND = '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>g@127.0.0.1/x</jid></bind>'
SELF = f'<x xmlns="{USER}"><status code="110"/></x>'
Say = Callable[[str], list[str]]


def iq(to: str, kind: str, inner: str = "") -> str:
    """The answer to that request."""
    own = re.search(r'id="(\w+)"', to)[1]
    return f'<iq xmlns="jabber:client" id="{own}" type="{kind}">{inner}</iq>'


def presence(nick: str, inner: str = "", kind: str = "") -> str:
    """Somebody's presence in the room."""
    told = f' type="{kind}"' if kind else ""
    return f'<presence xmlns="jabber:client" from="{ROOM}/{nick}"{told}>{inner}</presence>'


def error(condition: str) -> str:
    """The end of a stream."""
    named = f'<{condition} xmlns="urn:ietf:params:xml:ns:xmpp-streams"/>'
    return f'<s:error xmlns:s="{STREAMS}">{named}</s:error>'


def failure(condition: str) -> str:
    """The end of a sign-on."""
    return f'<failure xmlns="{SASL}"><{condition}/></failure>'


def sound(heard: str) -> list[str]:
    """What a server in good health says to each message."""
    nick = re.search(r'to="[^"/]*/([^"]*)"', heard)
    if heard.startswith("<open"):
        return [OPEN, FEATURES]
    if heard.startswith("<auth"):
        return [SUCCESS]
    if "xmpp-bind" in heard:
        return [iq(heard, "result", BOUND)]
    if heard.startswith("<iq") and 'type="result"' not in heard and 'type="error"' not in heard:
        return [iq(heard, "result")]
    if heard.startswith("<presence"):
        kind = "unavailable" if "unavailable" in heard else ""
        return [presence(nick[1], SELF, kind)]
    return [CLOSE] if heard.startswith("<close") else []


def but(start: str, *instead: str) -> Say:
    """A server in good health, but for what it says to messages that begin so."""
    return lambda heard: list(instead) if heard.startswith(start) else sound(heard)


@asynccontextmanager
async def server(say: Say) -> AsyncIterator[tuple[Target, list[str], list[ServerConnection]]]:
    """A server that says these things; with what it has heard, and its callers."""
    heard: list[str] = []
    callers: list[ServerConnection] = []

    async def talk(caller: ServerConnection) -> None:
        callers.append(caller)
        try:
            async for message in caller:
                heard.append(message)
                for answer in say(message):
                    await caller.send(answer)
        except ConnectionClosed:
            pass

    async with serve(talk, HOST, 0, subprotocols=["xmpp"]) as running:
        port = running.sockets[0].getsockname()[1]
        url = f"ws://{HOST}:{port}/"
        yield (
            Target("u/bridge", "u", "U", TargetKind.BRIDGE, url, "xmpp", room="r"),
            heard,
            callers,
        )


@asynccontextmanager
async def joined(say: Say = sound):
    """An occupant of the room of such a server."""
    async with server(say) as (target, heard, callers):
        someone = await xmpp.arrive(DOOR, target)
        try:
            await someone.enter("r", "A")
            yield someone, heard, callers[0]
        finally:
            someone.abort()


async def _refused(say: Say) -> str:
    """Why nobody gets in there; nothing if somebody does."""
    try:
        async with joined(say):
            return ""
    except Stopped as ended:
        return ended.failure.kind


@pytest.mark.parametrize(
    ("say", "named"),
    [
        (but("<open", OPEN, "<a>"), "malformed_message"),
        (but("<open", FEATURES), "malformed_message"),
        (but("<open", OPEN, OPEN), "malformed_message"),
        (but("<open", error("host-unknown")), "no_such_domain"),
        (but("<open", OPEN, error("policy-violation")), "signalling_error"),
        (but("<open", OPEN), "signalling_timeout"),
        (but("<open", CLOSE), "signalling_error"),
        (but("<open", OPEN, f'<s:features xmlns:s="{STREAMS}"/>'), "account_required"),
        (but("<auth", BOUND), "malformed_message"),
        (but("<auth", failure("temporary-auth-failure")), "signalling_error"),
        (but("<auth", failure("account-disabled")), "credentials_rejected"),
        (but("<auth", f'<failure xmlns="{SASL}"/>'), "signalling_error"),
        (but("<iq", '<iq xmlns="jabber:client" id="r0" type="result"/>'), "malformed_message"),
        (but("<iq", '<iq xmlns="jabber:client" id="r0" type="error"/>'), "signalling_error"),
        (but("<iq"), "signalling_timeout"),
        (but("<presence"), "signalling_timeout"),
        (but("<presence", presence("A", kind="error")), "signalling_error"),
    ],
)  # fmt: skip
async def test_a_strange_answer_has_a_name(say: Say, named: str):
    """Each step of the way in ends by its deadline, and says what was wrong."""
    assert await _refused(say) == named


async def test_chatter_is_borne_only_so_far(monkeypatch: pytest.MonkeyPatch):
    """Who talks on and on instead of answering is not listened to for ever."""
    monkeypatch.setattr(occupant, "NOISE", 16)
    chatter = ["<message xmlns='jabber:client'/>"] * 16

    assert await _refused(but("<presence", *chatter)) == "malformed_message"
    assert await _refused(but("<presence", *chatter[1:], presence("A", SELF))) == ""


async def test_a_redirection_is_not_followed():
    """Only hosts of the inventory are connected to, whatever a server proposes."""
    refused = but("<open", f'<close xmlns="{FRAMING}" see-other-uri="ws://127.0.0.1:9/"/>')

    assert await _refused(refused) == "signalling_error"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (error("conflict"), "account_in_use"),
        (error("system-shutdown"), "session_ended"),
        (CLOSE, "session_ended"),
        ("<a", "malformed_message"),
        ("kicked", "removed_from_room"),
        ("unexplained", "removed_from_room"),
        ("shutdown", "room_closed"),
        ("destroyed", "room_closed"),
    ],
)
async def test_an_end_in_mid_meeting_has_a_name(said: str, kind: str):
    """The stream's end and the room's are told apart, and both from a cut line."""
    ends = {
        "kicked": f'<x xmlns="{USER}"><status code="110"/><status code="307"/></x>',
        "unexplained": "",
        "shutdown": f'<x xmlns="{USER}"><status code="332"/></x>',
        "destroyed": f'<x xmlns="{USER}"><destroy/></x>',
    }
    async with joined() as (someone, _, caller):
        told = presence(someone.own_id, ends[said], "unavailable") if said in ends else said
        await caller.send(told)
        with pytest.raises(Stopped) as ended:
            await someone.stay(asyncio.get_running_loop().time() + 5.0)

    assert ended.value.failure.kind == kind


@pytest.mark.parametrize("condition", ["not-acceptable", "item-not-found"])
async def test_a_room_that_forgot_us_is_noticed(condition: str):
    """Presences can be lost; who asks the room whether it is in it hears the truth."""
    told = f'<error><{condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>'

    def forgets(heard: str) -> list[str]:
        return (
            [iq(heard, "error", told)]
            if f'to="{ROOM}' in heard and "ping" in heard
            else sound(heard)
        )

    async with joined(forgets) as (someone, _, _):
        with pytest.raises(Stopped) as ended:
            await someone.listed("r")

    assert ended.value.failure.kind == "session_ended"


@pytest.mark.parametrize(
    ("inner", "kind"),
    [('<ping xmlns="urn:xmpp:ping"/>', "result"), ('<query xmlns="x"/>', "error")],
)
async def test_requests_of_the_server_are_answered(inner: str, kind: str):
    """A server puts out whoever does not answer its ping."""
    async with joined() as (someone, heard, caller):
        await caller.send(
            f'<iq xmlns="jabber:client" type="get" id="s1" from="{HOST}">{inner}</iq>'
        )
        await someone.listed("r")
        answers = [message for message in heard if 'id="s1"' in message]

    assert len(answers) == 1
    assert f'type="{kind}"' in answers[0]
    assert f'to="{HOST}"' in answers[0]


async def test_the_room_itself_is_nobody():
    """Some servers let the room send a presence of its own; it takes no seat."""
    async with joined() as (someone, _, caller):
        await caller.send(f'<presence xmlns="jabber:client" from="{ROOM}"/>')
        await caller.send(presence("B"))
        names = await someone.listed("r")

    assert names == (someone.own_id, "B")


async def test_leaving_ends_room_and_stream():
    """The last words are a farewell to the room, then the stream's end."""
    async with joined() as (someone, heard, _):
        await someone.leave()

    assert heard[-2].startswith("<presence")
    assert 'type="unavailable"' in heard[-2]
    assert heard[-1].startswith("<close")


async def test_a_secret_is_not_sent_in_the_clear():
    """Without TLS nothing of an account goes over the wire."""
    async with server(lambda _: [OPEN, FEATURES.replace("ANONYMOUS", "PLAIN")]) as (
        target,
        heard,
        _,
    ):
        known = replace(target, bridge=Bridge(account=Account("unit", "env:NOBODY")))
        with pytest.raises(Stopped) as ended:
            await xmpp.arrive(DOOR, known)

    assert ended.value.failure.kind == "secret_unprotected"
    assert [message[:5] for message in heard] == ["<open"]


async def test_a_mechanism_that_we_lack_is_our_limit():
    """A server that takes no PLAIN is not at fault for that."""
    async with server(sound) as (target, _, _):
        known = replace(target, bridge=Bridge(account=Account("unit")))
        with pytest.raises(Stopped) as ended:
            await xmpp.arrive(DOOR, known)

    assert ended.value.failure.kind == "sign_on_unsupported"
