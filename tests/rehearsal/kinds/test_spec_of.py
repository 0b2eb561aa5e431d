"""Which words does a failure get when its kind is a pattern, on another step, or unknown?"""

import pytest

from rehearsal.kinds import KINDS, spec_of
from rehearsal.kinds.ours import UNFORESEEN
from rehearsal.model import Outcome, Step


@pytest.mark.parametrize(
    ("step", "kind", "family"),
    [
        (Step.SIGNALLING, "closed_4321", "closed_<code>"),
        (Step.SIGNALLING, "sip_699", "sip_<code>"),
        (Step.CONNECT, "connect_enoprotoopt", "connect_<errno>"),
        (Step.CONNECT, "connect_unknown", "connect_<errno>"),
    ],
)
def test_a_code_without_words_of_its_own_takes_its_familys(step, kind, family):
    """Any code is explained, even one that nobody has met before."""
    assert spec_of(step, kind) is KINDS[family]


@pytest.mark.parametrize(
    "kind", ["closed_1006", "sip_486", "closed_on_accept", "connect_timeout"]
)
def test_words_of_its_own_go_before_the_familys(kind):
    """A kind that is listed is never taken for a mere code."""
    assert spec_of(Step.SIGNALLING, kind) is KINDS[kind]


def test_the_step_changes_the_words():
    """Silence on a WebSocket upgrade is told as such, not as a web page's."""
    upgrade = spec_of(Step.WS_UPGRADE, "response_timeout")

    assert "WebSocket" in upgrade.says.vi
    assert upgrade is not spec_of(Step.HTTP_EXCHANGE, "response_timeout")


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "never_heard_of",
        "closed_",
        "closed_x",
        "closed_12 x",
        "sip_486b",
        "sip_",
        "connect_",
        "connect_e\nx",
    ],
)
def test_an_unknown_kind_is_ours_to_explain(kind):
    """What nobody foresaw never turns a unit red."""
    spec = spec_of(Step.SIGNALLING, kind)

    assert spec is UNFORESEEN
    assert spec.outcome is Outcome.UNKNOWN


def test_a_fault_of_ours_is_unknown_whatever_it_is_called():
    """On `observe` even the name of a unit's fault says nothing of the unit."""
    assert spec_of(Step.OBSERVE, "connect_timeout").outcome is Outcome.UNKNOWN


def test_our_fault_is_unknown_on_any_step():
    """Being overloaded while connecting is no failure of the peer."""
    assert spec_of(Step.CONNECT, "observer_overloaded").outcome is Outcome.UNKNOWN
