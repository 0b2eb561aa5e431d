"""Which letters lie in a mailbox, and how is one of them taken out? (RFC 9051, RFC 4315)"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.mail.letter import HEADER_BYTES
from rehearsal.net.mail.party import Party
from rehearsal.net.mail.wire import Lines
from rehearsal.net.trail import step, stop

REPLY_S = 10.0
RESPONSES_MAX = 2000  # of one command: a full mailbox tells of its folders in a hundred
LITERALS_MAX = 8
_LITERAL = re.compile(rb"\{(\d{1,9})\+?\}$")
_CODE = re.compile(rb"\[(\w+)(?: (\d+))?")
_FETCHED = re.compile(rb"UID (\d+)")
_SAFE = re.compile(r"[A-Za-z0-9-]+")  # what a search key may hold without quoting


@dataclass(frozen=True, slots=True)
class Response:
    """One response of the server: its line, its literals taken out of it."""

    line: bytes
    literals: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbox:
    """The mailbox as it was when it was opened; a number is its own for one validity."""

    validity: int
    next_uid: int


class Imap:
    """A conversation with a mailbox server, after its greeting."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._count = 0
        self.bares_password = False
        self.offers: frozenset[bytes] = frozenset()
        self.inbox = Inbox(0, 0)

    async def begin(self, party: Party) -> None:
        """Greet, encrypt, sign on and open the inbox; Stopped with what does not work."""
        await self._greeted()
        await self._ask_offers()
        if not self._lines.is_secure:
            self.bares_password = b"LOGINDISABLED" not in self.offers
            await self._encrypt()
        await self._sign_on(party)
        await self._ask_offers()
        self.inbox = _opened(await self._do("SELECT INBOX", "SELECT"))

    async def search(self, key: str, since_uid: int = 0) -> list[int]:
        """The numbers of the letters for a key of RFC 9051 6.4.4."""
        span = f"UID {since_uid}:* " if since_uid else ""
        said = await self._do(f"UID SEARCH {span}{key}", "SEARCH")
        found = [r.line for r in said if r.line.upper().startswith(b"* SEARCH")]
        numbers = (int(word) for line in found for word in line.split()[2:] if word.isdigit())
        return sorted({number for number in numbers if number >= since_uid})

    async def header(self, uid: int) -> bytes | None:
        """The header of one letter, unread as before; None if there is no such letter."""
        return await self._part(uid, "HEADER")

    async def text(self, uid: int) -> bytes | None:
        """The beginning of one letter's text."""
        return await self._part(uid, "TEXT")

    async def _part(self, uid: int, part: str) -> bytes | None:
        what = f"BODY.PEEK[{part}]<0.{HEADER_BYTES}>"
        for said in await self._do(f"UID FETCH {uid} (UID {what})", "FETCH"):
            number = _FETCHED.search(said.line)
            if number and int(number[1]) == uid and said.literals:
                return said.literals[0]
        return None

    async def remove(self, uid: int) -> None:
        """Take one letter out, and no other that somebody else has marked to go."""
        if b"UIDPLUS" not in self.offers and await self._others_to_go(uid):
            told = "EXPUNGE: others would go with it, and the server has no UIDPLUS"
            raise stop(Step.TRANSACTION, "step_rejected", told)
        await self._do(rf"UID STORE {uid} +FLAGS.SILENT (\Deleted)", "STORE")
        by_number = b"UIDPLUS" in self.offers
        await self._do(f"UID EXPUNGE {uid}" if by_number else "EXPUNGE", "EXPUNGE")

    async def _others_to_go(self, uid: int) -> bool:
        return bool(set(await self.search("DELETED")) - {uid})

    async def news(self) -> None:
        """Let the server see what has arrived meanwhile."""
        await self._do("NOOP", "NOOP")

    async def _greeted(self) -> None:
        async with step(Step.TRANSACTION, REPLY_S, "step_timeout"):
            line = (await self._lines.line()).upper()
        if not line.startswith(b"* OK"):
            raise stop(Step.TRANSACTION, "step_rejected", f"mailbox greeting: {_word(line, 1)}")

    async def _ask_offers(self) -> None:
        said = await self._do("CAPABILITY", "CAPABILITY")
        found = [r.line.upper() for r in said if r.line.upper().startswith(b"* CAPABILITY")]
        self.offers = frozenset(word for line in found for word in line.split()[2:])

    async def _encrypt(self) -> None:
        if b"STARTTLS" not in self.offers:
            raise stop(Step.TLS_HANDSHAKE, "encryption_not_offered", "mailbox: no STARTTLS")
        await self._do("STARTTLS", "STARTTLS")
        await self._lines.encrypt()
        await self._ask_offers()

    async def _sign_on(self, party: Party) -> None:
        if b"AUTH=PLAIN" not in self.offers:
            raise stop(Step.SIGN_ON, "sign_on_unsupported", "mailbox: no AUTH=PLAIN")
        proof = b64encode(f"\0{party.user}\0{party.password}".encode()).decode()
        await self._do("AUTHENTICATE PLAIN", "AUTHENTICATE", proof)

    async def _do(self, command: str, what: str, proof: str | None = None) -> list[Response]:
        """Give one command; the untagged responses to it. Stopped unless it is done."""
        self._count += 1
        tag = f"A{self._count:04d}"
        self._lines.say(f"{tag} {command}")
        said: list[Response] = []
        async with step(Step.TRANSACTION, REPLY_S, "step_timeout") as rung:
            rung.note(imap=what)
            while len(said) < RESPONSES_MAX:
                response = await self._response()
                if response.line.startswith(b"+") and proof is not None:
                    self._lines.say(proof)
                elif response.line.startswith(tag.encode() + b" "):
                    _refuse(response.line, what)
                    return said
                else:
                    said.append(response)
        raise stop(Step.TRANSACTION, "malformed_message", f"{what}: no end of responses")

    async def _response(self) -> Response:
        """One response with its literals (RFC 9051 4.3)."""
        line = await self._lines.line()
        literals: list[bytes] = []
        while found := _LITERAL.search(line):
            if int(found[1]) > HEADER_BYTES or len(literals) >= LITERALS_MAX:
                raise stop(Step.TRANSACTION, "response_too_large", "a literal of the mailbox")
            literals.append(await self._lines.exactly(int(found[1])))
            line = line[: found.start()] + await self._lines.line()
        return Response(line, tuple(literals))


