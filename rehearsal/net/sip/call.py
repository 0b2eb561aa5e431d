"""How far has a call come, and is anything of it left at the other side? No sockets, no clocks.

Whoever answers is acknowledged. Of a forked call the first answer is kept and the others are
hung up at once (RFC 3261 13.2.2.4); once withdrawn, whoever still answers is hung up too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rehearsal.net.sip import sdp
from rehearsal.net.sip.agent import ALLOW, Agent, token
from rehearsal.net.sip.client import Client, cancel, unheard
from rehearsal.net.sip.dialog import Dialog
from rehearsal.net.sip.message import Request, Response

Extra = tuple[tuple[str, str], ...]
RINGING = range(180, 200)
_AUTHORIZATION = ("authorization", "proxy-authorization")


@dataclass(slots=True)
class Call:
    """One call that we place. `own` is the value of From, with our tag.

    `heard` holds when each provisional status first came, in the clock of its messages.
    `prove` gives what to add to a farewell that was challenged; nothing: leave it at that.
    """

    agent: Agent
    uri: str
    own: str
    offer: bytes
    patience_s: int
    prove: Callable[[Response, Request], Extra]
    heard: dict[int, float] = field(default_factory=dict)
    answer: Response | None = None
    refusal: Response | None = None
    dialog: Dialog | None = None
    was_ended: bool = False
    call_id: str = field(default_factory=token)
    _number: int = 0
    _invite: Client | None = None
    _request: Request | None = None
    _acks: dict[str, bytes] = field(default_factory=dict)
    _farewells: list[Client] = field(default_factory=list)
    _is_withdrawn: bool = False
    _is_cancelled: bool = False

    @property
    def has_rung(self) -> bool:
        """Whether the called side was found (180 to 199)."""
        return any(status in RINGING for status in self.heard)

    @property
    def request(self) -> Request:
        """The last INVITE that was sent."""
        if self._request is None:
            raise ValueError("not dialled yet")
        return self._request

    @property
    def is_settled(self) -> bool:
        """Whether the call was answered, refused, or given up after timer B."""
        is_lost = self._invite is not None and self._invite.is_over
        return self.answer is not None or self.refusal is not None or is_lost

    @property
    def is_over(self) -> bool:
        """Whether nothing of us is left at the other side, as far as it has told us."""
        is_pending = self._invite is not None and not self._is_done(self._invite)
        are_leaving = any(not self._is_done(one) for one in self._farewells)
        return self.dialog is None and not is_pending and not are_leaving

    def dial(self, now: float, extra: Extra = ()) -> None:
        """Send an INVITE: the first one, or one that answers the challenge to the last."""
        self._number += 1
        self.refusal = None
        self.heard.clear()
        self._request = self.agent.request(
            "INVITE",
            self.uri,
            own=self.own,
            other=f"<{self.uri}>",
            call_id=self.call_id,
            number=self._number,
            extra=(
                ("Contact", self.agent.caller.contact),
                ALLOW,
                ("Expires", str(self.patience_s)),  # should we die, it rings no longer
                ("Content-Type", sdp.CONTENT_TYPE),
                *extra,
            ),
            body=self.offer,
        )
        self.agent.calls[self.call_id] = self._asked
        self._invite = self.agent.start(self._request, now, self._hear)

    def hang_up(self, now: float) -> None:
        """Send BYE, if the call is up."""
        if self.dialog is not None:
            dialog, self.dialog = self.dialog, None
            self._bye(dialog, now)

    def withdraw(self, now: float) -> None:
        """Wish it had never been placed: BYE, or CANCEL as soon as it is allowed."""
        self._is_withdrawn = True
        self.hang_up(now)
        if self.heard:
            self._cancel(now)

    def within(self, method: str, extra: Extra = ()) -> Request:
        """A request within the call, such as OPTIONS; only while it is up."""
        if self.dialog is None:
            raise ValueError("the call is not up")
        return self._follow_up(self.dialog, method, self.dialog.next_number(), extra)

    def _hear(self, response: Response, now: float) -> None:
        if response.is_success:
            self._answered(response, now)
        elif response.is_final:
            self.refusal = response
        else:
            self.heard.setdefault(response.status, now)
            if self._is_withdrawn:
                self._cancel(now)

    def _answered(self, response: Response, now: float) -> None:
        tag = response.headers.to_tag
        if tag in self._acks:
            self.agent.out.append(self._acks[tag])
        elif self._request is not None:
            self._met(tag, self._request, response, now)

    def _met(self, tag: str, invite: Request, response: Response, now: float) -> None:
        """Somebody answered whom we did not know yet."""
        dialog = Dialog.of(invite, response)
        proof = tuple(p for p in invite.headers.pairs if p[0].lower() in _AUTHORIZATION)
        self._acks[tag] = self._follow_up(dialog, "ACK", dialog.number, proof).encode()
        self.agent.out.append(self._acks[tag])
        if self.answer is None and not self._is_withdrawn:
            self.answer, self.dialog = response, dialog
        else:
            self._bye(dialog, now)

    def _bye(self, dialog: Dialog, now: float, proof: Extra = ()) -> None:
        request = self._follow_up(dialog, "BYE", dialog.next_number(), proof)

        def hear(response: Response, now: float) -> None:
            if not proof and (found := self.prove(response, request)):
                self._bye(dialog, now, found)

        self._farewells.append(self.agent.start(request, now, hear))

    def _cancel(self, now: float) -> None:
        if self._is_cancelled or self._request is None or self.is_settled:
            return
        self._is_cancelled = True
        self._farewells.append(self.agent.start(cancel(self._request), now, unheard))

    def _follow_up(
        self, dialog: Dialog, method: str, number: int, extra: Extra = ()
    ) -> Request:
        uri, routes = dialog.addressed()
        return self.agent.request(
            method,
            uri,
            own=dialog.own,
            other=dialog.other,
            call_id=dialog.call_id,
            number=number,
            extra=(*(("Route", route) for route in routes), *extra),
        )

    def _asked(self, request: Request) -> int:
        """The status for a request of the other side within this call."""
        if self.dialog is None or not self.dialog.owns(request):
            return 200 if request.method == "BYE" and self.was_ended else 481
        if request.method == "BYE":
            self.was_ended, self.dialog = True, None
            return 200
        return 488 if request.method == "INVITE" else 405  # the sound stays as it was agreed

    @staticmethod
    def _is_done(client: Client) -> bool:
        return client.is_over or client.final is not None
