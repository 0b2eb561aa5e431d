"""How does the twin take letters in? As much of RFC 5321 and 6409 as a sender needs."""

from __future__ import annotations

import asyncio

from twin.mail.letters import Letters
from twin.mail.talk import IsLetIn, Talk

_FULL = "552 5.2.2 Hộp thư đầy"
_REFUSED = "550 5.7.1 Không được phép"


class Submission:
    """One caller who hands letters in."""

    def __init__(self, talk: Talk, letters: Letters, is_let_in: IsLetIn, lapse: str) -> None:
        """`lapse` says in which way it is broken."""
        self._talk = talk
        self._letters = letters
        self._is_let_in = is_let_in
        self._lapse = lapse
        self._has_signed_on = False
        self._receiver = ""

    async def serve(self) -> None:
        """Answer until the caller leaves."""
        if self._lapse == "silent":
            await asyncio.Event().wait()
        self._talk.say("220 twin ESMTP")
        while (line := await self._talk.line()).upper() != b"QUIT":
            await self._answer(line)
        self._talk.say("221 2.0.0 Tạm biệt")

    async def _answer(self, line: bytes) -> None:
        verb = line.split(b" ", 1)[0].upper()
        if verb == b"EHLO":
            self._greet()
        elif verb == b"STARTTLS" and not self._talk.is_secure:
            await self._encrypt()
        elif verb == b"AUTH":
            self._sign_on(line)
        elif not self._has_signed_on:
            self._talk.say("530 5.7.0 Cần đăng nhập")
        elif verb == b"RCPT":
            self._address(line)
        elif verb == b"DATA":
            await self._take()
        else:
            self._talk.say("250 2.0.0 OK")

    def _greet(self) -> None:
        offers = ["250-twin"]
        if not self._talk.is_secure and self._lapse != "no-starttls":
            offers.append("250-STARTTLS")
        if self._talk.is_secure or self._lapse == "bare":
            offers.append("250-AUTH PLAIN LOGIN")
        self._talk.say(*offers, "250 8BITMIME")

    async def _encrypt(self) -> None:
        if self._lapse == "injected":
            self._talk.say("220 2.0.0 Mời bắt đầu", "250 2.0.0 OK")
            await asyncio.Event().wait()
        self._talk.say("220 2.0.0 Mời bắt đầu")
        await self._talk.encrypt()

    def _sign_on(self, line: bytes) -> None:
        self._has_signed_on = self._is_let_in(line.rpartition(b" ")[2])
        no = "535 5.7.8 Sai tài khoản hoặc mật khẩu"
        self._talk.say("235 2.7.0 OK" if self._has_signed_on else no)

    def _address(self, line: bytes) -> None:
        self._receiver = line.partition(b"<")[2].partition(b">")[0].decode()
        said = {"full": _FULL, "refused": _REFUSED}
        self._talk.say(said.get(self._lapse, "250 2.1.5 OK"))

    async def _take(self) -> None:
        self._talk.say("354 Mời gửi")
        lines: list[bytes] = []
        while (line := await self._talk.line()) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        text = b"".join(line + b"\r\n" for line in lines)
        self._letters.take(text, self._receiver, self._lapse)
        self._talk.say("250 2.0.0 Đã nhận")
