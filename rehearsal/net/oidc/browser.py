"""How does a person's browser walk through a sign-on, and where does it come out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urljoin, urlsplit

from rehearsal.model import Step
from rehearsal.net.door import Door, Place
from rehearsal.net.http import REDIRECTS, Page, following
from rehearsal.net.oidc.cookies import Jar
from rehearsal.net.oidc.form import Form
from rehearsal.net.talk import ask
from rehearsal.net.trail import stop

HOPS_MAX = 12  # a sign-on that is passed on to another one takes six
FORM = "application/x-www-form-urlencoded"
_KEEP_METHOD = (307, 308)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The browser was sent back to the application, with this message."""

    told: Mapping[str, str]


Seen = Page | Arrival


class Browser:
    """Keeps the cookies of one walk; `home` is the application's own address.

    That address is never connected to: what stands in it is all that is wanted. Nothing
    else leads out of the inventory.
    """

    def __init__(self, door: Door, home: str, jar: Jar | None = None) -> None:
        self._door = door
        self._home = home
        self._jar = jar or Jar()

    def at_home(self, home: str) -> Browser:
        """The same browser, waiting to be sent to another address."""
        return Browser(self._door, home, self._jar)

    async def open(self, url: str) -> Seen:
        """Open an address, and go where it leads."""
        return await self._walk(url, "GET", b"")

    async def send(self, form: Form, values: Mapping[str, str], page: Page) -> Seen:
        """Fill in a form of that page and send it off."""
        filled = form.filled(values)
        action = following(self._door, page.url, form.action)
        if form.method == "POST":
            return await self._walk(action, "POST", filled.encode())
        return await self._walk(f"{action.partition('?')[0]}?{filled}", "GET", b"")

    async def _walk(self, url: str, method: str, body: bytes) -> Seen:
        for _ in range(HOPS_MAX):
            page = await self._ask(url, method, body)
            location = page.headers.get("location", "")
            if page.status not in REDIRECTS or not location:
                return page
            if (told := self._brought_home(urljoin(url, location))) is not None:
                return Arrival(told)
            onward = following(self._door, url, location)
            if page.status not in _KEEP_METHOD:
                method, body = "GET", b""
            elif body:
                self._refuse_passing_on(url, onward)
            url = onward
        raise stop(Step.HTTP_EXCHANGE, "redirect_loop", f"over {HOPS_MAX} in a row")

    async def _ask(self, url: str, method: str, body: bytes) -> Page:
        place = self._door.place(url)
        headers = {"Accept": "text/html,*/*", "Accept-Language": "vi"}
        if cookies := self._jar.header(place):
            headers["Cookie"] = cookies
        if body:
            headers |= {"Content-Type": FORM, "Origin": _origin(place)}
        page = await ask(self._door, url, method, body=body, headers=headers, is_private=True)
        self._jar.take(place, page.cookies, datetime.now(UTC))
        return page

    def _brought_home(self, url: str) -> Mapping[str, str] | None:
        """What the application is told, if that is its address; the last of doubles counts."""
        address, _, query = url.partition("#")[0].partition("?")
        return dict(parse_qsl(query)) if address == self._home else None

    def _refuse_passing_on(self, url: str, onward: str) -> None:
        if urlsplit(url)[:2] != urlsplit(onward)[:2]:
            told = f"what was filled in is passed on to {urlsplit(onward).hostname}"
            raise stop(Step.HTTP_EXCHANGE, "redirect_refused", told)


def _origin(place: Place) -> str:
    return f"{place.scheme}://{place.authority}"
