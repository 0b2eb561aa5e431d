"""How is a hotline asked? Every request of `hotline.openapi.yaml`, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from rehearsal.model import Api, Target
from rehearsal.net.door import Door
from rehearsal.net.open311.answers import Row, listed, refusal
from rehearsal.net.open311.dialect import Dialect, dialect_of
from rehearsal.net.open311.ticket import Draft
from rehearsal.net.secret import reveal
from rehearsal.net.talk import ask

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as one answer shows it, and its entity tag (RFC 9110 8.8.3)."""

    row: Row
    tag: str


class Hotline:
    """One hotline; `suffix` is the format in which it is spoken with."""

    def __init__(self, target: Target, door: Door, suffix: str = "") -> None:
        """Needs a target with an interface."""
        assert target.api is not None
        self._door = door
        self._key = _key(target.api)
        self.dialect: Dialect = dialect_of(target.api)
        self.suffix = suffix or self.dialect.names["format"]

    async def services(self) -> Sequence[Row]:
        """What may be handed in here."""
        return await self._rows(self.dialect.path("services", self.suffix))

    async def create(self, draft: Draft) -> tuple[str, str]:
        """Hand a ticket in; its token and its number, one of which is empty at first."""
        names = self.dialect.names
        form = {
            **({"api_key": self._key} if self._key else {}),
            "service_code": names["service_code"],
            names["send.location"]: draft.unit,
            names["send.unit"]: draft.unit,
            names["send.channel"]: names[f"channel.{draft.channel}"],
            names["send.applicant"]: names[f"applicant.{draft.applicant}"],
            names["send.description"]: draft.description,
        }
        if names["jurisdiction_id"]:
            form["jurisdiction_id"] = names["jurisdiction_id"]
        url = self.dialect.intake(draft.channel, self.suffix).partition("?")[0]
        page = await ask(self._door, url, "POST", body=urlencode(form).encode(), headers=_FORM)
        row = next(iter(listed(page, self.suffix)), {})
        return self.dialect.value(row, "token"), self.dialect.value(row, "id")

    async def number(self, token: str) -> str:
        """The ticket's number behind a token; empty while there is none."""
        url = self.dialect.path("token", self.suffix, token=token)
        page = await ask(self._door, url)
        if page.status == HTTPStatus.NOT_FOUND:
            return ""  # GeoReport v2 leaves open which of both a waiting token shows
        rows = listed(page, self.suffix)
        return self.dialect.value(next(iter(rows), {}), "id")

    async def show(self, ticket_id: str) -> Shown | None:
        """One ticket as it is now; None when the hotline says that there is none."""
        page = await ask(self._door, self.dialect.path("request", self.suffix, id=ticket_id))
        if page.status == HTTPStatus.NOT_FOUND:
            return None
        row = next(iter(listed(page, self.suffix)), None)
        return None if row is None else Shown(row, page.headers.get("etag", ""))

    async def queue(self, code: str) -> Sequence[Row]:
        """What the unit finds in its queue."""
        return await self._rows(self.dialect.path("queue", self.suffix, code=code))

    async def search(self, marker: str) -> Sequence[Row]:
        """What the hotline finds for a marker."""
        return await self._rows(self.dialect.path("search", self.suffix, marker=marker))

    async def withdraw(self, ticket_id: str, tag: str) -> None:
        """Take a ticket out, if it is still as it was read (RFC 9110 13.1.1)."""
        headers = {"If-Match": tag} | ({"X-Api-Key": self._key} if self._key else {})
        url = self.dialect.path("request", self.suffix, id=ticket_id)
        page = await ask(self._door, url, "DELETE", headers=headers)
        if page.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.OK, HTTPStatus.NOT_FOUND):
            raise refusal(page)

    async def _rows(self, url: str) -> Sequence[Row]:
        return listed(await ask(self._door, url), self.suffix)


def _key(api: Api) -> str:
    """Who we are there: a secret, or a name where the hotline has given us no more."""
    if api.account is None:
        return ""
    return reveal(api.account.secret) if api.account.secret else api.account.user
