"""What answers at an address that should be closed: nobody, a way on, or the old service?

Asked at the address itself and at its host's root: a page that was only moved is not closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from rehearsal.model import Step, Target
from rehearsal.net import markup
from rehearsal.net.content import shown
from rehearsal.net.door import Door
from rehearsal.net.http import REDIRECTS, Page
from rehearsal.net.markup import Shown
from rehearsal.net.talk import ask
from rehearsal.net.trail import Stopped, stop

# Said outright: no such name, none with an address, or nobody serves there. Silence is not.
NOBODY = frozenset({"nxdomain", "no_answer", "connection_refused"})
UNCLEAR = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})
SERVER_ERROR = 500
WEB = ("https", "http")
WRITES = ("password", "file")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address answers: `status` is 0 where nobody is there any more.

    `leads_to` is the other host that it redirects to; `takes` says that there is a form
    that takes something in, `names_new` that the page leads on to where it should.
    """

    url: str
    status: int
    leads_to: str = ""
    takes: bool = False
    names_new: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """The answers of all its addresses, and the host that they should lead to."""

    answers: tuple[Answer, ...]
    new_host: str


async def closing_of(door: Door, target: Target) -> Closing:
    """Ask its addresses; Stopped with `closing_unproven` when one of them is not clear."""
    assert target.page is not None
    new_host = _host(target.page.leads_to)
    root = urljoin(target.url, "/")
    answers = [await _answer(door, url, new_host) for url in dict.fromkeys((target.url, root))]
    return Closing(tuple(answers), new_host)


async def _answer(door: Door, url: str, new_host: str) -> Answer:
    try:
        return await _followed(door, url, new_host)
    except Stopped as ended:
        failure = ended.failure
        if failure.step is Step.OBSERVE:
            raise
        if failure.kind in NOBODY:
            return Answer(url, 0)
        told = f"{url}: {failure.kind}: {failure.detail}"
        raise stop(Step.OBSERVE, "closing_unproven", told) from ended


async def _followed(door: Door, url: str, new_host: str) -> Answer:
    """What stands there in the end; it is left only for its own host's other pages."""
    at = url
    for _ in range(door.caps.redirects + 1):
        page = await ask(door, at)
        location = page.headers.get("location", "")
        if page.status not in REDIRECTS or not location:
            return _read(page, url, new_host)
        following = _joined(at, location)
        if _host(following) != _host(at):
            return Answer(url, page.status, leads_to=_host(following) or location[:100])
        at = following.partition("#")[0]
    raise stop(Step.HTTP_EXCHANGE, "redirect_loop", f"{url} -> {at}")


def _joined(at: str, location: str) -> str:
    """Where a reference leads; nowhere when it is no address of a page."""
    try:
        found = urljoin(at, location)
        parts = urlsplit(found)
        is_page = parts.scheme in WEB and parts.port != 0  # a bad port raises when asked for
    except ValueError:
        return ""
    return found if is_page else ""


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _read(page: Page, url: str, new_host: str) -> Answer:
    if page.status in UNCLEAR or page.status >= SERVER_ERROR:
        raise stop(Step.HTTP_EXCHANGE, "unexpected_status", f"status {page.status}")
    seen = shown(page)
    return Answer(
        url,
        page.status,
        takes=_takes(seen),
        names_new=any(_host(link) == new_host for link in _ways_on(seen)),
    )


def _takes(seen: Shown) -> bool:
    """Whether something can be handed in or logged into: a search takes nothing."""
    return any(
        (name == "form" and told.get("method", "").lower() == "post")
        or (name == "input" and told.get("type", "").lower() in WRITES)
        for name, told in markup.tags(seen.markup)
    )


def _ways_on(seen: Shown) -> Iterable[str]:
    yield from (_joined(seen.base, link) for link in markup.links(seen.markup))
    yield from (f"https://{host}/" for host in seen.leads_to)
