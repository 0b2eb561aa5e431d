"""What does our own kernel know of a TCP connection? Linux only; elsewhere nothing."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

_SIZE = 256
# struct tcp_info of linux/tcp.h: where a field stands, and how wide it is.
_MIN_RTT = (148, "=I")  # microseconds
_ACKED, _SENT, _RETRANSMITTED = (120, "=Q"), (200, "=Q"), (208, "=Q")
_NEVER_SEEN_US = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Tcp:
    """Counters since the connection began; `sent_bytes` counts each retransmission too."""

    acked_bytes: int
    sent_bytes: int
    retransmitted_bytes: int
    min_rtt_s: float | None


def ask(sock: socket.socket | None) -> Tcp | None:
    """The counters of that connection; None where the kernel keeps none, or it is gone."""
    if sock is None or sock.fileno() < 0 or not hasattr(socket, "TCP_INFO"):
        return None
    try:
        raw = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SIZE)
    except OSError:
        return None
    if len(raw) < _RETRANSMITTED[0] + struct.calcsize(_RETRANSMITTED[1]):
        return None  # Linux before 4.19
    rtt_us = _field(raw, _MIN_RTT)
    return Tcp(
        acked_bytes=_field(raw, _ACKED),
        sent_bytes=_field(raw, _SENT),
        retransmitted_bytes=_field(raw, _RETRANSMITTED),
        min_rtt_s=None if rtt_us == _NEVER_SEEN_US else rtt_us / 1e6,
    )


def _field(raw: bytes, where: tuple[int, str]) -> int:
    found: int = struct.unpack_from(where[1], raw, where[0])[0]
    return found
