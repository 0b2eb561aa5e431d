"""Does the sign-on work at a provider that the OpenID Foundation has certified?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from checks import CHECKS
from rehearsal.model import Account, Api, Measurement, Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Door
from rehearsal.net.oidc.walk import SignedOn
from rehearsal.net.tls import context
from rehearsal.observe import Watch
from rehearsal.readiness.verdicts import judge
from rehearsal.run import measure
from tests.rehearsal.readiness.small_city import GO_LIVE
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.children import free_ports
from tests.servers.names import name_server
from tests.servers.oidc.certified import (
    CAUTIOUS,
    CONFIDENTIAL,
    CURVED,
    HOME,
    HOST,
    ISSUER,
    LEFT,
    PUBLIC,
    USER,
    certified,
)

CHECK = CHECKS["system.sign_on"]
PASSWORD, SECRET = "mật khẩu & diễn+tập", "bi mat: 100%+&"
API = Api(
    "oidc",
    ISSUER,
    Account(USER, "env:OIDC_PASSWORD"),
    {
        "client_id": PUBLIC,
        "redirect_uri": HOME,
        "logout_uri": LEFT,
        "subject": USER,
        "used_code": "try",
    },
)


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The door to a running provider, over TLS on loopback."""
    folder = tmp_path_factory.mktemp("oidc")
    leaf = issue("Login", by=intermediate(), hosts=[HOST])
    files = written(folder, "login", leaf, intermediate())
    trust = folder / "root.pem"
    trust.write_bytes(root().pem)
    (port,) = free_ports(1)
    with (
        name_server(folder, {HOST: ["127.0.0.1"]}) as names,
        certified(folder, port, files, password=PASSWORD, secret=SECRET),
    ):
        yield Door(
            resolver=Resolver([NameServer("127.0.0.1", names)]),
            tls=context([str(trust)]),
            hosts=frozenset({HOST}),
            ports={443: port},
        )


@pytest.fixture
async def door(way: Door) -> AsyncIterator[Door]:
    """That door with conversations of its own: those of another event loop are gone."""
    own = replace(way, talks=type(way.talks)())
    yield own
    own.talks.close()


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_PASSWORD", PASSWORD)
    monkeypatch.setenv("OIDC_SECRET", SECRET)
    monkeypatch.setenv("OIDC_OTHER", "another")


async def measured(door: Door, api: Api = API, **settings: str) -> Measurement[SignedOn]:
    """The check put to the provider; further settings change the inventory's."""
    api = replace(api, settings={**api.settings, **settings})
    url = f"{ISSUER}/.well-known/openid-configuration"
    target = Target("city/sign-on", "city", "Sign-on", TargetKind.SYSTEM, url, api=api)
    async with Watch() as watch:
        return await measure(CHECK, target, door, watch, vantage="test")


def failed(measurement: Measurement[SignedOn]) -> tuple[str, str]:
    """On which step, and why."""
    assert measurement.failure is not None
    return str(measurement.failure.step), measurement.failure.kind


@pytest.mark.parametrize(
    ("client", "algorithm", "settings"),
    [
        (PUBLIC, "RS256", {}),
        (CURVED, "ES256", {}),
        (CONFIDENTIAL, "RS256", {"client_secret": "env:OIDC_SECRET"}),
        (PUBLIC, "RS256", {"user_field": "login", "password_field": "password"}),
    ],
    ids=["public", "elliptic", "confidential", "named-fields"],
)
async def test_a_sign_on_passes(
    door: Door, client: str, algorithm: str, settings: dict[str, str]
):
    """Code, PKCE, ID token, userinfo and logout: all as the standard has it."""
    measurement = await measured(door, client_id=client, **settings)
    seen = measurement.evidence
    target = Target("city/sign-on", "city", "Sign-on", TargetKind.SYSTEM, ISSUER, api=API)

    assert measurement.failure is None, measurement.failure
    assert seen.algorithm == algorithm
    assert (seen.has_logout, seen.session_ends) == (True, True)
    assert (seen.wants_verifier, seen.refuses_used_code) == (True, True)
    assert judge(CHECK, measurement, target, go_live=GO_LIVE).findings == ()


async def test_it_leaves_without_an_address_to_go_to(door: Door):
    """Then the provider shows a page of its own."""
    measurement = await measured(door, logout_uri="")

    assert measurement.failure is None, measurement.failure
    assert measurement.evidence.session_ends is True


async def test_a_wrong_password_is_told(door: Door, monkeypatch: pytest.MonkeyPatch):
    """The account, and not the server, is what somebody has to see to."""
    monkeypatch.setenv("OIDC_PASSWORD", "khác")

    assert failed(await measured(door)) == ("sign_on", "credentials_rejected")


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"client_id": CAUTIOUS}, "consent_required"),
        ({"client_id": "nobody"}, "client_rejected"),
        ({"redirect_uri": "https://app.example/elsewhere"}, "client_rejected"),
        ({"client_id": CONFIDENTIAL, "client_secret": "env:OIDC_OTHER"}, "client_rejected"),
        ({"subject": "somebody"}, "wrong_record"),
        ({"password_field": "pin"}, "wrong_content"),
        ({"redirect_uri": ""}, "sign_on_unprepared"),
    ],
    ids=lambda told: "-".join(told) if isinstance(told, dict) else told,
)
async def test_what_is_not_set_up_is_named(door: Door, settings: dict[str, str], kind: str):
    """Consent, application, address, secret, account: each has its own name."""
    assert failed(await measured(door, **settings))[1] == kind


async def test_another_issuer_is_refused(door: Door):
    """A slash too many, and tokens would be refused everywhere."""
    api = replace(API, url=f"{ISSUER}/")

    assert failed(await measured(door, api)) == ("sign_on", "wrong_issuer")


async def test_nothing_secret_is_written_down(door: Door):
    """Neither password nor code nor token stands in what the journal keeps."""
    measurement = await measured(door)
    kept = repr(measurement)

    assert measurement.failure is None
    assert "login.example/auth" in kept
    for secret in (PASSWORD, "?code=", "&code=", "eyJ", "state=", "id_token_hint", USER):
        assert secret not in kept
