"""Is an ID token believed only when every claim in it is right?"""

import base64
import json

import pytest
from joserfc import jwk, jwt

from rehearsal.net.oidc.token import Expected, TokenInvalid, believed
from twin.oidc import keys

NOW = 1_750_800_000
EXPECTED = Expected("https://login.example", "us", "n-1", "access", NOW)
SOUND = {
    "iss": "https://login.example",
    "aud": "us",
    "sub": "dien-tap",
    "nonce": "n-1",
    "iat": NOW,
    "exp": NOW + 600,
}
PUBLISHED = keys.published()["keys"]


def refused(raw, published=PUBLISHED):
    """The claim that fails."""
    with pytest.raises(TokenInvalid) as found:
        believed(raw, published, EXPECTED)
    return str(found.value).partition(":")[0]


@pytest.mark.parametrize(
    ("sign", "algorithm"), [(keys.by_rsa, "RS256"), (keys.by_ec, "ES256")], ids=["rsa", "ec"]
)
def test_a_sound_token_is_believed(sign, algorithm):
    """Whichever of the published keys signed it."""
    told = believed(sign(SOUND), PUBLISHED, EXPECTED)

    assert (told.subject, told.algorithm) == ("dien-tap", algorithm)
    assert (told.issued_s, told.expires_s) == (NOW, NOW + 600)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["us"]},
        {"aud": ["us", "others"], "azp": "us"},
        {"azp": "us"},
        {"at_hash": keys.half_hash("access")},
        {"exp": NOW + 0.5},
        {"nbf": NOW},
    ],
    ids=str,
)
def test_the_standard_allows_it(changes):
    """What OpenID Connect Core leaves open is not held against a server."""
    assert believed(keys.by_rsa(SOUND | changes), PUBLISHED, EXPECTED).subject


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"iss": "https://login.example/"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "others"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {"us": 1}}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["us", "others"]}, "azp"),
        ({"azp": "others"}, "azp"),
        ({"nonce": "n-2"}, "nonce"),
        ({"nonce": ["n-1"]}, "nonce"),
        ({"nonce": "\ud800"}, "nonce"),
        ({"exp": NOW}, "exp"),
        ({"exp": NOW - 1}, "exp"),
        ({"exp": "2999-01-01"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("inf")}, "exp"),
        ({"exp": (NOW + 600) * 1000}, "exp"),
        ({"iat": None}, "iat"),
        ({"iat": NOW + 700}, "exp"),
        ({"nbf": NOW + 300}, "nbf"),
        ({"at_hash": "x"}, "at_hash"),
        ({"at_hash": None}, "at_hash"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "x" * 256}, "sub"),
    ],
    ids=str,
)
def test_one_wrong_claim_is_enough(changes, claim):
    """And it is named."""
    assert refused(keys.by_rsa(SOUND | changes)) == claim


@pytest.mark.parametrize("missing", ["iss", "aud", "nonce", "sub", "iat", "exp"])
def test_one_missing_claim_is_enough(missing):
    """A token that is silent proves nothing."""
    claims = {name: value for name, value in SOUND.items() if name != missing}

    assert refused(keys.by_rsa(claims)) == missing


@pytest.mark.parametrize(
    ("sign", "claim"),
    [
        (keys.unsigned, "alg"),
        (keys.by_public_key, "alg"),
        (keys.by_unpublished, "kid"),
        (keys.forged, "signature"),
    ],
    ids=["none", "hs256", "unpublished", "forged"],
)
def test_who_has_no_key_signs_nothing(sign, claim):
    """Neither without one, nor with the public one, nor with another."""
    assert refused(sign(SOUND)) == claim


def test_a_changed_token_is_refused():
    """One letter of the claims, and the signature no longer fits."""
    header, _, signature = keys.by_rsa(SOUND).split(".")
    claims = base64.urlsafe_b64encode(json.dumps(SOUND | {"sub": "admin"}).encode())

    assert refused(f"{header}.{claims.rstrip(b'=').decode()}.{signature}") == "signature"


@pytest.mark.parametrize(
    "raw", ["", "a.b", "a.b.c", "e30.e30.", "W10.e30.e30", "." * 5, "x" * 70_000, "é.é.é"]
)
def test_what_is_no_token_is_refused(raw):
    """Whatever it is, it is data, and no error of ours."""
    assert refused(raw) in ("form", "alg")


@pytest.mark.parametrize(
    ("published", "claim"),
    [
        ([], "kid"),
        ([{}], "kid"),
        ([{"kty": "oct", "k": "AAAA", "kid": "rsa-1"}], "kid"),
        ([{"kty": "RSA", "kid": "rsa-1"}], "signature"),
        ([{"kty": "RSA", "kid": "rsa-1", "n": "!", "e": 3}], "signature"),
        ([PUBLISHED[0] | {"use": "enc"}], "kid"),
        ([PUBLISHED[0] | {"alg": "RS512"}], "kid"),
        ([PUBLISHED[0] | {"kid": "other"}], "kid"),
        ([PUBLISHED[0], PUBLISHED[0]], "kid"),
    ],
    ids=range(9),
)
def test_a_key_must_be_meant_for_it(published, claim):
    """Of that name, of that kind, for signatures; and no other may bear the name."""
    assert refused(keys.by_rsa(SOUND), published) == claim


def test_a_token_without_a_key_name_needs_a_lone_key():
    """Where one key alone can be meant it may be nameless (Core 10.1)."""
    rsa = jwk.RSAKey.generate_key(2048, private=True)
    raw = jwt.encode({"alg": "RS256"}, SOUND, rsa)
    public = rsa.as_dict(private=False)

    assert believed(raw, [public], EXPECTED).subject == "dien-tap"
    assert refused(raw, [public, PUBLISHED[0]]) == "kid"
