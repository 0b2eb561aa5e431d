"""Do the rules of a file agree with each other, and with what a verdict is worth?

Beside slips of the pen, what is refused here would let somebody fare better by failing:
whoever must be measured must also be ready, and yellow is a condition, no refusal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rehearsal.criteria.shape import CheckEntry, Policy, RuleEntry, TermEntry
from rehearsal.inventory.faults import Path
from rehearsal.inventory.ledger import ABSENT, Ledger
from rehearsal.model import Text
from rehearsal.model.decision import GROUPS, UNITS, Term

# Without these nobody could tell whether the rest may be believed; programs quote their ids.
REQUIRED = {"instrument_proven": "instrument", "whole_city": "whole"}
PHASES = ("phase-1", "phase-2")
_WHOLE = 100.0
# Which keys ask something of which kinds; the first of each pair must be there.
_NEEDED = {"none": ("light",), "share": ("counts", "at_least_percent")}
_TAKEN = {
    "none": ("of", "light"),
    "share": ("of", "counts", "at_least_percent", "weighted"),
    "measured": ("of", "at_least_percent"),
    "encrypted": ("of",),
    "declared": ("of",),
}
_ASKING = ("of", "light", "counts", "at_least_percent", "weighted")


def judge(policy: Policy, ledger: Ledger, checks: Collection[str], *, is_whole: bool) -> None:
    """Note every disagreement; `checks` are those that there are, none: nobody knows.

    `is_whole` says that no rule had to be left aside because of its shape.
    """
    _required(policy, ledger)
    _sources(policy, ledger)
    _known_checks(policy, ledger, checks)
    _hubs_weigh_more(policy, ledger)
    _dates(policy, ledger)
    for name, rule in policy.rules.items():
        _keys(name, rule, ledger)
        _yellow_is_a_condition(name, rule, ledger)
    if is_whole:
        _nobody_fares_better_by_failing(policy, ledger)


def atoms(groups: Collection[str] | None) -> frozenset[str]:
    """The groups without overlap that these stand for; None stands for everybody."""
    if groups is None:
        return frozenset(GROUPS)
    return frozenset(a for g in groups for a in (UNITS if g == "units" else (g,)))


def _required(policy: Policy, ledger: Ledger) -> None:
    written = ledger.root.at(("rules",))
    for name, kind in REQUIRED.items():
        rule = policy.rules.get(name)
        if rule is None and (written is None or written.child(name) is None):
            ledger.note(("rules", name), _must_be(kind))
        elif rule is not None and not _is_unconditional(rule, kind):
            ledger.note(("rules", name), _must_be(kind), name)
    for name, rule in policy.rules.items():
        if rule.kind in REQUIRED.values() and name not in REQUIRED:
            ledger.note(("rules", name, "kind"), _ONCE, rule.kind)


def _is_unconditional(rule: RuleEntry, kind: str) -> bool:
    is_always = not (rule.phases or rule.valid_from or rule.valid_until)
    return rule.kind == kind and rule.mandatory and is_always


def _sources(policy: Policy, ledger: Ledger) -> None:
    known = _written_names(ledger, ("sources",))
    for path, named in _naming(policy):
        for index, name in enumerate(named):
            if name not in known:
                ledger.note((*path, "source", index), _one_of(known), name)


def _naming(policy: Policy) -> Iterator[tuple[Path, list[str]]]:
    yield ("lights",), policy.lights.source
    for check_id, check in policy.lights.checks.items():
        yield ("lights", "checks", check_id), check.source
    for name, rule in policy.rules.items():
        yield ("rules", name), rule.source


def _written_names(ledger: Ledger, path: Path) -> list[str]:
    node = ledger.root.at(path)
    return [str(key) for key, _ in node.items()] if node else []


def _known_checks(policy: Policy, ledger: Ledger, checks: Collection[str]) -> None:
    for check_id in policy.lights.checks:
        if checks and check_id not in checks:
            ledger.note(("lights", "checks", check_id), _one_of(sorted(checks)), check_id)


def _hubs_weigh_more(policy: Policy, ledger: Ledger) -> None:
    """A hub's failure keeps dozens out; a weight must not say the opposite."""
    weights = policy.weights
    heaviest = max(weights.wards, weights.communes, weights.special_zones)
    if weights.hubs <= heaviest:
        more = f"{heaviest:g}"
        expected = Text(f"lớn hơn mọi đơn vị ({more})", f"more than any unit ({more})")
        ledger.note(("weights", "hubs"), expected, weights.hubs)


def _dates(policy: Policy, ledger: Ledger) -> None:
    terms: list[tuple[Path, Policy | TermEntry]] = [((), policy)]
    terms += [(("rules", name), rule) for name, rule in policy.rules.items()]
    terms += [(("lights", "checks", c), check) for c, check in policy.lights.checks.items()]
    for path, term in terms:
        begins, ends = term.valid_from, term.valid_until
        if begins is not None and ends is not None and ends < begins:
            ledger.note((*path, "valid_until"), _not_before(begins.isoformat()), str(ends))


