"""What does the server say of the transfer? Its measurements, each of them optional.

Source: spec/ndt7-protocol.md of m-lab/ndt-server, "Measurement message".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

SAID_MAX_BYTES = 64 * 1024  # a measurement takes a few kilobytes
_Count = Annotated[int | None, Field(ge=0, le=1 << 53)]  # as far as JavaScript counts


class _Tcp(BaseModel):
    elapsed_us: _Count = Field(None, alias="ElapsedTime")
    min_rtt_us: _Count = Field(None, alias="MinRTT")
    sent_bytes: _Count = Field(None, alias="BytesSent")
    retransmitted_bytes: _Count = Field(None, alias="BytesRetrans")
    window_limited_us: _Count = Field(None, alias="RWndLimited")


class _Measurement(BaseModel):
    tcp: _Tcp | None = Field(None, alias="TCPInfo")


@dataclass(slots=True)
class Said:
    """The server's last word; what it never said stays None.

    `held_back` is the share of the time in which our own receive window held it back.
    """

    min_rtt_s: float | None = None
    retransmitted: float | None = None
    held_back: float | None = None

    def hear(self, text: bytes) -> None:
        """Take in one measurement; what is none is passed over, as the protocol allows."""
        if len(text) > SAID_MAX_BYTES:
            return
        try:
            found = _Measurement.model_validate_json(text)
        except ValidationError:
            return
        if found.tcp:
            self._hear_tcp(found.tcp)

    def _hear_tcp(self, tcp: _Tcp) -> None:
        if tcp.min_rtt_us is not None:
            self.min_rtt_s = tcp.min_rtt_us / 1e6
        if tcp.sent_bytes and tcp.retransmitted_bytes is not None:
            self.retransmitted = tcp.retransmitted_bytes / tcp.sent_bytes
        if tcp.elapsed_us and tcp.window_limited_us is not None:
            self.held_back = tcp.window_limited_us / tcp.elapsed_us
