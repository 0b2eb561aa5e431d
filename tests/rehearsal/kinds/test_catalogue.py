"""Does every kind of failure have words, and the right verdict?"""

import pytest

from rehearsal.kinds import KINDS, spec_of
from rehearsal.kinds.catalogue import CHAPTERS
from rehearsal.kinds.ours import UNFORESEEN
from rehearsal.model import Group, Outcome, Step

PROMISED = {
    Step.RESOLVE: """nxdomain no_answer servfail refused_by_resolver resolver_timeout
        resolver_unreachable bogus_address malformed_reply""",
    Step.CONNECT: """connection_refused connect_timeout host_unreachable network_unreachable
        prohibited_by_firewall closed_on_accept reset_on_accept connect_enoprotoopt""",
    Step.TLS_HANDSHAKE: """certificate_expired certificate_not_yet_valid
        certificate_wrong_host certificate_self_signed certificate_unknown_authority
        certificate_chain_incomplete client_certificate_required
        protocol_version_unsupported peer_not_tls handshake_reset handshake_closed
        handshake_timeout certificate_revoked certificate_invalid handshake_refused
        server_name_unknown response_too_large""",
    Step.HTTP_EXCHANGE: """response_timeout response_truncated response_stalled
        response_too_large decompression_bomb connection_closed_early connection_reset
        malformed_response peer_is_tls redirect_loop redirect_refused unexpected_status
        unauthorized rate_limited maintenance wrong_content captive_page""",
    Step.WS_UPGRADE: """upgrade_refused wrong_subprotocol wrong_accept response_timeout
        response_stalled response_truncated response_too_large connection_closed_early
        connection_reset malformed_response""",
    Step.SIGNALLING: """closed_1000 closed_1006 closed_1011 closed_4999 no_such_room
        room_full join_denied signalling_timeout malformed_message sip_486 sip_503 sip_600
        no_codec_in_common signalling_error session_ended response_too_large""",
    Step.ICE: "no_candidates ice_failed",
    Step.DTLS: "dtls_failed",
    Step.MEDIA: "no_media one_way_media media_stalled",
    Step.SIGN_ON: "credentials_rejected consent_required token_invalid",
    Step.TRANSACTION: """step_rejected step_timeout not_stored wrong_record wrong_unit
        not_acknowledged overdue
        not_routed reply_lost closed_unanswered text_cut wrong_jurisdiction""",
    Step.OBSERVE: """observer_overloaded observer_offline clock_skewed deadline_in_queue
        silent_together bug_in_rehearsal address_is_placeholder""",
}
PAIRS = [(step, kind) for step, kinds in PROMISED.items() for kind in kinds.split()]
UNKNOWN_ELSEWHERE = {"resolver_timeout", "resolver_unreachable", "rate_limited"}
SPECS = [
    *[pytest.param(spec, id=kind) for c in CHAPTERS for kind, spec in c.kinds.items()],
    *[pytest.param(spec, id="/".join(at)) for c in CHAPTERS for at, spec in c.on_step.items()],
    pytest.param(UNFORESEEN, id="unforeseen"),
]
VIETNAMESE = set("ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")


@pytest.mark.parametrize(("step", "kind"), PAIRS)
def test_every_kind_of_the_contract_has_words(step, kind):
    """No failure that the design names is met without an explanation of its own."""
    assert spec_of(step, kind) is not UNFORESEEN


@pytest.mark.parametrize(("step", "kind"), PAIRS)
def test_what_may_be_our_fault_is_unknown_and_the_rest_is_failure(step, kind):
    """A dead resolver, a limit against us and our own faults never turn a unit red."""
    ours = step is Step.OBSERVE or kind in UNKNOWN_ELSEWHERE
    expected = Outcome.UNKNOWN if ours else Outcome.FAIL

    assert spec_of(step, kind).outcome is expected


@pytest.mark.parametrize("spec", SPECS)
def test_both_languages_are_whole_sentences(spec):
    """Each text is one or more finished sentences, with nothing left to fill in."""
    for said in (spec.says.vi, spec.says.en, spec.do.vi, spec.do.en):
        assert said[0].isupper()
        assert said.endswith(".")
        assert not set(said) & set("{}<>|%")
        assert "  " not in said


@pytest.mark.parametrize("spec", SPECS)
def test_each_language_is_itself(spec):
    """Vietnamese is written with its marks, English without them; neither is a copy."""
    for text in (spec.says, spec.do):
        assert set(text.vi.lower()) & VIETNAMESE
        assert not set(text.en.lower()) & VIETNAMESE


@pytest.mark.parametrize("spec", SPECS)
def test_advice_names_who_acts(spec):
    """What to do begins with whose work it is, in both languages."""
    assert ": " in spec.do.vi
    assert ": " in spec.do.en


def test_no_two_kinds_say_the_same():
    """Two kinds that read alike would send a unit to the wrong layer."""
    vi = [param.values[0].says.vi for param in SPECS]
    en = [param.values[0].says.en for param in SPECS]

    assert len(set(vi)) == len(vi)
    assert len(set(en)) == len(en)


def test_a_kind_stands_in_one_chapter_only():
    """No chapter silently replaces the words of another."""
    assert len(KINDS) == sum(len(chapter.kinds) for chapter in CHAPTERS)


@pytest.mark.parametrize(
    ("step", "kind", "group"),
    [
        (Step.RESOLVE, "nxdomain", Group.INFRASTRUCTURE),
        (Step.CONNECT, "connect_timeout", Group.INFRASTRUCTURE),
        (Step.MEDIA, "one_way_media", Group.INFRASTRUCTURE),
        (Step.TLS_HANDSHAKE, "certificate_expired", Group.SYSTEMS),
        (Step.HTTP_EXCHANGE, "wrong_content", Group.SYSTEMS),
        (Step.SIGNALLING, "room_full", Group.SYSTEMS),
        (Step.TRANSACTION, "overdue", Group.PROCEDURES_AND_STAFF),
        (Step.OBSERVE, "observer_offline", Group.SUPPORT),
    ],
)
def test_kinds_fall_into_the_groups_of_dispatch_111(step, kind, group):
    """Lines are infrastructure, software is systems, people are staff, ours is support."""
    assert spec_of(step, kind).group is group
