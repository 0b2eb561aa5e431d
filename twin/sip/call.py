"""What becomes of one call at the switchboard? It rings, is answered, and leads a menu."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from twin.sip import tones
from twin.sip.message import Request, answer, farewell
from twin.sip.sound import KEYS, Sound

SLOW_RING_S = 3.4  # longer than the check's limits, shorter than its patience
SLOW_ANSWER_S = 2.4
ANSWER_S = 0.05
SILENCE_MAX_S = 10.0  # a caller of whom nothing is heard for so long is gone
CROWD = 2  # calls at once; more than this are a load
RING_MAX_S = 60.0
HANG_UP_S = 0.3
RESENT_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # RFC 3261 13.3.1.4
RETRY_AFTER_S = {"overloaded": 30, "trunk-full": 2}
ELSEWHERE = "192.0.2.7"  # RFC 5737: nobody's
_REFUSALS = {"busy": 486, "overloaded": 503}
Send = Callable[[bytes], None]
_WHERE = re.compile(rb"\r\nc=IN IP4 ([0-9.]+)")
_AUDIO = re.compile(rb"\r\nm=audio (\d{1,5}) RTP/AVP([ 0-9]*)")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a call meets: how the place is broken, where it lives, how many hold a line.

    `refusal` is the status for a call that finds no line.
    """

    lapse: str
    address: str
    contact: str
    via: str
    at_once: int
    is_reliable: bool
    is_echo: bool
    refusal: int = 0


