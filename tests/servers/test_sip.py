"""Can a participant call a real switchboard, and is nothing of it left there afterwards?

Debian's kamailio is registrar and proxy, sipp whoever is called. After each test the server
itself is asked what it still holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rehearsal.model import Account, Bridge, Step, Target, TargetKind
from rehearsal.net import udp
from rehearsal.net.dns import Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.sip import participant as participant_module
from rehearsal.net.sip.participant import Participant, arrive, options
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped, begin_trail
from tests.rehearsal.net.waiting import until
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.children import free_ports
from tests.servers.kamailio import ADDRESS, DOMAIN, PASSWORD, USER, Ports, kamailio, witness
from tests.servers.sipp import far_end

ACCOUNT = Account(USER, "env:SIP_TEST_SECRET")
SHORT = Deadlines(signalling_s=2.0, ring_s=1.0)
SOUND_S = 0.4  # twenty packets
TRANSPORTS = ("udp", "tcp", "tls", "sips", "ws", "wss")


@dataclass(frozen=True)
class Switchboard:
    """Where the servers listen: the switchboard, one with SHA-256, and who is called."""

    ports: Ports
    strong: Ports
    far_udp: int
    far_tcp: int
    root: Path

    def door(self, *, deadlines: Deadlines | None = None) -> Door:
        """A door to loopback alone."""
        tls = context([str(self.root)])
        hosts = frozenset({"localhost", ADDRESS})
        return Door(Resolver(), tls, hosts, deadlines=deadlines or Deadlines())

    def url(self, transport: str, user: str = "") -> str:
        """An address of the switchboard, as an inventory writes it."""
        at, ports = f"{user}@" if user else "", self.ports
        return {
            "udp": f"sip:{at}localhost:{ports.plain}",
            "tcp": f"sip:{at}localhost:{ports.plain};transport=tcp",
            "tls": f"sip:{at}localhost:{ports.tls};transport=tls",
            "sips": f"sips:{at}localhost:{ports.tls}",
            "ws": f"ws://localhost:{ports.ws}/",
            "wss": f"wss://localhost:{ports.wss}/sip",
        }[transport]


@pytest.fixture(scope="module")
def switchboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switchboard]:
    """Two kamailios and two sipps."""
    folder = tmp_path_factory.mktemp("sip")
    found = free_ports(16)
    ports, strong = Ports(*found[:5]), Ports(*found[5:10])
    names = ["localhost"]
    good = issue("Good", by=intermediate(), hosts=names)
    old = issue("Old", by=intermediate(), hosts=names, days=(-90, -1))
    (folder / "root.pem").write_bytes(root().pem)
    pairs = (
        written(folder, "good", good, intermediate()),
        written(folder, "old", old, intermediate()),
    )
    with ExitStack() as stack:
        stack.enter_context(far_end(folder, *found[10:13], "u1"))
        stack.enter_context(far_end(folder, *found[13:16], "t1"))
        stack.enter_context(kamailio(folder, ports, found[10], *pairs))
        stack.enter_context(kamailio(folder, strong, found[10], *pairs, algorithm="SHA-256"))
        yield Switchboard(ports, strong, found[10], found[13], folder / "root.pem")


@pytest.fixture(autouse=True)
async def _nothing_is_left(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """However a test went, both servers hold no call and no contact of ours in the end."""
    monkeypatch.setenv("SIP_TEST_SECRET", PASSWORD)
    yield
    for ports in (switchboard.ports, switchboard.strong):
        await until(lambda ports=ports: witness(ports.plain) == {"Calls": 0})


def target(url: str, account: Account | None = None) -> Target:
    """A bridge as the inventory has it."""
    bridge = Bridge(DOMAIN, account)
    return Target("a/bridge", "a", "A", TargetKind.BRIDGE, url, "sip", bridge=bridge)


@asynccontextmanager
async def called(
    door: Door, url: str, room: str = "room", account: Account | None = None
) -> AsyncIterator[Participant]:
    """Somebody in the room; dropped, if the test does not leave."""
    participant = await arrive(door, target(url, account))
    try:
        await participant.enter(room, "DIENTAP-a")
        yield participant
    finally:
        participant.abort()


async def failure_of(
    door: Door, url: str, room: str = "room", account: Account | None = None
) -> tuple[str, str, str]:
    """Why nobody came into the room: step, kind, detail."""
    begin_trail()
    with pytest.raises(Stopped) as ended:
        async with called(door, url, room, account):
            pass
    found = ended.value.failure
    return found.step, found.kind, found.detail


async def soon() -> float:
    """The end of a short stay."""
    return asyncio.get_running_loop().time() + SOUND_S


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_participant_takes_part_and_is_gone(switchboard: Switchboard, transport: str):
    """Registered, called, heard both ways; then neither call nor registration is left."""
    door, trail = switchboard.door(), begin_trail()
    participant = await arrive(door, target(switchboard.url(transport), ACCOUNT))

    await participant.enter("room", 'DIENTAP "Hải An"')
    during = witness(switchboard.ports.plain)
    await participant.stay(await soon())
    assert await participant.listed("room") is None
    await participant.leave()

    assert during == {"Calls": 1, "Contacts": 1}
    assert witness(switchboard.ports.plain) == {"Calls": 0}
    assert {"register", "invite", "ring", "post_dial_delay", "bye"} <= set(participant.times_s)
    assert participant.times_s["ring"] <= participant.times_s["invite"]
    assert participant.own_id
    seen = participant.sound.seen()
    assert seen.sent - 3 <= seen.received == seen.echoed
    assert (seen.lost, seen.audible) == (0, seen.received)
    assert trail.rungs[-1].step is Step.SIGNALLING
    assert all(rung.held for rung in trail.rungs)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_options_tell_that_a_server_is_there(switchboard: Switchboard, transport: str):
    """Without calling anybody."""
    seen = await options(switchboard.door(), target(switchboard.url(transport)))

    assert (seen.status, seen.reason) == (200, "Alive")
    assert "kamailio" in seen.server
    assert seen.elapsed_s > 0


@pytest.mark.parametrize("transport", ["udp", "wss"])
async def test_a_registration_by_sha256(switchboard: Switchboard, transport: str):
    """The server takes no other proof (RFC 8760), and takes ours back."""
    strong = replace(switchboard, ports=switchboard.strong)
    participant = await arrive(switchboard.door(), target(strong.url(transport), ACCOUNT))

    assert witness(strong.ports.plain) == {"Calls": 0, "Contacts": 1}
    await participant.leave()

    assert witness(strong.ports.plain) == {"Calls": 0}
    assert "unregister" in participant.times_s


async def test_a_proxy_wants_proof_of_a_call_too(switchboard: Switchboard):
    """407 for the INVITE is answered; without an account it is a refusal."""
    door, url = switchboard.door(), switchboard.url("udp")
    async with called(door, url, "members-only", ACCOUNT) as participant:
        assert witness(switchboard.ports.plain)["Calls"] == 1
        await participant.leave()

    assert (await failure_of(door, url, "members-only"))[:2] == (Step.SIGNALLING, "sip_407")


@pytest.mark.parametrize("transport", ["udp", "wss"])
async def test_a_wrong_password_is_named(
    switchboard: Switchboard, transport: str, monkeypatch: pytest.MonkeyPatch
):
    """The second challenge after our proof; the password is not told."""
    monkeypatch.setenv("SIP_TEST_SECRET", "wrong-one")

    told = await failure_of(switchboard.door(), switchboard.url(transport), account=ACCOUNT)

    assert told[:2] == (Step.SIGN_ON, "credentials_rejected")
    assert "wrong-one" not in told[2]


@pytest.mark.parametrize("transport", ["udp", "tcp", "wss"])
@pytest.mark.parametrize(
    ("room", "kind", "detail"),
    [
        ("busy", "sip_486", "486 Busy Here"),
        ("nobody", "sip_404", "404 Not Found"),
        ("forbidden", "sip_403", "403 Forbidden"),
        ("moved", "sip_302", "192.0.2.1"),
        ("no-codec", "no_codec_in_common", "Incompatible media format"),
        ("picture-only", "no_codec_in_common", "m=audio 0"),
    ],
)
async def test_a_refusal_is_named(
    switchboard: Switchboard, transport: str, room: str, kind: str, detail: str
):
    """By its code, with what the other side said; an answer without sound is hung up."""
    told = await failure_of(switchboard.door(), switchboard.url(transport), room)

    assert told[:2] == (Step.SIGNALLING, kind)
    assert detail in told[2]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_an_overloaded_bridge_says_when_to_come_again(
    switchboard: Switchboard, transport: str
):
    """Called directly: a proxy does not pass a 503 on (RFC 3261 16.7)."""
    port = switchboard.far_udp if transport == "udp" else switchboard.far_tcp
    url = f"sip:overloaded@localhost:{port};transport={transport}"

    told = await failure_of(switchboard.door(), url)

    assert told[:2] == (Step.SIGNALLING, "sip_503")
    assert "Retry-After: 30" in told[2]


async def test_a_bridge_without_a_proxy_is_called_too(switchboard: Switchboard):
    """Over TCP, with the room in its address."""
    url = f"sip:room@localhost:{switchboard.far_tcp};transport=tcp"
    async with called(switchboard.door(), url, "another") as participant:
        await participant.stay(await soon())
        await participant.leave()

        assert participant.sound.seen().echoed > 0


async def test_ringing_is_timed_apart_from_answering(switchboard: Switchboard):
    """Two seconds between 183 and 200."""
    async with called(switchboard.door(), switchboard.url("udp", "slow")) as participant:
        times_s = participant.times_s
        await participant.leave()

    assert times_s["ring"] == times_s["post_dial_delay"]
    assert times_s["invite"] - times_s["ring"] > 1.9


@pytest.mark.parametrize(
    ("room", "kind"), [("unanswered", "not_answered"), ("mute", "signalling_timeout")]
)
async def test_a_call_that_nobody_takes_is_cancelled(
    switchboard: Switchboard, room: str, kind: str
):
    """Whether it rang or was only tried; the registration is taken out too."""
    door = switchboard.door(deadlines=SHORT)

    told = await failure_of(door, switchboard.url("udp"), room, ACCOUNT)

    assert told[:2] == (Step.SIGNALLING, kind)
    assert witness(switchboard.ports.plain) == {"Calls": 0}


@pytest.mark.parametrize("transport", ["udp", "wss"])
async def test_a_call_that_we_give_up_is_cancelled(switchboard: Switchboard, transport: str):
    """The check's own deadline strikes while it rings; when it is told, all is undone."""
    participant = await arrive(switchboard.door(), target(switchboard.url(transport), ACCOUNT))
    calling = asyncio.create_task(participant.enter("unanswered", "DIENTAP-a"))
    await until(lambda: participant.call is not None and participant.call.has_rung)
    during = witness(switchboard.ports.plain)

    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    afterwards = witness(switchboard.ports.plain)
    participant.abort()

    assert (during, afterwards) == ({"Calls": 1, "Contacts": 1}, {"Calls": 0})


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_who_drops_the_connection_says_farewell(switchboard: Switchboard, transport: str):
    """Nobody waits for the answers, but the server has heard: the fixture asks it."""
    async with called(switchboard.door(), switchboard.url(transport), "room", ACCOUNT):
        assert witness(switchboard.ports.plain) == {"Calls": 1, "Contacts": 1}


