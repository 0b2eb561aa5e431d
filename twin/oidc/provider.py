"""Who is let in, and what is the application told? An OpenID provider for one city."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from rehearsal.model import Account
from twin.oidc import claims, keys, pages
from twin.passwords import password_of
from twin.plan import Place
from twin.records import Records
from twin.site import Respond

SLOW_S = 2.0  # at three places of one sign-on
OUTSIDE = "https://elsewhere.invalid"
SESSION, WALK = "phien", "buoc"
_DISCOVERY = "/.well-known/openid-configuration"
_WRONG = "Sai tài khoản hoặc mật khẩu"
Told = Mapping[str, str]
Answer = Callable[[web.BaseRequest, Told], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to sign on, until the application has its answer."""

    state: str
    nonce: str
    challenge: str
    has_name: bool = False
    has_passed: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """Who is signed on in which browser, which codes and tokens are out."""

    sessions: dict[str, str] = field(default_factory=dict)
    walks: dict[str, Asked] = field(default_factory=dict)
    codes: dict[str, Asked] = field(default_factory=dict)
    used: dict[str, Asked] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    leaving: dict[str, str] = field(default_factory=dict)


def sign_on(place: Place, _records: Records) -> Respond:
    """The provider that lives there."""
    keys.rsa_key()  # now: later it would make everybody in the city wait
    return Provider(place).respond


