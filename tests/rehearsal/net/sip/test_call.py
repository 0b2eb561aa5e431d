"""Is every call that could have been answered ended, however it went?"""

import pytest

from rehearsal.net.sip.agent import Agent
from rehearsal.net.sip.call import Call
from rehearsal.net.sip.message import Request, Response, parse
from tests.rehearsal.net.sip.written import agent, answer, message, taken, words

CONTACT = "Contact: <sip:far@192.0.2.9>"
PROOF = (("Authorization", "Digest x"),)


def dialled(ours: Agent, *, proof: tuple[tuple[str, str], ...] = ()) -> tuple[Call, Request]:
    """A call that was placed at 0 s, and its INVITE."""
    call = Call(
        agent=ours,
        uri="sip:room@pbx.example",
        own="<sip:hall@pbx.example>;tag=ours",
        offer=b"v=0",
        patience_s=20,
        prove=lambda response, _: proof if response.status == 401 else (),
    )
    call.dial(0.0)
    [invite] = taken(ours)
    return call, invite


def by_far_end(call: Call, method: str, *, tag: str = "theirs", number: int = 1) -> Request:
    """A request of the other side within the call."""
    return parse(
        message(
            f"""{method} sip:hall@192.0.2.1 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKfar{method}{number}
            From: <sip:room@pbx.example>;tag={tag}
            To: <sip:hall@pbx.example>;tag=ours
            Call-ID: {call.call_id}
            CSeq: {number} {method}"""
        )
    )


@pytest.fixture
def ours() -> Agent:
    """An agent over UDP."""
    return agent()


def test_a_call_rings_is_answered_and_ended(ours: Agent):
    """ACK for the answer, BYE at the end, each by the dialog's own way."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 100), 0.1)
    ours.hear(answer(invite, 180), 0.2)
    assert (call.has_rung, call.is_settled) == (True, False)

    ours.hear(answer(invite, 200, CONTACT, "Record-Route: <sip:p;lr>"), 1.0)
    call.hang_up(5.0)
    ack, bye = taken(ours)
    ours.hear(answer(bye, 200), 5.1)

    assert (ack.method, ack.uri, ack.headers.cseq) == ("ACK", "sip:far@192.0.2.9", (1, "ACK"))
    assert (bye.method, bye.headers.cseq) == ("BYE", (2, "BYE"))
    assert ack.headers.every("Route") == bye.headers.every("Route") == ("<sip:p;lr>",)
    assert ack.headers.branch != invite.headers.branch
    assert call.heard == {100: 0.1, 180: 0.2}
    assert call.is_over


def test_a_repeated_answer_is_acknowledged_again(ours: Agent):
    """The ACK may have been lost; the very same one is sent again (13.2.2.4)."""
    call, invite = dialled(ours)

    for at in (1.0, 1.5):
        ours.hear(answer(invite, 200, CONTACT), at)

    first, second = taken(ours)
    assert first == second
    assert first.method == "ACK"
    assert call.dialog is not None


def test_of_a_forked_call_one_branch_is_kept(ours: Agent):
    """Who answers second is acknowledged and hung up at once."""
    call, invite = dialled(ours)

    ours.hear(answer(invite, 200, CONTACT, tag="a"), 1.0)
    ours.hear(answer(invite, 200, "Contact: <sip:b@192.0.2.8>", tag="b"), 1.1)

    sent = taken(ours)
    assert words(sent) == ["ACK", "ACK", "BYE"]
    assert [m.headers.to_tag for m in sent] == ["a", "b", "b"]
    assert sent[2].uri == "sip:b@192.0.2.8"
    assert call.dialog is not None
    assert call.dialog.other.endswith("tag=a")


def test_an_unheard_call_is_cancelled_once_it_is_heard_of(ours: Agent):
    """No CANCEL before a provisional answer (9.1); then at once, and only one."""
    call, invite = dialled(ours)

    call.withdraw(0.2)
    assert taken(ours) == []
    ours.hear(answer(invite, 100), 0.3)
    ours.hear(answer(invite, 180), 0.4)

    [cancel] = taken(ours)
    assert (cancel.method, cancel.headers.branch) == ("CANCEL", invite.headers.branch)
    assert not call.is_over


def test_a_cancelled_call_is_over_when_it_is_refused(ours: Agent):
    """200 for the CANCEL, 487 for the INVITE, and its ACK."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 180), 0.1)
    call.withdraw(0.2)
    [cancel] = taken(ours)

    ours.hear(answer(cancel, 200), 0.3)
    assert not call.is_over
    ours.hear(answer(invite, 487), 0.4)

    assert words(taken(ours)) == ["ACK"]
    assert call.is_over


