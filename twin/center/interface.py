"""How do bytes become a request to the centre's desk, and its answer bytes?"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping

from aiohttp import web

from twin.center.asked import Asked, read
from twin.center.desk import Desk
from twin.center.lapse import LAPSES
from twin.center.problem import Answer, Refused
from twin.center.strangers import settle
from twin.center.twist import honest
from twin.moves import cut, for_ever
from twin.plan import Place
from twin.records import Records
from twin.site import Respond

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="dossiers"'}


def interface(place: Place, records: Records) -> Respond:
    """The interface of a unit's centre, with its citizens' records in it."""
    if place.code:
        settle(records, place.code)
    lapse = LAPSES[place.lapse]() if place.lapse else honest
    token = _token(place)

    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        try:
            asked = await read(request, f"{place.path}/")
            _admit(request, asked, token)
            answer = await lapse(Desk(_unit(place, asked), records), asked)
        except Refused as refused:
            answer = refused.answer
        return await _sent(request, answer)

    return respond


def _unit(place: Place, asked: Asked) -> str:
    """Whose desk it is: an address with no unit's name in it serves all of them."""
    wanted = asked.unit or str(asked.body.get("receiving_unit") or asked.body.get("unit") or "")
    if place.owner not in f"{place.host}{place.path}" and wanted:
        return wanted
    if asked.unit not in ("", place.code):
        raise Refused(409, f"this is the desk of {place.code}")
    return place.code


def _token(place: Place) -> str:
    """What an account of the inventory must show; no account, no token."""
    api = place.target.api
    reference = api.account.secret if api and api.account else None
    kind, _, name = (reference or "").partition(":")
    return os.environ.get(name, "") if kind == "env" else ""


def _admit(request: web.BaseRequest, asked: Asked, token: str) -> None:
    """See the token; whoever looks up a receipt needs none."""
    if not token or asked.operation == "look_up":
        return
    shown = request.headers.get("X-Api-Key") or _bearer(request.headers)
    if not hmac.compare_digest(shown.encode(errors="replace"), token.encode()):
        raise Refused(401, "token", _CHALLENGE)


def _bearer(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _sent(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    if answer.is_cut:
        assert request.transport is not None
        cut(request.transport)
        return await for_ever()
    body = answer.raw
    if answer.body is not None:
        body = json.dumps(answer.body, ensure_ascii=False).encode()
    kind = {"Content-Type": answer.content_type} if body else {}
    return web.Response(status=answer.status, body=body, headers={**answer.headers, **kind})
