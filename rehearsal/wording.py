"""Which words tell a person what a finding means and what to do?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rehearsal.check import Registry
from rehearsal.kinds import spec_of
from rehearsal.model import Decision, Finding, Step, Text


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


def _filled(text: Text, values: Mapping[str, object]) -> Text:
    """Our own template with foreign values: only plain names stand in it."""
    en = {name: _plain(value) for name, value in values.items()}
    vi = {name: _decimal_comma(value, en[name]) for name, value in values.items()}
    return Text(vi=text.vi.format_map(vi), en=text.en.format_map(en))


def _plain(value: object) -> str:
    is_whole = isinstance(value, float) and value.is_integer()
    return f"{value:.0f}" if is_whole else str(value)


def _decimal_comma(value: object, plain: str) -> str:
    return plain.replace(".", ",") if isinstance(value, float) else plain


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

    def limits(self, check_id: str) -> Mapping[str, tuple[float, str, str]]:
        """The limits of a check as they were applied: value, unit, reason."""
        changed = self.changed.get(check_id, {})
        known = self.registry[check_id].limits
        return {
            name: (changed.get(name, limit.value), limit.unit, limit.why)
            for name, limit in known.items()
        }
