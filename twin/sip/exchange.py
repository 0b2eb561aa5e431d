"""Who takes calls at an address of the city? A switchboard with so many lines."""

from __future__ import annotations

import asyncio
import functools
import itertools
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import cast

from twin.plan import Place
from twin.records import Record, Records
from twin.sip.call import Call, Send, Setting
from twin.sip.message import Request, answer, cut, read

CONTRACT = "voice"
STORE = "calls"  # in the twin's memory as long as a call lasts
LINES = 30  # one E1
_FEW = {"few-lines": 2, "trunk-full": 3}
_PREFIX = "voice-"


def is_voice(place: Place) -> bool:
    """Whether calls are taken there, and not HTTP requests."""
    api = place.target.api
    return place.is_api and api is not None and api.contract == CONTRACT


class Exchange:
    """One switchboard; its places are numbers, each of them also with that of an echo."""

    def __init__(self, places: Iterable[Place], at: tuple[str, int], records: Records) -> None:
        """It lives at that address and port, and writes its calls down."""
        self._numbers = {number: place for p in places for number, place in _numbers(p)}
        self._at = at
        self._records = records
        self._calls: dict[str, Call] = {}
        self._serial = itertools.count(1)

    async def open(
        self,
        rtt_s: float,
        line: socket.socket,
        datagrams: socket.socket,
        context: ssl.SSLContext | None,
    ) -> None:
        """Take calls by TCP or TLS, and by UDP, until the event loop ends."""
        meet = functools.partial(self._meet, rtt_s)
        await asyncio.start_server(meet, sock=line, ssl=context)
        if context is not None:
            datagrams.close()
            return
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: _Datagrams(self, rtt_s), sock=datagrams)

    def hear(self, request: Request, send: Send, *, is_reliable: bool) -> None:
        """Take one request."""
        call = self._calls.get(request.call_id)
        match request.method:
            case "INVITE" if call is not None:
                call.again()
            case "INVITE":
                self._called(request, send, is_reliable=is_reliable)
            case "ACK" if call is not None:
                call.acknowledged()
            case "CANCEL" if call is not None:
                send(answer(request, 200, call.tag))
                call.cancel()
            case "BYE" if call is not None:
                self._hung_up(call, request, send)
            case "OPTIONS":
                send(answer(request, 200, "twin"))
            case "BYE" | "CANCEL":
                send(answer(request, 481, "twin"))

    def lost(self, send: Send) -> None:
        """A connection ended, and with it the calls that it carried."""
        for call in [one for one in self._calls.values() if one.send is send]:
            call.end()

    def _called(self, invite: Request, send: Send, *, is_reliable: bool) -> None:
        place = self._numbers.get(invite.user)
        if place is None or place.lapse == f"{_PREFIX}{_missing(place, invite.user)}":
            send(answer(invite, 404, "twin"))
            return
        call = self._new(invite, place, send, is_reliable=is_reliable)
        self._calls[invite.call_id] = call
        if not call.setting.refusal:
            self._records.add(self._record(call, place))
        call.begin()

    def _new(self, invite: Request, place: Place, send: Send, *, is_reliable: bool) -> Call:
        host, port = self._at
        transport = "TCP" if is_reliable else "UDP"
        lapse = place.lapse.removeprefix(_PREFIX)
        at_once = 1 + len(self._records.all(STORE, place.owner))
        is_full = at_once > _FEW.get(lapse, _lines(place))
        setting = Setting(
            lapse=lapse,
            address=host,
            contact=f"<sip:{invite.user}@{host}:{port};transport={transport.lower()}>",
            via=f"SIP/2.0/{transport} {host}:{port}",
            at_once=at_once,
            is_reliable=is_reliable,
            is_echo=invite.user == _echo(place),
            refusal=(503 if lapse == "trunk-full" else 486) if is_full else 0,
        )
        return Call(invite, setting, send, functools.partial(self._over, place))

    def _hung_up(self, call: Call, request: Request, send: Send) -> None:
        if call.setting.lapse != "bye-unanswered":
            send(answer(request, 200, call.tag))
        call.end()

    def _record(self, call: Call, place: Place) -> Record:
        """A line that is held; its id says how many were then, for whoever asks later."""
        now = asyncio.get_running_loop().time()
        name = f"{call.setting.at_once}-at-once-{next(self._serial)}-{call.tag}"
        return Record(STORE, place.owner, name, call.invite.display, now)

    def _over(self, place: Place, call: Call) -> None:
        self._calls.pop(call.invite.call_id, None)
        for record in self._records.marked(STORE, place.owner, call.invite.display):
            if record.id.endswith(f"-{call.tag}"):
                self._records.remove(record)

    async def _meet(
        self, rtt_s: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One caller's connection."""
        send = _later(rtt_s, writer.write)
        stream = bytearray()
        try:
            while data := await reader.read(65_536):
                stream += data
                for message in cut(stream):
                    if (request := read(message)) is not None:
                        self.hear(request, send, is_reliable=True)
        except ConnectionError:
            pass  # the caller was quicker
        finally:
            self.lost(send)
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    """The same by UDP."""

    def __init__(self, exchange: Exchange, rtt_s: float) -> None:
        self._exchange = exchange
        self._rtt_s = rtt_s
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is None or (request := read(data)) is None:
            return
        out = functools.partial(_to, self._transport, addr)
        self._exchange.hear(request, _later(self._rtt_s, out), is_reliable=False)


def _to(transport: asyncio.DatagramTransport, addr: tuple[str, int], data: bytes) -> None:
    transport.sendto(data, addr)


def _later(rtt_s: float, out: Callable[[bytes], None]) -> Send:
    """What is sent leaves one round trip later."""

    def send(data: bytes) -> None:
        asyncio.get_running_loop().call_later(rtt_s, out, data)

    return send


def _numbers(place: Place) -> Iterable[tuple[str, Place]]:
    """The place's own number, and that of its echo."""
    api = place.target.api
    assert api is not None
    yield api.url.partition(":")[2].partition("@")[0], place
    if echo := _echo(place):
        yield echo, place


def _echo(place: Place) -> str:
    return place.target.api.settings.get("echo", "") if place.target.api else ""


def _missing(place: Place, number: str) -> str:
    """The fault without which that number would be there."""
    return "no-echo" if number == _echo(place) else "wrong-number"


def _lines(place: Place) -> int:
    settings = place.target.api.settings if place.target.api else {}
    return int(settings.get("lines", LINES))
