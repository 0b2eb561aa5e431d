"""Is a request of the other side answered, and its repetition, exactly as RFC 3261 says?"""

from rehearsal.net.sip.message import parse
from rehearsal.net.sip.server import RefusalServer, RequestServer, response_to
from rehearsal.net.sip.timing import Timing
from tests.rehearsal.net.sip.written import INVITE

ACK = INVITE.replace(b"INVITE sip", b"ACK sip").replace(b"1 INVITE", b"1 ACK")


def made(kind, *, is_reliable: bool):
    sent: list[bytes] = []
    server = kind(b"answer", Timing(), is_reliable, sent.append, born_at=0.0)
    return server, sent


def run(server, sent: list[bytes]) -> list[float]:
    """When each answer left, from the first one on."""
    times, count = [0.0] * len(sent), len(sent)
    while (at := server.next_at) is not None:
        server.tick(at)
        times += [at] * (len(sent) - count)
        count = len(sent)
    return times


def test_a_refusal_is_repeated_until_it_is_acknowledged():
    """Timer G doubles up to T2, until timer H at 64 T1 (17.2.1)."""
    server, sent = made(RefusalServer, is_reliable=False)

    assert run(server, sent) == [0.0, 0.5, 1.5, 3.5, *(7.5 + 4 * n for n in range(7))]
    assert server.is_over


def test_an_ack_ends_the_repetitions():
    """Then its own repetitions are absorbed for T4 (timer I)."""
    server, sent = made(RefusalServer, is_reliable=False)

    server.hear(parse(INVITE), 0.1)
    server.hear(parse(ACK), 0.25)
    server.hear(parse(ACK), 0.5)

    assert server.next_at == 5.25
    assert run(server, sent) == [0.0, 0.0]


def test_over_a_stream_a_refusal_is_sent_once():
    """Timers G and I are none there, timer H is as long."""
    server, sent = made(RefusalServer, is_reliable=True)

    assert server.next_at == 32.0
    server.hear(parse(ACK), 1.0)
    assert (server.is_over, sent) == (True, [b"answer"])


def test_a_repeated_request_is_answered_again():
    """For 64 T1 (timer J), always with the same answer."""
    server, sent = made(RequestServer, is_reliable=False)

    server.hear(parse(INVITE), 1.0)

    assert sent == [b"answer", b"answer"]
    assert server.next_at == 32.0
    run(server, sent)
    assert server.is_over


def test_over_a_stream_nothing_lingers():
    """No request comes twice there: timer J is none."""
    server, _ = made(RequestServer, is_reliable=True)

    assert (server.is_over, server.next_at) == (True, None)


def test_an_answer_repeats_what_it_answers():
    """Via, From, Call-ID, CSeq; and To with a tag of ours, unless it has one (8.2.6.2)."""
    request = parse(INVITE)

    found = parse(response_to(request, 486, "Busy Here", "mine").encode())

    assert (found.status, found.headers.to_tag) == (486, "mine")
    for name in ("Via", "From", "Call-ID", "CSeq"):
        assert found.headers.every(name) == request.headers.every(name)
    again = response_to(
        parse(INVITE.replace(b"example>\r\nC", b"example>;tag=x\r\nC")), 200, "", "y"
    )
    assert again.headers.to_tag == "x"
