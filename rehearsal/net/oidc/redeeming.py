"""What is a code worth, and whose name is behind it? (RFC 6749 4.1.3; Core 3.1.3, 5.3)"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.http import Page
from rehearsal.net.oidc.answers import OK, REFUSALS, error_of, told_object, unexpected
from rehearsal.net.oidc.browser import FORM
from rehearsal.net.oidc.discovery import Provider
from rehearsal.net.oidc.party import Party
from rehearsal.net.talk import ask
from rehearsal.net.trail import stop

_BEARER = "bearer"
_CLIENT_REFUSED = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a code was worth; never written down. `server_now_s` is its server's clock."""

    access: str = field(repr=False)
    identity: str = field(repr=False)
    server_now_s: float


async def present(
    door: Door, provider: Provider, party: Party, code: str, verifier: str
) -> Page:
    """The answer to whoever presents a code, whatever it is."""
    told = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": party.redirect_uri,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": FORM, "Accept": "application/json"}
    if not party.client_secret:
        told["client_id"] = party.client_id
    elif provider.takes_basic:
        headers["Authorization"] = f"Basic {_basic(party)}"
    else:
        told |= {"client_id": party.client_id, "client_secret": party.client_secret}
    return await ask(
        door,
        provider.token_endpoint,
        "POST",
        body=urlencode(told).encode(),
        headers=headers,
        is_private=True,
    )


def _basic(party: Party) -> str:
    """Name and secret, each encoded as in a form first (RFC 6749 2.3.1)."""
    pair = f"{quote(party.client_id, safe='')}:{quote(party.client_secret, safe='')}"
    return base64.b64encode(pair.encode()).decode()


def tokens_in(page: Page) -> Tokens:
    """The tokens of an answer; Stopped with what they lack, or why there are none."""
    if page.status in REFUSALS:
        error = error_of(page) or f"status {page.status}"
        kind = "client_rejected" if error in _CLIENT_REFUSED else "token_invalid"
        raise stop(Step.SIGN_ON, kind, f"code: {error}")
    found = told_object(page, "tokens")
    for name in ("access_token", "id_token"):
        if not isinstance(found.get(name), str) or not found[name]:
            raise stop(Step.SIGN_ON, "token_invalid", f"{name}: there is none")
    if str(found.get("token_type", "")).lower() != _BEARER:
        raise stop(Step.SIGN_ON, "token_invalid", "token_type: not Bearer")
    return Tokens(found["access_token"], found["id_token"], _server_now_s(page))


def _server_now_s(page: Page) -> float:
    """The clock of who answered (RFC 9110 6.6.1); ours where it tells no time."""
    try:
        return parsedate_to_datetime(page.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return time.time()


def is_refused(page: Page) -> bool:
    """Whether a code was not taken; Stopped if the server is out of order instead."""
    if page.status in REFUSALS:
        return True
    if page.status != OK:
        raise unexpected(page, "tokens")
    return "access_token" not in told_object(page, "tokens")


async def subject_of(door: Door, provider: Provider, tokens: Tokens) -> str | None:
    """Whom the server names to whoever has the access token; None if it names nobody."""
    if provider.userinfo_endpoint is None:
        return None
    headers = {"Authorization": f"Bearer {tokens.access}", "Accept": "application/json"}
    page = await ask(door, provider.userinfo_endpoint, headers=headers, is_private=True)
    if page.status in REFUSALS:
        told = f"access_token: status {page.status} at userinfo"
        raise stop(Step.SIGN_ON, "token_invalid", told)
    found = told_object(page, "userinfo").get("sub")
    if not isinstance(found, str):
        raise stop(Step.SIGN_ON, "token_invalid", "sub: userinfo names nobody")
    return found
