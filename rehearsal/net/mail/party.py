"""Whose letter is it, from where to where, and who may read it?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rehearsal.model import Step, Target
from rehearsal.net.secret import reveal
from rehearsal.net.trail import stop

_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server of one protocol listens; `is_secure` speaks TLS from the first byte."""

    host: str
    port: int
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Party:
    """An account with both its servers, and the two addresses of its letter."""

    submission: Server
    mailbox: Server
    user: str
    sender: str
    receiver: str
    password: str = field(repr=False)


def party_of(target: Target) -> Party:
    """What the inventory says of a target's mail; Stopped when it says too little.

    Raises ValueError when a reference leads to no secret: the trial asked for it before.
    """
    api = target.api
    if api is None:
        raise ValueError(f"{target.id} has no interface")
    account, told = api.account, api.settings
    mailbox = _server(told.get("imap", ""), ("imap", "imaps"))
    submission = _server(api.url, ("smtp", "smtps"))
    if account is None or not account.secret or mailbox is None or submission is None:
        raise _unprepared("an account with its secret, or the setting imap")
    sender = told.get("from", account.user)
    receiver = told.get("to", sender)
    if not (_ADDRESS.fullmatch(sender) and _ADDRESS.fullmatch(receiver)):
        raise _unprepared("an address to write from and to")
    return Party(submission, mailbox, account.user, sender, receiver, reveal(account.secret))


def _unprepared(what: str) -> Exception:
    return stop(Step.SIGN_ON, "sign_on_unprepared", f"the inventory lacks: {what}")


def _server(url: str, schemes: tuple[str, str]) -> Server | None:
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        return None
    port = parts.port or _PORTS[parts.scheme]
    return Server(parts.hostname, port, is_secure=parts.scheme == schemes[1])
