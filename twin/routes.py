"""Who answers which request? A page, a bridge, or a fault in its place."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from aiohttp import web

from rehearsal.model import Line, TargetKind
from twin.crowd import attended
from twin.fault import Carries, Responds
from twin.interfaces import INTERFACES
from twin.meetings import Meetings
from twin.ndt7 import TESTS, Ndt7, Width
from twin.pages import Page, Visit, as_response, page_of
from twin.plan import House, Place
from twin.portals import portal_page
from twin.records import Records
from twin.site import Respond, Routes

_NOWHERE = Page(404, "text/html", b"")


class Routing:
    """Knows every page of the city, since a fault may show another unit's."""

    def __init__(self, houses: Iterable[House], meetings: Meetings, records: Records) -> None:
        """Draw every page once."""
        self._meetings = meetings
        self._records = records
        self._pages: dict[str, dict[str, Page]] = {}
        for place in (place for house in houses for place in house.places):
            if place.is_api:
                continue
            drawn = portal_page if place.target.page else page_of
            page = drawn(place.target, place.owner_name, place.code)
            self._pages.setdefault(_sort(place), {})[place.owner] = page

    def routes(self, places: Iterable[Place], address: str, rtt_s: float) -> Routes:
        """Who answers behind one port of that address."""
        routes: dict[tuple[str, str], Respond] = {}
        for place in places:
            if _is_of_interface(place):
                continue
            respond = self._answerer(place, address, rtt_s)
            routes |= {(place.host, path): respond for path in _paths(place)}
        return routes

    def _answerer(self, place: Place, address: str, rtt_s: float) -> Respond:
        if place.is_api:
            respond = INTERFACES[_contract(place)](place, self._records)
            return attended(place, self._records, respond)
        effect = place.fault.effect if place.fault else None
        if isinstance(effect, Responds):
            return functools.partial(self._misbehave, place, effect)
        if place.target.kind is TargetKind.BRIDGE:
            return self._meetings.bridge(place, address, rtt_s).receive
        if place.target.kind is TargetKind.LINE:
            width = effect.width if isinstance(effect, Carries) else Width()
            return Ndt7(place.target.line or Line(), rtt_s, width).receive
        return functools.partial(_show, self._pages[_sort(place)][place.owner])

    async def _misbehave(
        self, place: Place, effect: Responds, request: web.BaseRequest
    ) -> web.StreamResponse:
        page = self._pages[_sort(place)][place.owner]
        to = place.target.page.leads_to if place.target.page else ""
        visit = Visit(request, place.target.url, page, self._stranger(place), to)
        return await effect.respond(visit)

    def _stranger(self, place: Place) -> Page:
        """The same system's page of the next unit; nothing in a city of one."""
        owners = self._pages[_sort(place)]
        names = list(owners)
        following = names[(names.index(place.owner) + 1) % len(names)]
        return owners[following] if following != place.owner else _NOWHERE


def _is_of_interface(place: Place) -> bool:
    """A sound page below its own interface: that shows it, like all else there."""
    api = place.target.api
    if (
        place.is_api
        or api is None
        or (place.fault and isinstance(place.fault.effect, Responds))
    ):
        return False
    return place.target.url.startswith(f"{api.url.rstrip('/')}/")


def _contract(place: Place) -> str:
    assert place.target.api is not None
    return place.target.api.contract


def _sort(place: Place) -> str:
    """Which of its owner's targets it is: `bridge`, `mail` ..."""
    return place.target.id.partition("/")[2]


def _paths(place: Place) -> Iterable[str]:
    """Where a target answers: at its own path, a line at those of its two tests."""
    if place.is_api:
        return (f"{place.path}/*",)
    if place.target.page and place.target.page.sort == "closed":
        return (place.path, "/")  # both are closed, or neither may be
    if place.target.kind is not TargetKind.LINE:
        return (place.path,)
    return tuple(f"{place.path.rstrip('/')}/{test}" for test in TESTS)


async def _show(page: Page, _request: web.BaseRequest) -> web.StreamResponse:
    return as_response(page)
