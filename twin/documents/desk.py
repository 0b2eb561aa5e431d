"""Who answers a request to a unit's document system? `documents.openapi.yaml`, played."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from urllib.parse import unquote

from aiohttp import web

from twin.documents import letters
from twin.documents.letters import NoPacketError, read_letter
from twin.documents.shelf import ACCEPTED, OTHER_ORGAN, SENT, Owner, Shelf
from twin.plan import Place
from twin.records import Record, Records
from twin.signing import OCSP, Specimens, Whose, bureau_in
from twin.site import Respond

MARKER_MAX_CHARS = 200  # as the contract has them
NUMBER_MAX_CHARS = 300
PROBLEM = "application/problem+json"
STATUS_CODES = frozenset({"01", "02", "03", "04", "05", "06", "13", "15", "16"})
_LOGIN = "<!doctype html><title>Đăng nhập</title><form><input type=password></form>"
Answer = Callable[[web.BaseRequest, str], Awaitable[web.Response]]


def documents(place: Place, records: Records) -> Respond:
    """The interface of one unit's system of one bloc."""
    return Desk(place, records).respond


class Desk:
    """One system: it knows its shelf, and what it does wrong."""

    def __init__(self, place: Place, records: Records) -> None:
        """Nothing is shared with another unit's but the city's records."""
        self._path = place.path
        self._lapse = place.lapse
        self._shelf = Shelf(records, Owner(place.target.id, place.code), place.lapse)
        assert place.target.api is not None
        pki = f"{place.target.api.url.rstrip('/')}/pki"
        whose = Whose(place.code, place.owner_name, pki)
        self._specimens = Specimens(bureau_in(records.path.parent), whose, place.lapse)
        self._echoed: dict[str, Record] = {}
        self._routes: Mapping[str, Mapping[str, Answer]] = {
            "packets": {"GET": self._search, "POST": self._take_in},
            "packet": {"GET": self._show, "DELETE": self._withdraw},
            "content": {"GET": self._content},
            "acknowledgement": {"GET": self._acknowledgement, "POST": self._acknowledge},
            "inbox": {"GET": self._inbox},
        }

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Whatever is asked below its path."""
        if self._lapse == "account-rejected":
            return _problem(HTTPStatus.UNAUTHORIZED, "unknown account")
        if self._lapse == "login-page":
            return web.Response(text=_LOGIN, content_type="text/html")
        path = request.rel_url.raw_path.removeprefix(self._path)
        if path.startswith(("/signed/", "/pki/")):
            return await self._specimen(request, path.strip("/"))
        route, packet_id = _route(path)
        methods = self._routes.get(route)
        if methods is None:
            return _problem(HTTPStatus.NOT_FOUND, "no such path")
        answer = methods.get(request.method)
        if answer is None:
            allowed = {"Allow": ", ".join(methods)}
            return _problem(HTTPStatus.METHOD_NOT_ALLOWED, request.method, headers=allowed)
        return await answer(request, packet_id)

    async def _specimen(self, request: web.BaseRequest, path: str) -> web.Response:
        """A signed document, or what is said of the certificates that signed it."""
        shown = self._specimens.shown(path, await request.read())
        if shown is None:
            return _problem(HTTPStatus.NOT_FOUND, "no such path")
        allowed = "POST" if path == OCSP else "GET"
        if request.method != allowed:
            headers = {"Allow": allowed}
            return _problem(HTTPStatus.METHOD_NOT_ALLOWED, request.method, headers=headers)
        kind, paper = shown
        return web.Response(body=paper, content_type=kind) if paper else _missing(path)

    async def _take_in(self, request: web.BaseRequest, _: str) -> web.Response:
        packet = await request.read()
        if not request.content_type.endswith("/xml"):
            return _problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a packet is XML")
        if self._lapse == "packet-rejected":
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "DocumentType is not known")
        try:
            letter = read_letter(packet)
        except NoPacketError as problem:
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(problem))
        if self._shelf.knows(letter.document_id):
            return _problem(HTTPStatus.CONFLICT, f"{letter.document_id} is here already")
        record = self._shelf.take_in(packet, letter)
        if self._lapse == "echoed":
            self._echoed[record.id] = record
        where = {"Location": f"{self._path}/packets/{record.id}"}
        return self._shown(self._told(record), HTTPStatus.CREATED, where)

    def _told(self, record: Record) -> Record:
        """The record that is told of instead of the one that was made."""
        return STRANGER if self._lapse == "wrong-number" else record

    async def _show(self, _request: web.BaseRequest, packet_id: str) -> web.Response:
        record = self._shelf.get(packet_id) or self._echoed.get(packet_id)
        if record is None:
            return _missing(packet_id)
        if self._lapse == "stale-record":
            record = STRANGER
        return self._shown(record)

    async def _search(self, request: web.BaseRequest, _: str) -> web.Response:
        marker = request.query.get("marker", "")
        if not 0 < len(marker) <= MARKER_MAX_CHARS:
            return _problem(HTTPStatus.BAD_REQUEST, "which marker?")
        if self._lapse == "not-found-by-search":
            return self._listed(())
        return self._listed(self._shelf.marked(marker))

    async def _inbox(self, request: web.BaseRequest, _: str) -> web.Response:
        asked = request.query.get("response_for", "")
        if not 0 < len(asked) <= NUMBER_MAX_CHARS:
            return _problem(HTTPStatus.BAD_REQUEST, "in answer to which document?")
        return self._listed(self._shelf.answers(asked))

    async def _content(self, _request: web.BaseRequest, packet_id: str) -> web.Response:
        record = self._shelf.get(packet_id)
        if record is None:
            return _missing(packet_id)
        packet = base64.b64decode(record.body["packet"])
        harm = _HARMS.get(self._lapse) if record.body["direction"] == "in" else None
        return _xml(harm(packet) if harm else packet)

    async def _acknowledgement(self, _request: web.BaseRequest, packet_id: str) -> web.Response:
        record = self._shelf.get(packet_id)
        passed = self._shelf.passed(record) if record else ()
        if record is None or not passed or self._lapse == "unacknowledged":
            return _missing(packet_id)
        if self._lapse == "entity-bomb":
            return _xml(letters.bomb())
        is_stale = self._lapse == "acknowledgement-stale"
        return _xml(
            letters.write_status(
                about=self._acknowledged(record.body["document_id"]),
                sender=self._acknowledges(record.body["to"]),
                code=ACCEPTED if is_stale else passed[-1],
            )
        )

    def _acknowledged(self, document_id: str) -> str:
        is_another = self._lapse == "acknowledges-another"
        return "CITY,2025/01/02,1/CV" if is_another else document_id

    def _acknowledges(self, organ: str) -> str:
        return OTHER_ORGAN if self._lapse == "acknowledged-by-another" else organ

    async def _acknowledge(self, request: web.BaseRequest, packet_id: str) -> web.Response:
        packet = await request.read()
        if not request.content_type.endswith("/xml"):
            return _problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a packet is XML")
        record = self._shelf.get(packet_id)
        if record is None:
            return _missing(packet_id)
        try:
            _, code = letters.read_status(packet)
        except NoPacketError as problem:
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(problem))
        if code not in STATUS_CODES or record.body["direction"] != "out":
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "not to be acknowledged so")
        return self._shown(self._shelf.note_city(record, code))

    async def _withdraw(self, request: web.BaseRequest, packet_id: str) -> web.Response:
        record = self._shelf.get(packet_id)
        if record is None:
            return _missing(packet_id)
        wanted = request.headers.get("If-Match", "")
        if not wanted:
            return _problem(HTTPStatus.PRECONDITION_REQUIRED, "If-Match")
        if wanted not in {"*", self._tag(record)}:
            return _problem(HTTPStatus.PRECONDITION_FAILED, "it has changed since")
        self._shelf.remove(record)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _shown(
        self,
        record: Record,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> web.Response:
        told = {"ETag": self._tag(record), "Cache-Control": "no-store", **(headers or {})}
        return _json(self._view(record), status, told)

    def _listed(self, records: Iterable[Record]) -> web.Response:
        return _json({"packets": [self._view(record) for record in records]})

    def _view(self, record: Record) -> Mapping[str, object]:
        passed = (SENT, *self._shelf.passed(record))
        told = {key: value for key, value in record.body.items() if key in _TOLD}
        return {
            "id": record.id,
            "marker": record.marker,
            **told,
            "status": passed[-1],
            "history": list(passed),
            "version": self._tag(record),
        }

    def _tag(self, record: Record) -> str:
        return f'"{record.id}-{record.version}-{len(self._shelf.passed(record))}"'


_HARMS: Mapping[str, Callable[[bytes], bytes]] = {
    "altered": letters.retouched,
    "attachment-lost": letters.without_attachments,
}
_TOLD = ("direction", "document_id", "subject", "from", "to", "unit", "response_for")
# A document of somebody else, which ours must never be taken for.
STRANGER = Record(
    store="packets",
    owner="",
    id="p-of-somebody-else",
    marker="",
    at=0.0,
    body={
        "direction": "in",
        "document_id": "000.00.00.X00,2025/06/02,17/CV-VP",
        "subject": "Về việc tổ chức hội nghị",
        "from": "000.00.00.X00",
        "to": OTHER_ORGAN,
        "unit": "00000",
        "response_for": "",
    },
)


def _route(rest: str) -> tuple[str, str]:
    """Which of the contract's paths it is, and the packet that it names."""
    match [unquote(part) for part in rest.strip("/").split("/")]:
        case ["packets"]:
            return "packets", ""
        case ["inbox"]:
            return "inbox", ""
        case ["packets", packet_id]:
            return "packet", packet_id
        case ["packets", packet_id, "content" | "acknowledgement" as what]:
            return what, packet_id
        case _:
            return "", ""


def _json(
    said: object,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    text = json.dumps(said, ensure_ascii=False)
    return web.Response(
        status=status, text=text, content_type="application/json", headers=headers
    )


def _xml(packet: bytes) -> web.Response:
    return web.Response(body=packet, content_type="application/xml", charset="utf-8")


def _missing(packet_id: str) -> web.Response:
    return _problem(HTTPStatus.NOT_FOUND, f"no packet {packet_id}")


def _problem(
    status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """RFC 9457."""
    told = {"title": status.phrase, "status": status.value, "detail": detail[:200]}
    text = json.dumps(told, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type=PROBLEM, headers=headers)
