"""Do later requests of a call find their way? (RFC 3261 12.1.2 and 12.2.1.1)"""

import pytest

from rehearsal.net.sip.dialog import Dialog
from rehearsal.net.sip.message import parse
from tests.rehearsal.net.sip.written import INVITE, answer

ROUTES = ("<sip:p1.example;lr>", "<sip:p2.example;lr;x=1>", "<sip:p3.example>")


def dialog(*extra: str) -> Dialog:
    return Dialog.of(parse(INVITE), answer(INVITE, 200, *extra))


def test_the_route_is_the_recorded_one_backwards():
    """In one header or in several, the last proxy is the first one on our way."""
    found = dialog(
        f"Record-Route: {ROUTES[2]}, {ROUTES[1]}",
        f"Record-Route: {ROUTES[0]}",
        'Contact: "Far, end" <sip:far@192.0.2.9:5090;transport=udp>;expires=60',
    )

    assert found.routes == ROUTES
    assert found.addressed() == ("sip:far@192.0.2.9:5090;transport=udp", ROUTES)


def test_without_proxies_the_other_side_is_addressed_itself():
    """No route, no Route header."""
    assert dialog("Contact: <sip:far@192.0.2.9>").addressed() == ("sip:far@192.0.2.9", ())


def test_a_strict_router_is_addressed_itself():
    """A first proxy without `lr` gets the request, and the target goes to the end."""
    found = dialog("Record-Route: <sip:old.example>", "Contact: <sip:far@192.0.2.9>")

    assert found.addressed() == ("sip:old.example", ("<sip:far@192.0.2.9>",))


def test_who_forgets_a_contact_is_called_as_before():
    """Some do, and their calls are ended nevertheless."""
    assert dialog().target == "sip:room@pbx.example"


def test_numbers_go_up():
    """Each request but ACK has its own (12.2.1.1)."""
    found = dialog()

    assert (found.number, found.next_number(), found.next_number()) == (1, 2, 3)


@pytest.mark.parametrize(
    ("old", "new", "is_owned"),
    [
        (b"", b"", True),
        (b"call-1", b"call-2", False),
        (b"tag=theirs", b"tag=others", False),
        (b"tag=ours", b"tag=other", False),
    ],
)
def test_only_the_other_side_of_this_call_is_heard(old: bytes, new: bytes, is_owned: bool):  # noqa: FBT001 - a column of the table
    """Call-ID and both tags must be the call's."""
    bye = (
        b"BYE sip:hall@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP p;branch=z9hG4bKx\r\n"
        b"From: <sip:room@pbx.example>;tag=theirs\r\nTo: <sip:hall@pbx.example>;tag=ours\r\n"
        b"Call-ID: call-1\r\nCSeq: 7 BYE\r\n\r\n"
    )

    assert dialog().owns(parse(bye.replace(old, new))) is is_owned
