"""Is a letter taken for delivery? (RFC 6409, with STARTTLS of RFC 3207, AUTH of RFC 4954)"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.mail.party import Party
from rehearsal.net.mail.wire import Lines
from rehearsal.net.trail import Stopped, step, stop

REPLY_S = 10.0  # RFC 5321 4.5.3.2 allows minutes; whoever sends a letter has gone by then
TAKEN_S = 20.0  # the whole letter is looked through before it is taken
LINES_MAX = 100  # of one reply
_NAME = "rehearsal.invalid"
_REPLY = re.compile(rb"(\d{3})([ -]?)(.*)", re.DOTALL)
_ENHANCED = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\b")
_READY, _DONE, _SIGNED_ON, _GO_ON, _BUSY = 220, 250, 235, 354, 400
_REJECTED = frozenset({530, 534, 535, 538})  # RFC 4954 4, 6
_FULL_CODES, _FULL_STATES = frozenset({452, 552}), frozenset({"4.2.2", "5.2.2"})  # RFC 3463


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of the server: its code, its texts."""

    code: int
    texts: tuple[str, ...]

    @property
    def state(self) -> str:
        """The enhanced status code (RFC 3463), if there is one."""
        found = _ENHANCED.match(self.texts[-1])
        return found[0] if found else ""

    @property
    def shown(self) -> str:
        """What may be written down of it: its text may name people."""
        return f"{self.code} {self.state}".strip()

    @property
    def is_full(self) -> bool:
        """Whether there is no room left for the letter."""
        return self.state in _FULL_STATES or (self.code in _FULL_CODES and not self.state)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A letter that was taken; `bares_password` offers to take one without encryption."""

    bares_password: bool


class Submission:
    """A conversation with a submission server."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    async def carry(self, party: Party, letter: bytes) -> Submitted:
        """Hand a letter in; Stopped with what the server would not do."""
        await self._expect("greeting", _READY)
        offers = await self._greet()
        bares_password = "AUTH" in offers and not self._lines.is_secure
        if not self._lines.is_secure:
            offers = await self._encrypt(offers)
        await self._sign_on(party, offers)
        await self._ask(f"MAIL FROM:<{party.sender}>", "MAIL", _DONE)
        await self._ask(f"RCPT TO:<{party.receiver}>", "RCPT", _DONE, 251)
        await self._ask("DATA", "DATA", _GO_ON)
        self._lines.send(stuffed(letter))
        await self._expect("letter", _DONE, within_s=TAKEN_S)
        self._lines.say("QUIT")
        return Submitted(bares_password)

    async def _greet(self) -> dict[str, str]:
        """What the server offers, by keyword (RFC 5321 4.1.1.1)."""
        reply = await self._ask(f"EHLO {_NAME}", "EHLO", _DONE)
        offers = (text.upper().replace("=", " ").partition(" ") for text in reply.texts[1:])
        return {keyword: more for keyword, _, more in offers}

    async def _encrypt(self, offers: dict[str, str]) -> dict[str, str]:
        if "STARTTLS" not in offers:
            raise stop(Step.TLS_HANDSHAKE, "encryption_not_offered", "submission: no STARTTLS")
        await self._ask("STARTTLS", "STARTTLS", _READY)
        await self._lines.encrypt()
        return await self._greet()

    async def _sign_on(self, party: Party, offers: dict[str, str]) -> None:
        if "PLAIN" not in offers.get("AUTH", "").split():
            raise stop(Step.SIGN_ON, "sign_on_unsupported", "submission: no AUTH PLAIN")
        proof = b64encode(f"\0{party.user}\0{party.password}".encode()).decode()
        self._lines.say(f"AUTH PLAIN {proof}")
        reply = await self._reply(REPLY_S)
        if reply.code in _REJECTED:
            told = f"submission: {reply.shown}"
            raise stop(Step.SIGN_ON, "credentials_rejected", told)
        if reply.code != _SIGNED_ON:
            raise _refused("AUTH", reply)

    async def _ask(self, line: str, what: str, *codes: int) -> Reply:
        self._lines.say(line)
        return await self._expect(what, *codes)

    async def _expect(self, what: str, *codes: int, within_s: float = REPLY_S) -> Reply:
        reply = await self._reply(within_s)
        if reply.code not in codes:
            raise _refused(what, reply)
        return reply

    async def _reply(self, within_s: float) -> Reply:
        """One reply, of one line or more (RFC 5321 4.2.1)."""
        texts: list[str] = []
        async with step(Step.TRANSACTION, within_s, "step_timeout") as rung:
            while len(texts) < LINES_MAX:
                found = _REPLY.fullmatch(await self._lines.line())
                if found is None:
                    raise stop(Step.TRANSACTION, "malformed_message", "no reply of SMTP")
                texts.append(found[3].decode("utf-8", errors="replace"))
                if found[2] != b"-":
                    reply = Reply(int(found[1]), tuple(texts))
                    rung.note(smtp=reply.shown)
                    return reply
        raise stop(Step.TRANSACTION, "malformed_message", f"over {LINES_MAX} lines")


def stuffed(letter: bytes) -> bytes:
    """A letter as DATA carries it, with its end (RFC 5321 4.5.2)."""
    lines = letter.rstrip(b"\r\n").split(b"\r\n")
    safe = (b"." + line if line.startswith(b".") else line for line in lines)
    return b"\r\n".join(safe) + b"\r\n.\r\n"


def _refused(what: str, reply: Reply) -> Stopped:
    if reply.is_full:
        return stop(Step.TRANSACTION, "mailbox_full", f"{what}: {reply.shown}")
    return stop(Step.TRANSACTION, "step_rejected", f"{what}: {reply.shown}")


async def submit(door: Door, party: Party, letter: bytes) -> Submitted:
    """Hand a letter in at the account's server."""
    lines = await Lines.to(door, party.submission)
    try:
        return await Submission(lines).carry(party, letter)
    finally:
        lines.close()
