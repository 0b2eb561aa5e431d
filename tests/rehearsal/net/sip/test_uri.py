"""Is it known from an address whom to call, and by which way?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.sip.uri import SipUri, Way, parse, way_to


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("sip:room@pbx.example", Way("UDP", "pbx.example", 5060, "sip", "room")),
        ("sip:room@pbx.example;transport=tcp", Way("TCP", "pbx.example", 5060, "sip", "room")),
        (
            "SIP:1022@PBX.example:5070;transport=UDP",
            Way("UDP", "pbx.example", 5070, "sip", "1022"),
        ),
        ("sip:pbx.example;transport=tls", Way("TLS", "pbx.example", 5061)),
        ("sips:room@pbx.example", Way("TLS", "pbx.example", 5061, "sips", "room")),
        ("sips:a@pbx.example;transport=tcp", Way("TLS", "pbx.example", 5061, "sips", "a")),
        (
            "sip:h%C3%A0%20an@[2001:db8::1]:5062",
            Way("UDP", "2001:db8::1", 5062, "sip", "hà an"),
        ),
        ("wss://pbx.example/sip", Way("WSS", "pbx.example", 443, url="wss://pbx.example/sip")),
        (
            "ws://pbx.example:8080/",
            Way("WS", "pbx.example", 8080, url="ws://pbx.example:8080/"),
        ),
    ],
)
def test_an_address_of_the_inventory_names_its_way(url: str, way: Way):
    """Transport, host and port as RFC 3261 and RFC 7118 say, whoever is called."""
    assert way_to(url) == way


@pytest.mark.parametrize(
    "url",
    [
        *("", "sip:", "sip:@", "sip:a@", "room@pbx.example", "tel:1022", "sip:a@b c"),
        *(
            "sip:a@b:0",
            "sip:a@b:70000",
            "sip:a@b>",
            "sip:a@b\r\nEvil: x",
            "sips:a@b;transport=udp",
        ),
        *("sip:a@b;transport=sctp", "sip:a@b;transport=ws", "https://pbx.example/", "ws:///x"),
    ],
)
def test_what_is_no_way_is_refused(url: str):
    """No guess is made about an address."""
    with pytest.raises(ValueError):  # noqa: PT011 - any words will do
        way_to(url)


@pytest.mark.parametrize(
    ("url", "parameter"),
    [
        ("sip:a@b", "udp"),
        ("sip:a@b;transport=tls", "tls"),
        ("sips:a@b", "tcp"),
        ("wss://b/", "ws"),
        ("ws://b/", "ws"),
    ],
)
def test_a_way_is_told_as_others_understand_it(url: str, parameter: str):
    """`transport=` of our Contact leads back over the same connection."""
    assert way_to(url).parameter == parameter


@given(st.text(max_size=30), st.sampled_from(["pbx.example", "2001:db8::1"]))
def test_any_user_is_written_so_that_it_is_read_again(user: str, host: str):
    """A room may be called anything; nothing in its name ends the address."""
    written = str(SipUri("sip", user, host))

    assert written.isascii()
    assert parse(written).host == host
    assert parse(written).user == user.partition(":")[0] or ":" in user


def test_a_user_with_a_colon_is_one_user():
    """What looks like a password is part of the room's name."""
    assert parse(str(SipUri("sip", "a:b", "c"))).user == "a:b"