async def test_a_call_that_the_bridge_ends_is_noticed(switchboard: Switchboard):
    """Its BYE is answered, and the stay ends with the reason."""
    async with called(switchboard.door(), switchboard.url("udp"), "hangs-up") as participant:
        with pytest.raises(Stopped) as ended:
            await participant.stay(asyncio.get_running_loop().time() + 10.0)

    assert ended.value.failure.kind == "session_ended"


async def test_the_bridge_reaches_us_behind_a_websocket(switchboard: Switchboard):
    """Our Contact leads nowhere; its BYE comes through the same WebSocket."""
    async with called(switchboard.door(), switchboard.url("wss"), "hangs-up") as participant:
        with pytest.raises(Stopped) as ended:
            await participant.stay(asyncio.get_running_loop().time() + 10.0)

    assert ended.value.failure.kind == "session_ended"


@pytest.mark.parametrize("transport", ["udp", "wss"])
async def test_a_long_stay_asks_whether_the_call_is_up(
    switchboard: Switchboard, transport: str, monkeypatch: pytest.MonkeyPatch
):
    """And renews the registration; both are answered in the middle of the call."""
    monkeypatch.setattr(participant_module, "ALIVE_S", 0.2)
    url = switchboard.url(transport)
    async with called(switchboard.door(), url, "room", ACCOUNT) as participant:
        await participant.stay(await soon())
        await participant.leave()

    assert {"alive", "register_again"} <= set(participant.times_s)