def _refuse(line: bytes, what: str) -> None:
    """Whether a command was done; a refusal's text may name people, its code does not."""
    outcome = _word(line, 1)
    if outcome == "OK":
        return
    code = _CODE.search(line)
    shown = f"{what}: {outcome} {code[1].decode() if code else ''}".strip()
    is_about_us = code is None or code[1].upper() in (b"AUTHENTICATIONFAILED", b"EXPIRED")
    if what == "AUTHENTICATE" and outcome == "NO" and is_about_us:
        raise stop(Step.SIGN_ON, "credentials_rejected", f"mailbox: {shown}")
    raise stop(Step.TRANSACTION, "step_rejected", shown)


def _word(line: bytes, number: int) -> str:
    words = line.split()
    return words[number].decode("ascii", errors="replace") if len(words) > number else ""


def _opened(said: list[Response]) -> Inbox:
    codes = {m[1].upper(): int(m[2]) for r in said if (m := _CODE.search(r.line)) and m[2]}
    return Inbox(codes.get(b"UIDVALIDITY", 0), codes.get(b"UIDNEXT", 0))


def key_for(marker: str, *, anywhere: bool = False) -> str:
    """The search key of a marker: in the header that carries it, or anywhere in a letter."""
    if not _SAFE.fullmatch(marker):
        raise ValueError("not a marker of ours")
    return f"TEXT {marker}" if anywhere else f"HEADER X-Dien-Tap {marker}"


@asynccontextmanager
async def mailbox(door: Door, party: Party) -> AsyncIterator[Imap]:
    """The account's inbox, open until the block ends."""
    lines = await Lines.to(door, party.mailbox)
    try:
        imap = Imap(lines)
        await imap.begin(party)
        yield imap
    finally:
        lines.close()
