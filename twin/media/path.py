"""How do packets get to one guest and back, and to nobody else? ICE-lite, DTLS and SRTP."""

from __future__ import annotations

import secrets
from typing import Protocol

import pylibsrtp

from twin.media.dtls import Handshake, Keys
from twin.media.port import Port
from twin.media.rtp import is_rtcp
from twin.media.sdp import Description, Ours, Transport
from twin.media.stun import Address

CONSENT_S = 30.0  # RFC 7675 5.1: as long without a check, and the guest is gone
ALERT = bytes.fromhex("15fefd000000000000000000020228")  # fatal, handshake_failure (RFC 6347)
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"  # RFC 8839 5.4


class Listener(Protocol):
    """Who sits at our end of a path."""

    def on_open(self) -> None:
        """Packets can pass from now on."""

    def on_media(self, plain: bytes, now_s: float) -> None:
        """The guest sent sound or picture."""

    def on_reports(self, plain: bytes, now_s: float) -> None:
        """The guest sent reports."""

    def on_close(self, why: str) -> None:
        """The path is gone."""


class Path:
    """The way between a bridge and one guest."""

    def __init__(self, port: Port, listener: Listener) -> None:
        """Wait for the guest's first check."""
        self.port = port
        self.clock = port.studio.timetable
        self.name, self.password = _drawn(8), _drawn(24)
        self._listener = listener
        self._up, self._down = port.admit(self)
        self._guest: Address | None = None
        self._handshake: Handshake | None = None
        self._keys: Keys | None = None
        self._has_begun = self._is_waiting = self._is_over = False
        self._checked_s = self.clock.now_s()

    def ours(self, setup: str, title: str) -> Ours:
        """What we say of ourselves in every description."""
        fingerprints = (self.port.studio.identity.fingerprint,)
        transport = Transport(self.name, self.password, fingerprints, setup)
        return Ours(transport, self.port.address, title)

    def meet(self, guest: Description) -> str:
        """Learn who the guest is; our own role in the handshake (RFC 8842 5.1)."""
        is_client = guest.transport.setup != "active"
        if self._handshake is None:
            identity, expected = self.port.studio.identity, guest.transport.fingerprints
            self._handshake = Handshake(identity, expected, is_client=is_client)
            self._begin()
        return "active" if is_client else "passive"

    def has_consent(self) -> bool:
        """Whether the guest still checks that we are there."""
        return self.clock.now_s() - self._checked_s <= CONSENT_S

    def reach(self, source: Address, *, is_nominated: bool) -> None:
        """A right check came from there: answer there, and begin if it is ours to begin."""
        self._checked_s = self.clock.now_s()
        if self._guest is None or is_nominated:
            self._guest = source
        self._begin()

    def _begin(self) -> None:
        if self._handshake and self._guest and not self._has_begun:
            self._has_begun = True
            self._say(self._handshake.begin())

    def shake_hands(self, datagram: bytes) -> None:
        """Go on with the handshake, or hear a farewell."""
        if self._handshake is None:
            return
        self._say(self._handshake.receive(datagram))
        if self._handshake.has_failed:
            self.close("DTLS handshake failed")
        elif self._handshake.has_ended:
            self.close("DTLS alert")
        elif self._keys is None and self._handshake.keys:
            self._keys = self._handshake.keys
            self._listener.on_open()

    def _say(self, flight: list[bytes]) -> None:
        """Send a part of the handshake, and again if no answer comes."""
        if self._guest is None or self._handshake is None:
            return
        for datagram in [ALERT] if self.port.way.is_rude else flight:
            self.port.send(datagram, self._guest)
        waits_s = self._handshake.waits_s()
        if waits_s is not None and not self._is_waiting:
            self._is_waiting = True
            self.clock.at(self.clock.now_s() + waits_s, self._repeat)

    def _repeat(self) -> None:
        self._is_waiting = False
        if self._handshake and not self._is_over:
            self._say(self._handshake.repeat())

    def way_in_s(self, packet: bytes, now_s: float) -> float | None:
        """How much longer a packet of the guest takes; None if it is lost."""
        return self._up(now_s, packet) if self._up else 0.0

    def take(self, packet: bytes) -> None:
        """Decrypt what the guest sent; what is not its own is nothing."""
        if self._keys is None:
            return
        now_s = self.clock.now_s()
        try:
            if is_rtcp(packet):
                plain = self._keys.inbound.unprotect_rtcp(packet)
                self._listener.on_reports(plain, now_s)
            else:
                self._listener.on_media(self._keys.inbound.unprotect(packet), now_s)
        except pylibsrtp.Error:
            return

    def send_media(self, plain: bytes) -> None:
        """Encrypt a packet for the guest; before there are keys it is lost."""
        if self._keys:
            self._send(self._keys.outbound.protect(plain))

    def send_reports(self, plain: bytes) -> None:
        """The same for reports."""
        if self._keys:
            self._send(self._keys.outbound.protect_rtcp(plain))

    def _send(self, packet: bytes) -> None:
        now_s = self.clock.now_s()
        late_s = self._down(now_s, packet) if self._down else 0.0
        if late_s is not None and self._guest and not self._is_over:
            self.port.send(packet, self._guest, now_s + late_s)

    def close(self, why: str) -> None:
        """Say goodbye, once."""
        if self._is_over:
            return
        if self._handshake and self._keys:
            self._say(self._handshake.farewell())
        self._is_over = True
        self.port.forget(self)
        self._listener.on_close(why)


def _drawn(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
