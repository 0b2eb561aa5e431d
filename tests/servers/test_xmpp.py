"""Does a participant join, stay and leave at two XMPP servers that share no code?"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rehearsal.model import Account, Bridge, Failure, Target, TargetKind
from rehearsal.net import xmpp
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped
from rehearsal.net.xmpp.stanza import written
from tests.servers import ejabberd, prosody
from tests.servers.certificates import intermediate, issue, root
from tests.servers.certificates import written as on_disk
from tests.servers.children import free_ports
from tests.servers.names import name_server
from tests.servers.xmpp import CHAIR, GUESTS, MEMBERS, ROOM_OF, SEATS, SECRET, UNIT

SERVERS = {
    "prosody": (prosody.prosody, prosody.PATH),
    "ejabberd": (ejabberd.ejabberd, ejabberd.PATH),
}
STORM = 24
ADMIN, OWNER = (f"http://jabber.org/protocol/muc#{part}" for part in ("admin", "owner"))


@dataclass(frozen=True)
class House:
    """One running server: how it is reached, and its process group."""

    pid: int
    plain: int
    secure: int
    path: str
    wide: Door

    def door(self, *, step_s: float = 10.0) -> Door:
        """A door that leads to this server's two domains alone."""
        return replace(self.wide, deadlines=replace(Deadlines(), signalling_s=step_s))

    def target(self, room: str, user: str | None = None, *, scheme: str = "wss") -> Target:
        """The bridge of a unit that has an account, or comes as a guest."""
        host = MEMBERS if user else GUESTS
        port = self.secure if scheme == "wss" else self.plain
        url = f"{scheme}://{host}:{port}{self.path}"
        account = Account(user, "env:XMPP_SECRET") if user else None
        kind = TargetKind.BRIDGE
        return Target(
            "u/bridge", "u", "U", kind, url, "xmpp", room=room, bridge=Bridge(account=account)
        )


@contextmanager
def running(name: str, folder: Path, names: int) -> Iterator[House]:
    """That server, to which the name server at that port leads."""
    server, path = SERVERS[name]
    good = issue("Good", by=intermediate(), hosts=[GUESTS, MEMBERS])
    files = on_disk(folder, "good", good, intermediate())
    trust = folder / "root.pem"
    trust.write_bytes(root().pem)
    plain, secure = free_ports(2)
    with server(folder, "127.0.0.1", plain, secure, files) as pid:
        door = Door(
            resolver=Resolver([NameServer("127.0.0.1", names)]),
            tls=context([str(trust)]),
            hosts=frozenset({GUESTS, MEMBERS}),
        )
        yield House(pid, plain, secure, path, door)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A name server that knows both domains."""
    zone = {GUESTS: ["127.0.0.1"], MEMBERS: ["127.0.0.1"]}
    with name_server(tmp_path_factory.mktemp("names"), zone) as port:
        yield port


@pytest.fixture(scope="module", params=SERVERS)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, names: int
) -> Iterator[House]:
    """Each server once for all the tests that leave it whole."""
    with running(request.param, tmp_path_factory.mktemp(request.param), names) as found:
        yield found


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XMPP_SECRET", SECRET)


@asynccontextmanager
async def present(
    house: House, target: Target, display: str = "A", *, step_s: float = 10.0
) -> AsyncIterator[xmpp.Occupant]:
    """Somebody who is in the room, and gone afterwards without a word."""
    occupant = await xmpp.arrive(house.door(step_s=step_s), target)
    try:
        await occupant.enter(target.room, display)
        yield occupant
    finally:
        occupant.abort()


async def refused(house: House, target: Target, display: str = "A") -> Failure:
    """Why that participant does not come in."""
    with pytest.raises(Stopped) as ended:
        async with present(house, target, display):
            pass
    return ended.value.failure


def _named(failure: Failure) -> tuple[str, str]:
    return failure.step.value, failure.kind


def later(seconds: float) -> float:
    """That moment of the event loop's clock."""
    return asyncio.get_running_loop().time() + seconds


async def put_out(occupant: xmpp.Occupant, stays_s: float = 20.0) -> Failure:
    """Why that occupant does not stay to the end."""
    with pytest.raises(Stopped) as ended:
        await occupant.stay(later(stays_s))
    return ended.value.failure


async def chair_asks(chair: xmpp.Occupant, namespace: str, *content: str) -> None:
    """The chair's order to its room."""
    query = written("query", {"xmlns": namespace}, *content)
    await chair.stream.ask(chair.room, query, setting=True)


