"""To whom, and by which way, goes what follows within a call? (RFC 3261, section 12)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from rehearsal.net.sip.message import Request, Response, address, split


@dataclass(slots=True)
class Dialog:
    """A call that was answered, seen from its caller; `own` and `other` carry their tags."""

    call_id: str
    own: str
    other: str
    target: str
    routes: tuple[str, ...]
    number: int

    @classmethod
    def of(cls, invite: Request, answer: Response) -> Self:
        """What an acceptance establishes (RFC 3261 12.1.2); it may forget its Contact."""
        contact = next(iter(answer.headers.listed("Contact")), invite.uri)
        return cls(
            call_id=invite.headers.call_id,
            own=invite.headers.first("From"),
            other=answer.headers.first("To"),
            target=address(contact).uri,
            routes=tuple(reversed(answer.headers.listed("Record-Route"))),
            number=invite.headers.cseq[0],
        )

    def next_number(self) -> int:
        """The CSeq of the next request; ACK repeats its INVITE's."""
        self.number += 1
        return self.number

    def addressed(self) -> tuple[str, tuple[str, ...]]:
        """The Request-URI and the Route headers; an old proxy routes strictly (12.2.1.1)."""
        if not self.routes or _is_loose(self.routes[0]):
            return self.target, self.routes
        return address(self.routes[0]).uri, (*self.routes[1:], f"<{self.target}>")

    def owns(self, request: Request) -> bool:
        """Whether a request of the other side belongs to this call."""
        headers = request.headers
        return (
            headers.call_id == self.call_id
            and headers.to_tag == address(self.own).tag
            and headers.from_tag == address(self.other).tag
        )


def _is_loose(route: str) -> bool:
    marks = split(address(route).uri, ";")[1:]
    return any(mark.partition("=")[0].strip().lower() == "lr" for mark in marks)
