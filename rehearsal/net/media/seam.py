"""Where do we reach into aiortc, beyond what it offers? Here, and nowhere else.

aiortc offers ICE, DTLS and SRTP together with codecs, jitter buffers and a thread for each
track. A measuring participant wants the packets themselves: what was decrypted is taken
before it is decoded, and what is to be encrypted is handed in ready.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence

from aiortc import RTCPeerConnection, RTCRtpTransceiver
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters

Take = Callable[[bytes], None]
Begin = Callable[[str, RTCRtpSendParameters], None]


def transport_of(connection: RTCPeerConnection) -> RTCDtlsTransport:
    """The one transport that all of a bundled connection's media share."""
    return connection.getTransceivers()[0].receiver.transport


def speak_only_from(connection: RTCPeerConnection, own: Sequence[str]) -> None:
    """Gather candidates at these addresses of ours alone, also loopback, which aioice skips."""
    agent = transport_of(connection).transport._connection  # noqa: SLF001 - the seam
    gather = agent.get_component_candidates

    async def only(component: int, addresses: list[str], timeout: int = 5) -> object:  # noqa: ASYNC109 - aioice's signature
        del addresses
        return await gather(component, list(own), timeout)

    _replace(agent, "get_component_candidates", only)


def take_over(connection: RTCPeerConnection, *, rtp: Take, rtcp: Take, begin: Begin) -> None:
    """Get every decrypted packet, and a word when a track may begin to send.

    Before the connection is up; no decoder, no encoder and no thread is started then.
    """
    for transceiver in connection.getTransceivers():
        _replace(transceiver.sender, "send", functools.partial(_sending, transceiver, begin))
        _replace(transceiver.receiver, "receive", _receiving)
    transport = transport_of(connection)

    async def handle_rtp(data: bytes, arrival_time_ms: int) -> None:
        del arrival_time_ms  # of the wall clock, in whole milliseconds
        rtp(data)

    async def handle_rtcp(data: bytes) -> None:
        rtcp(data)

    _replace(transport, "_handle_rtp_data", handle_rtp)
    _replace(transport, "_handle_rtcp_data", handle_rtcp)


def connecting(connection: RTCPeerConnection) -> set[asyncio.Task[object]]:
    """The tasks in which it will connect: aiortc forgets them when it is closed early."""
    tasks: set[asyncio.Task[object]] = set()
    name = "_RTCPeerConnection__connect"
    connect = getattr(connection, name)

    async def noted() -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        await connect()

    _replace(connection, name, noted)
    return tasks


async def send(connection: RTCPeerConnection, data: bytes) -> None:
    """Encrypt an RTP or RTCP packet and send it; ConnectionError when there is no path."""
    await transport_of(connection)._send_rtp(data)  # noqa: SLF001 - the seam


def _replace(owner: object, name: str, ours: Callable[..., object]) -> None:
    """Put ours in that method's place; AttributeError when aiortc has it no more."""
    getattr(owner, name)
    setattr(owner, name, ours)


async def _sending(
    transceiver: RTCRtpTransceiver, begin: Begin, parameters: RTCRtpSendParameters
) -> None:
    begin(transceiver.kind, parameters)


async def _receiving(parameters: RTCRtpReceiveParameters) -> None:
    """Nothing: packets are taken at the transport."""