async def chair_sets(chair: xmpp.Occupant, **fields: str) -> None:
    """The room gets these settings beside what it has."""
    told = {"FORM_TYPE": "http://jabber.org/protocol/muc#roomconfig"} | {
        f"muc#roomconfig_{name}": value for name, value in fields.items()
    }
    form = [written("field", {"var": n}, written("value", {}, v)) for n, v in told.items()]
    await chair_asks(
        chair, OWNER, written("x", {"xmlns": "jabber:x:data", "type": "submit"}, *form)
    )


async def test_two_guests_see_one_another(house: House):
    """Both are on the list that each of them is told, the first one since it opened it."""
    target = house.target("two")
    async with present(house, target, "A") as first, present(house, target, "B") as second:
        lists = await first.listed("two"), await second.listed("two")

    assert lists[0] == lists[1] == (first.own_id, second.own_id)
    assert (first.has_created, second.has_created) == (True, False)
    assert {"open", "sign_on", "bind", "ping", "join", "list"} == set(first.times_s)


async def test_who_left_is_missed(house: House):
    """The list follows the room: who has left is no longer on it."""
    target = house.target("leaving")
    async with present(house, target, "A") as first:
        async with present(house, target, "B") as second:
            await second.leave()

        assert await first.listed("leaving") == (first.own_id,)


async def test_nothing_stays_behind(house: House):
    """A room that we opened is gone with us, also where rooms are kept for ever."""
    target = house.target("fleeting")
    async with present(house, target) as first:
        await first.leave()
    async with present(house, target) as second:
        assert second.has_created


async def test_a_quiet_meeting_is_stayed_in(house: House):
    """Pings are answered both ways, so that silence in the room is no fault."""
    async with present(house, house.target("quiet")) as occupant:
        await occupant.stay(later(1.5))

        assert await occupant.listed("quiet") == (occupant.own_id,)


async def test_a_storm_is_let_in(house: House):
    """Who joins together is in together, and each is told of everybody."""
    target = house.target("storm")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(present(house, target, "first"))
        people = [await xmpp.arrive(house.door(step_s=20.0), target) for _ in range(STORM)]
        for occupant in people:
            stack.callback(occupant.abort)
        await asyncio.gather(*(o.enter("storm", f"unit-{n}") for n, o in enumerate(people)))
        lists = await asyncio.gather(*(occupant.listed("storm") for occupant in people))

    assert {len(names) for names in lists} == {STORM + 1}


async def test_a_room_that_is_being_opened_is_waited_for(house: House):
    """Until its first occupant has set it up, a new room is not there for the others."""
    target = house.target("opening")
    opener = await xmpp.arrive(house.door(), target)
    opener.room = f"opening@{ROOM_OF[GUESTS]}"
    opener.own_id = await opener._join("Opener")

    async def opens_late() -> None:
        await asyncio.sleep(0.5)
        await opener._unlock()

    unlocking = asyncio.create_task(opens_late())
    async with present(house, target) as second:
        names = await second.listed("opening")
    await unlocking
    opener.abort()

    assert names == (second.own_id, "Opener")


@pytest.mark.parametrize(
    "settings",
    [{"membersonly": "1"}, {"passwordprotectedroom": "1", "roomsecret": "2025"}],
    ids=["members-only", "password"],
)
async def test_a_closed_room_denies(house: House, settings: dict[str, str]):
    """A room for its members, or one with a password, does not let a strange unit in."""
    room = f"closed-{len(settings)}"
    async with present(house, house.target(room, CHAIR), "Chair") as chair:
        await chair_sets(chair, **settings)

        failure = await refused(house, house.target(room, UNIT))

    assert _named(failure) == ("signalling", "join_denied")


async def test_a_full_room_is_named(house: House):
    """Who comes when all places are taken hears that, and not that it is unwelcome."""
    guest = house.target(f"full@{ROOM_OF[MEMBERS]}")
    async with AsyncExitStack() as stack:
        chair = present(house, house.target("full", CHAIR), "Chair")
        await chair_sets(await stack.enter_async_context(chair), maxusers=str(SEATS))
        for number in range(1, SEATS):
            await stack.enter_async_context(present(house, guest, f"guest-{number}"))

        failure = await refused(house, guest)

    assert _named(failure) == ("signalling", "room_full")


async def test_a_room_that_may_not_be_opened_does_not_exist(house: House):
    """Where a unit may not open rooms, a mistyped one is missing, whatever the server says."""
    failure = await refused(house, house.target("mistyped", UNIT))

    assert _named(failure) == ("signalling", "no_such_room")


async def test_a_conference_service_that_is_not_there_has_no_rooms(house: House):
    """The address of the rooms can be mistyped as well."""
    failure = await refused(house, house.target(f"hall@nowhere.{MEMBERS}", UNIT))

    assert _named(failure) == ("signalling", "no_such_room")


