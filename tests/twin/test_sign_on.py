"""Does the twin's sign-on misbehave on the wire as each of its faults is called?"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.twin.calling import Twin, read_all

VERIFIER = "v" * 43
NONCE = "n-1"
ANSWER = re.compile(rb"HTTP/1\.1 (\d+)[^\r]*\r\n(.*?)\r\n\r\n(.*)", re.DOTALL)


@dataclass
class Guest:
    """Whoever signs on at the unit of a fault, with sockets and cookies of the tests' own."""

    city: Twin
    fault: str

    def __post_init__(self):
        self.host = f"{self.fault}.oidc.example"
        self.home = f"https://{self.fault}.page.example/oidc"
        self.cookies = SimpleCookie()

    def ask(self, path: str, *, body: dict | None = None, bearer: str = "") -> tuple:
        """Status, the address that it leads to, and the body."""
        sent = urlencode(body).encode() if body else b""
        lines = [
            f"{'POST' if body else 'GET'} /v1{path} HTTP/1.1",
            f"Host: {self.host}",
            "Connection: close",
            f"Cookie: {'; '.join(f'{k}={m.value}' for k, m in self.cookies.items())}",
            f"Content-Length: {len(sent)}",
            *([f"Authorization: Bearer {bearer}"] if bearer else []),
        ]
        with self.city.secure(self.host) as line:
            line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + sent)
            status, head, content = ANSWER.match(read_all(line)).groups()
        headers = [h.partition(": ")[::2] for h in head.decode().split("\r\n")]
        for name, value in headers:
            if name == "Set-Cookie":
                self.cookies.load(value)
        return int(status), dict(headers).get("Location", ""), content

    def authorize(self, **more: str) -> str:
        """Where a request to sign on leads."""
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        asked = {
            "client_id": "thu",
            "redirect_uri": self.home,
            "response_type": "code",
            "scope": "openid",
            "state": "s-1",
            "nonce": NONCE,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return self.ask(f"/authorize?{urlencode(asked | more)}")[1]

    def enter(self, password: str = "") -> str:
        """Where name and password lead; nobody is asked for them twice."""
        if "code=" in (straight := self.authorize()):
            return straight
        secret = password or self.city.said["secrets"]["REHEARSAL_oidc"]
        return self.ask("/login", body={"tai_khoan": "thu", "mat_khau": secret})[1]

    def code(self) -> str:
        """The code of a sign-on."""
        return parse_qs(urlsplit(self.enter()).query)["code"][0]

    def redeem(self, code: str, verifier: str = VERIFIER) -> tuple[int, dict[str, Any]]:
        """The answer to a code."""
        told = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        status, _, body = self.ask("/token", body=told | {"redirect_uri": self.home})
        return status, json.loads(body)

    def token(self) -> tuple[dict, dict, bytes, bytes]:
        """Header, claims, what was signed and the signature of an ID token."""
        raw = self.redeem(self.code())[1]["id_token"]
        told, _, signature = raw.rpartition(".")
        header, claims = (json.loads(_bytes(part)) for part in told.split("."))
        return header, claims, told.encode(), _bytes(signature)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def test_a_sign_on_gives_a_token_that_cryptography_verifies(city: Twin):
    """RS256 over RFC 7515's signing input, by the key that is published."""
    guest = Guest(city, "none")
    header, claims, told, signature = guest.token()
    keys = json.loads(guest.ask("/keys")[2])["keys"]
    key = next(key for key in keys if key["kid"] == header["kid"])
    public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()

    public.verify(signature, told, padding.PKCS1v15(), hashes.SHA256())
    assert claims["iss"] == f"https://{guest.host}/v1"
    assert (claims["aud"], claims["nonce"], claims["sub"]) == ("thu", NONCE, "thu")


def test_a_wrong_password_leads_nowhere(city: Twin):
    """The form comes again."""
    assert Guest(city, "none").enter("sai") == ""


def test_a_browser_that_left_is_asked_again(city: Twin):
    """No session, no code; and without asking anybody: login_required."""
    guest = Guest(city, "none")
    guest.enter()
    ticket = re.search(rb'phieu" value="([^"]+)', guest.ask("/logout")[2])[1].decode()
    signed_on = guest.authorize(prompt="none")
    guest.ask("/logout/confirm", body={"phieu": ticket, "thoat": "1"})

    assert "code=" in signed_on
    assert "error=login_required" in guest.authorize(prompt="none")


def test_a_code_is_good_once_and_with_its_proof(city: Twin):
    """RFC 6749 4.1.2 and RFC 7636 4.6."""
    guest = Guest(city, "none")
    code = guest.code()

    assert guest.redeem(guest.code(), "w" * 43)[0] == 400
    assert [guest.redeem(code)[0], guest.redeem(code)[0]] == [200, 400]


@pytest.mark.parametrize(
    ("fault", "name", "expected"),
    [
        ("alg-none", "alg", "none"),
        ("alg-hs256", "alg", "HS256"),
        ("es256", "alg", "ES256"),
        ("key-unpublished", "kid", "ec-2"),
        ("forged", "kid", "ec-1"),
    ],
)
def test_a_header_is_what_the_fault_says(city: Twin, fault: str, name: str, expected: str):
    """The header names how it is signed, or that it is not."""
    assert Guest(city, f"sign-on-{fault}").token()[0][name] == expected


@pytest.mark.parametrize(
    ("fault", "name", "expected"),
    [
        ("nonce-missing", "nonce", None),
        ("nonce-of-another", "nonce", "lan-dang-nhap-truoc"),
        ("wrong-audience", "aud", "ung-dung-khac"),
        ("wrong-party", "azp", "ung-dung-khac"),
        ("token-timeless", "exp", None),
        ("token-nameless", "sub", None),
    ],
)
def test_a_claim_is_what_the_fault_says(city: Twin, fault: str, name: str, expected: str):
    """One claim is wrong, the signature is right."""
    assert Guest(city, f"sign-on-{fault}").token()[1].get(name) == expected


def test_another_persons_userinfo(city: Twin):
    """The token is of one account, the userinfo of another."""
    guest = Guest(city, "sign-on-other-person")
    access = guest.redeem(guest.code())[1]["access_token"]

    assert json.loads(guest.ask("/userinfo", bearer=access)[2])["sub"] == "nguoi-khac"


def test_its_passwords_are_new_each_time(city: Twin):
    """They stand in its first line alone, by the inventory's own names."""
    found = city.said["secrets"]

    assert set(found) >= {"REHEARSAL_oidc"}
    assert all(len(secret) == 32 for secret in found.values())
    assert len(set(found.values())) == len(found)