async def test_a_call_that_the_bridge_forgot_is_noticed(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
):
    """It answers that it knows no such call, although no BYE ever came."""
    monkeypatch.setattr(participant_module, "ALIVE_S", 0.2)
    async with called(switchboard.door(), switchboard.url("udp")) as participant:
        dialog = participant.call.dialog
        forgotten = replace(dialog, routes=(), target="sip:localhost")
        participant.call.dialog = forgotten
        with pytest.raises(Stopped) as ended:
            await participant.stay(asyncio.get_running_loop().time() + 10.0)
        participant.call.dialog = replace(dialog, number=forgotten.number)

    assert ended.value.failure.kind == "session_ended"
    assert "404" in ended.value.failure.detail


async def test_no_sound_is_sent_outside_the_inventory(switchboard: Switchboard):
    """The other side names an address; the call is ended instead."""
    told = await failure_of(switchboard.door(), switchboard.url("udp"), "inside-address")

    assert told[:2] == (Step.MEDIA, "media_address_refused")
    assert "192.0.2.7" in told[2]


async def test_ten_call_at_once(switchboard: Switchboard):
    """Each hears its own sound and no other's."""

    async def one() -> int:
        async with called(switchboard.door(), switchboard.url("udp")) as participant:
            await participant.stay(await soon())
            await participant.leave()
            seen = participant.sound.seen()
            assert seen.echoed == seen.received
            return seen.echoed

    echoed = await asyncio.gather(*(one() for _ in range(10)))

    assert min(echoed) > 5


