"""Why was a request refused, and can we prove who we are? (RFC 3261, sections 21 and 22)"""

from __future__ import annotations

from dataclasses import dataclass, field

from rehearsal.model import Step
from rehearsal.net.sip.agent import token
from rehearsal.net.sip.digest import Challenge, Credentials, strongest
from rehearsal.net.sip.message import MalformedMessage, Request, Response
from rehearsal.net.trail import Stopped, stop

DETAIL_CHARS = 300
NOT_ACCEPTABLE = (488, 606)  # RFC 3261 21.4.26, 21.6.4: the offered sound is not wanted
# Where a challenge stands, and where its answer goes (RFC 3261 22.2, 22.3).
_PLACES = {
    401: ("WWW-Authenticate", "Authorization"),
    407: ("Proxy-Authenticate", "Proxy-Authorization"),
}
_TELLING = ("Retry-After", "Min-Expires", "Warning", "Reason", "Contact")


def refused(method: str, response: Response) -> Stopped:
    """The failure that a final answer above 299 means."""
    told = [f"{name}: {response.headers.first(name)}" for name in _TELLING]
    told = [one for one in told if not one.endswith(": ")]
    detail = "; ".join((f"{method}: {response.status} {response.reason}", *told))
    kind = f"sip_{response.status}"
    if method == "INVITE" and response.status in NOT_ACCEPTABLE:
        kind = "no_codec_in_common"
    return stop(Step.SIGNALLING, kind, detail[:DETAIL_CHARS])


@dataclass(slots=True)
class Prover:
    """Answers challenges, each realm's once; a second one says that the password is wrong."""

    credentials: Credentials | None
    _answered: dict[str, Challenge] = field(default_factory=dict)

    def proof(self, response: Response, request: Request) -> tuple[tuple[str, str], ...]:
        """The headers to send the request again with; Stopped when that is no use."""
        where, place = _PLACES.get(response.status, ("", ""))
        challenge = strongest_of(response, where)
        if self.credentials is None or challenge is None:
            raise refused(request.method, response)
        known = self._answered.get(place)
        if known is not None and known.realm == challenge.realm and not challenge.is_stale:
            told = f"{request.method}: {response.status} again, as {self.credentials.user!r}"
            raise stop(Step.SIGN_ON, "credentials_rejected", told[:DETAIL_CHARS])
        self._answered[place] = challenge
        return self.again(request.method, request.uri, request.body)

    def again(self, method: str, uri: str, body: bytes = b"") -> tuple[tuple[str, str], ...]:
        """The headers that answer what was asked before, without being asked."""
        if self.credentials is None:
            return ()
        return tuple(
            (place, self.credentials.answer(challenge, method, uri, token(), body))
            for place, challenge in self._answered.items()
        )


def strongest_of(response: Response, where: str) -> Challenge | None:
    """The challenge of a response that we can answer, if there is one."""
    try:
        return strongest(response.headers.every(where)) if where else None
    except MalformedMessage as problem:
        raise stop(Step.SIGNALLING, "malformed_message", problem) from problem
