"""Is our own uplink alive? Somebody who answered a moment ago is asked again."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from rehearsal.model import Failure

REMEMBERED = 16  # enough that others are left when one machine carries several targets
WITNESSES = 3  # one may have gone down by itself in the meantime
ANSWER_S = 1.5
FRESH_S = 1.0  # failures that come together share one question
_MAYBE_OFFLINE = frozenset(
    {"connect_timeout", "host_unreachable", "network_unreachable", "resolver_timeout"}
    | {"resolver_unreachable", "handshake_timeout", "response_timeout", "response_stalled"}
    | {"signalling_timeout", "connection_reset", "closed_1006"}
    | {"ice_failed", "dtls_failed", "turn_unreachable"}
    | {"no_media", "one_way_media", "media_stalled"}
)


def may_be_offline(failure: Failure | None) -> bool:
    """Whether a failure looks the same when our own line is down."""
    return failure is not None and failure.kind in _MAYBE_OFFLINE


@dataclass(slots=True)
class Pulse:
    """Remembers who accepted a connection, and asks them when others do not."""

    _seen: OrderedDict[str, int] = field(default_factory=OrderedDict)
    _asked: dict[str, tuple[float, asyncio.Task[bool]]] = field(default_factory=dict)

    def beat(self, address: str, port: int) -> None:
        """Somebody accepted a connection just now."""
        self._seen[address] = port
        self._seen.move_to_end(address)
        while len(self._seen) > REMEMBERED:
            forgotten, _ = self._seen.popitem(last=False)
            self._asked.pop(forgotten, None)

    async def is_alive(self, apart_from: Collection[str] = ()) -> bool | None:
        """Whether any recent witness still answers; None when there is none to ask.

        The addresses in doubt are no witnesses: one dead server is not a dead uplink.
        """
        others = [address for address in reversed(self._seen) if address not in apart_from]
        if not others:
            return None
        asked = (self._answer(address) for address in others[:WITNESSES])
        return any(await asyncio.gather(*asked))

    async def _answer(self, address: str) -> bool:
        at_s, asking = self._asked.get(address, (float("-inf"), None))
        if asking is None or time.monotonic() - at_s > FRESH_S:
            asking = asyncio.create_task(_answers(address, self._seen[address]))
            self._asked[address] = (time.monotonic(), asking)
        return await asyncio.shield(asking)


async def _answers(address: str, port: int) -> bool:
    """Whether a packet comes back; a refusal has travelled the line as well."""
    try:
        async with asyncio.timeout(ANSWER_S):
            _, writer = await asyncio.open_connection(address, port)
    except (ConnectionRefusedError, ConnectionResetError):
        return True
    except OSError:
        return False
    writer.transport.abort()
    return True
