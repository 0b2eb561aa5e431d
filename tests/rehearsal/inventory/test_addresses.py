"""Which addresses may a bridge that is called by SIP have?"""

import pytest

from rehearsal.inventory.addresses import host_of, problem_of


@pytest.mark.parametrize(
    "url",
    [
        "sip:room@pbx.example",
        "sip:pbx.example:5070;transport=udp",
        "sip:room@pbx.example;transport=tcp",
        "sip:room@pbx.example;transport=TLS",
        "sips:room@pbx.example:5062",
        "sips:room@pbx.example;transport=tcp",
        "sips:room@[2001:db8::1]",
        "wss://pbx.example/sip",
        "ws://pbx.example:8080/",
    ],
)
def test_every_way_to_call_is_accepted(url: str):
    """Datagrams, a stream, TLS and a WebSocket (RFC 3261 19.1, RFC 7118)."""
    assert problem_of(url, "sip") is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sip:room@pbx.example;transport=sctp", "transport"),
        ("sip:room@pbx.example;transport=", "transport"),
        ("sip:room@pbx.example;transport=udp;transport=tcp", "transport"),
        ("sips:room@pbx.example;transport=udp", "transport"),
        ("sip:room:word@pbx.example", "password"),
        ("wss://me:word@pbx.example/", "password"),
        ("https://pbx.example/", "begins with"),
        ("tel:1022", "begins with"),
    ],
)
def test_what_cannot_be_called_is_said(url: str, expected: str):
    """With what was expected instead."""
    problem = problem_of(url, "sip")

    assert problem is not None
    assert expected in problem.en


def test_the_host_is_found_whatever_is_around_it():
    """It alone may be reached."""
    assert host_of("sip:room@pbx.example:5070;transport=tcp") == "pbx.example"
    assert host_of("sips:[2001:db8::1]") == "2001:db8::1"
