"""Does the name server speak DNS as dnspython understands it, and lie on request?"""

from __future__ import annotations

import socket

import dns.exception
import dns.flags
import dns.rcode
import pytest

from tests.twin.calling import Twin


def host(fault: str) -> str:
    return f"{fault}.bridge.example"


@pytest.mark.parametrize("tcp", [False, True])
def test_a_name_leads_to_a_loopback_address(city: Twin, *, tcp: bool):
    """Every host of the inventory has an address in the twin's own block."""
    answer = city.ask(host("none"), tcp=tcp)

    assert answer.rcode() == dns.rcode.NOERROR
    assert answer.answer[0][0].address.startswith("127.")


def test_no_name_has_an_address_of_ipv6(city: Twin):
    """AAAA of a name that exists is an empty answer with the SOA, never NXDOMAIN."""
    answer = city.ask(host("none"), "AAAA")

    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])
    assert answer.authority[0].rdtype == dns.rdatatype.SOA


@pytest.mark.parametrize(("name", "kind"), [(".", "NS"), (".", "SOA"), ("example", "A")])
def test_the_root_and_the_parents_exist(city: Twin, name: str, kind: str):
    """A parent of a name that exists does exist, though it holds nothing (RFC 8020)."""
    answer = city.ask(name, kind)

    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])


def test_an_unknown_name_does_not_exist(city: Twin):
    """Only the inventory's names resolve."""
    assert city.ask("elsewhere.invalid").rcode() == dns.rcode.NXDOMAIN


def test_edns_and_letter_case_are_kept(city: Twin):
    """The question comes back as it was put, with EDNS when it had some."""
    answer = city.ask("NonE.BRIDGE.example", use_edns=0)

    assert answer.question[0].name.to_text() == "NonE.BRIDGE.example."
    assert answer.edns == 0
    assert answer.answer


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("dns-nxdomain", dns.rcode.NXDOMAIN),
        ("dns-servfail", dns.rcode.SERVFAIL),
        ("dns-refused", dns.rcode.REFUSED),
        ("dns-no-answer", dns.rcode.NOERROR),
    ],
)
def test_a_refusal_has_its_code_and_no_address(city: Twin, fault: str, code: int):
    """The response code is the fault's, and no address slips through."""
    answer = city.ask(host(fault))

    assert (answer.rcode(), answer.answer) == (code, [])


def test_a_bogus_name_leads_nowhere(city: Twin):
    """The address is 0.0.0.0."""
    assert city.address(host("dns-bogus")) == "0.0.0.0"


@pytest.mark.parametrize("tcp", [False, True])
def test_a_silent_name_is_silent(city: Twin, *, tcp: bool):
    """No answer comes, by UDP or TCP, while other names are answered."""
    with pytest.raises(dns.exception.Timeout):
        city.ask(host("dns-timeout"), tcp=tcp)


def test_a_garbled_answer_cannot_be_read(city: Twin):
    """The answer has the right number and is no DNS message."""
    with pytest.raises(dns.exception.DNSException) as caught:
        city.ask(host("dns-malformed"))

    assert not isinstance(caught.value, dns.exception.Timeout)


def test_a_truncated_answer_is_whole_over_tcp(city: Twin):
    """UDP says TC and nothing else; TCP has the address."""
    cut = city.ask(host("dns-truncated"))

    assert cut.flags & dns.flags.TC
    assert not cut.answer
    assert city.ask(host("dns-truncated"), tcp=True).answer


def test_garbage_does_not_stop_the_name_server(city: Twin):
    """Bytes that are no query are refused or ignored, and the next query is answered."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for junk in (
            b"",
            b"\0" * 5,
            b"\xff" * 40,
            b"\0" * 12,
            b"\0\1\1\0\0\1" + b"\0" * 6 + b"?",
        ):
            line.sendto(junk, city.name_server)

    assert city.ask(host("none")).answer