async def test_a_name_taken_by_another_account_is_named(house: House):
    """Two units under one name: the second one hears why it is not let in."""
    async with present(house, house.target("names", CHAIR), "Hall"):
        failure = await refused(house, house.target("names", UNIT), "Hall")

    assert _named(failure) == ("signalling", "account_in_use")


async def test_two_units_on_one_account_are_named(house: House):
    """The first one is put out by the second, and the reason is the account."""
    async with present(house, house.target("shared", CHAIR), "Chair"):
        target = house.target("shared", UNIT)
        async with present(house, target, "A") as first, present(house, target, "B"):
            failure = await put_out(first)

    assert _named(failure) == ("signalling", "account_in_use")


async def test_a_ghost_does_not_stand_in_its_own_way(house: House):
    """Who was cut off comes back at once, although the server has not noticed yet."""
    async with present(house, house.target("ghosts", CHAIR), "Chair"):
        target = house.target("ghosts", UNIT)
        async with present(house, target, "A"), present(house, target, "A") as again:
            await again.stay(later(0.5))

            assert again.own_id == "A"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"bridge": Bridge("elsewhere.example")}, ("signalling", "no_such_domain")),
        ({"bridge": Bridge()}, ("sign_on", "account_required")),
        (
            {"bridge": Bridge(account=Account(UNIT, "env:WRONG"))},
            ("sign_on", "credentials_rejected"),
        ),
        (
            {"bridge": Bridge(account=Account("nobody", "env:XMPP_SECRET"))},
            ("sign_on", "credentials_rejected"),
        ),
    ],
    ids=["unknown-domain", "no-account", "wrong-password", "unknown-user"],
)
async def test_a_sign_on_that_fails_is_named(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Bridge],
    named: tuple[str, str],
):
    """The server's domain, its wish for an account and its refusal of one are told apart."""
    monkeypatch.setenv("WRONG", "not this one")
    target = replace(house.target("hall", UNIT), **changes)

    assert _named(await refused(house, target)) == named


async def test_a_secret_never_goes_in_the_clear(house: House):
    """Without TLS a password is not even offered."""
    failure = await refused(house, house.target("hall", UNIT, scheme="ws"))

    assert _named(failure) == ("sign_on", "secret_unprotected")


async def test_a_guest_may_come_without_tls(house: House):
    """Where nothing is secret, `ws` will do."""
    async with present(house, house.target("plain", scheme="ws")) as occupant:
        assert await occupant.listed("plain") == (occupant.own_id,)


ORDERS = {
    "kicked": (ADMIN, '<item nick="Unit" role="none"/>'),
    "banned": (ADMIN, f'<item jid="{UNIT}@{MEMBERS}" affiliation="outcast"/>'),
    "destroyed": (OWNER, "<destroy/>"),
}


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        ("kicked", "removed_from_room"),
        ("banned", "removed_from_room"),
        ("destroyed", "room_closed"),
    ],
)
async def test_an_end_in_mid_meeting_is_named(house: House, order: str, kind: str):
    """Being put out of a meeting is not the line's fault, and the reason is kept."""
    seats = house.target(order, CHAIR), house.target(order, UNIT)
    async with present(house, seats[0], "C") as chair, present(house, seats[1], "Unit") as unit:
        stays = asyncio.create_task(put_out(unit))
        await chair_asks(chair, *ORDERS[order])
        failure = await stays

    assert _named(failure) == ("signalling", kind)
    assert order in failure.detail or order == "destroyed"


async def test_the_banned_are_denied(house: House):
    """A room that exists and says no is not a room that does not exist."""
    async with present(house, house.target("ban", CHAIR), "Chair") as chair:
        await chair_asks(chair, *ORDERS["banned"])

        failure = await refused(house, house.target("ban", UNIT))

    assert _named(failure) == ("signalling", "join_denied")


async def test_a_server_that_hangs_is_noticed(house: House):
    """The port is open and the process stands still: pings tell."""
    async with present(house, house.target("hangs"), step_s=1.0) as occupant:
        os.killpg(house.pid, signal.SIGSTOP)
        try:
            failure = await put_out(occupant)
        finally:
            os.killpg(house.pid, signal.SIGCONT)

    assert _named(failure) == ("signalling", "signalling_timeout")


@pytest.mark.parametrize("name", SERVERS)
async def test_a_server_that_dies_is_noticed(name: str, tmp_path: Path, names: int):
    """A process killed in mid-meeting is an abnormal end of the connection."""
    with running(name, tmp_path, names) as house:
        async with present(house, house.target("dies")) as occupant:
            stays = asyncio.create_task(put_out(occupant))
            await asyncio.sleep(0)
            os.killpg(house.pid, signal.SIGKILL)
            failure = await stays

    assert _named(failure) == ("signalling", "closed_1006")
