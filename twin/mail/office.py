"""Which of a unit's two mail servers lives at a place, and who may use it?"""

from __future__ import annotations

import hmac
import ssl
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass

from rehearsal.model import Account
from twin.mail.letters import Letters
from twin.mail.mailbox import Mailbox
from twin.mail.submission import Submission
from twin.mail.talk import Talk
from twin.moves import Greet
from twin.passwords import password_of
from twin.plan import Place
from twin.records import Records

CONTRACT = "mail"
_IMAP = ("imap", "imaps")


def is_mail(place: Place) -> bool:
    """Whether mail is spoken there, and not HTTP."""
    api = place.target.api
    return place.is_api and api is not None and api.contract == CONTRACT


@dataclass(frozen=True, slots=True)
class Holder:
    """The one account of a unit's mail."""

    user: str
    secret: str

    def is_let_in(self, proof: bytes) -> bool:
        """Whether that is its name and password (RFC 4616)."""
        try:
            told = b64decode(proof, validate=True).split(b"\0")
        except ValueError:
            return False
        kept = [self.user.encode(), self.secret.encode()]
        return len(told) == len(kept) + 1 and hmac.compare_digest(
            b"\0".join(told[1:]), b"\0".join(kept)
        )


def greeting_of(place: Place, records: Records, context: Callable[[], ssl.SSLContext]) -> Greet:
    """Who greets a caller of that place: the server to submit to, or the one to read at."""
    api = place.target.api
    assert api is not None
    account = api.account or Account("")
    secret = password_of(account.secret or "")
    lapse = place.lapse.removeprefix("mail-")
    holder = Holder(account.user, f"{secret}-da-doi" if lapse == "wrong-password" else secret)
    letters = Letters(records, place.owner)
    is_mailbox = place.scheme in _IMAP
    is_implicit = place.scheme in ("smtps", "imaps")

    async def greet(talk: Talk) -> None:
        if is_implicit:
            await talk.encrypt()
        if is_mailbox:
            await Mailbox(talk, letters, holder.is_let_in, lapse).serve()
        else:
            await Submission(talk, letters, holder.is_let_in, lapse).serve()

    return lambda reader, writer: greet(Talk(reader, writer, context))
