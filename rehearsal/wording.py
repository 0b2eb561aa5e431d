"""Which words tell a person what a finding means and what to do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rehearsal.check import Registry
from rehearsal.kinds import spec_of
from rehearsal.model import Decision, Finding, Step, Text

VALUES_TOLD = 3  # more in one sentence, and nobody reads it
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, and what to do about it."""

    says: Text
    do: Text


def words_of(registry: Registry, check_id: str, finding: Finding) -> Words:
    """The check's own words for its findings, the catalogue's for a failure's kind."""
    spec = registry[check_id].findings.get(finding.code)
    if spec is not None:
        return Words(_filled(spec.says, finding.values), spec.do)
    kind = spec_of(_step(finding), finding.code)
    return Words(kind.says, kind.do)


def _step(finding: Finding) -> Step:
    try:
        return Step(str(finding.values.get("step")))
    except ValueError:
        return Step.OBSERVE


def spread(values: Sequence[object]) -> object:
    """What several units' values have in common: one value, a range, a few, or an ellipsis.

    None stands for a unit that has no such value.
    """
    if all(value == values[0] for value in values):
        return values[0]
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) == len(values):
        return _range(_written(min(numbers)), _written(max(numbers)))
    few = tuple(dict.fromkeys(_written(value) for value in values))
    if len(few) > VALUES_TOLD or None in values:
        return ELLIPSIS
    return Text(", ".join(text.vi for text in few), ", ".join(text.en for text in few))


def _range(low: Text, high: Text) -> Text:
    """A dash between two numbers, but not before a minus sign."""
    if low.en.startswith("-"):
        return Text(f"{low.vi} đến {high.vi}", f"{low.en} to {high.en}")
    return Text(f"{low.vi}–{high.vi}", f"{low.en}–{high.en}")


def _filled(text: Text, values: Mapping[str, object]) -> Text:
    """Our own template with foreign values: only plain names stand in it."""
    written = {name: _written(value) for name, value in values.items()}
    vi = {name: value.vi for name, value in written.items()}
    en = {name: value.en for name, value in written.items()}
    return Text(vi=text.vi.format_map(vi), en=text.en.format_map(en))


def _written(value: object) -> Text:
    """A value in both languages; the decimal sign of a number is each language's own."""
    if isinstance(value, Text):
        return value
    if not isinstance(value, float):
        return Text(str(value), str(value))
    plain = f"{value:.0f}" if value.is_integer() else str(value)
    return Text(plain.replace(".", ","), plain)


DECISIONS = {
    Decision.GO: Text("ĐỦ ĐIỀU KIỆN", "GO"),
    Decision.CONDITIONAL: Text("ĐỦ ĐIỀU KIỆN, KÈM VIỆC PHẢI XỬ LÝ", "GO, WITH CONDITIONS"),
    Decision.NO_GO: Text("CHƯA ĐỦ ĐIỀU KIỆN", "NO-GO"),
    Decision.INCONCLUSIVE: Text("CHƯA KẾT LUẬN ĐƯỢC", "INCONCLUSIVE"),
}


@dataclass(frozen=True, slots=True)
class CheckWording:
    """The wording that the reports ask for, from the checks themselves.

    `changed` holds the limits that the inventory sets otherwise: check -> limit -> value.
    """

    registry: Registry
    changed: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def asks(self, check_id: str) -> Text:
        """The question that a check puts."""
        return self.registry[check_id].asks

    def says(self, check_id: str, finding: Finding) -> Text:
        """What happened."""
        return words_of(self.registry, check_id, finding).says

    def do(self, check_id: str, finding: Finding) -> Text:
        """What to do about it."""
        return words_of(self.registry, check_id, finding).do

    def limits(self, check_id: str) -> Mapping[str, tuple[float, str, Text]]:
        """The limits of a check as they were applied: value, unit, reason."""
        changed = self.changed.get(check_id, {})
        known = self.registry[check_id].limits
        return {
            name: (changed.get(name, limit.value), limit.unit, limit.reason)
            for name, limit in known.items()
        }
