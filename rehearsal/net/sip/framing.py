"""Where does one message end in a stream, and the next one begin? (RFC 3261 18.3)"""

from __future__ import annotations

from collections.abc import Iterator

from rehearsal.net.sip.message import (
    BODY_FOLLOWS,
    HEAD_MAX_BYTES,
    Head,
    MalformedMessage,
    Message,
    parse_head,
)


class Framer:
    """Cuts a stream into messages by their Content-Length, however it comes in pieces."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._looked_at = 0
        self._head: Head | None = None

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that these bytes complete; MalformedMessage ends the stream."""
        self._waiting += data
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> Message | None:
        if self._head is None:
            self._head = self._next_head()
        if self._head is None:
            return None
        size = self._head.body_bytes
        if size is None:
            raise MalformedMessage("no Content-Length in a stream")
        if len(self._waiting) < size:
            return None
        message = self._head.with_body(bytes(self._waiting[:size]))
        del self._waiting[:size]
        self._head = None
        return message

    def _next_head(self) -> Head | None:
        self._skip_keepalives()
        end = self._waiting.find(BODY_FOLLOWS, self._looked_at)
        if end < 0:
            self._looked_at = max(0, len(self._waiting) - len(BODY_FOLLOWS))
            if len(self._waiting) > HEAD_MAX_BYTES:
                raise MalformedMessage(f"over {HEAD_MAX_BYTES} bytes of headers")
            return None
        head = parse_head(bytes(self._waiting[:end]))
        del self._waiting[: end + len(BODY_FOLLOWS)]
        self._looked_at = 0
        return head

    def _skip_keepalives(self) -> None:
        """Empty lines between messages keep the connection alive (RFC 5626 3.5.1)."""
        if self._waiting.startswith((b"\r", b"\n")):
            self._waiting = self._waiting.lstrip(b"\r\n")
            self._looked_at = 0
