"""Who answers which request? A page, a bridge, or a fault in its place."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from aiohttp import web

from rehearsal.model import TargetKind
from twin.bridge import Bridge, Script
from twin.fault import Responds, Talks
from twin.janus import Janus
from twin.pages import Page, Visit, as_response, page_of
from twin.plan import House, Place
from twin.site import Respond, Routes

MEETING = "Họp trực tuyến"
_NOWHERE = Page(404, "text/html", b"")


class Routing:
    """Knows every page of the city, since a fault may show another unit's."""

    def __init__(self, houses: Iterable[House]) -> None:
        """Draw every page once."""
        self._pages: dict[str, dict[str, Page]] = {}
        for place in (place for house in houses for place in house.places):
            page = page_of(place.target, place.owner_name, place.code)
            self._pages.setdefault(_sort(place), {})[place.owner] = page

    def routes(self, places: Iterable[Place], rtt_s: float) -> Routes:
        """Who answers behind one port."""
        return {(place.host, place.path): self._answerer(place, rtt_s) for place in places}

    def _answerer(self, place: Place, rtt_s: float) -> Respond:
        effect = place.fault.effect if place.fault else None
        if isinstance(effect, Responds):
            return functools.partial(self._misbehave, place, effect)
        if place.target.kind is TargetKind.BRIDGE:
            script = effect.script if isinstance(effect, Talks) else Script()
            return Bridge(_gateway(place), rtt_s, script).receive
        return functools.partial(_show, self._pages[_sort(place)][place.owner])

    async def _misbehave(
        self, place: Place, effect: Responds, request: web.BaseRequest
    ) -> web.StreamResponse:
        page = self._pages[_sort(place)][place.owner]
        visit = Visit(request, place.target.url, page, self._stranger(place))
        return await effect.respond(visit)

    def _stranger(self, place: Place) -> Page:
        """The same system's page of the next unit; nothing in a city of one."""
        owners = self._pages[_sort(place)]
        names = list(owners)
        following = names[(names.index(place.owner) + 1) % len(names)]
        return owners[following] if following != place.owner else _NOWHERE


def _sort(place: Place) -> str:
    """Which of its owner's targets it is: `bridge`, `mail` ..."""
    return place.target.id.partition("/")[2]


def _gateway(place: Place) -> Janus:
    room = place.target.room
    return Janus({} if room is None else {room: MEETING})


async def _show(page: Page, _request: web.BaseRequest) -> web.StreamResponse:
    return as_response(page)
