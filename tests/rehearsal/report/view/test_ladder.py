"""The first broken layer is named; what lies behind it was not seen."""

from zoneinfo import ZoneInfo

from rehearsal.model import Step, Verdict
from rehearsal.report.clock import Clock
from rehearsal.report.view.ladder import Layer, ladder
from tests.rehearsal.report.morning import bridge, failed, passed, system

CLOCK = Clock(ZoneInfo("Asia/Ho_Chi_Minh"))
BRIDGE = bridge("hai-an")


def tones(*verdicts: Verdict) -> list[str]:
    """The layers' tones from the bottom up."""
    return [layer.mark.tone for layer in ladder(BRIDGE, verdicts, CLOCK)]


def opened(layers: tuple[Layer, ...]) -> list[str]:
    """The layers that lie open."""
    return [layer.step.en for layer in layers if layer.is_open]


def test_a_healthy_bridge_holds_on_every_layer():
    """Nothing is open."""
    layers = ladder(BRIDGE, [passed("bridge.signalling", BRIDGE)], CLOCK)

    assert [layer.mark.tone for layer in layers] == ["pass"] * 5
    assert opened(layers) == []


def test_the_first_broken_layer_is_open_and_hides_the_later_ones():
    """Later layers are blocked, not failed."""
    broken = failed("bridge.reach", BRIDGE, Step.TLS_HANDSHAKE, "certificate_expired")
    layers = ladder(BRIDGE, [broken], CLOCK)

    assert tones(broken) == ["pass", "pass", "fail", "blocked", "blocked"]
    assert opened(layers) == ["TLS and certificate"]
    assert layers[2].code == "certificate_expired"


def test_a_layer_that_any_check_saw_broken_is_broken():
    """A lucky second check does not wipe the fault away."""
    broken = failed("bridge.reach", BRIDGE, Step.CONNECT, "connect_timeout")

    assert tones(passed("bridge.signalling", BRIDGE), broken)[1] == "fail"


def test_our_own_trouble_paints_no_layer_red():
    """An overloaded observer says nothing of the bridge."""
    ours = failed("bridge.reach", BRIDGE, Step.OBSERVE, "observer_overloaded")

    assert "fail" not in tones(ours)


def test_nothing_seen_is_unknown():
    """No measurement, no green."""
    assert tones(Verdict("bridge.reach", BRIDGE)) == ["unknown"] * 5


def test_a_page_has_an_exchange_instead_of_a_meeting():
    """The expected layers follow the address."""
    page = system("hai-an", "mail")
    layers = ladder(page, [passed("system.reach", page)], CLOCK)

    assert layers[-1].step.en == "HTTP exchange"
