"""Go or no-go: which rules hold, and what follows from them?

First form of the criteria of Phase 1; a hub or a shared system stops everybody, a unit
that is not ready stops the city, and nothing is decided on what was not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rehearsal.model import (
    Decision,
    Hub,
    Light,
    Rule,
    StageTime,
    Standing,
    Target,
    TargetKind,
    Text,
    Unit,
)

SELFTEST = "selftest"


def light_of(words: Iterable[str]) -> Light:
    """Plan 02-KH/BCDTW: red for what fails, grey for what is not known, yellow for less."""
    seen = set(words)
    if seen & {"fail", "blocked"}:
        return Light.RED
    if not seen or "unknown" in seen:
        return Light.GREY
    return Light.YELLOW if "warn" in seen else Light.GREEN


def rules_of(
    units: Sequence[Standing],
    hubs: Sequence[Standing],
    systems: Sequence[Standing],
    stages: Sequence[StageTime],
    *,
    is_whole: bool = True,
    left: int | None = None,
) -> tuple[Rule, ...]:
    """The rules of Phase 1, each with whether it holds and whom it is about.

    `is_whole` says that nobody narrowed the trial to some units or some checks, `left`
    how many synthetic records are not proven gone; None where none was created.
    """
    everybody = (*hubs, *systems, *units)
    return (
        _instrument(stages),
        _whole_city(is_whole=is_whole),
        _all_measured(everybody),
        _none_red("hubs_ready", "Cả hai điểm cầu chính sẵn sàng", "Both hubs are ready", hubs),
        _none_red(
            "systems_ready",
            "Tổng đài 1022 và các hệ thống dùng chung sẵn sàng",
            "The 1022 hotline and the shared systems are ready",
            systems,
        ),
        _none_red("units_ready", "Không đơn vị nào chưa sẵn sàng", "No unit is red", units),
        _none_yellow(everybody),
        _encrypted(everybody),
        *_declared(units),
        *(() if left is None else (_nothing_left(left),)),
    )


def decide(rules: Sequence[Rule]) -> Decision:
    """Red beats unknown, unknown beats conditions; go is what remains.

    What an instrument says that did not prove itself is neither red nor green.
    """
    by_id = {rule.id: rule.holds for rule in rules}
    if by_id["instrument_proven"] is not True:
        return Decision.INCONCLUSIVE
    if any(rule.is_mandatory and rule.holds is False for rule in rules):
        return Decision.NO_GO
    if any(rule.is_mandatory and rule.holds is None for rule in rules):
        return Decision.INCONCLUSIVE
    has_conditions = any(rule.holds is False for rule in rules)
    return Decision.CONDITIONAL if has_conditions else Decision.GO


def _instrument(stages: Sequence[StageTime]) -> Rule:
    tested = [s for s in stages if s.stage == SELFTEST and s.ended is not None]
    holds = None if not tested else not tested[-1].problem
    problem = tested[-1].problem if tested else "chưa tự kiểm tra / no self-test"
    return Rule(
        id="instrument_proven",
        says=Text(
            vi="Công cụ đo tự chứng minh trước khi diễn tập",
            en="The instrument proved itself before the trial",
        ),
        is_mandatory=True,
        holds=holds,
        detail=Text(vi=problem, en=problem) if problem else _nothing_amiss(),
    )


def _whole_city(*, is_whole: bool) -> Rule:
    """What was left out on purpose is not measured either: one unit is no city."""
    narrowed = Text(
        vi="Chỉ đo một phần theo yêu cầu (--units, --only)",
        en="Only a part was asked for (--units, --only)",
    )
    return Rule(
        id="whole_city",
        says=Text(vi="Diễn tập toàn thành phố", en="The whole city was rehearsed"),
        is_mandatory=True,
        holds=True if is_whole else None,
        detail=_nothing_amiss() if is_whole else narrowed,
    )


def _all_measured(everybody: Sequence[Standing]) -> Rule:
    grey = [s for s in everybody if s.light is Light.GREY]
    return Rule(
        id="all_measured",
        says=Text(vi="Không đối tượng nào còn chưa rõ", en="Nothing is left unknown"),
        is_mandatory=True,
        holds=None if grey or not everybody else True,
        detail=_counted(grey),
        subjects=_slugs(grey),
    )


def _none_red(name: str, vi: str, en: str, standings: Sequence[Standing]) -> Rule:
    """Where there is nobody the rule does not apply: it is neither met nor a condition."""
    says = Text(vi=vi, en=en)
    if not standings:
        return Rule(name, says, is_mandatory=False, holds=None, detail=_nobody())
    red = [s for s in standings if s.light is Light.RED]
    is_unknown = any(s.light is Light.GREY for s in standings)
    return Rule(
        id=name,
        says=says,
        is_mandatory=True,
        holds=False if red else (None if is_unknown else True),
        detail=_not_all_measured() if is_unknown and not red else _counted(red),
        subjects=_slugs(red),
    )


def _nothing_left(left: int) -> Rule:
    """Clean-up incomplete: that says nothing of the city, but nobody may look away."""
    return Rule(
        id="nothing_left_behind",
        says=Text(
            vi="Mọi hồ sơ diễn tập đã được xóa, có chứng minh",
            en="Every synthetic record is proven gone",
        ),
        is_mandatory=True,
        holds=None if left else True,
        detail=Text(vi=f"DỌN DẸP CHƯA XONG: còn {left}", en=f"CLEAN-UP INCOMPLETE: {left} left")
        if left
        else _nothing_amiss(),
    )


def _encrypted(everybody: Sequence[Standing]) -> Rule:
    """What travels in plain text can be read and changed on the way."""
    plain = [s for s in everybody if any(_is_plain(t) for t in _targets(s.owner))]
    return Rule(
        id="encrypted",
        says=Text(
            vi="Mọi địa chỉ đều mã hóa (https, wss)",
            en="Every address is encrypted (https, wss)",
        ),
        is_mandatory=False,
        holds=not plain,
        detail=_counted(plain),
        subjects=_slugs(plain),
    )


def _declared(units: Sequence[Standing]) -> tuple[Rule, ...]:
    """What no instrument can try, people say: a condition, and nobody's red or grey.

    Where the inventory lists nothing of the kind, or the phase does not ask, no rule.
    """
    asked = [v for s in units for v in s.verdicts if v.target.kind is TargetKind.DECLARED]
    if not asked:
        return ()
    silent = [v.target for v in asked if v.is_undeclared]
    names = ", ".join(dict.fromkeys(target.name for target in silent))
    said_by = len({v.declared.said_by for v in asked if v.declared})
    done = len(asked) - len(silent)
    open_ = Text(
        f"còn {len(silent)}/{len(asked)} chưa khai: {names}",
        f"{len(silent)} of {len(asked)} not declared yet: {names}",
    )
    all_said = Text(f"{done} lời khai của {said_by} người", f"{done} by {said_by} people")
    rule = Rule(
        id="declared_by_people",
        says=Text(
            vi="Nơi không có giao thức công khai, người có tên đã khai kết quả thử",
            en="Where no public protocol leads, named people have declared what they found",
        ),
        is_mandatory=False,
        holds=not silent,
        detail=open_ if silent else all_said,
        subjects=tuple(dict.fromkeys(target.owner for target in silent)),
    )
    return (rule,)


def _targets(owner: Unit | Hub | Target) -> tuple[Target, ...]:
    return (owner,) if isinstance(owner, Target) else owner.targets


def _is_plain(target: Target) -> bool:
    return target.url.startswith(("http:", "ws:"))


def _none_yellow(everybody: Sequence[Standing]) -> Rule:
    yellow = [s for s in everybody if s.light is Light.YELLOW]
    return Rule(
        id="no_conditions",
        says=Text(vi="Không còn điều kiện kèm theo", en="No conditions remain"),
        is_mandatory=False,
        holds=not yellow,
        detail=_counted(yellow),
        subjects=_slugs(yellow),
    )


def _counted(found: Sequence[Standing]) -> Text:
    if not found:
        return _nothing_amiss()
    return Text(vi=f"{len(found)} đối tượng", en=f"{len(found)} of them")


def _nobody() -> Text:
    return Text(vi="Danh mục không có", en="None in the inventory")


def _not_all_measured() -> Text:
    return Text(vi="Chưa đo được hết", en="Not all of it was measured")


def _nothing_amiss() -> Text:
    return Text(vi="Không có vướng mắc", en="Nothing amiss")


def _slugs(standings: Sequence[Standing]) -> tuple[str, ...]:
    return tuple(slug_of(s.owner) for s in standings)


def slug_of(owner: Unit | Hub | Target) -> str:
    """The slug of a unit or hub, or the id of a shared system's target."""
    return owner.id if isinstance(owner, Target) else owner.slug
