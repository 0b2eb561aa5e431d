"""What do a unit's signed documents say, once all that vouches for them has been asked?"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from rehearsal.model import Step, Target
from rehearsal.net.door import Door
from rehearsal.net.http import Page
from rehearsal.net.signatures.evidence import Papers, Signed, Wish
from rehearsal.net.signatures.examiner import survey, weigh
from rehearsal.net.talk import ask
from rehearsal.net.trail import Stopped, step, stop

_PATHS = {"signed_pdf": "signed/document.pdf", "signed_packet": "signed/packet"}
_STARTS = {"signed_pdf": b"%PDF-", "signed_packet": b"<"}
# Assumptions, told in the contract: where subjects hold the unit's code, and what only a
# person's has; the names are asn1crypto's for attributes of X.520.
UNIT_FIELD, LEADER_FIELD = "organization_identifier", "title"
_OCSP = {"Content-Type": "application/ocsp-request"}
_PEM_END = "-----END CERTIFICATE-----"
EXAMINE_S = 60.0  # behind all the others' documents


async def inspect(target: Target, door: Door) -> Signed:
    """Fetch the two documents and what is said of their certificates; examine them apart."""
    assert target.api is not None
    settings = target.api.settings
    papers = Papers(
        pdf=await _fetched(target, door, "signed_pdf"),
        packet=await _fetched(target, door, "signed_packet"),
        roots=await asyncio.to_thread(_roots, settings.get("trust"), door.trust),
        unit_field=settings.get("subject.unit", UNIT_FIELD),
        leader_field=settings.get("subject.leader", LEADER_FIELD),
    )
    async with step(Step.OBSERVE, EXAMINE_S, "deadline_in_queue"):
        wishes = await survey(papers)
    asked = _Asked(door)
    for wish in wishes:
        await asked.one(wish)
    known = replace(papers, crls=tuple(asked.crls), ocsps=tuple(asked.ocsps))
    async with step(Step.OBSERVE, EXAMINE_S, "deadline_in_queue"):
        seals = await weigh(known)
    organ = settings.get("subject.code", target.code)
    return Signed(organ, seals, tuple(asked.unlisted), tuple(asked.silent))


class _Asked:
    """What was said of revocation, by whom the inventory lets us ask."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._known: set[str] = set()
        self.crls: list[bytes] = []
        self.ocsps: list[bytes] = []
        self.unlisted: list[str] = []
        self.silent: list[str] = []

    async def one(self, wish: Wish) -> None:
        """A responder where there is one, and else the list."""
        for url in wish.ocsp:
            answer = await self._answer(url, "POST", wish.request)
            if answer is not None:
                self.ocsps.append(answer)
                return
        for url in wish.crl:
            if url in self._known:
                return
            answer = await self._answer(url, "GET")
            if answer is not None:
                self._known.add(url)
                self.crls.append(answer)
                return

    async def _answer(self, url: str, method: str, body: bytes = b"") -> bytes | None:
        try:
            place = self._door.place(url)
        except ValueError:
            return None
        if not self._door.allows(place):
            _note(self.unlisted, place.host)
            return None
        try:
            page = await ask(
                self._door, url, method, body=body, headers=_OCSP if body else None
            )
        except Stopped as ended:
            _note(self.silent, f"{url} ({ended.failure.kind})")
            return None
        if page.status != HTTPStatus.OK or not page.body:
            _note(self.silent, f"{url} ({page.status})")
            return None
        return page.body


def _note(where: list[str], what: str) -> None:
    if what not in where:
        where.append(what)


async def _fetched(target: Target, door: Door, name: str) -> bytes:
    assert target.api is not None
    path = target.api.settings.get(f"path.{name}", _PATHS[name])
    page = await ask(door, f"{target.api.url.rstrip('/')}/{path}")
    if page.status != HTTPStatus.OK:
        raise stop(Step.HTTP_EXCHANGE, "unexpected_status", _told(page, name))
    if not page.body.lstrip().startswith(_STARTS[name]):
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", _told(page, name))
    return page.body


def _told(page: Page, name: str) -> str:
    return f"{name}: status {page.status}, {urlsplit(page.url).path}: {page.text[:80]!r}"


def _roots(own: str | None, trusted: Sequence[str]) -> tuple[bytes, ...]:
    """The authorities that the inventory trusts: its own file for signers, or its network's."""
    files: Iterable[str] = (own,) if own else trusted
    return tuple(der for file in files for der in _certificates(Path(file).read_text("utf-8")))


def _certificates(text: str) -> Iterable[bytes]:
    for block in text.split(_PEM_END)[:-1]:
        yield ssl.PEM_cert_to_DER_cert(block[block.index("-----BEGIN") :] + _PEM_END)
