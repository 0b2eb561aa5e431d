"""How are values packed into bits by the aligned packed encoding rules? (ITU-T X.691)

Only what a call's set-up and release need of them; the clauses are those of X.691 (2021).
"""

from __future__ import annotations

_OCTET_BITS = 8
_SHORT_LENGTH = 128  # a longer length takes two octets (11.9.3.6)
_SMALL_BITS = 6  # of a normally small number (11.6.1)


class Writer:
    """Bits, one field after another."""

    def __init__(self) -> None:
        self._bits: list[str] = []
        self._count = 0

    def field(self, value: int, width: int) -> None:
        """A number in that many bits (11.5.6)."""
        self._bits.append(f"{value:0{width}b}" if width else "")
        self._count += width

    def bits(self, written: str) -> None:
        """Extension bits, presence bits, Booleans and small choices, as 0 and 1."""
        self.field(int(written, 2), len(written))

    def octets(self, data: bytes) -> None:
        """Octets from the next octet boundary on (11.5.7, 17.6)."""
        self.field(0, -self._count % _OCTET_BITS)
        self.field(int.from_bytes(data), len(data) * _OCTET_BITS)

    def counted(self, data: bytes, count: int | None = None) -> None:
        """A length, in octets or in `count` items, and what it is the length of (11.9)."""
        length = len(data) if count is None else count
        if length >= _SHORT_LENGTH:
            raise ValueError("longer than anything that is said here")
        self.octets(bytes([length]) + data)

    def additions(self, last: int, *present: int) -> None:
        """Which extension additions follow, of those numbered 1 to `last` (19.7, 19.8)."""
        self.field(last - 1, 1 + _SMALL_BITS)
        self.bits("".join("01"[number in present] for number in range(1, last + 1)))

    def done(self) -> bytes:
        """The complete encoding, padded to whole octets (11.1)."""
        self.field(0, -self._count % _OCTET_BITS)
        text = "".join(self._bits)
        return int(text or "0", 2).to_bytes(self._count // _OCTET_BITS)


class Reader:
    """Bits, one field after another; ValueError once there are no more."""

    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{octet:08b}" for octet in data)
        self._at = 0

    def field(self, width: int) -> int:
        """The number in the next bits."""
        found = self._bits[self._at : self._at + width]
        if len(found) < width:
            raise ValueError("the encoding ends too early")
        self._at += width
        return int(found or "0", 2)

    def counted(self) -> bytes:
        """The next octets that a length stands before."""
        self.field(-self._at % _OCTET_BITS)
        length = self.field(_OCTET_BITS)
        return self.field(length * _OCTET_BITS).to_bytes(length)