def test_who_answers_while_we_cancel_is_hung_up(ours: Agent):
    """The answer may have left before the CANCEL came (9.1)."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 180), 0.1)
    call.withdraw(0.2)
    [cancel] = taken(ours)

    ours.hear(answer(invite, 200, CONTACT), 0.3)
    ours.hear(answer(cancel, 481), 0.3)
    ack, bye = taken(ours)
    assert not call.is_over
    ours.hear(answer(bye, 200), 0.4)

    assert (ack.method, bye.method) == ("ACK", "BYE")
    assert (call.answer, call.is_over) == (None, True)


def test_an_answered_call_is_withdrawn_by_bye(ours: Agent):
    """And never cancelled."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 180), 0.1)
    ours.hear(answer(invite, 200, CONTACT), 0.3)

    call.withdraw(0.4)
    call.withdraw(0.5)

    assert words(taken(ours)) == ["ACK", "BYE"]


def test_a_challenged_farewell_is_proven(ours: Agent):
    """A proxy may challenge even a BYE; it is sent again once, with a new number."""
    call, invite = dialled(ours, proof=PROOF)
    ours.hear(answer(invite, 200, CONTACT), 0.3)
    call.hang_up(0.4)
    _, bye = taken(ours)

    ours.hear(answer(bye, 401), 0.5)
    [again] = taken(ours)
    assert not call.is_over
    ours.hear(answer(again, 401), 0.6)

    assert again.headers.first("Authorization") == "Digest x"
    assert again.headers.cseq == (3, "BYE")
    assert (taken(ours), call.is_over) == ([], True)


def test_a_challenge_is_answered_in_the_same_call(ours: Agent):
    """Same Call-ID and tag, next number, new branch; the ACK carries the proof (22.1)."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 401), 0.1)
    assert call.refusal is not None

    call.dial(0.2, PROOF)
    refusal_ack, again = taken(ours)
    ours.hear(answer(again, 200, CONTACT), 0.3)
    [ack] = taken(ours)

    assert (refusal_ack.method, again.method) == ("ACK", "INVITE")
    assert again.headers.call_id == invite.headers.call_id
    assert again.headers.first("From") == invite.headers.first("From")
    assert again.headers.cseq == (2, "INVITE")
    assert again.headers.branch != invite.headers.branch
    assert ack.headers.cseq == (2, "ACK")
    assert ack.headers.first("Authorization") == "Digest x"
    assert call.refusal is None


def test_the_far_end_may_hang_up(ours: Agent):
    """Its BYE is answered, also when it comes again after the call is over."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 200, CONTACT), 0.3)
    taken(ours)

    ours.hear(by_far_end(call, "BYE"), 1.0)
    ours.hear(by_far_end(call, "BYE", number=2), 1.5)

    assert words(taken(ours)) == ["200", "200"]
    assert (call.was_ended, call.is_over) == (True, True)


def test_a_stranger_cannot_hang_up(ours: Agent):
    """A BYE with another tag ends nothing."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 200, CONTACT), 0.3)
    taken(ours)

    ours.hear(by_far_end(call, "BYE", tag="another"), 1.0)

    assert words(taken(ours)) == ["481"]
    assert not call.was_ended


def test_the_sound_stays_as_agreed(ours: Agent):
    """A change of the call is refused, which leaves the call as it is (14.2)."""
    call, invite = dialled(ours)
    ours.hear(answer(invite, 200, CONTACT), 0.3)
    taken(ours)

    ours.hear(by_far_end(call, "INVITE"), 1.0)
    ours.hear(by_far_end(call, "INFO"), 1.0)

    assert words(taken(ours)) == ["488", "405"]
    assert call.dialog is not None


def test_a_call_that_nobody_heard_is_settled_in_the_end(ours: Agent):
    """Timer B ends it, and nothing of it is left."""
    call, _ = dialled(ours)

    while (at := ours.next_at) is not None:
        ours.tick(at)

    assert (call.is_settled, call.is_over) == (True, True)
    assert (call.answer, call.refusal) == (None, None)


def test_an_invite_says_how_long_it_may_ring(ours: Agent):
    """Should we die, the other side gives up by itself (13.2.1)."""
    _, invite = dialled(ours)

    assert invite.headers.first("Expires") == "20"
    assert invite.headers.first("Contact") == "<sip:hall@192.0.2.1:5060>"
    assert invite.body == b"v=0"


def test_a_request_within_a_call_needs_one(ours: Agent):
    """There is no one to ask before somebody answered."""
    call, invite = dialled(ours)
    with pytest.raises(ValueError, match="not up"):
        call.within("OPTIONS")
    ours.hear(answer(invite, 200, CONTACT), 0.3)

    assert call.within("OPTIONS").headers.cseq == (2, "OPTIONS")
    assert isinstance(call.answer, Response)
