"""How does the twin show letters? As much of RFC 9051 as a reader of one mailbox needs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from twin.mail.letters import Letters
from twin.mail.talk import IsLetIn, Talk

_OFFERS = "IMAP4rev1 UIDPLUS AUTH=PLAIN"
_PART = re.compile(r"BODY\.PEEK\[(HEADER|TEXT)\]<0\.(\d+)>")
_SPAN = re.compile(r"UID (\d+):\*")


class Mailbox:
    """One caller who reads."""

    def __init__(self, talk: Talk, letters: Letters, is_let_in: IsLetIn, lapse: str) -> None:
        """`lapse` says in which way it is broken."""
        self._talk = talk
        self._letters = letters
        self._is_let_in = is_let_in
        self._lapse = lapse
        self._to_go: set[int] = set()
        self._answers: Mapping[str, Callable[[str], Awaitable[str]]] = {
            "CAPABILITY": self._offer,
            "SELECT": self._select,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
            "UID EXPUNGE": self._expunge,
        }

    async def serve(self) -> None:
        """Answer until the caller leaves."""
        self._talk.say("* OK twin IMAP4rev1")
        while True:
            tag, _, command = (await self._talk.line()).decode("latin-1").partition(" ")
            verb, _, told = command.partition(" ")
            if verb.upper() == "UID":
                also, _, told = told.partition(" ")
                verb = f"UID {also}"
            if verb.upper() == "LOGOUT":
                return
            await self._answer(tag, verb.upper(), told)

    async def _answer(self, tag: str, verb: str, told: str) -> None:
        if verb == "STARTTLS" and self._offers_encryption:
            self._talk.say(f"{tag} OK Mời bắt đầu")
            await self._talk.encrypt()
        elif verb == "AUTHENTICATE":
            self._talk.say("+ ")
            is_in = self._is_let_in(await self._talk.line())
            no = "NO [AUTHENTICATIONFAILED] Sai tài khoản hoặc mật khẩu"
            self._talk.say(f"{tag} {'OK Xong' if is_in else no}")
        elif (answer := self._answers.get(verb)) is not None:
            self._talk.say(f"{tag} {await answer(told)}")
        else:
            self._talk.say(f"{tag} OK Xong")

    @property
    def _offers_encryption(self) -> bool:
        return not self._talk.is_secure and self._lapse != "box-no-starttls"

    async def _offer(self, _told: str) -> str:
        more = " STARTTLS" if self._offers_encryption else ""
        closed = "" if self._talk.is_secure else " LOGINDISABLED"
        self._talk.say(f"* CAPABILITY {_OFFERS}{more}{closed}")
        return "OK Xong"

    async def _select(self, _told: str) -> str:
        self._talk.say(
            f"* {len(list(self._letters))} EXISTS",
            "* OK [UIDVALIDITY 1] Hop le",
            f"* OK [UIDNEXT {self._letters.next_uid}] Tiep theo",
        )
        return "OK [READ-WRITE] Xong"

    async def _search(self, told: str) -> str:
        span = _SPAN.match(told)
        least = int(span[1]) if span else 0
        wanted = told.rpartition(" ")[2].encode()
        fits = _in_header if " HEADER " in f" {told}" else _anywhere
        found = [uid for uid, text in self._letters if uid >= least and fits(text, wanted)]
        self._talk.say(" ".join(["* SEARCH", *map(str, found)]))
        return "OK Xong"

    async def _fetch(self, told: str) -> str:
        number, part = int(told.partition(" ")[0]), _PART.search(told)
        for place, (uid, text) in enumerate(self._letters, 1):
            if uid == number and part:
                head, _, body = text.partition(b"\r\n\r\n")
                shown = (head + b"\r\n\r\n" if part[1] == "HEADER" else body)[: int(part[2])]
                start = f"* {place} FETCH (UID {uid} BODY[{part[1]}]<0> {{{len(shown)}}}\r\n"
                self._talk.send(start.encode() + shown + b")\r\n")
        return "OK Xong"

    async def _store(self, told: str) -> str:
        self._to_go.add(int(told.partition(" ")[0]))
        return "OK Xong"

    async def _expunge(self, told: str) -> str:
        if int(told) in self._to_go:
            self._letters.remove(int(told))
        return "OK Xong"


def _in_header(text: bytes, wanted: bytes) -> bool:
    head = re.sub(rb"\r\n[ \t]+", b" ", text.partition(b"\r\n\r\n")[0])  # RFC 5322 2.2.3
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    return any(name.lower() == b"x-dien-tap" and wanted in told for name, _, told in lines)


def _anywhere(text: bytes, wanted: bytes) -> bool:
    return wanted in text
