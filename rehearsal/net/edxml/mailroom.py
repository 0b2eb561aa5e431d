"""How is a unit's document system asked? Every request of `documents.openapi.yaml`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from rehearsal.model import Api, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.edxml.record import Dialect, PacketRecord
from rehearsal.net.edxml.vocabulary import MEDIA_TYPE
from rehearsal.net.http import Page
from rehearsal.net.secret import reveal
from rehearsal.net.talk import as_json, ask
from rehearsal.net.trail import Stopped, stop

_PATHS = {
    "packets": "packets",
    "packet": "packets/{id}",
    "content": "packets/{id}/content",
    "acknowledgement": "packets/{id}/acknowledgement",
    "inbox": "inbox",
}
_XML = {"Content-Type": f"{MEDIA_TYPE}; charset=utf-8"}
_KINDS = {429: "rate_limited", 503: "maintenance"}
_STRANGERS = frozenset({401, 403})
_REFUSALS = frozenset({400, 409, 413, 415, 422})
PROBLEM_CHARS = 160


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as one answer shows it, and its entity tag (RFC 9110 8.8.3)."""

    record: PacketRecord
    tag: str


class Mailroom:
    """One unit's system of one bloc."""

    def __init__(self, target: Target, door: Door) -> None:
        """Needs a target with an interface."""
        assert target.api is not None
        self._api = target.api
        self._door = door
        self._dialect = Dialect(target.api.settings)
        self._account = _account(target.api)

    async def send(self, packet: bytes) -> Stored:
        """Hand a packet in; what the system says that it made of it."""
        page = await self._ask("packets", "POST", body=packet)
        return self._stored(_expected(page, HTTPStatus.CREATED, HTTPStatus.OK))

    async def show(self, packet_id: str) -> Stored | None:
        """One packet's record as it is now; None when the system says that there is none."""
        page = await self._ask("packet", packet_id=packet_id)
        if page.status == HTTPStatus.NOT_FOUND:
            return None
        return self._stored(_expected(page, HTTPStatus.OK))

    async def search(self, marker: str) -> tuple[PacketRecord, ...]:
        """What the system finds for a marker, whichever way it travels."""
        page = await self._ask("packets", query=f"marker={quote(marker, safe='')}")
        return self._dialect.records(as_json(_expected(page, HTTPStatus.OK)))

    async def inbox(self, document_id: str) -> tuple[PacketRecord, ...]:
        """What the unit has sent out in answer to a document."""
        page = await self._ask("inbox", query=f"response_for={quote(document_id, safe='')}")
        return self._dialect.records(as_json(_expected(page, HTTPStatus.OK)))

    async def content(self, packet_id: str) -> bytes | None:
        """A packet as it is stored; None when there is none."""
        return _body(await self._ask("content", packet_id=packet_id))

    async def acknowledgement(self, packet_id: str) -> bytes | None:
        """The status packet with which the unit answered; None before it did."""
        return _body(await self._ask("acknowledgement", packet_id=packet_id))

    async def acknowledge(self, packet_id: str, status: bytes) -> Stored:
        """Tell the unit by a status packet that its document has come."""
        page = await self._ask("acknowledgement", "POST", packet_id=packet_id, body=status)
        return self._stored(_expected(page, HTTPStatus.OK, HTTPStatus.CREATED))

    async def withdraw(self, packet_id: str, tag: str) -> None:
        """Take a packet out, if it is still as it was read (RFC 9110 13.1.1)."""
        page = await self._ask(
            "packet", "DELETE", packet_id=packet_id, headers={"If-Match": tag}
        )
        _expected(page, HTTPStatus.NO_CONTENT, HTTPStatus.OK, HTTPStatus.NOT_FOUND)

    async def _ask(
        self,
        path: str,
        method: str = "GET",
        *,
        packet_id: str = "",
        query: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        where = self._api.settings.get(f"path.{path}", _PATHS[path])
        where = where.replace("{id}", quote(packet_id, safe=""))
        url = f"{self._api.url.rstrip('/')}/{where}{'?' if query else ''}{query}"
        told = {**self._account, **(_XML if body else {}), **(headers or {})}
        return await ask(self._door, url, method, body=body, headers=told)

    def _stored(self, page: Page) -> Stored:
        record = self._dialect.record(as_json(page))
        return Stored(record, page.headers.get("etag", ""))


def _account(api: Api) -> Mapping[str, str]:
    """Our name and password at the system (RFC 7617), if the inventory has one."""
    if api.account is None:
        return {}
    secret = reveal(api.account.secret) if api.account.secret else ""
    told = base64.b64encode(f"{api.account.user}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {told}"}


def _body(page: Page) -> bytes | None:
    if page.status == HTTPStatus.NOT_FOUND:
        return None
    return _expected(page, HTTPStatus.OK).body


def _expected(page: Page, *wanted: HTTPStatus) -> Page:
    """The page, if it has one of these statuses; else Stopped with what that means."""
    if page.status in wanted:
        return page
    raise _refused(page)


def _refused(page: Page) -> Stopped:
    told = f"status {page.status}: {page.text[:PROBLEM_CHARS]!r}"
    if page.status in _STRANGERS:
        return stop(Step.SIGN_ON, "credentials_rejected", told)
    if page.status in _REFUSALS:
        return stop(Step.TRANSACTION, "step_rejected", told)
    return stop(Step.HTTP_EXCHANGE, _KINDS.get(page.status, "unexpected_status"), told)
