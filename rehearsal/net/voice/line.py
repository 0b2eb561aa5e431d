"""Who calls, and is it surely hung up? Nothing of a call is left, whatever happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from rehearsal.model import Api, Bridge, Target
from rehearsal.net.dns import literal
from rehearsal.net.door import Door
from rehearsal.net.ledger import new_marker
from rehearsal.net.sip.agent import Agent
from rehearsal.net.sip.channel import reach
from rehearsal.net.sip.participant import Participant
from rehearsal.net.sip.party import Party, Registration
from rehearsal.net.sip.phone import Phone
from rehearsal.net.sip.refusal import Prover
from rehearsal.net.sip.timing import Timing
from rehearsal.net.voice.terms import Terms

FAREWELL_S = 2.0  # "stop" takes effect within two seconds
ACCEPTED = 200


@asynccontextmanager
async def lifted(
    door: Door, target: Target, terms: Terms, number: str = ""
) -> AsyncIterator[Participant]:
    """A telephone that is connected to the switchboard; what it called is hung up at the end.

    `number` is another one of the switchboard. Nobody registers: citizens do not either.
    """
    party = _party(target, door.marker, number)
    channel = await reach(door, party.way)
    caller = party.caller(channel.local)
    marked = replace(caller, product=f"{caller.product} ({door.marker})")
    phone = Phone(channel, Agent(marked, Timing(), party.way.is_reliable))
    participant = Participant(
        phone=phone,
        party=party,
        deadlines=replace(door.deadlines, ring_s=terms.answer_s),
        allowed=frozenset({channel.peer, *filter(literal, door.hosts)}),
        prover=Prover(party.credentials),
        registration=Registration(phone.agent, party),
    )
    try:
        yield participant
        await participant.leave()
    except BaseException:
        await _hang_up(participant)
        raise
    finally:
        participant.abort()


async def dial(participant: Participant, door: Door) -> None:
    """Call, in one's turn, under a marker of its own; Stopped when it is not answered."""
    async with door.gate.passing(participant.party.way.host) as told:
        await participant.enter("", new_marker(door.marker))
        told(ACCEPTED)
    if participant.sound is not None:
        participant.sound.is_speaking = False  # a menu that hears a voice may stop talking


async def _hang_up(participant: Participant) -> None:
    """BYE, and a short while for the answer; a call that never came up was withdrawn."""
    call = participant.call
    if call is not None and call.dialog is not None:
        phone = participant.phone
        call.withdraw(phone.now())
        await phone.wind_up(lambda: call.is_over, FAREWELL_S)


def api_of(target: Target) -> Api:
    """The number to call; ValueError when the target has none."""
    if target.api is None:
        raise ValueError(f"{target.id} has no interface")
    return target.api


def _party(target: Target, marker: str, number: str) -> Party:
    api = api_of(target)
    as_bridge = Bridge(domain=api.settings.get("domain"), account=api.account)
    party = Party.of(replace(target, url=api.url, bridge=as_bridge), marker)
    return replace(party, way=replace(party.way, user=number)) if number else party
