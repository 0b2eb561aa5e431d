"""Which shape, word and colour stand for a state? Never one of the three alone."""

from dataclasses import dataclass
from typing import Final

from rehearsal.model import Decision, Light, Outcome, Text
from rehearsal.report.words import DECISIONS, LIGHTS, OUTCOMES


@dataclass(frozen=True, slots=True)
class Mark:
    """`tone` names both the drawn shape and the colour: `pass`, `warn`, `fail` ..."""

    tone: str
    word: Text


_LIGHT_TONES = {
    Light.RED: "fail",
    Light.YELLOW: "warn",
    Light.GREY: "unknown",
    Light.GREEN: "pass",
}
_DECISION_TONES = {
    Decision.GO: "pass",
    Decision.CONDITIONAL: "warn",
    Decision.NO_GO: "fail",
    Decision.INCONCLUSIVE: "unknown",
}
BLOCKED_BY_LAYER: Final = Mark(
    "blocked", Text("Bị chặn bởi lớp trên", "Blocked by the layer above")
)
NOT_SEEN: Final = Mark("unknown", Text("Chưa đo", "Not measured"))
HELD: Final = Mark("pass", Text("Thông", "Held"))
NOT_APPLICABLE: Final = Mark("unknown", Text("Không áp dụng", "Not applicable"))
PLACEHOLDER: Final = Mark(
    "unknown", Text("Địa chỉ giữ chỗ, chưa đo", "Placeholder address, not measured")
)


def of_outcome(outcome: Outcome) -> Mark:
    """Return the mark of a check."""
    return Mark(outcome.word, OUTCOMES[outcome])


def of_light(light: Light) -> Mark:
    """Return the mark of a unit's readiness."""
    return Mark(_LIGHT_TONES[light], LIGHTS[light])


def of_decision(decision: Decision) -> Mark:
    """Return the mark of the whole trial."""
    return Mark(_DECISION_TONES[decision], DECISIONS[decision])


def of_rule(*, holds: bool | None, is_mandatory: bool) -> Mark:
    """Return the mark of a go-live condition."""
    if holds is None:
        return of_outcome(Outcome.UNKNOWN) if is_mandatory else NOT_APPLICABLE
    return of_outcome(Outcome.PASS if holds else Outcome.FAIL)
