"""What does a sign-on server say of itself? (OpenID Connect Discovery 1.0)"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.http import following
from rehearsal.net.oidc.answers import told_object
from rehearsal.net.talk import ask
from rehearsal.net.trail import stop

PATH = "/.well-known/openid-configuration"
KEYS_MAX = 64  # a provider that changes its keys daily shows two or three
_Url = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
_Words = list[Annotated[str, StringConstraints(max_length=200)]]
_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
)


class Provider(BaseModel):
    """The part of a provider's metadata that a sign-on needs (section 3)."""

    model_config = ConfigDict(strict=True, frozen=True)

    issuer: _Url
    authorization_endpoint: _Url
    token_endpoint: _Url
    jwks_uri: _Url
    userinfo_endpoint: _Url | None = None
    end_session_endpoint: _Url | None = None
    token_endpoint_auth_methods_supported: _Words = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False

    @property
    def takes_basic(self) -> bool:
        """Whether an application may show its secret as HTTP Basic."""
        return "client_secret_basic" in self.token_endpoint_auth_methods_supported


async def discover(door: Door, issuer: str) -> Provider:
    """The provider of that issuer; Stopped when it is another's, or leads elsewhere."""
    page = await ask(door, issuer.rstrip("/") + PATH)
    try:
        provider = Provider.model_validate(told_object(page, "discovery"))
    except ValidationError as problem:
        wrong = sorted({str(part["loc"][0]) for part in problem.errors()})
        told = f"discovery: wrong or missing {', '.join(wrong)}"
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", told) from problem
    if provider.issuer != issuer:  # section 4.3: exactly the same, a slash at the end too
        told = f"it calls itself {provider.issuer[:200]!r}, not {issuer!r}"
        raise stop(Step.SIGN_ON, "wrong_issuer", told)
    _refuse_elsewhere(door, provider)
    return provider


def _refuse_elsewhere(door: Door, provider: Provider) -> None:
    """No secret goes to a host that the inventory does not name, nor out of TLS."""
    for name in _ENDPOINTS:
        if (url := getattr(provider, name)) is not None:
            following(door, provider.issuer, url)


async def published_keys(door: Door, provider: Provider) -> list[dict[str, Any]]:
    """The keys that the provider signs with (RFC 7517 5)."""
    found = told_object(await ask(door, provider.jwks_uri), "keys").get("keys")
    keys = [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []
    if not keys:
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", "keys: none is published")
    return keys[:KEYS_MAX]
