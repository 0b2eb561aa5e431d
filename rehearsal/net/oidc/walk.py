"""Does a whole sign-on work, from the first page to the end of the session?"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from rehearsal.model import Step, Target
from rehearsal.net.door import Door
from rehearsal.net.http import Page
from rehearsal.net.oidc.answers import unexpected
from rehearsal.net.oidc.browser import Arrival, Browser, Seen
from rehearsal.net.oidc.discovery import Provider, discover, published_keys
from rehearsal.net.oidc.entrance import Question, code_of, enter, was_let_in
from rehearsal.net.oidc.form import forms_of
from rehearsal.net.oidc.party import Party, party_of
from rehearsal.net.oidc.redeeming import Tokens, is_refused, present, subject_of, tokens_in
from rehearsal.net.oidc.token import Expected, IdToken, TokenInvalid, believed
from rehearsal.net.trail import Stopped, Stopwatch, step, stop

PART_S = 15.0  # three answers of the longest allowed kind: nobody waits longer for one part
_ERRORS_FROM = 400


@dataclass(frozen=True, slots=True)
class SignedOn:
    """A sign-on that came about, and how well it is guarded.

    `took_s` is from the first page to a token that is believed; `issued_ahead_s` the time
    in the token less ours; `valid_s` how long it holds. What could not be found out is None.
    """

    took_s: float
    algorithm: str
    issued_ahead_s: float
    valid_s: float
    has_logout: bool
    session_ends: bool | None = None
    wants_verifier: bool | None = None
    refuses_used_code: bool | None = None


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who signs on, where, and with which browser."""

    door: Door
    party: Party
    provider: Provider
    browser: Browser

    async def presented(self, code: str, verifier: str) -> Page:
        return await present(self.door, self.provider, self.party, code, verifier)

    async def asked(self, question: Question, **more: str) -> Seen:
        return await self.browser.open(question.address(self.provider, self.party, **more))


async def sign_on(door: Door, target: Target) -> SignedOn:
    """Sign on at a target and leave again; Stopped with the reason when it is not possible."""
    party = party_of(target)
    if not door.place(party.issuer).is_secure:
        raise stop(Step.SIGN_ON, "secret_unprotected", "the issuer's address is not https")
    async with _part("discovery"):
        provider = await discover(door, party.issuer)
    visit = _Visit(door, party, provider, Browser(door, party.redirect_uri))
    watch = Stopwatch()
    asked = Question()
    async with _part("login"):
        code = await enter(visit.browser, provider, party, asked)
    async with _part("token"):
        tokens = tokens_in(await visit.presented(code, asked.verifier))
        told = await _believed(visit, tokens, asked)
        issued_ahead_s = told.issued_s - time.time()
        took_s = watch.elapsed_s()
    async with _part("userinfo"):
        await _refuse_another_person(visit, tokens, told)
    async with _part("guards"):
        wants_verifier = await _wants_verifier(visit)
        refuses_used_code = await _refuses_used(visit, code, asked)
    async with _part("logout"):
        session_ends = await _left(visit, tokens)
    return SignedOn(
        took_s=took_s,
        algorithm=told.algorithm,
        issued_ahead_s=issued_ahead_s,
        valid_s=told.expires_s - told.issued_s,
        has_logout=provider.end_session_endpoint is not None,
        session_ends=session_ends,
        wants_verifier=wants_verifier,
        refuses_used_code=refuses_used_code,
    )


@asynccontextmanager
async def _part(name: str) -> AsyncIterator[None]:
    async with step(Step.SIGN_ON, PART_S, "step_timeout") as rung:
        rung.note(part=name)
        yield


async def _believed(visit: _Visit, tokens: Tokens, asked: Question) -> IdToken:
    """The ID token, once every claim in it is found right."""
    keys = await published_keys(visit.door, visit.provider)
    expected = Expected(
        issuer=visit.party.issuer,
        client_id=visit.party.client_id,
        nonce=asked.nonce,
        access_token=tokens.access,
        server_now_s=tokens.server_now_s,
    )
    try:
        return believed(tokens.identity, keys, expected)
    except TokenInvalid as problem:
        raise stop(Step.SIGN_ON, "token_invalid", problem) from problem


async def _refuse_another_person(visit: _Visit, tokens: Tokens, told: IdToken) -> None:
    """Nobody but the account that signed on is spoken of (Core 5.3.2)."""
    if visit.party.subject not in ("", told.subject):
        raise stop(Step.SIGN_ON, "wrong_record", "sub: the ID token names another account")
    named = await subject_of(visit.door, visit.provider, tokens)
    if named is not None and named != told.subject:
        raise stop(Step.SIGN_ON, "wrong_record", "sub: userinfo names another account")


async def _wants_verifier(visit: _Visit) -> bool | None:
    """Whether a stolen code is worthless (RFC 7636 4.6); unknown if none is given again."""
    asked = Question()
    seen = await visit.asked(asked)
    if not isinstance(seen, Arrival) or "error" in seen.told:
        return None
    code = code_of(seen, visit.provider, asked, has_told=True)
    return is_refused(await visit.presented(code, Question().verifier))


async def _refuses_used(visit: _Visit, code: str, asked: Question) -> bool | None:
    """Whether a code is good for one time only (RFC 6749 4.1.2)."""
    if not visit.party.tries_used_code:
        return None
    return is_refused(await visit.presented(code, asked.verifier))


async def _left(visit: _Visit, tokens: Tokens) -> bool | None:
    """Log out (RP-Initiated Logout 1.0, 2), and see whether the next one has to sign on."""
    leaving = visit.provider.end_session_endpoint
    if leaving is None:
        return None
    told = {"id_token_hint": tokens.identity, "client_id": visit.party.client_id}
    if visit.party.logout_uri:
        told["post_logout_redirect_uri"] = visit.party.logout_uri
    await _leave(
        visit.browser.at_home(visit.party.logout_uri),
        f"{leaving}{'&' if '?' in leaving else '?'}{urlencode(told)}",
    )
    let_in = was_let_in(await visit.asked(Question(), prompt="none"))
    return None if let_in is None else not let_in


async def _leave(browser: Browser, address: str) -> None:
    """Log out, and press the button where the server asks whether one really wants to.

    Where it sends whoever has left, to a page of somebody else perhaps, is its own affair.
    """
    try:
        seen = await browser.open(address)
        if isinstance(seen, Page) and (forms := forms_of(seen.text, seen.url)):
            seen = await browser.send(forms[0], {}, seen)
    except Stopped as ended:
        if ended.failure.kind != "redirect_refused":
            raise
        return
    if isinstance(seen, Page) and seen.status >= _ERRORS_FROM:
        raise unexpected(seen, "logout")
