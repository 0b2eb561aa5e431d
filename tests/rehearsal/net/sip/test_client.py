"""Is a request sent again, and given up, exactly when RFC 3261 says? The clock is ours."""

import pytest

from rehearsal.net.sip.client import InviteClient, RequestClient, cancel
from rehearsal.net.sip.message import Headers, Request, parse
from rehearsal.net.sip.timing import Timing
from tests.rehearsal.net.sip.written import INVITE, answer

BYE = INVITE.replace(b"INVITE sip", b"BYE sip").replace(b"1 INVITE", b"1 BYE")
TIMING = Timing()


class Clock:
    """A client and everything that happens to it, at the moments of its own timers."""

    def __init__(self, data: bytes, *, is_reliable: bool, timing: Timing = TIMING) -> None:
        self.now = 0.0
        self.sent: list[tuple[float, bytes]] = []
        self.news: list[int] = []
        made = InviteClient if data is INVITE else RequestClient
        self.client = made(
            parse(data), timing, is_reliable, self._send, self._hear, born_at=0.0
        )

    def _send(self, data: bytes) -> None:
        self.sent.append((self.now, data))

    def _hear(self, response, now: float) -> None:
        assert now == self.now
        self.news.append(response.status)

    def hear(self, status: int, at: float, tag: str = "theirs") -> None:
        self.run(at)
        self.now = at
        self.client.hear(answer(self.client.request, status, tag=tag), at)

    def run(self, until: float = float("inf")) -> None:
        """Let every timer strike in its turn."""
        while (at := self.client.next_at) is not None and at <= until:
            self.now = at
            self.client.tick(at)

    def times(self) -> list[float]:
        return [at for at, _ in self.sent]

    def methods(self) -> list[str]:
        return [data.split(b" ", 1)[0].decode() for _, data in self.sent]


def test_an_invite_is_sent_at_doubling_pauses():
    """Timer A from T1, without a longest pause, until timer B at 64 T1 (17.1.1.2)."""
    clock = Clock(INVITE, is_reliable=False)

    clock.run()

    assert clock.times() == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert (clock.now, clock.client.is_over, clock.client.final) == (32.0, True, None)


def test_another_request_is_sent_at_pauses_up_to_t2():
    """Timer E doubles up to T2, until timer F at 64 T1 (17.1.2.2)."""
    clock = Clock(BYE, is_reliable=False)

    clock.run()

    assert clock.times() == [0.0, 0.5, 1.5, 3.5, *(7.5 + 4 * n for n in range(7))]
    assert (clock.now, clock.client.is_over) == (32.0, True)


@pytest.mark.parametrize("data", [INVITE, BYE], ids=["INVITE", "BYE"])
def test_a_stream_sends_again_by_itself(data: bytes):
    """Over a reliable transport a request is sent once, and given up as late."""
    clock = Clock(data, is_reliable=True)

    clock.run()

    assert (clock.times(), clock.now, clock.client.is_over) == ([0.0], 32.0, True)


def test_all_times_follow_t1():
    """On a line of another round trip the whole schedule is stretched."""
    clock = Clock(INVITE, is_reliable=False, timing=Timing(t1_s=0.25))

    clock.run()

    assert clock.times()[:4] == [0.0, 0.25, 0.75, 1.75]
    assert clock.now == 16.0


def test_it_rings_as_long_as_it_is_let():
    """After a provisional answer an INVITE is neither sent again nor given up."""
    clock = Clock(INVITE, is_reliable=False)

    clock.hear(100, 0.7)
    clock.hear(180, 25.0)
    clock.run(1000.0)

    assert clock.times() == [0.0, 0.5]
    assert (clock.news, clock.client.is_over, clock.client.next_at) == ([100, 180], False, None)


def test_a_request_in_work_is_asked_for_at_the_longest_pause():
    """After a provisional answer timer E is T2 (17.1.2.2)."""
    clock = Clock(BYE, is_reliable=False)

    clock.hear(100, 0.75)
    clock.run(13.0)

    assert clock.times() == [0.0, 0.5, 4.75, 8.75, 12.75]


def test_a_refusal_is_acknowledged_each_time_it_comes():
    """Within timer D the ACK is repeated, and nobody is told twice (17.1.1.2)."""
    clock = Clock(INVITE, is_reliable=False)

    for at in (0.25, 0.75, 32.0):
        clock.hear(486, at)
    clock.run()
    clock.hear(486, 40.0)

    assert clock.methods() == ["INVITE", "ACK", "ACK", "ACK"]
    assert (clock.news, clock.client.is_over) == ([486], True)


def test_the_ack_of_a_refusal_belongs_to_the_invite():
    """Same branch, same number, and the To of the refusal (17.1.1.3)."""
    clock = Clock(INVITE, is_reliable=True)

    clock.hear(404, 0.1)

    ack = parse(clock.sent[-1][1])
    assert isinstance(ack, Request)
    assert ack.uri == "sip:room@pbx.example"
    assert (ack.headers.branch, ack.headers.cseq) == ("z9hG4bKone", (1, "ACK"))
    assert ack.headers.to_tag == "theirs"
    assert clock.client.is_over


def test_every_acceptance_is_told():
    """Each branch of a forked call, and each repetition, for 64 T1 (RFC 6026 7.2)."""
    clock = Clock(INVITE, is_reliable=False)

    clock.hear(200, 1.0, tag="a")
    clock.hear(200, 1.5, tag="a")
    clock.hear(200, 2.0, tag="b")
    clock.hear(486, 2.5, tag="c")
    clock.run()
    clock.hear(200, 40.0, tag="d")

    assert clock.news == [200, 200, 200]
    assert "ACK" not in clock.methods()
    assert clock.now == 40.0
    assert clock.client.is_over


def test_an_answer_is_told_once():
    """Another request's final answer may come again for T4, and means nothing new."""
    clock = Clock(BYE, is_reliable=False)

    clock.hear(200, 0.1)
    clock.hear(481, 0.2)
    clock.run()

    assert (clock.news, clock.client.final.status) == ([200], 200)
    assert clock.now == pytest.approx(5.1)


def test_a_cancel_is_the_invites_twin():
    """Same address, branch, number and Route; no tag of another side (9.1)."""
    invite = parse(INVITE)
    routed = Request(
        "INVITE", invite.uri, Headers((*invite.headers.pairs, ("Route", "<sip:p;lr>")))
    )

    found = cancel(routed)

    assert (found.method, found.uri, found.body) == ("CANCEL", invite.uri, b"")
    assert found.headers.branch == "z9hG4bKone"
    assert found.headers.cseq == (1, "CANCEL")
    assert found.headers.to_tag == ""
    assert found.headers.every("Route") == ("<sip:p;lr>",)
