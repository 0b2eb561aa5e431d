"""Do we prove to know a password as the RFCs reckon it?"""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.sip.digest import Credentials, parse_challenge, strongest
from rehearsal.net.sip.message import MalformedMessage, parameters, split

# RFC 7616 3.9.1.
REALM, NONCE = "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
ASKED = f'Digest realm="{REALM}", qop="auth, auth-int", nonce="{NONCE}", opaque="{OPAQUE}"'


def fields(value: str) -> dict[str, str]:
    return {k: v.strip('"') for k, v in parameters(split(value[7:], ",")).items()}


@pytest.mark.parametrize(
    ("algorithm", "proof"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_the_rfc(algorithm: str, proof: str):
    """RFC 7616 3.9.1, both algorithms."""
    challenge = parse_challenge(f"{ASKED}, algorithm={algorithm}")
    mufasa = Credentials("Mufasa", "Circle of Life")

    told = fields(mufasa.answer(challenge, "GET", "/dir/index.html", CNONCE))

    assert told["response"] == proof
    assert (told["qop"], told["nc"], told["opaque"]) == ("auth", "00000001", OPAQUE)


def test_an_old_server_is_answered_too():
    """Without qop the proof is that of RFC 2069: no count, no nonce of ours."""
    challenge = parse_challenge('Digest realm="r", nonce="n"')

    told = fields(Credentials("u", "p").answer(challenge, "REGISTER", "sip:r", "c"))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    assert told["response"] == md5(f"{md5('u:r:p')}:n:{md5('REGISTER:sip:r')}")
    assert not {"qop", "nc", "cnonce", "algorithm"} & set(told)


def test_a_session_has_both_nonces_in_its_secret():
    """`-sess`, and a body under `auth-int`, reckoned by hand."""
    challenge = parse_challenge(
        'Digest realm="r",nonce="n",qop=auth-int,algorithm=SHA-256-sess'
    )

    told = fields(Credentials("u", "p").answer(challenge, "INVITE", "sip:r", "c", b"body"))

    def sha(data: str | bytes) -> str:
        return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()

    secret = sha(f"{sha('u:r:p')}:n:c")
    request = sha(f"INVITE:sip:r:{sha(b'body')}")
    assert told["response"] == sha(f"{secret}:n:00000001:c:auth-int:{request}")


def test_each_use_of_a_nonce_is_counted():
    """A server refuses a count that it has seen."""
    challenge = parse_challenge(ASKED)
    ours = Credentials("u", "p")

    counts = [fields(ours.answer(challenge, "BYE", "sip:r", "c"))["nc"] for _ in range(3)]

    assert counts == ["00000001", "00000002", "00000003"]


def test_the_strongest_known_algorithm_is_chosen():
    """RFC 8760 2.4: a server offers several; unknown ones and other schemes are left."""
    offers = ["MD5", "SHA-256", "SHA-3-1000", "sha-256-sess"]
    values = [f'Digest realm="r", nonce="n", algorithm={name}' for name in offers]

    assert strongest(["Basic realm=x", *values]).algorithm == "SHA-256"
    assert strongest(["Basic realm=x", values[2]]) is None


def test_quotes_in_names_stay_inside():
    """A user or realm with quotes cannot add a field."""
    challenge = parse_challenge('Digest realm="a \\"b\\", c", nonce="n", stale=TRUE')

    told = Credentials('u", response="0', "p").answer(challenge, "BYE", "sip:r", "c")

    assert challenge.realm == 'a "b", c'
    assert challenge.is_stale
    assert told.count("response=") == 2
    assert fields(told)["response"] != "0"


@pytest.mark.parametrize(
    "value", ["Digest", 'Digest realm="r"', 'Digest nonce="n"', "Digest ,,"]
)
def test_half_a_challenge_is_malformed(value: str):
    """There is nothing to prove without realm and nonce."""
    with pytest.raises(MalformedMessage):
        parse_challenge(value)


@given(st.text(max_size=200))
def test_no_challenge_breaks_us(text: str):
    """Whatever a server writes is answered, passed over, or malformed."""
    try:
        challenge = strongest([f"Digest {text}", text])
    except MalformedMessage:
        return
    assert challenge is None or Credentials("u", "p").answer(challenge, "BYE", "sip:r", "c")


def test_a_password_is_never_shown():
    """Not even in a traceback's repr."""
    assert "geheim" not in repr(Credentials("u", "geheim"))
