"""How does somebody with a password get through the pages of a sign-on?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from rehearsal.model import Step
from rehearsal.net.http import Page
from rehearsal.net.oidc.answers import REFUSALS, code, unexpected
from rehearsal.net.oidc.browser import Arrival, Browser, Seen
from rehearsal.net.oidc.discovery import Provider
from rehearsal.net.oidc.form import Form, forms_of
from rehearsal.net.oidc.party import Party
from rehearsal.net.trail import Stopped, stop

PAGES_MAX = 6  # name, password, and what passes itself on between them
_RANDOM_BYTES = 32
_BROKEN, _TOO_MANY = 500, 429
_PERSON_WANTED = frozenset({"consent_required", "interaction_required"})
_CLIENT_REFUSED = frozenset(
    {"unauthorized_client", "invalid_client", "invalid_scope", "unsupported_response_type"}
)


@dataclass(frozen=True, slots=True)
class Question:
    """One request to sign on; what it holds comes back in the answer, or is proven by it."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(_RANDOM_BYTES))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(_RANDOM_BYTES))
    verifier: str = field(
        default_factory=lambda: secrets.token_urlsafe(_RANDOM_BYTES), repr=False
    )

    def address(self, provider: Provider, party: Party, **more: str) -> str:
        """Where the browser is sent to ask it (Core 3.1.2.1; RFC 7636 4.3)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": party.client_id,
            "redirect_uri": party.redirect_uri,
            "scope": party.scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **more,
        }
        joint = "&" if "?" in provider.authorization_endpoint else "?"
        return f"{provider.authorization_endpoint}{joint}{urlencode(asked)}"


async def enter(browser: Browser, provider: Provider, party: Party, asked: Question) -> str:
    """Sign on with the account; the code that the application is given. Else Stopped."""
    seen = await browser.open(asked.address(provider, party))
    told: set[str] = set()
    for _ in range(PAGES_MAX):
        if isinstance(seen, Arrival):
            return _admitted(seen, provider, asked, told)
        form, values = _filled(seen, party, told)
        told |= set(values)
        seen = await browser.send(form, _by_field(form, values, party), seen)
    raise stop(Step.SIGN_ON, "step_rejected", f"over {PAGES_MAX} pages, and no end")


def _admitted(seen: Arrival, provider: Provider, asked: Question, told: set[str]) -> str:
    found = code_of(seen, provider, asked, has_told="password" in told)
    if "password" not in told:
        raise stop(Step.SIGN_ON, "password_not_asked", "a code came before any password")
    return found


def _filled(page: Page, party: Party, told: set[str]) -> tuple[Form, Mapping[str, str]]:
    """The form that a person would fill in next, and with what; Stopped if with nothing."""
    if page.status >= _BROKEN or page.status == _TOO_MANY:
        raise unexpected(page, "the page to sign on")
    forms = forms_of(page.text, page.url)
    for form in forms:
        if form.password(party.password_field):
            if "password" in told:
                raise _again(page, "a new password" if form.is_change else "the password")
            return form, {"user": party.user, "password": party.password}
    typed = [f for f in forms if f.typed(party.user_field) and not f.password()]
    if typed and not told:
        return typed[0], {"user": party.user}
    if forms and forms[0].is_silent and ".submit()" in page.text:
        return forms[0], {}
    raise _instead(page, forms, told)


def _by_field(form: Form, values: Mapping[str, str], party: Party) -> Mapping[str, str]:
    """What goes into which of the form's own fields."""
    names = {
        "user": form.typed(party.user_field),
        "password": form.password(party.password_field),
    }
    return {names[what]: value for what, value in values.items() if names[what]}


def _instead(page: Page, forms: list[Form], told: set[str]) -> Stopped:
    """What stands there instead of a form for name and password."""
    if "user" in told and forms:
        if "password" not in told:
            return _again(page, "the name")
        is_code = any(form.typed() for form in forms)
        kind = "second_factor_required" if is_code else "consent_required"
        return stop(Step.SIGN_ON, kind, f"after the password there is one more form{_at(page)}")
    if page.status in REFUSALS:
        kind = "credentials_rejected" if "password" in told else "client_rejected"
        return stop(Step.SIGN_ON, kind, f"a page without a form{_at(page)}")
    if page.status != 200:  # noqa: PLR2004 - HTTP's own
        return unexpected(page, "the page to sign on")
    told_of = "no form for name and password" if not told else "no way on after the password"
    return stop(Step.HTTP_EXCHANGE, "wrong_content", f"{told_of} ({len(page.body)} bytes)")


def _again(page: Page, what: str) -> Stopped:
    told = f"after the form was sent, {what} is asked for{_at(page)}"
    return stop(Step.SIGN_ON, "credentials_rejected", told)


def _at(page: Page) -> str:
    return f" (status {page.status}, {page.url.partition('?')[0]})"


def code_of(seen: Arrival, provider: Provider, asked: Question, *, has_told: bool) -> str:
    """The code of an answer that is really one to our question (RFC 6749 10.12, RFC 9207)."""
    if "error" in seen.told:
        raise _refusal(code(seen.told["error"]), has_told=has_told)
    if not hmac.compare_digest(seen.told.get("state", "").encode(), asked.state.encode()):
        raise stop(Step.SIGN_ON, "token_invalid", "state: not the one of this request")
    issuer = seen.told.get("iss")
    is_owed = provider.authorization_response_iss_parameter_supported
    if issuer != provider.issuer and (issuer is not None or is_owed):
        raise stop(Step.SIGN_ON, "token_invalid", "iss: the answer is another issuer's")
    if not seen.told.get("code"):
        raise stop(Step.SIGN_ON, "token_invalid", "code: there is none in the answer")
    return seen.told["code"]


def _refusal(error: str, *, has_told: bool) -> Stopped:
    if error in _PERSON_WANTED:
        return stop(Step.SIGN_ON, "consent_required", error)
    if error == "access_denied" and has_told:
        return stop(Step.SIGN_ON, "credentials_rejected", error)
    if error in _CLIENT_REFUSED:
        return stop(Step.SIGN_ON, "client_rejected", error)
    return stop(Step.SIGN_ON, "step_rejected", f"sign-on: {error or 'an unknown error'}")


def was_let_in(seen: Seen) -> bool | None:
    """Whether somebody who was asked nothing got in; None when that is not clear."""
    if isinstance(seen, Arrival):
        return bool(seen.told.get("code"))
    return False if any(f.password() for f in forms_of(seen.text, seen.url)) else None
