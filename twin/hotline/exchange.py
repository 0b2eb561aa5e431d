"""Which request wants what of a hotline? Its paths, and the places that lead to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from weakref import WeakKeyDictionary

from aiohttp import web

from twin.hotline.desk import ACTS, Desk, Dropped
from twin.hotline.intake import CODE, NEW_FIELDS, TEXT_MAX_CHARS, Form, draft_of, form_of, only
from twin.hotline.lapses import Lapse
from twin.hotline.memory import Memory
from twin.hotline.register import Register
from twin.hotline.services import CODES, OF_ANOTHER_CITY, SERVICES, definition
from twin.hotline.wording import JSON, XML, Refusal, answer, refused
from twin.moves import for_ever
from twin.plan import Place
from twin.records import Records
from twin.site import Respond

JURISDICTION = "haiphong.gov.vn"
SERVICE = str(SERVICES[0]["service_code"])
_STATUSES = ("open", "closed", "open,closed")
_SEARCH = range(3, 121)  # how long a text that is searched for may be
_IDS = re.compile(r"[A-Za-z0-9-]{1,40}(,[A-Za-z0-9-]{1,40}){0,19}")
_TAG = re.compile(r'"[0-9a-f]{8,40}"')
_PLAIN = frozenset({"jurisdiction_id"})
_LISTING = _PLAIN | {"service_request_id", "service_code", "status", "start_date", "end_date"}
_ACTING = _PLAIN | {"api_key", "unit", "status_notes"}
_PATHS = (
    (re.compile(r"/services"), {"GET": "services"}),
    (re.compile(r"/services/(?P<code>[^/]+)"), {"GET": "definition"}),
    (re.compile(r"/requests"), {"GET": "listing", "POST": "create"}),
    (re.compile(r"/tokens/(?P<token>[^/]+)"), {"GET": "token"}),
    (re.compile(r"/requests/(?P<id>[^/]+)"), {"GET": "read", "DELETE": "withdraw"}),
    (re.compile(r"/queues/(?P<code>[^/]+)"), {"GET": "queue"}),
    (re.compile(rf"/requests/(?P<id>[^/]+)/(?P<act>{'|'.join(ACTS)})"), {"POST": "act"}),
)
Parts = Mapping[str, str]


class Exchange:
    """Gives every place that leads to one hotline the same hotline."""

    def __init__(self) -> None:
        """None is open yet."""
        self._open: WeakKeyDictionary[Records, dict[tuple[str, str], Hotline]]
        self._open = WeakKeyDictionary()

    def __call__(self, place: Place, records: Records) -> Respond:
        """Who answers below that place's path."""
        city = self._open.setdefault(records, {})
        hotline = city.setdefault((place.host, place.path), Hotline(place, records))
        hotline.enter(place)
        return hotline.respond


