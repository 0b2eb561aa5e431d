"""Does a bridge see the caller that the inventory describes?"""

import pytest

from rehearsal.model import Account, Bridge, Target, TargetKind
from rehearsal.net.sip.party import Party, Registration, named
from tests.rehearsal.net.sip.written import agent


def party(url: str, *, bridge: Bridge | None = None) -> Party:
    target = Target("a/bridge", "a", "A", TargetKind.BRIDGE, url, "sip", bridge=bridge)
    return Party.of(target, "DIENTAP")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """A bridge with a domain of its own and an account."""
    monkeypatch.setenv("HALL_SECRET", "secret")
    return Bridge("pbx.example", Account("hall 12", "env:HALL_SECRET"))


def test_an_account_is_an_address_of_its_domain(account: Bridge):
    """Whatever host the bridge is reached at."""
    found = party("sip:room@192.0.2.5:5070", bridge=account)

    assert found.record == "sip:hall%2012@pbx.example"
    assert found.room("other") == "sip:room@pbx.example"
    assert found.credentials is not None
    assert found.credentials.password == "secret"


def test_without_an_account_we_are_nobody_there():
    """No foreign domain's name is claimed (RFC 3323 4.1.1.3)."""
    found = party("sip:pbx.example")

    assert found.record == "sip:dientap@anonymous.invalid"
    assert found.room(20250620) == "sip:20250620@pbx.example"
    assert found.credentials is None


def test_a_secret_that_is_not_set_is_said():
    """By the name of the reference, never a value."""
    missing = Bridge(None, Account("hall", "env:NO_SUCH_SECRET_HERE"))

    with pytest.raises(ValueError, match="NO_SUCH_SECRET_HERE"):
        party("sip:room@pbx.example", bridge=missing)


@pytest.mark.parametrize(
    ("url", "local", "sent_by", "contact"),
    [
        ("sip:r@p", ("192.0.2.1", 5099), "192.0.2.1:5099", "192.0.2.1:5099;transport=udp"),
        ("sip:r@p", ("2001:db8::1", 9), "[2001:db8::1]:9", "[2001:db8::1]:9;transport=udp"),
        ("sips:r@p", ("192.0.2.1", 9), "192.0.2.1:9", "192.0.2.1:9;transport=tcp"),
    ],
)
def test_the_way_back_is_our_own_address(url: str, local, sent_by: str, contact: str):
    """What the other side starts comes over the same connection."""
    caller = party(url).caller(local)

    assert caller.sent_by == sent_by
    assert caller.contact == f"<{url.partition(':')[0]}:dientap@{contact}>"


def test_behind_a_websocket_we_have_no_address():
    """A name that leads nowhere stands for it (RFC 7118 5.1)."""
    caller = party("wss://pbx.example/sip").caller(None)

    assert caller.transport == "WSS"
    assert caller.sent_by.endswith(".invalid")
    assert caller.contact.endswith(".invalid;transport=ws>")


def test_a_name_for_people_ends_nothing():
    """Quotes are escaped, line ends left out."""
    assert named('Hải "An"\r\nEvil: x\\', "sip:a@b") == '"Hải \\"An\\"Evil: x\\\\" <sip:a@b>'


def test_a_registration_is_one_binding(account: Bridge):
    """Entered, renewed and taken out under one Call-ID, with growing numbers (10.2)."""
    ours = Registration(agent(), party("sip:pbx.example", bridge=account))

    first, last = ours.request(120), ours.request(0, (("Authorization", "x"),))

    assert (first.uri, last.headers.first("Expires")) == ("sip:pbx.example", "0")
    assert first.headers.call_id == last.headers.call_id
    assert first.headers.first("From") == last.headers.first("From")
    assert (first.headers.cseq[0], last.headers.cseq[0]) == (1, 2)
    assert first.headers.first("To") == "<sip:hall%2012@pbx.example>"
    assert last.headers.first("Contact") == agent().caller.contact