@dataclass(slots=True, eq=False)
class Call:
    """One call; `on_over` is told once nothing of it is left."""

    invite: Request
    setting: Setting
    send: Send
    on_over: Callable[[Call], None]
    tag: str = field(default_factory=lambda: secrets.token_hex(6))
    is_up: bool = False
    _last: bytes = b""
    _is_acknowledged: bool = False
    _keys: int = 0
    _sound: Sound | None = None
    _task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Take the call on."""
        self._task = asyncio.get_running_loop().create_task(self._go())

    def again(self) -> None:
        """The INVITE came once more."""
        if self._last:
            self.send(self._last)

    def acknowledged(self) -> None:
        """The caller knows how it went."""
        self._is_acknowledged = True
        if not self.is_up:
            self.end()

    def cancel(self) -> None:
        """The caller does not want it any more."""
        if not self.is_up:
            self.tell(487)
            self.end()

    def end(self) -> None:
        """Forget it."""
        if self._task is not None:
            self._task.cancel()
        if self._sound is not None:
            self._sound.close()
        self.on_over(self)

    def tell(self, status: int, *extra: tuple[str, str], body: bytes = b"") -> None:
        """Answer the INVITE."""
        self._last = answer(self.invite, status, self.tag, *extra, body=body)
        self.send(self._last)

    async def _go(self) -> None:
        lapse = self.setting.lapse
        if lapse == "unheard":
            await self._wait_in_vain()
        self.tell(100)
        if refusal := self._refusal():
            await self._refuse(refusal)
            return
        await asyncio.sleep(SLOW_RING_S if self._rings_late() else ANSWER_S)
        self.tell(180)
        if lapse == "no-answer":
            await self._wait_in_vain()
        is_slow = lapse == "slow-answer" and self._finds_it_idle()
        await asyncio.sleep(SLOW_ANSWER_S if is_slow else ANSWER_S)
        await self._talk()

    def _rings_late(self) -> bool:
        lapse, is_crowded = self.setting.lapse, self.setting.at_once > CROWD
        is_late = lapse == "slow-ring" and self._finds_it_idle()
        return is_late or (lapse == "slower" and is_crowded)

    def _finds_it_idle(self) -> bool:
        """Whether nobody else was calling that number."""
        return self.setting.at_once == 1 and not self.setting.is_echo

    async def _wait_in_vain(self) -> None:
        """Nothing more is told; a caller who is not there any more holds no line for ever."""
        await asyncio.sleep(RING_MAX_S)
        self.end()
        await asyncio.sleep(0)

    def _refusal(self) -> int:
        if self.setting.lapse == "no-codec" or not _offered(self.invite.body):
            return 488
        return self.setting.refusal or _REFUSALS.get(self.setting.lapse, 0)

    async def _refuse(self, status: int) -> None:
        """Say no, and when to come again, until the caller knows."""
        after_s = RETRY_AFTER_S.get(self.setting.lapse)
        self.tell(status, *((("Retry-After", str(after_s)),) if after_s else ()))
        await self._resend()
        self.end()

    async def _talk(self) -> None:
        """Answer, greet, and listen until the caller leaves."""
        self._sound = sound = Sound(self._how(), self._pressed, is_echo=self.setting.is_echo)
        port = await sound.open(self.setting.address)
        self.is_up = True
        extra = ("Contact", self.setting.contact), ("Content-Type", "application/sdp")
        self.tell(200, *extra, body=self._agreed(port))
        sound.start(_offered(self.invite.body) or ("", 0))
        self._greet(sound)
        if self._hangs_up():
            await asyncio.sleep(HANG_UP_S)
            self.send(farewell(self.invite, self.setting.via, self.tag))
            self.end()
            return
        await self._resend()
        left_s = SILENCE_MAX_S
        while left_s > 0:
            await asyncio.sleep(left_s)
            left_s = sound.heard_at + SILENCE_MAX_S - asyncio.get_running_loop().time()
        self.end()

    def _how(self) -> str:
        """What is wrong with this call's sound."""
        setting = self.setting
        if setting.lapse == "silent-under-load" and setting.at_once > CROWD:
            return "mute"
        return setting.lapse

    def _hangs_up(self) -> bool:
        """Whether the switchboard itself ends the call."""
        is_crowded = self.setting.at_once > CROWD
        lapse = self.setting.lapse
        return lapse == "hangs-up" or (lapse == "drops-under-load" and is_crowded)

    def _greet(self, sound: Sound) -> None:
        if self.setting.is_echo:
            return
        times = 500 if self.setting.lapse == "greeting-endless" else 1
        sound.say(tones.greeting() * times)

    def _pressed(self, key: int) -> None:
        """The menu's reaction to a key."""
        self._keys += 1
        lapse = self.setting.lapse
        is_dead = lapse == "keys-dead" or (lapse == "key-stuck" and self._keys > 1)
        if self._sound is None or is_dead:
            return
        self._sound.say(tones.greeting() if lapse == "greets-again" else tones.reply_to(key))

    def _agreed(self, port: int) -> bytes:
        lapse, address = self.setting.lapse, self.setting.address
        where = ELSEWHERE if lapse == "sound-elsewhere" else address
        has_keys = lapse != "no-keys"
        lines = [
            "v=0",
            f"o=twin 1 1 IN IP4 {where}",
            "s=-",
            f"c=IN IP4 {where}",
            "t=0 0",
            f"m=audio {port} RTP/AVP 8{f' {KEYS}' if has_keys else ''}",
            "a=rtpmap:8 PCMA/8000",
            *([f"a=rtpmap:{KEYS} telephone-event/8000"] if has_keys else []),
            "a=sendrecv",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode()

    async def _resend(self) -> None:
        """A final answer is told again until its ACK comes; TCP loses none."""
        for pause_s in RESENT_S:
            if self._is_acknowledged:
                return
            await asyncio.sleep(pause_s)
            if not self._is_acknowledged and not self.setting.is_reliable:
                self.send(self._last)


def _offered(body: bytes) -> tuple[str, int] | None:
    """Where the caller wants A-law sent; None when he does not."""
    where, audio = _WHERE.search(body), _AUDIO.search(body)
    if where is None or audio is None or b"8" not in audio[2].split():
        return None
    return where[1].decode(), int(audio[1])
