"""How are many questions put to one web server without shaking hands for each?

A question that may have been heard is never asked again by itself: whether a lost reply
means a lost record is for the asker to find out, by its marker.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from rehearsal.model import Step
from rehearsal.net.door import Door, Opened, Place
from rehearsal.net.http import Page, Question, exchange, spoken
from rehearsal.net.talks import IDLE_S, ONCE_IDLE_S, Key, Talk
from rehearsal.net.trail import Stopped, stop

_CUT = frozenset({"connection_closed_early", "connection_reset"})


async def ask(
    door: Door,
    url: str,
    method: str = "GET",
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    is_private: bool = False,
) -> Page:
    """Ask one question and give the whole answer, whatever its status; Stopped if none.

    Redirects are answers like others: a transaction is not sent on to somebody else. It
    waits for its turn at the door's gate, and is Stopped there when it may not go out.
    """
    question = Question(url, method, body, headers or {}, keeps=True, is_private=is_private)
    place = door.place(url)
    async with door.gate.passing(place.host) as told:
        page = await _answer(door, place, question)
        told(page.status)
        return page


async def _answer(door: Door, place: Place, question: Question) -> Page:
    """By a conversation that is open, or by a new one."""
    await asyncio.sleep(0)  # who hung up while we were busy has been heard then
    now_s = asyncio.get_running_loop().time()
    idle_s = IDLE_S if question.may_repeat else ONCE_IDLE_S
    if talk := door.talks.take(_key(place), now_s, idle_s):
        try:
            return await _asked(door, talk, place, question)
        except Stopped as ended:
            if ended.failure.kind not in _CUT or not question.may_repeat:
                raise
    opened = await door.open(question.url)
    return await _asked(door, Talk(opened.stream, opened.wire, spoken()), place, question)


async def _asked(door: Door, talk: Talk, place: Place, question: Question) -> Page:
    try:
        opened = Opened(place, talk.stream, talk.wire)
        page = await exchange(door, opened, question, talk.http)
    except BaseException:
        talk.hang_up()
        raise
    door.talks.give_back(_key(place), talk, asyncio.get_running_loop().time())
    return page


def _key(place: Place) -> Key:
    return place.scheme, place.host, place.port


def as_json(page: Page) -> Any:
    """What a page says in JSON (RFC 8259); Stopped with `malformed_response` if it is none."""
    try:
        return json.loads(page.body)
    except (ValueError, RecursionError) as problem:
        told = f"{problem}: {page.text[:120]!r}"
        raise stop(Step.HTTP_EXCHANGE, "malformed_response", told) from problem