async def test_broken_certificates_fail_on_the_handshake(switchboard: Switchboard):
    """As everywhere: the layer is TLS's, not the switchboard's."""
    ports, door = switchboard.ports, switchboard.door()
    stranger = replace(door, tls=context())

    assert (await failure_of(door, f"sips:a@localhost:{ports.expired}"))[:2] == (
        *(Step.TLS_HANDSHAKE, "certificate_expired"),
    )
    assert (await failure_of(door, f"sips:a@{ADDRESS}:{ports.tls}"))[:2] == (
        *(Step.TLS_HANDSHAKE, "certificate_wrong_host"),
    )
    for url in (f"sips:a@localhost:{ports.tls}", f"wss://localhost:{ports.wss}/"):
        told = await failure_of(stranger, url)
        assert told[0] == Step.TLS_HANDSHAKE
        assert told[1] in {"certificate_unknown_authority", "certificate_chain_incomplete"}


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_a_closed_port_is_refused(switchboard: Switchboard, transport: str):
    """Over UDP its host says so by ICMP."""
    url = f"sip:room@localhost:{free_ports(1)[0]};transport={transport}"

    told = await failure_of(switchboard.door(), url)

    assert told[:2] == (Step.CONNECT, "connection_refused")


async def test_plain_words_at_a_tls_port(switchboard: Switchboard):
    """The inventory has the wrong transport, and that is said."""
    url = f"sip:room@localhost:{switchboard.ports.tls};transport=tcp"

    told = await failure_of(switchboard.door(), url)

    assert told[:2] == (Step.SIGNALLING, "peer_is_tls")


async def test_silence_is_told_in_time(switchboard: Switchboard):
    """Somebody holds the port and says nothing; also to a registration."""
    silent = udp.bound(ADDRESS, lambda _: None)
    url = f"sip:room@localhost:{silent.local[1]}"
    door = switchboard.door(deadlines=SHORT)

    told = await asyncio.gather(failure_of(door, url), failure_of(door, url, account=ACCOUNT))
    silent.abort()

    assert [one[:2] for one in told] == [(Step.SIGNALLING, "signalling_timeout")] * 2


async def test_nonsense_is_malformed(switchboard: Switchboard):
    """Over UDP and TCP; what only keeps the line alive is no message."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\r\n\r\n220 mail.example ESMTP\r\n\r\n")
        await reader.read()
        writer.close()

    def back(datagram: udp.Datagram) -> None:
        for said in (b"\0\0\0\0", b"\r\n\r\n", b"\x00\xff" * 40):
            rude.send(said, datagram.source)

    rude = udp.bound(ADDRESS, back)
    server = await asyncio.start_server(answer, ADDRESS, 0)
    port = server.sockets[0].getsockname()[1]
    door = switchboard.door(deadlines=SHORT)
    told = await asyncio.gather(
        failure_of(door, f"sip:r@localhost:{rude.local[1]}"),
        failure_of(door, f"sip:r@localhost:{port};transport=tcp"),
    )
    rude.abort()
    server.close()

    assert [one[:2] for one in told] == [(Step.SIGNALLING, "malformed_message")] * 2


@pytest.mark.parametrize(
    ("listens_first", "expected"),
    [
        (True, (Step.SIGNALLING, "connection_closed_early")),
        (False, (Step.CONNECT, "closed_on_accept")),
    ],
)
async def test_who_hangs_up_on_us_is_told_apart(
    switchboard: Switchboard,
    listens_first: bool,  # noqa: FBT001 - a column of the table
    expected: tuple[Step, str],
):
    """After our words, or before anything was said."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if listens_first:
            await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, ADDRESS, 0)
    port = server.sockets[0].getsockname()[1]
    told = await failure_of(switchboard.door(), f"sip:r@localhost:{port};transport=tcp")
    server.close()

    assert told[:2] == expected


async def test_a_flood_of_messages_ends_the_attempt(switchboard: Switchboard):
    """Who answers with anything but an answer is given up before the deadline."""
    noise = b"".join(
        b"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP p;branch=z9hG4bK%d\r\nFrom: a;tag=1\r\n"
        b"To: b\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n" % number
        for number in range(3000)
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(noise)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, ADDRESS, 0)
    port = server.sockets[0].getsockname()[1]
    told = await failure_of(switchboard.door(), f"sip:r@localhost:{port};transport=tcp")
    server.close()

    assert told[:2] == (Step.SIGNALLING, "malformed_message")
