"""Can somebody take part in a meeting that is called by SIP, and be gone afterwards?"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from rehearsal.model import Step, Target
from rehearsal.net import udp
from rehearsal.net.dns import literal
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.rtp import Sound
from rehearsal.net.sip import sdp
from rehearsal.net.sip.agent import Agent, token
from rehearsal.net.sip.call import RINGING, Call, Extra
from rehearsal.net.sip.channel import WebSocketChannel, reach
from rehearsal.net.sip.client import unheard
from rehearsal.net.sip.message import MalformedMessage, Request, Response
from rehearsal.net.sip.party import EXPIRES_S, Party, Registration, named
from rehearsal.net.sip.phone import Phone
from rehearsal.net.sip.refusal import Prover, refused
from rehearsal.net.sip.timing import Timing
from rehearsal.net.trail import Stopped, step, stop

CALL_MAX_S = 3600.0  # no meeting of the rehearsal lasts longer than 45 minutes
ALIVE_S = 30.0  # how often we ask within a call whether it is still up
CHALLENGES = 4  # a proxy's and the server's, each once more for a nonce that is stale
_CHALLENGE = (401, 407)
_GONE = (404, 408, 481)  # RFC 5057 5.1: the call, or its other side, is no more
_ON_HOLD = ("0.0.0.0", "::")  # noqa: S104 - RFC 3264 8.4: an address that is none


@dataclass(frozen=True, slots=True)
class OptionsSeen:
    """What a server says of itself; any final status means that it is there."""

    status: int
    reason: str
    server: str
    methods: tuple[str, ...]
    elapsed_s: float


@dataclass(slots=True)
class Participant:
    """One caller at one bridge; every request is timed and has its deadline.

    `times_s`: `register`; `post_dial_delay` until it rings or is answered, `ring` until it
    rings, `invite` until it is answered; `bye`; `unregister`. `allowed` are the only
    addresses that sound is sent to. `prover` remembers how the registration was proven.
    """

    phone: Phone
    party: Party
    deadlines: Deadlines
    allowed: frozenset[str]
    prover: Prover
    registration: Registration
    times_s: dict[str, float] = field(default_factory=dict)
    call: Call | None = None
    sound: Sound | None = None
    _limit: asyncio.TimerHandle | None = None

    @property
    def upgrade_s(self) -> float:
        """How long a WebSocket's opening took; 0 by any other way."""
        channel = self.phone.channel
        return channel.socket.upgrade_s if isinstance(channel, WebSocketChannel) else 0.0

    @property
    def own_id(self) -> str | None:
        """The Call-ID of our call."""
        return self.call.call_id if self.call else None

    async def register(self) -> None:
        """Make ourselves known, if there is an account; Stopped when it is refused."""
        if self.party.credentials is not None:
            await self._register("register", EXPIRES_S)

    async def enter(self, room: int | str, display: str) -> None:
        """Call the room, and let sound pass; nobody is left ringing when it fails."""
        self.sound = sound = Sound(udp.own_address_towards(self.phone.channel.peer))
        self.call = call = Call(
            agent=self.phone.agent,
            uri=self.party.room(room),
            own=f"{named(display, self.party.record)};tag={token()}",
            offer=sdp.offer(sound.host, sound.open(), secrets.randbits(32)),
            patience_s=round(self.deadlines.ring_s + self.deadlines.signalling_s),
            prove=self._proof_or_nothing,
        )
        self._limit = asyncio.get_running_loop().call_later(CALL_MAX_S, self.abort)
        try:
            await self._place(call)
            self._let_sound_pass(call)
        except BaseException:
            sound.stop()
            await self._withdraw(call)
            raise

    async def listed(self, room: int | str) -> None:
        """SIP cannot tell who else is in the room."""
        del room

    async def stay(self, until: float) -> None:
        """Hold the call until that loop time; Stopped when it is ended before."""
        call = self._call_up()
        while (now := self.phone.now()) < until:
            asks_at = now + ALIVE_S
            await self.phone.until(lambda: call.was_ended, min(until, asks_at))
            if call.was_ended:
                raise stop(Step.SIGNALLING, "session_ended", "the other side hung up")
            if asks_at < until:
                await self._prove_up(call)

    async def leave(self) -> None:
        """Hang up, and take our registration out, so that nothing of us stays behind."""
        try:
            await self._hang_up()
            if self.registration.is_kept:
                await self._register("unregister", 0)
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop the connection; the farewells are sent, but not waited for."""
        now = self.phone.now()
        if self._limit is not None:
            self._limit.cancel()
        if self.sound is not None:
            self.sound.stop()
        if self.call is not None:
            self.call.withdraw(now)
        if self.registration.is_kept:
            self._say_gone(now)
        self.phone.flush()
        self.phone.channel.abort()

    async def _withdraw(self, call: Call) -> None:
        """Wait, but not long, until nothing of us is left; what led here is told then."""
        call.withdraw(self.phone.now())
        await self.phone.wind_up(lambda: call.is_over, self.deadlines.signalling_s)
        if self.registration.is_kept:
            with suppress(Stopped):
                await self._register("unregister", 0)

    def _say_gone(self, now: float) -> None:
        """End our registration with the proof that was good before, without waiting."""
        self.registration.is_kept = False
        proof = self.prover.again("REGISTER", self.party.address(""))
        self.phone.agent.start(self.registration.request(0, proof), now, unheard)

    async def _place(self, call: Call) -> None:
        """Dial until the call is answered, proving who we are as often as is sensible."""
        prover = Prover(self.party.credentials)
        began_at = self.phone.now()
        call.dial(began_at)
        await self._settle(call)
        for _ in range(CHALLENGES):
            if call.refusal is None:
                break
            call.dial(self.phone.now(), prover.proof(call.refusal, call.request))
            await self._settle(call)
        if call.refusal is not None:
            raise refused("INVITE", call.refusal)
        self._note_times(call, began_at)

    def _note_times(self, call: Call, began_at: float) -> None:
        answered_s = self.phone.now() - began_at
        rang_s = [at - began_at for status, at in call.heard.items() if status in RINGING]
        self.times_s["invite"] = answered_s
        self.times_s["post_dial_delay"] = min([*rang_s, answered_s])
        if rang_s:
            self.times_s["ring"] = min(rang_s)

    async def _settle(self, call: Call) -> None:
        """Two steps: until the bridge says anything, and until somebody takes the call."""
        deadlines = self.deadlines
        async with step(Step.SIGNALLING, deadlines.signalling_s, "signalling_timeout") as rung:
            rung.note(request="invite")
            await self.phone.until(lambda: bool(call.heard) or call.is_settled)
            _doubt(call)
        if call.is_settled:
            return
        async with step(Step.SIGNALLING, deadlines.ring_s, lambda: _silence(call)) as rung:
            rung.note(request="ring")
            await self.phone.until(lambda: call.is_settled)
            _doubt(call)

    def _let_sound_pass(self, call: Call) -> None:
        if call.answer is None or self.sound is None:
            return
        try:
            agreed = sdp.parse_answer(call.answer.body)
        except MalformedMessage as problem:
            raise stop(Step.SIGNALLING, "malformed_message", problem) from problem
        except sdp.NoCommonCodec as problem:
            raise stop(Step.SIGNALLING, "no_codec_in_common", problem) from problem
        if agreed.host in _ON_HOLD:
            return
        if agreed.host not in self.allowed:
            told = f"sound is wanted at {agreed.host}, which is no host of the inventory"
            raise stop(Step.MEDIA, "media_address_refused", told)
        self.sound.start(agreed.host, agreed.port, agreed.payload_type)

    async def _prove_up(self, call: Call) -> None:
        """Ask within the call whether it is there, and renew the registration."""
        async with self._step("alive"):
            prover = Prover(self.party.credentials)
            answer = await self._proved(prover, lambda proof: call.within("OPTIONS", proof))
            if answer.status in _GONE:
                told = f"the bridge knows no such call: {answer.status}"
                raise stop(Step.SIGNALLING, "session_ended", told)
        if self.registration.is_kept:
            await self._register("register_again", EXPIRES_S)

    async def _hang_up(self) -> None:
        call = self.call
        if call is None or call.dialog is None:
            return
        if self.sound is not None:
            self.sound.stop()
        async with self._step("bye"):
            call.hang_up(self.phone.now())
            await self.phone.until(lambda: call.is_over)

    async def _register(self, name: str, expires_s: int) -> None:
        registration = self.registration
        registration.is_kept = True  # until the bridge says otherwise
        self.prover = Prover(self.party.credentials)
        async with self._step(name):
            try:
                answer = await self._proved(
                    self.prover, lambda proof: registration.request(expires_s, proof)
                )
            except Stopped as ended:
                registration.is_kept = ended.failure.step is not Step.SIGN_ON
                raise
            registration.is_kept = answer.is_success and expires_s > 0
            if not answer.is_success:
                raise refused("REGISTER", answer)

    async def _proved(self, prover: Prover, made: Callable[[Extra], Request]) -> Response:
        """The answer to a request, which is sent again with proof when it is challenged."""
        request = made(())
        answer = await self.phone.ask(request)
        for _ in range(CHALLENGES):
            if answer.status not in _CHALLENGE:
                break
            request = made(prover.proof(answer, request))
            answer = await self.phone.ask(request)
        return answer

    def _proof_or_nothing(self, response: Response, request: Request) -> Extra:
        """What a farewell that was challenged needs; nobody is told when there is none."""
        if response.status not in _CHALLENGE:
            return ()
        try:
            return Prover(self.party.credentials).proof(response, request)
        except Stopped:
            return ()

    def _call_up(self) -> Call:
        if self.call is None:
            raise ValueError("nobody has been called")
        return self.call

    @asynccontextmanager
    async def _step(self, request: str) -> AsyncIterator[None]:
        """One request under its deadline, its duration kept by its name."""
        began_at, deadline_s = self.phone.now(), self.deadlines.signalling_s
        async with step(Step.SIGNALLING, deadline_s, "signalling_timeout") as rung:
            rung.note(request=request)
            yield
        self.times_s[request] = self.phone.now() - began_at


def _doubt(call: Call) -> None:
    """Stopped when the call was refused for good, or given up."""
    if call.refusal is not None and call.refusal.status not in _CHALLENGE:
        raise refused("INVITE", call.refusal)
    if call.is_settled and call.answer is None and call.refusal is None:
        raise stop(Step.SIGNALLING, "signalling_timeout", "no answer to INVITE")


def _silence(call: Call) -> str:
    """What it means that nobody took the call: was it even found?"""
    return "not_answered" if call.has_rung else "signalling_timeout"


async def arrive(door: Door, target: Target) -> Participant:
    """Reach the bridge, and register there if the inventory gives us an account."""
    party = Party.of(target, door.marker)
    phone = await _phone(door, party)
    participant = Participant(
        phone=phone,
        party=party,
        deadlines=door.deadlines,
        allowed=frozenset({phone.channel.peer, *filter(literal, door.hosts)}),
        prover=Prover(party.credentials),
        registration=Registration(phone.agent, party),
    )
    try:
        await participant.register()
    except BaseException:
        participant.abort()
        raise
    return participant


async def options(door: Door, target: Target) -> OptionsSeen:
    """Ask the server what it can (RFC 3261, section 11), without calling anybody."""
    party = Party.of(target, door.marker)
    phone = await _phone(door, party)
    own = f"<{party.record}>;tag={token()}"
    uri = party.address("")
    request = phone.agent.request(
        "OPTIONS",
        uri,
        own=own,
        other=f"<{uri}>",
        call_id=token(),
        number=1,
        extra=(("Contact", phone.agent.caller.contact), ("Accept", sdp.CONTENT_TYPE)),
    )
    began_at = phone.now()
    try:
        async with step(
            Step.SIGNALLING, door.deadlines.signalling_s, "signalling_timeout"
        ) as rung:
            answer = await phone.ask(request)
            rung.note(request="options", code=answer.status)
    finally:
        phone.channel.abort()
    headers = answer.headers
    server = headers.first("Server") or headers.first("User-Agent")
    elapsed_s = phone.now() - began_at
    return OptionsSeen(answer.status, answer.reason, server, headers.listed("Allow"), elapsed_s)


async def _phone(door: Door, party: Party) -> Phone:
    channel = await reach(door, party.way)
    caller = party.caller(channel.local)
    return Phone(channel, Agent(caller, Timing(), party.way.is_reliable))
