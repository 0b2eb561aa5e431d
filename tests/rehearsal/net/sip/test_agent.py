"""What does our end of a channel say when it is asked, and what does it leave unsaid?"""

import pytest

from rehearsal.net.sip.agent import SERVERS_MAX
from rehearsal.net.sip.message import Request, Response, parse
from tests.rehearsal.net.sip.written import INVITE, agent, answer, message, taken, words


def asked(method: str, number: int = 1) -> Request:
    """A request of the other side outside any call."""
    return parse(
        message(
            f"""{method} sip:hall@192.0.2.1 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK{number}
            From: <sip:x@y>;tag=1
            To: <sip:hall@192.0.2.1>
            Call-ID: another
            CSeq: {number} {method}"""
        )
    )


@pytest.mark.parametrize(
    ("method", "status"),
    [
        ("OPTIONS", 200),
        ("INVITE", 486),
        ("BYE", 481),
        ("CANCEL", 481),
        ("NOTIFY", 405),
        ("A", 405),
    ],
)
def test_a_stranger_is_answered(method: str, status: int):
    """We are there, are never called, know no call, and do nothing else."""
    ours = agent()

    ours.hear(asked(method), 0.0)

    assert words(taken(ours)) == [str(status)]


def test_what_we_can_do_is_told():
    """OPTIONS and 405 have Allow (RFC 3261 11.2, 21.4.6)."""
    ours = agent()

    for method in ("OPTIONS", "NOTIFY"):
        ours.hear(asked(method), 0.0)

    assert all("INVITE" in sent.headers.first("Allow") for sent in taken(ours))


def test_a_stray_ack_is_not_answered():
    """Nothing ever answers an ACK."""
    ours = agent()

    ours.hear(asked("ACK"), 0.0)

    assert taken(ours) == []


def test_a_refused_caller_is_answered_until_the_ack():
    """The refusal goes out again by timer G; the ACK has the INVITE's branch."""
    ours = agent()

    ours.hear(asked("INVITE"), 0.0)
    ours.tick(0.5)
    ours.hear(asked("ACK"), 0.6)
    ours.tick(10.0)

    assert words(taken(ours)) == ["486", "486"]
    assert ours.next_at is None


def test_a_flood_of_requests_is_not_remembered():
    """Only so many may linger; the others get no answer."""
    ours = agent()

    for number in range(SERVERS_MAX + 10):
        ours.hear(asked("OPTIONS", number + 1), 0.0)

    assert len(taken(ours)) == SERVERS_MAX


def test_an_answer_to_nothing_is_dropped():
    """Another branch, or another method, is none of ours."""
    ours = agent()
    heard: list[Response] = []
    request = ours.request(
        "OPTIONS", "sip:y", own="<sip:a>;tag=1", other="<sip:y>", call_id="c", number=1
    )
    ours.start(request, 0.0, lambda response, _: heard.append(response))

    ours.hear(answer(INVITE, 200), 0.1)
    assert heard == []
    ours.hear(answer(request, 200), 0.2)
    assert [one.status for one in heard] == [200]


def test_every_request_of_ours_is_whole():
    """A branch with the cookie, a way back, a hop limit (RFC 3261 8.1.1, RFC 3581)."""
    ours = agent(transport="TLS")

    made = [
        ours.request("BYE", "sip:y", own="a;tag=1", other="b", call_id="c", number=4)
        for _ in range(2)
    ]

    vias = [one.headers.first("Via") for one in made]
    assert all(via.startswith("SIP/2.0/TLS 192.0.2.1:5060;branch=z9hG4bK") for via in vias)
    assert all(via.endswith(";rport") for via in vias)
    assert vias[0] != vias[1]
    assert made[0].headers.first("Max-Forwards") == "70"
    assert made[0].headers.cseq == (4, "BYE")


def test_what_is_over_is_forgotten():
    """A long meeting leaves nothing behind in our own memory either."""
    ours = agent()
    request = ours.request("BYE", "sip:y", own="a;tag=1", other="b", call_id="c", number=4)
    ours.start(request, 0.0, lambda *_: None)

    while (at := ours.next_at) is not None:
        ours.tick(at)

    assert len(taken(ours)) == 11