def _keys(name: str, rule: RuleEntry, ledger: Ledger) -> None:
    """Each kind asks its own; what it would not look at must not seem to matter."""
    taken, path = _TAKEN.get(rule.kind, ()), ("rules", name)
    for key in _ASKING:
        value = getattr(rule, key)
        if value is not None and key not in taken:
            ledger.note((*path, key), _not_of(rule.kind), value)
        if value is None and key in _NEEDED.get(rule.kind, ()):
            ledger.note((*path, key), _NEEDED_WORDS[key], ABSENT)


def _yellow_is_a_condition(name: str, rule: RuleEntry, ledger: Ledger) -> None:
    """Else a unit that nobody could measure would fare better than one with a condition."""
    asks_green = rule.counts == "green" or (rule.kind == "none" and rule.light == "yellow")
    if asks_green and rule.mandatory:
        ledger.note(("rules", name, "mandatory"), _A_CONDITION, rule.mandatory)


def _nobody_fares_better_by_failing(policy: Policy, ledger: Ledger) -> None:
    for name, rule in policy.rules.items():
        if not _looks_at_gaps(rule):
            continue
        for phase in rule.phases or PHASES:
            bare = [
                a for a in sorted(atoms(rule.of)) if not _is_stopped(a, rule, phase, policy)
            ]
            if bare:
                ledger.note(("rules", name), _must_be_ready(bare, phase), name)
                break


def _looks_at_gaps(rule: RuleEntry) -> bool:
    """Whether it is met by whoever fails outright, and not by whoever is unknown or yellow."""
    is_silence = rule.kind in {"declared", "reported"} and rule.mandatory
    is_grey = rule.kind == "measured" and rule.mandatory
    return is_silence or is_grey or (rule.kind == "none" and rule.light == "yellow")


def _is_stopped(atom: str, rule: RuleEntry, phase: str, policy: Policy) -> bool:
    """Whether somebody red among them stops the city at least as surely."""
    return any(
        _covers(other, rule, phase)
        for other in policy.rules.values()
        if other.mandatory and _asks_readiness(other) and atom in atoms(other.of)
    )


def _asks_readiness(rule: RuleEntry) -> bool:
    is_share = rule.kind == "share" and rule.counts == "ready"
    return is_share or (rule.kind == "none" and rule.light == "red")


def _covers(ready: RuleEntry, rule: RuleEntry, phase: str) -> bool:
    if ready.phases and phase not in ready.phases:
        return False
    if ready.valid_from and (rule.valid_from is None or rule.valid_from < ready.valid_from):
        return False
    if ready.valid_until and (rule.valid_until is None or rule.valid_until > ready.valid_until):
        return False
    need = ready.at_least_percent if ready.kind == "share" else _WHOLE
    asked = rule.at_least_percent if rule.kind == "measured" else _WHOLE
    if need is None or need >= _WHOLE:
        return True
    is_same = atoms(ready.of) == atoms(rule.of) and not ready.weighted
    return is_same and need >= (asked or _WHOLE)


def term_of(entry: Policy | RuleEntry | CheckEntry) -> Term:
    """When it is in force, as the model has it."""
    phases = () if isinstance(entry, Policy) else tuple(entry.phases)
    return Term(phases, entry.valid_from, entry.valid_until)


def _one_of(names: Collection[str]) -> Text:
    listed = ", ".join(names)
    return Text(f"một trong: {listed}", f"one of: {listed}")


def _must_be(kind: str) -> Text:
    return Text(
        f"một điều kiện kind: {kind}, bắt buộc, không có hạn và giai đoạn",
        f"a rule of kind: {kind}, mandatory, without dates and phases",
    )


def _not_before(day: str) -> Text:
    return Text(f"một ngày không trước {day}", f"a day not before {day}")


def _not_of(kind: str) -> Text:
    keys = ", ".join(_TAKEN.get(kind, ())) or "–"
    return Text(f"kind: {kind} chỉ có các khoá: {keys}", f"kind: {kind} has the keys: {keys}")


def _must_be_ready(groups: Collection[str], phase: str) -> Text:
    who = ", ".join(groups)
    return Text(
        f"một điều kiện bắt buộc, chặt không kém, rằng {who} không đỏ ({phase});"
        " nếu không, hỏng hẳn lại có lợi hơn chưa đo được",
        f"a mandatory rule, as strict, that none of {who} is red ({phase}); else it would pay"
        " to fail rather than to be unknown",
    )


_ONCE = Text(
    "loại này chỉ có ở instrument_proven và whole_city",
    "this kind only at instrument_proven and whole_city",
)
_A_CONDITION = Text(
    "mandatory: false, vì vàng là “sẵn sàng, có điều kiện”; bắt buộc thì dùng counts: ready",
    "mandatory: false, since yellow is “ready, with conditions”; else use counts: ready",
)
_NEEDED_WORDS = {
    "light": Text("light: red hoặc yellow", "light: red or yellow"),
    "counts": Text("counts: ready hoặc green", "counts: ready or green"),
    "at_least_percent": Text("tỷ lệ từ trên 0 tới 100", "a percentage above 0, up to 100"),
}