class Provider:
    """Answers below the path of its issuer; `lapse` says in which way it is broken."""

    def __init__(self, place: Place) -> None:
        """Know the one application and the one account of the inventory."""
        api = place.target.api
        assert api is not None
        self._path = place.path
        self._issuer = api.url
        self._settings = api.settings
        self._account = api.account or Account("")
        self._lapse = place.lapse.removeprefix("sign-on-")
        self._memory = Memory()
        self._answers: Mapping[str, Answer] = {
            _DISCOVERY: self._discovery,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/login": self._login,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/logout": self._logout,
            "/logout/confirm": self._confirm,
        }

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        answer = self._answers.get(request.path.removeprefix(self._path))
        if answer is None:
            return pages.page("404", status=404)
        body = parse_qs((await request.read()).decode(errors="replace"))
        told = {name: values[-1] for name, values in body.items()}
        return await answer(request, {**request.rel_url.query, **told})

    @property
    def _subject(self) -> str:
        return self._settings.get("subject", self._account.user)

    @property
    def _client(self) -> str:
        return self._settings.get("client_id", "")

    @property
    def _home(self) -> str:
        return self._settings.get("redirect_uri", "")

    def _below(self, path: str) -> str:
        return f"{self._issuer.rstrip('/')}{path}"

    async def _discovery(self, _request: web.BaseRequest, _told: Told) -> web.StreamResponse:
        if self._lapse == "no-discovery":
            return pages.page("Đăng nhập", pages.login("/login"))
        names = {"wrong-issuer": f"{self._issuer}/", "other-tenant": f"{self._issuer}/khac"}
        found = {
            "issuer": names.get(self._lapse, self._issuer),
            "authorization_endpoint": self._below("/authorize"),
            "token_endpoint": self._below("/token"),
            "userinfo_endpoint": self._below("/userinfo"),
            "jwks_uri": self._below("/keys"),
            "end_session_endpoint": self._below("/logout"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
        }
        if self._lapse == "no-logout":
            del found["end_session_endpoint"]
        if self._lapse == "token-elsewhere":
            found["token_endpoint"] = f"{OUTSIDE}/token"
        return web.json_response(found)

    async def _keys(self, _request: web.BaseRequest, _told: Told) -> web.StreamResponse:
        return web.json_response({"keys": []} if self._lapse == "no-keys" else keys.published())

    async def _authorize(self, request: web.BaseRequest, told: Told) -> web.StreamResponse:
        is_known = told.get("client_id") == self._client and self._lapse != "client-unknown"
        if not is_known or told.get("redirect_uri") != self._home:
            return pages.page("Ứng dụng chưa đăng ký", status=400)
        asked = Asked(
            told.get("state", ""), told.get("nonce", ""), told.get("code_challenge", "")
        )
        if request.cookies.get(SESSION) in self._memory.sessions or self._lapse == "open":
            return self._admitted(asked)
        if told.get("prompt") == "none":
            return self._home_with(asked, error="login_required")
        if self._lapse == "to-elsewhere":
            raise web.HTTPFound(f"{OUTSIDE}/login")
        walk = secrets.token_urlsafe()
        self._memory.walks[walk] = asked
        response = web.HTTPSeeOther(self._below("/login"))
        self._set(response, WALK, walk, "/login")
        return response

    def _set(self, response: web.StreamResponse, name: str, value: str, path: str = "") -> None:
        response.set_cookie(
            name, value, path=self._path + path, secure=True, httponly=True, samesite="Lax"
        )

    async def _login(self, request: web.BaseRequest, told: Told) -> web.StreamResponse:
        await self._pause()
        walk = request.cookies.get(WALK, "")
        asked = self._memory.walks.get(walk)
        if asked is None:
            return pages.page("Phiên đăng nhập đã hết hạn", status=400)
        if request.method != "POST":
            return self._asking(has_name=False)
        if self._lapse == "two-pages" and pages.USER in told:
            self._memory.walks[walk] = replace(asked, has_name=self._is_user(told))
            return self._asking(has_name=True)
        if not self._is_right(told, asked):
            return self._asking(has_name=asked.has_name, wrong=True)
        return self._more_wanted() or self._let_in(walk)

    def _more_wanted(self) -> web.Response | None:
        """What is asked after the password; nothing, mostly."""
        action = self._below("/login")
        if self._lapse == "consent":
            return pages.page("Chia sẻ thông tin", pages.consent(action))
        if self._lapse == "second-factor":
            return pages.page("Xác thực hai bước", pages.code(action))
        return None

    def _let_in(self, walk: str) -> web.Response:
        """Begin a session, and send the browser back to the application."""
        session = secrets.token_urlsafe()
        self._memory.sessions[session] = self._subject
        response = self._admitted(self._memory.walks.pop(walk))
        self._set(response, SESSION, session)
        response.del_cookie(WALK, path=f"{self._path}/login")
        return response

    def _asking(self, *, has_name: bool, wrong: bool = False) -> web.Response:
        is_parted = self._lapse == "two-pages"
        form = pages.login(
            self._below("/login"),
            names=not has_name,
            secret=has_name or not is_parted,
        )
        return pages.page("Đăng nhập", form, _WRONG if wrong else "")

    def _is_user(self, told: Told) -> bool:
        return hmac.compare_digest(
            told.get(pages.USER, "").encode(), self._account.user.encode()
        )

    def _is_right(self, told: Told, asked: Asked) -> bool:
        secret = password_of(self._account.secret or "")
        if self._lapse == "wrong-password":
            secret += "-da-doi"
        is_secret = _same(told.get(pages.PASSWORD, ""), secret)
        return is_secret and (asked.has_name or self._is_user(told))

    def _admitted(self, asked: Asked) -> web.Response:
        code = secrets.token_urlsafe()
        self._memory.codes[code] = asked
        return self._home_with(asked, code=code)

    def _home_with(self, asked: Asked, **told: str) -> web.Response:
        state = "trang-thai-khac" if self._lapse == "other-state" else asked.state
        query = urlencode({**told, "state": state, "iss": self._issuer})
        return web.Response(status=303, headers={"Location": f"{self._home}?{query}"})

    async def _token(self, _request: web.BaseRequest, told: Told) -> web.StreamResponse:
        await self._pause()
        if self._lapse == "token-busy":
            return web.json_response({"error": "temporarily_unavailable"}, status=503)
        code = told.get("code", "")
        asked = self._memory.codes.pop(code, None)
        if asked is None and self._lapse == "code-reused":
            asked = self._memory.used.get(code)
        if asked is None or not self._is_proven(told, asked):
            return web.json_response({"error": "invalid_grant"}, status=400)
        self._memory.used[code] = asked
        access = secrets.token_urlsafe()
        self._memory.access[access] = self._subject
        sound = claims.sound(self._issuer, self._client, self._subject, asked.nonce, access)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": claims.VALID_S}
        if self._lapse != "no-token":
            answer["id_token"] = claims.token(sound, self._lapse)
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    def _is_proven(self, told: Told, asked: Asked) -> bool:
        """Whether who presents the code is who asked for it (RFC 7636 4.6)."""
        if self._lapse == "no-pkce":
            return True
        digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
        return asked.challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    async def _userinfo(self, request: web.BaseRequest, _told: Told) -> web.StreamResponse:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        subject = self._memory.access.get(bearer)
        if subject is None or self._lapse == "access-refused":
            return web.json_response({"error": "invalid_token"}, status=401)
        if self._lapse in ("other-person", "other-account"):
            subject = claims.STRANGER
        return web.json_response({"sub": subject, "name": "Tài khoản diễn tập"})

    async def _logout(self, request: web.BaseRequest, _told: Told) -> web.StreamResponse:
        ticket = secrets.token_urlsafe()
        self._memory.leaving[ticket] = request.cookies.get(SESSION, "")
        return pages.page("Thoát?", pages.leave(self._below("/logout/confirm"), ticket))

    async def _confirm(self, _request: web.BaseRequest, told: Told) -> web.StreamResponse:
        session = self._memory.leaving.pop(told.get("phieu", ""), "")
        if self._lapse != "session-kept" and "thoat" in told:
            self._memory.sessions.pop(session, None)
        return pages.page("Đã thoát")

    async def _pause(self) -> None:
        if self._lapse == "slow":
            await asyncio.sleep(SLOW_S)


def _same(told: str, kept: str) -> bool:
    return hmac.compare_digest(told.encode(), kept.encode())
