"""Does a TURN server let us through, with the credentials of the inventory? (RFC 8656)"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Literal, cast

from aioice import stun, turn
from aiortc import RTCIceServer

from rehearsal.model import Relay, Step
from rehearsal.net.door import Door
from rehearsal.net.secret import reveal
from rehearsal.net.trail import step, stop

_URL = re.compile(
    r"turn:(?P<host>[^\s:?/]+)(?::(?P<port>\d{1,5}))?(?:\?transport=(?P<way>udp|tcp))?"
)
_PORT = 3478  # RFC 7065 3.2
_REFUSED = (401, 403, 441)  # RFC 8489 14.8, RFC 8656 19: who we are, or may do, is the matter
_BUSY = (486, 508)  # RFC 8656 19: the account's allocations, or the server's, are used up


@dataclass(frozen=True, slots=True)
class Way:
    """A relay, resolved: `transport` is how we reach it; it reaches the bridge by UDP."""

    address: str
    port: int
    transport: Literal["udp", "tcp"]
    user: str
    secret: str

    @property
    def name(self) -> str:
        """How reports call it."""
        return f"turn-{self.transport}"

    def server(self) -> RTCIceServer:
        """As aiortc takes it."""
        url = f"turn:{self.address}:{self.port}?transport={self.transport}"
        return RTCIceServer(urls=url, username=self.user, credential=self.secret)


async def find(door: Door, relay: Relay) -> Way:
    """Take the URI apart and resolve its host; ValueError when it is none of TURN's."""
    found = _URL.fullmatch(relay.url)
    if found is None:
        raise ValueError(f"not an address of a TURN server: {relay.url[:200]!r}")
    host, port = found["host"], int(found["port"] or _PORT)
    if host not in door.hosts:
        raise stop(Step.OBSERVE, "bug_in_rehearsal", f"{host} is no target")
    addresses = await door.resolver.addresses(host, door.deadlines.resolve_s)
    account = relay.account
    return Way(
        address=next((a for a in addresses if ":" not in a), addresses[0]),
        port=door.ports.get(port, port),
        transport=cast("Literal['udp', 'tcp']", found["way"] or "udp"),
        user=account.user if account else "",
        secret=reveal(account.secret) if account and account.secret else "",
    )


async def knock(way: Way, deadline_s: float) -> None:
    """Allocate once and give it back: Stopped on `ice` when that is refused or unanswered."""
    async with step(Step.ICE, deadline_s, "turn_unreachable") as rung:
        rung.note(relay=f"{way.address}:{way.port}", transport=way.transport)
        try:
            endpoint, _ = await turn.create_turn_endpoint(
                asyncio.DatagramProtocol,
                (way.address, way.port),
                username=way.user,
                password=way.secret,
                transport=way.transport,
            )
        except stun.TransactionFailed as problem:
            code = problem.response.attributes.get("ERROR-CODE", (0, ""))[0]
            raise stop(Step.ICE, _kind(code), problem) from problem
        except (stun.TransactionError, OSError) as problem:
            raise stop(Step.ICE, "turn_unreachable", problem) from problem
        endpoint.close()


def _kind(code: int) -> str:
    if code in _REFUSED:
        return "turn_credentials_rejected"
    return "turn_full" if code in _BUSY else "turn_unreachable"
