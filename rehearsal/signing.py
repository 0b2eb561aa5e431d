"""May this rule be signed for, by this person, until that day? All that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rehearsal.model import Hub, Inventory, Target, Text, Unit
from rehearsal.model.decision import (
    HUBS,
    KINDS_OF_UNITS,
    NEVER_WAIVED,
    SYSTEMS,
    Criteria,
    Criterion,
    RuleKind,
    Waiver,
)

WORDS_MAX_CHARS = 500  # a reason is a sentence or two; the decision itself is on file


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed, as it is."""

    rule: str
    subject: str
    signed_by: str
    role: str
    reason: str
    expires: str


class NotSigned(Exception):  # noqa: N818 - what the reader is told
    """A waiver that cannot be accepted; `faults` are all of its shortcomings."""

    def __init__(self, faults: Sequence[Text]) -> None:
        """Keep all of them, in the order of the options."""
        super().__init__("\n".join(f"{fault.vi}\n  {fault.en}" for fault in faults))
        self.faults = tuple(faults)


def signature(asked: Asked, criteria: Criteria, city: Inventory, now: datetime) -> Waiver:
    """The waiver that was asked for; NotSigned with everything that is wrong with it.

    It counts until the end of its last day in the city.
    """
    zone = ZoneInfo(city.city.timezone)
    rule = next((r for r in criteria.rules if r.id == asked.rule), None)
    last, late = _last_day(asked.expires, now.astimezone(zone).date())
    faults = [*_of_rule(asked.rule, rule, criteria), *_of_subject(asked.subject, rule, city)]
    faults += [*_of_words(asked), *late]
    if faults or last is None:
        raise NotSigned(faults)
    return Waiver(
        id=0,  # the journal numbers them
        at=now,
        rule=asked.rule,
        subject=asked.subject.strip(),
        signed_by=_plain(asked.signed_by),
        role=_plain(asked.role),
        reason=_plain(asked.reason),
        expires=datetime.combine(last + timedelta(days=1), time(), zone),
    )


def _plain(words: str) -> str:
    return " ".join(words.split())


def _of_rule(name: str, rule: Criterion | None, criteria: Criteria) -> Iterator[Text]:
    if rule is None:
        known = ", ".join(r.id for r in criteria.rules if r.kind not in NEVER_WAIVED)
        yield Text(
            f"điều kiện {name!r}: tiêu chí không có; có: {known}",
            f"rule {name!r}: the criteria have none; they have: {known}",
        )
    elif rule.kind in NEVER_WAIVED:
        yield Text(
            f"{name}: không ai ký thay được; số đo phải tự chứng minh, hãy diễn tập lại",
            f"{name}: nobody can sign for it; measurements prove themselves, rehearse again",
        )


def _of_subject(subject: str, rule: Criterion | None, city: Inventory) -> Iterator[Text]:
    """For whom: an owner that the rule is about, or one of that owner's targets."""
    name = subject.strip()
    if not name:
        return
    if rule is not None and rule.kind is RuleKind.CLEAN:
        yield Text(
            f"--subject {name}: {rule.id} chỉ ký được cho cả thành phố",
            f"--subject {name}: {rule.id} can be signed for as a whole only",
        )
    elif name not in set(_names(city, None)):
        yield Text(
            f"--subject {name}: danh mục không có đơn vị, điểm cầu hay hệ thống này",
            f"--subject {name}: no such unit, hub, system or target in the inventory",
        )
    elif rule is not None and name not in set(_names(city, rule)):
        of = ", ".join(rule.of)
        yield Text(
            f"--subject {name}: {rule.id} chỉ nói về {of}",
            f"--subject {name}: {rule.id} is about {of} only",
        )


def _names(city: Inventory, rule: Criterion | None) -> Iterator[str]:
    owners: list[tuple[str, Unit | Hub | Target]] = [(HUBS, hub) for hub in city.hubs]
    owners += [(SYSTEMS, system) for system in city.systems]
    owners += [(KINDS_OF_UNITS[unit.kind], unit) for unit in city.units]
    for group, owner in owners:
        if rule is not None and group not in rule.of:
            continue
        if isinstance(owner, Target):
            yield owner.id
        else:
            yield owner.slug
            yield from (target.id for target in owner.targets)


def _of_words(asked: Asked) -> Iterator[Text]:
    told = {"--signed-by": asked.signed_by, "--role": asked.role, "--reason": asked.reason}
    for option, words in told.items():
        if not words.strip():
            yield Text(f"{option}: chưa ghi", f"{option}: nothing was written")
        elif len(words) > WORDS_MAX_CHARS or not _plain(words).isprintable():
            yield Text(
                f"{option}: tối đa {WORDS_MAX_CHARS} ký tự in được",
                f"{option}: at most {WORDS_MAX_CHARS} printable characters",
            )


def _last_day(written: str, today: date) -> tuple[date | None, list[Text]]:
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        expected = f"--expires {written!r}: "
        return None, [
            Text(f"{expected}một ngày như 2025-06-30", f"{expected}a day like 2025-06-30")
        ]
    if day < today:
        told = Text(
            f"--expires {day}: đã qua, hôm nay là {today}",
            f"--expires {day}: is past, today is {today}",
        )
        return None, [told]
    return day, []
