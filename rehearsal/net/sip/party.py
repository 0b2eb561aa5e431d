"""Who calls whom, and under which name is that registered?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from rehearsal.model import Target
from rehearsal.net.secret import reveal
from rehearsal.net.sip.agent import Agent, Caller, token
from rehearsal.net.sip.digest import Credentials
from rehearsal.net.sip.message import Request
from rehearsal.net.sip.uri import SipUri, Way, way_to

EXPIRES_S = 120  # should we die, a registration lasts no longer
_NOBODY = "anonymous.invalid"  # RFC 3323 4.1.1.3


@dataclass(frozen=True, slots=True)
class Party:
    """A participant at a bridge: the way there, its SIP domain, and our account at it."""

    way: Way
    domain: str
    user: str
    credentials: Credentials | None

    @classmethod
    def of(cls, target: Target, marker: str) -> Self:
        """What the inventory says; ValueError when the account's secret is not set."""
        way = way_to(target.url)
        bridge, account = target.bridge, target.bridge.account if target.bridge else None
        credentials = None
        if account is not None:
            credentials = Credentials(
                account.user, reveal(account.secret) if account.secret else ""
            )
        domain = (bridge.domain if bridge else None) or way.host
        return cls(way, domain, account.user if account else marker.lower(), credentials)

    def address(self, user: str) -> str:
        """The address of somebody in the bridge's domain; of the domain itself without one."""
        return str(SipUri(self.way.scheme, user, self.domain))

    def room(self, room: int | str) -> str:
        """The address to call: the inventory's own, or the room's."""
        return self.address(self.way.user or str(room))

    @property
    def record(self) -> str:
        """Our address of record; without an account we are nobody of this domain."""
        if self.credentials is not None:
            return self.address(self.user)
        return str(SipUri("sip", self.user, _NOBODY))

    def caller(self, local: tuple[str, int] | None) -> Caller:
        """Who we are on a channel with that address of ours; a WebSocket's has none."""
        host, port = local or (f"{token()}.invalid", None)  # RFC 7118 5.1
        shown = SipUri(self.way.scheme, "", host, port)
        contact = SipUri(
            self.way.scheme, self.user, host, port, {"transport": self.way.parameter}
        )
        return Caller(
            transport=self.way.transport,
            sent_by=str(shown).partition(":")[2],
            contact=f"<{contact}>",
            product="rehearsal",
        )


def named(display: str, uri: str) -> str:
    """A name for people with an address; control characters are left out (RFC 3261 25.1)."""
    plain = "".join(char for char in display if char.isprintable())
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{uri}>'


@dataclass(slots=True)
class Registration:
    """That we can be reached here. `is_kept`: as far as we know, the bridge remembers it."""

    agent: Agent
    party: Party
    is_kept: bool = False
    _call_id: str = field(default_factory=token)
    _tag: str = field(default_factory=token)
    _number: int = 0

    def request(self, expires_s: int, proof: tuple[tuple[str, str], ...] = ()) -> Request:
        """Enter our address for that long, or take it out with 0 (RFC 3261 10.2)."""
        self._number += 1
        record = f"<{self.party.record}>"
        return self.agent.request(
            "REGISTER",
            self.party.address(""),
            own=f"{record};tag={self._tag}",
            other=record,
            call_id=self._call_id,
            number=self._number,
            extra=(
                ("Contact", self.agent.caller.contact),
                ("Expires", str(expires_s)),
                *proof,
            ),
        )