class Hotline:
    """One hotline, as those who write to it meet it."""

    def __init__(self, place: Place, records: Records) -> None:
        """Open where that place leads; it still has to enter."""
        self._path = place.path
        self._register = Register()
        self._desk = Desk(Memory(records, place.host), self._register)
        self._jurisdiction, self._key = _claims(place)

    def enter(self, place: Place) -> None:
        """Take a target in that leads here."""
        self._register.enter(place)
        if place.code:
            self._desk.memory.settle(place.code, SERVICE)

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer whatever is asked; what is not understood is refused."""
        name, _, suffix = request.path[len(self._path) :].rpartition(".")
        try:
            return await self._answered(request, name, suffix)
        except Refusal as refusal:
            is_hidden = self._register.lapse() is Lapse.ERRORS_IN_200
            return refused(suffix, refusal, status=HTTPStatus.OK if is_hidden else None)
        except Dropped:
            assert request.transport is not None
            request.transport.close()
            return await for_ever()

    async def _answered(
        self, request: web.BaseRequest, name: str, suffix: str
    ) -> web.StreamResponse:
        methods, parts = _found(name)
        if request.method not in methods:
            raise Refusal(405, "this is not done here", {"Allow": ", ".join(methods)})
        if suffix not in (XML, JSON):
            raise Refusal(406, "the formats are xml and json")
        lapse = self._register.lapse()
        if suffix == XML and lapse is Lapse.XML_REFUSED:
            return refused(JSON, Refusal(406, "xml is not offered"))
        act = getattr(self, f"_{methods[request.method]}")
        found: web.StreamResponse = await act(request, suffix, parts)
        return found

    async def _services(self, request: web.BaseRequest, suffix: str, _: Parts) -> web.Response:
        lapse = self._register.lapse()
        if lapse is Lapse.ANOTHER_JURISDICTION:
            return answer(suffix, "services", OF_ANOTHER_CITY)
        self._query(request, _PLAIN)
        return answer(suffix, "services", SERVICES, lapse=lapse)

    async def _definition(
        self, request: web.BaseRequest, suffix: str, parts: Parts
    ) -> web.Response:
        self._query(request, _PLAIN)
        if parts["code"] not in CODES:
            raise Refusal(404, "service_code was not found")
        return answer(suffix, "service_definition", definition(parts["code"]))

    async def _create(self, request: web.BaseRequest, suffix: str, _: Parts) -> web.Response:
        self._query(request, frozenset())
        form = await form_of(request, NEW_FIELDS)
        draft = draft_of(form)
        self._admit(request, form)
        if draft.service not in CODES:
            raise Refusal(404, "service_code was not found")
        if not self._register.knows(draft.unit):
            raise Refusal(404, "attribute[unit] was not found")
        if self._register.lapse(draft.unit) is Lapse.ERRORS_IN_200:
            raise Refusal(400, "the request could not be stored")
        return self._shown(suffix, self._desk.take(draft))

    async def _listing(self, request: web.BaseRequest, suffix: str, _: Parts) -> web.Response:
        query = self._query(request, _LISTING | {"q"})
        if query.get("status", _STATUSES[0]) not in _STATUSES:
            raise Refusal(400, "status must be open or closed")
        if not _IDS.fullmatch(query.get("service_request_id", "none")):
            raise Refusal(400, "service_request_id must be ids with commas between them")
        if query.get("service_code", SERVICE) not in CODES:
            raise Refusal(404, "service_code was not found")
        return self._shown(suffix, self._desk.listed(query))

    async def _token(self, request: web.BaseRequest, suffix: str, parts: Parts) -> web.Response:
        self._query(request, _PLAIN)
        return self._shown(suffix, self._desk.number(parts["token"]))

    async def _read(self, request: web.BaseRequest, suffix: str, parts: Parts) -> web.Response:
        self._query(request, _PLAIN)
        found = self._desk.standing(parts["id"])
        return self._shown(suffix, [self._desk.row(found)], {"ETag": found.tag})

    async def _queue(self, request: web.BaseRequest, suffix: str, parts: Parts) -> web.Response:
        query = self._query(request, _PLAIN | {"q"})
        if not CODE.fullmatch(parts["code"]):
            raise Refusal(400, "a unit's code has five digits")
        return self._shown(suffix, self._desk.queue(parts["code"], query))

    async def _act(self, request: web.BaseRequest, suffix: str, parts: Parts) -> web.Response:
        self._query(request, frozenset())
        form = await form_of(request, _ACTING)
        notes = form.get("status_notes")
        if not CODE.fullmatch(form.get("unit", "")):
            raise Refusal(400, "unit must be a unit's code")
        if notes is not None and not 0 < len(notes) <= TEXT_MAX_CHARS:
            raise Refusal(400, "status_notes is empty or too long")
        self._admit(request, form)
        rows = self._desk.act(parts["id"], parts["act"], form["unit"], notes)
        return self._shown(suffix, rows)

    async def _withdraw(
        self, request: web.BaseRequest, suffix: str, parts: Parts
    ) -> web.Response:
        self._admit(request, self._query(request, _PLAIN))
        tag = request.headers.get("If-Match")
        if tag is not None and not _TAG.fullmatch(tag):
            raise Refusal(400, "If-Match is no entity tag of ours")
        self._desk.withdraw(parts["id"], tag)
        del suffix
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _shown(
        self, suffix: str, rows: object, headers: Mapping[str, str] | None = None
    ) -> web.Response:
        assert isinstance(rows, list)
        lapse = self._register.lapse()
        return answer(suffix, "service_requests", rows, headers=headers, lapse=lapse)

    def _query(self, request: web.BaseRequest, known: frozenset[str]) -> Form:
        """The query, if all of it is known here, and about this city."""
        query = only(list(request.query.items()), known)
        if "q" in query and len(query["q"]) not in _SEARCH:
            raise Refusal(400, "q has 3 to 120 characters")
        self._refuse_other_cities(query)
        return query

    def _refuse_other_cities(self, given: Form) -> None:
        named = given.get("jurisdiction_id", self._jurisdiction)
        if not named:
            raise Refusal(400, "jurisdiction_id is empty")
        if named != self._jurisdiction:
            raise Refusal(404, "jurisdiction_id was not found")

    def _admit(self, request: web.BaseRequest, form: Form) -> None:
        """GeoReport v2: 403 where api_key is missing or wrong."""
        self._refuse_other_cities(form)
        key = form.get("api_key", request.headers.get("X-Api-Key", ""))
        if not key:
            raise Refusal(403, "api_key was not provided")
        is_known = key == self._key or self._key is None
        if not is_known or self._register.lapse() is Lapse.KEY_REFUSED:
            raise Refusal(403, "api_key was not accepted")


def _claims(place: Place) -> tuple[str, str | None]:
    """Whose hotline it is, and the key that opens it: any, where that is a secret."""
    api = place.target.api
    assert api is not None
    is_open = api.account is None or api.account.secret is not None
    key = None if is_open or api.account is None else api.account.user
    return api.settings.get("jurisdiction_id", JURISDICTION), key


def _found(name: str) -> tuple[Mapping[str, str], Parts]:
    for pattern, methods in _PATHS:
        if match := pattern.fullmatch(name):
            return methods, match.groupdict()
    raise Refusal(404, "there is nothing here")
