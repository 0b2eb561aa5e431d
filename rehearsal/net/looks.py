"""What does a peer do when it is met in another way? Second looks, instead of guesses."""

from __future__ import annotations

import asyncio
import ssl

from rehearsal.model import Failure, Step
from rehearsal.net.tls import TlsWire, looks_like_tls
from rehearsal.net.wire import TooMuch, Wire

LOOK_S = 1.0  # a second look may cost this much, beside the step's own deadline
SILENCE_S = 0.5  # a quick peer that closes on accept does so long before this
SLOWNESS = 3.0  # a busy one is given this many times what it took at first
_CAP_BYTES = 65536
_SUDDEN_ENDS = ("handshake_closed", "handshake_reset")
_MAYBE_PLAIN = ("handshake_closed", "handshake_reset", "handshake_timeout")
_MAYBE_TLS = (
    "malformed_response",
    "connection_closed_early",
    "connection_reset",
    "response_timeout",
)


async def _reach(address: str, port: int) -> Wire:
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(
        lambda: Wire(_CAP_BYTES, (address, port)), address, port
    )
    return wire


async def _first_bytes(address: str, port: int, request: bytes, patience_s: float) -> str:
    """What comes back: `closed`, `reset`, `silent`, `tls`, `text` or `unreachable`."""
    try:
        async with asyncio.timeout(LOOK_S):
            wire = await _reach(address, port)
    except ConnectionResetError:
        return "reset"
    except OSError:
        return "unreachable"
    try:
        wire.write(request)
        async with asyncio.timeout(patience_s):
            data = await wire.read()
    except TimeoutError:
        return "silent"
    except (OSError, TooMuch):
        return "reset"
    finally:
        wire.abort()
    if not data:
        return "closed"
    return "tls" if looks_like_tls(data) else "text"


async def closes_on_accept(address: str, port: int, lived_s: float) -> Failure | None:
    """Say nothing, and see whether a peer that hung up after `lived_s` does it again."""
    patience_s = SILENCE_S + min(LOOK_S, SLOWNESS * lived_s)
    seen = await _first_bytes(address, port, b"", patience_s)
    if seen not in ("closed", "reset"):
        return None
    detail = f"{address}:{port} hung up before anything was said"
    return Failure(Step.CONNECT, f"{seen}_on_accept", detail)


async def speaks_plainly(address: str, port: int, host: str) -> bool:
    """Whether a peer that will not shake hands answers plain HTTP."""
    request = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    return await _first_bytes(address, port, request, LOOK_S) == "text"


async def shakes_hands(address: str, port: int, host: str, tls: ssl.SSLContext) -> bool:
    """Whether a peer that will not speak HTTP begins a TLS handshake."""
    try:
        async with asyncio.timeout(LOOK_S):
            wire = await _reach(address, port)
    except OSError:
        return False
    try:
        async with asyncio.timeout(LOOK_S):
            await TlsWire(wire, tls, host).handshake()
    except (ssl.SSLError, OSError, EOFError, TooMuch):
        return looks_like_tls(wire.head)
    finally:
        wire.abort()
    return True


async def again_without_tls(failure: Failure, wire: Wire, host: str) -> Failure:
    """A second opinion on a handshake that ended before the peer said a word."""
    if wire.received or failure.kind not in _MAYBE_PLAIN:
        return failure
    address, port = wire.peer
    if failure.kind in _SUDDEN_ENDS:
        hung_up = await closes_on_accept(address, port, wire.lived_s)
        if hung_up is not None:
            return hung_up
    if await speaks_plainly(address, port, host):
        detail = f"{address}:{port} answers plain HTTP"
        return Failure(Step.TLS_HANDSHAKE, "peer_not_tls", detail)
    return failure


async def again_with_tls(
    failure: Failure, wire: Wire, host: str, tls: ssl.SSLContext
) -> Failure:
    """A second opinion on plain HTTP that got no answer, or none that was HTTP."""
    if failure.kind not in _MAYBE_TLS:
        return failure
    address, port = wire.peer
    is_sudden = failure.kind in ("connection_closed_early", "connection_reset")
    if is_sudden and not wire.received:
        hung_up = await closes_on_accept(address, port, wire.lived_s)
        if hung_up is not None:
            return hung_up
    if looks_like_tls(wire.head) or await shakes_hands(address, port, host, tls):
        detail = f"{address}:{port} shakes hands in TLS"
        return Failure(Step.HTTP_EXCHANGE, "peer_is_tls", detail)
    return failure
