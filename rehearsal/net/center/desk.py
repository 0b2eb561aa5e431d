"""Which questions can be put to a centre's interface, one at a time?

Each raises Stopped: `step_rejected` where the system says no, a kind of the HTTP exchange
where nobody can tell what became of the request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Step, Target
from rehearsal.net.center.dialect import MOVES, Dialect, dialect_of
from rehearsal.net.center.reading import Dossier, Payment, Reader
from rehearsal.net.door import Door
from rehearsal.net.http import Page
from rehearsal.net.talk import ask
from rehearsal.net.trail import Stopped, stop

UNAUTHORIZED, NOT_FOUND, TOO_MANY, UNAVAILABLE = 401, 404, 429, 503
_GOOD, _BAD, _WORSE = range(200, 300), range(400, 500), 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A dossier that is about to be handed in; units are their codes."""

    marker: str
    nonce: str
    procedure: str
    receiving: str
    returning: str
    home: str
    documents: tuple[tuple[str, str], ...]

    @property
    def told(self) -> Mapping[str, object]:
        """The draft in the words of the contract."""
        return {
            "marker": self.marker,
            "nonce": self.nonce,
            "procedure": self.procedure,
            "receiving_unit": self.receiving,
            "returning_unit": self.returning,
            "applicant": {"kind": "individual", "unit": self.home},
            "documents": [{"name": name, "sha256": digest} for name, digest in self.documents],
        }


@dataclass(frozen=True, slots=True)
class Desk:
    """The interface of one unit's centre, as we speak to it."""

    door: Door
    unit: str
    dialect: Dialect

    async def hand_in(self, draft: Draft) -> Dossier:
        """Create a dossier; what the reply says of it is not yet proven."""
        url = self.dialect.url("dossiers", unit=self.unit)
        return self._dossier(await self._asked(url, "POST", draft.told))

    async def move(self, record_id: str, action: str, payment: str = "") -> Dossier:
        """Take a dossier one step on."""
        expected = self.dialect.state(MOVES[action][0])
        told: dict[str, object] = {"action": self.dialect.action(action), "expected": expected}
        told |= {"payment": payment} if payment else {}
        url = self.dialect.transitions(record_id, self.unit)
        return self._dossier(await self._asked(url, "POST", told))

    async def read(self, record_id: str) -> Dossier | None:
        """A dossier as it is now; None when the system says that there is none."""
        page = await self._read("dossiers", record_id)
        return None if page is None else self._dossier(page)

    async def search(self, marker: str) -> Sequence[Dossier]:
        """Every dossier that the system finds for a marker, also what it finds wrongly."""
        reader, found = await self._found("dossiers", marker)
        return [reader.dossier(reader.mapping(one)) for one in found]

    async def pay(self, marker: str, nonce: str, dossier_id: str, amount: int) -> Payment:
        """Create a payment."""
        told = {"marker": marker, "nonce": nonce, "unit": self.unit}
        told_all = {**told, "dossier": dossier_id, "amount": amount}
        url = self.dialect.url("payments", unit=self.unit)
        return self._payment(await self._asked(url, "POST", told_all))

    async def read_payment(self, record_id: str) -> Payment | None:
        """A payment as it is now; None when the system says that there is none."""
        page = await self._read("payments", record_id)
        return None if page is None else self._payment(page)

    async def search_payments(self, marker: str) -> Sequence[Payment]:
        """Every payment that the system finds for a marker."""
        reader, found = await self._found("payments", marker)
        return [reader.payment(reader.mapping(one)) for one in found]

    async def look_up(self, receipt: str) -> Dossier | None:
        """What a citizen is shown for a receipt; None when the system knows none such."""
        page = await self._read("receipts", receipt)
        if page is None:
            return None
        reader = Reader(page, self.dialect)
        return reader.receipt(reader.whole())

    async def remove(self, name: str, record_id: str, version: str) -> None:
        """Ask to take a record out, if it is still of that version; a reply proves nothing."""
        url = self.dialect.url(name, record_id, unit=self.unit)
        headers = {**self.dialect.headers, "If-Match": version}
        page = await ask(self.door, url, "DELETE", headers=headers)
        if page.status not in _GOOD and page.status != NOT_FOUND:
            raise refusal(page, Step.CLEANUP)

    async def procedures(self, page: int, size: int) -> Reader:
        """One page of the catalogue."""
        url = self.dialect.url("procedures", page=page, size=size, unit=self.unit)
        return Reader(await self._asked(url), self.dialect)

    async def _found(self, name: str, marker: str) -> tuple[Reader, Sequence[object]]:
        url = self.dialect.url(name, marker=marker, unit=self.unit)
        reader = Reader(await self._asked(url), self.dialect)
        told = reader.whole()
        shown = reader.text(told, "unit"), reader.text(told, "marker")
        if shown != (self.unit, marker):
            raise stop(Step.TRANSACTION, "wrong_record", f"asked for {marker}, got {shown}")
        return reader, reader.items(told, "items")

    async def _read(self, name: str, record_id: str) -> Page | None:
        url = self.dialect.url(name, record_id, unit=self.unit)
        page = await ask(self.door, url, headers=self.dialect.headers)
        return None if page.status == NOT_FOUND else _sound(page)

    async def _asked(
        self, url: str, method: str = "GET", told: Mapping[str, object] | None = None
    ) -> Page:
        headers, body = self.dialect.headers, b""
        if told is not None:
            body = json.dumps(self.dialect.body(told), ensure_ascii=False).encode()
            headers = {**headers, "Content-Type": "application/json"}
        return _sound(await ask(self.door, url, method, body=body, headers=headers))

    def _dossier(self, page: Page) -> Dossier:
        reader = Reader(page, self.dialect)
        return reader.dossier(reader.whole(), version=page.headers.get("etag", ""))

    def _payment(self, page: Page) -> Payment:
        reader = Reader(page, self.dialect)
        return reader.payment(reader.whole(), version=page.headers.get("etag", ""))


def desk_of(target: Target, door: Door) -> Desk:
    """The desk behind a target's interface."""
    if target.api is None:
        raise stop(Step.OBSERVE, "bug_in_rehearsal", f"{target.id} has no interface")
    return Desk(door, target.code, dialect_of(target.api))


def _sound(page: Page) -> Page:
    if page.status not in _GOOD:
        raise refusal(page)
    return page


def refusal(page: Page, at: Step = Step.TRANSACTION) -> Stopped:
    """What it means that the system does not do it."""
    told = f"status {page.status}: {page.text[:200]!r}"
    if page.status == UNAUTHORIZED:
        return stop(Step.SIGN_ON, "credentials_rejected", told)
    if page.status == TOO_MANY:
        return stop(Step.HTTP_EXCHANGE, "rate_limited", told)
    if page.status in _BAD:
        return stop(at, "step_rejected", told)
    kind = "maintenance" if page.status == UNAVAILABLE else "unexpected_status"
    return stop(Step.HTTP_EXCHANGE, kind, told)
