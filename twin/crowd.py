"""Who asked an interface and when, and what becomes of those who are too many?"""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from twin.fault import Crowds
from twin.plan import Place
from twin.records import Records, Visit
from twin.site import Respond


def attended(place: Place, records: Records, respond: Respond) -> Respond:
    """The same answers, with a note of each request among the twin's own records."""
    effect = place.fault.effect if place.fault else None
    answering = _bearing(effect, respond) if isinstance(effect, Crowds) else respond

    async def attend(request: web.BaseRequest) -> web.StreamResponse:
        began, status = time.time(), 0
        try:
            answer = await answering(request)
            status = answer.status
            return answer
        finally:
            host, path = place.host, request.path
            visit = Visit(host, request.method, path, status, began, time.time())
            records.visited(visit)

    return attend


def _bearing(crowds: Crowds, respond: Respond) -> Respond:
    """So many at once, so many in all; what comes on top of that goes wrong."""
    under_way = asked = 0

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal under_way, asked
        under_way, asked = under_way + 1, asked + 1
        try:
            await asyncio.sleep(crowds.each_s)
            if under_way > crowds.past or asked > crowds.lasts:
                if crowds.status:
                    return web.Response(status=crowds.status, text="too many requests at once")
                await asyncio.sleep(crowds.wait_s)
            return await respond(request)
        finally:
            under_way -= 1

    return answer
