"""Does a letter arrive that was handed in, and is it that letter?"""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from rehearsal.model import Step, Target
from rehearsal.net.door import Door
from rehearsal.net.mail import letter
from rehearsal.net.mail.imap import Imap, key_for, mailbox
from rehearsal.net.mail.letter import Letter
from rehearsal.net.mail.party import Party, party_of
from rehearsal.net.mail.smtp import Submitted, submit
from rehearsal.net.mail.store import STORE, record_id
from rehearsal.net.trail import step, stop

PATIENCE_S = 30.0  # within one city; a queue that retries comes back after minutes
ASK_S = 0.5
_FULL = re.compile(rb"\b[45]\.2\.2\b|quota|mailbox (is )?full|over ?quota", re.IGNORECASE)
_STATE = re.compile(rb"\b([45]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A letter that arrived; `bares_password`: a server takes one without encryption."""

    submitted_s: float
    delivered_s: float
    copies: int
    bares_password: bool


async def travel(target: Target, door: Door) -> RoundTrip:
    """Send a letter of ours, wait for it, and take it out again; Stopped when it is lost.

    The mailbox is opened first: who could not take the letter out sends none.
    """
    party = party_of(target)
    async with mailbox(door, party) as imap:
        marker = await door.ledger.intend(target, STORE)
        sent = Letter(marker, secrets.token_hex(8), target.code)
        clock = asyncio.get_running_loop().time
        began_s = clock()
        taken = await submit(door, party, _written(sent, party))
        submitted_s = clock() - began_s
        uids = await _arrived(imap, marker, _patience_s(target))
        delivered_s = clock() - began_s - submitted_s
        await door.ledger.acknowledge(marker, record_id(imap, uids[0]))
        for uid in uids:
            await _refuse_another(imap, uid, sent)
        for uid in uids:
            await imap.remove(uid)
        return _seen(submitted_s, delivered_s, len(uids), taken, imap)


def _seen(
    submitted_s: float, delivered_s: float, copies: int, taken: Submitted, imap: Imap
) -> RoundTrip:
    bares_password = taken.bares_password or imap.bares_password
    return RoundTrip(submitted_s, delivered_s, copies, bares_password)


def _written(sent: Letter, party: Party) -> bytes:
    return letter.written(sent, party.sender, party.receiver, datetime.now(UTC))


def _patience_s(target: Target) -> float:
    """How long a letter may take; an inventory may know better (`patience_s`)."""
    told = target.api.settings.get("patience_s", "") if target.api else ""
    return min(float(told), PATIENCE_S) if told.isdecimal() else PATIENCE_S


async def _arrived(imap: Imap, marker: str, patience_s: float) -> list[int]:
    """The letters with that marker, once there is one; Stopped when there is none."""
    since = imap.inbox.next_uid
    ends_s = asyncio.get_running_loop().time() + patience_s
    async with step(Step.TRANSACTION, patience_s + ASK_S * 4, "step_timeout") as rung:
        while asyncio.get_running_loop().time() < ends_s:
            await imap.news()
            if uids := await imap.search(key_for(marker), since):
                rung.note(letters=len(uids))
                return uids
            await _refuse_returned(imap, marker, since)
            await asyncio.sleep(ASK_S)
    told = f"taken for delivery, and not in the inbox after {patience_s:g} s"
    raise stop(Step.TRANSACTION, "not_stored", told)


async def _refuse_returned(imap: Imap, marker: str, since: int) -> None:
    """Stopped when the letter came back with a word why it could not be delivered."""
    for uid in await imap.search(key_for(marker, anywhere=True), since):
        if letter.read(await imap.header(uid) or b"").marker == marker:
            continue  # it arrived between two questions
        text = await imap.text(uid) or b""
        if _FULL.search(text):
            raise stop(Step.TRANSACTION, "mailbox_full", "the letter came back")
        found = _STATE.search(text)
        told = f"delivery: {found[1].decode() if found else 'the letter came back'}"
        raise stop(Step.TRANSACTION, "step_rejected", told)


async def _refuse_another(imap: Imap, uid: int, sent: Letter) -> None:
    """A letter of another trial, unit or moment is none of ours, whatever it resembles."""
    found = letter.read(await imap.header(uid) or b"")
    if (found.marker, found.nonce) != (sent.marker, sent.nonce):
        raise stop(Step.TRANSACTION, "wrong_record", "the letter is not the one that was sent")
    if found.unit != sent.unit:
        raise stop(Step.TRANSACTION, "wrong_unit", f"the letter is of unit {found.unit[:20]!r}")
