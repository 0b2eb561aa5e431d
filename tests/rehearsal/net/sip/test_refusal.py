"""Is each refusal called by its name, and each challenge answered once?"""

import pytest

from rehearsal.model import Step
from rehearsal.net.sip.digest import Credentials
from rehearsal.net.sip.message import Request, Response, parse
from rehearsal.net.sip.refusal import Prover, refused
from rehearsal.net.trail import Stopped
from tests.rehearsal.net.sip.written import INVITE, answer

REQUEST = parse(INVITE)
WWW = 'WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"'
PROXY = 'Proxy-Authenticate: Digest realm="p", nonce="n2", algorithm=SHA-256, qop="auth"'


def prover() -> Prover:
    return Prover(Credentials("hall", "secret"))


def kind_of(prove: Prover, response: Response) -> tuple[Step, str]:
    assert isinstance(REQUEST, Request)
    with pytest.raises(Stopped) as ended:
        prove.proof(response, REQUEST)
    return ended.value.failure.step, ended.value.failure.kind


@pytest.mark.parametrize(
    ("method", "status", "kind"),
    [
        ("INVITE", 486, "sip_486"),
        ("INVITE", 603, "sip_603"),
        ("INVITE", 488, "no_codec_in_common"),
        ("INVITE", 606, "no_codec_in_common"),
        ("REGISTER", 488, "sip_488"),
    ],
)
def test_a_refusal_is_named(method: str, status: int, kind: str):
    """By its code; what concerns the sound by what it means."""
    failure = refused(method, answer(INVITE, status)).failure

    assert (failure.step, failure.kind) == (Step.SIGNALLING, kind)


def test_what_the_other_side_says_is_kept():
    """When to come again, and why not now; capped, whatever it writes."""
    told = answer(INVITE, 503, "Retry-After: 30", f"Warning: 399 x {'y' * 5000}")

    detail = refused("INVITE", told).failure.detail

    assert detail.startswith("INVITE: 503 Reason; Retry-After: 30; Warning: 399 x yyy")
    assert len(detail) == 300


def test_a_server_and_a_proxy_are_answered_in_their_own_headers():
    """401 asks for Authorization, 407 for Proxy-Authorization; both go on together."""
    ours = prover()

    first = ours.proof(answer(INVITE, 401, WWW), REQUEST)
    both = ours.proof(answer(INVITE, 407, PROXY), REQUEST)

    assert [name for name, _ in first] == ["Authorization"]
    assert [name for name, _ in both] == ["Authorization", "Proxy-Authorization"]
    assert "nc=00000002" in both[0][1]


def test_a_second_challenge_means_a_wrong_password():
    """The server saw our proof, and asks again."""
    ours = prover()
    ours.proof(answer(INVITE, 401, WWW), REQUEST)

    told = kind_of(ours, answer(INVITE, 401, WWW.replace("n1", "n9")))

    assert told == (Step.SIGN_ON, "credentials_rejected")


def test_a_stale_nonce_is_no_wrong_password():
    """The proof was good, but too late (RFC 7616 3.3)."""
    ours = prover()
    ours.proof(answer(INVITE, 401, WWW), REQUEST)

    [(_, again)] = ours.proof(
        answer(INVITE, 401, WWW.replace("n1", "n9") + ", stale=true"), REQUEST
    )

    assert 'nonce="n9"' in again


@pytest.mark.parametrize(
    ("status", "challenge", "kind"),
    [
        (401, "X: y", "sip_401"),
        (401, PROXY, "sip_401"),
        (401, "WWW-Authenticate: Basic realm=r", "sip_401"),
        (401, WWW + ", algorithm=UNHEARD-OF", "sip_401"),
        (401, "WWW-Authenticate: Digest realm=r", "malformed_message"),
        (403, WWW, "sip_403"),
    ],
)
def test_what_cannot_be_answered_is_a_refusal(status: int, challenge: str, kind: str):
    """No challenge, none that we know, or half of one."""
    assert kind_of(prover(), answer(INVITE, status, challenge)) == (Step.SIGNALLING, kind)


def test_without_an_account_a_challenge_is_a_refusal():
    """The inventory gave us none."""
    assert kind_of(Prover(None), answer(INVITE, 407, PROXY)) == (Step.SIGNALLING, "sip_407")
    assert Prover(None).again("BYE", "sip:r") == ()
