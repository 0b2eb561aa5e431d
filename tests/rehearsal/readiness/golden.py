"""How does one folder of `tests/golden` become all that follows from it?

`given.json` is a small city and what was wrong in it, as people write it. What was
measured there is kept as the journal keeps it (`measurements.json`), and everything else
follows from that: `verdicts.json`, `causes.json`, `readiness.json`, `report.vi.html`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from rehearsal.journal import StoredMeasurement, from_stored, plain_mapping, to_stored
from rehearsal.model import (
    Assessment,
    Declaration,
    Failure,
    Inventory,
    Outcome,
    Round,
    StageTime,
    StatusReport,
    Step,
    Target,
    TargetKind,
    Unit,
)
from rehearsal.model.decision import Waiver
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from rehearsal.readiness.judging import Judging
from rehearsal.readiness.reported import STATUS
from rehearsal.report.document import results_document
from rehearsal.report.pages import render_city
from rehearsal.report.view.city import city_page
from rehearsal.wording import CheckWording
from tests.rehearsal.readiness.small_city import (
    CHECKS,
    EVIDENCE,
    MORNING,
    RUN,
    city,
    hotline,
    morning,
    unit,
)

Given = Mapping[str, Any]
Stored = list[dict[str, Any]]
_STORED = TypeAdapter(list[StoredMeasurement])
_MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
_ENGLISH = re.compile(r'<span lang="en">.*?</span>', re.DOTALL)
_VIETNAMESE = re.compile(r'<span lang="vi">(.*?)</span>', re.DOTALL)
_DRAWN = re.compile(r"<svg\b.*?</svg>\n?", re.DOTALL)
_AGAIN = 1


def inventory_of(given: Given) -> Inventory:
    """The city of a folder."""
    delivered, lines = given.get("suppliers", {}), given.get("lines", ())
    units = [
        supplied(unit(slug, province, given["systems"]), delivered, has_line=slug in lines)
        for slug, province in given["units"].items()
    ]
    return city(units, given["hubs"], [hotline()])


def supplied(one: Unit, delivered: Mapping[str, Sequence[str]], *, has_line: bool) -> Unit:
    """A unit whose targets name who delivers them (`supplier -> targets`)."""
    by = {target: supplier for supplier, targets in delivered.items() for target in targets}
    targets = [replace(t, supplier=by.get(t.id, "")) for t in one.targets]
    if has_line:
        url = f"wss://{one.slug}.line.example/ndt/v7"
        targets.append(Target(f"{one.slug}/line", one.slug, "line", TargetKind.LINE, url))
    return replace(one, targets=tuple(targets))


def measured_in(given: Given) -> Stored:
    """What the instrument would have seen there, in every round, as the journal keeps it."""
    found = _round(given, given["wrong"], 0)
    if again := given.get("again"):
        asked = [m for m in _round(given, again, _AGAIN) if _is_named(m, again)]
        found += asked
    return [dict(plain_mapping(stored)) for stored in found]


def _round(given: Given, wrong: Given, number: int) -> list[StoredMeasurement]:
    but = {
        f"{check} {place}": told(check, seen)
        for check, places in wrong.items()
        for place, seen in places.items()
    }
    seen = morning(inventory_of(given), but)
    return [replace(to_stored(one), round=number) for one in seen]


def _is_named(stored: StoredMeasurement, again: Given) -> bool:
    return stored.target_id in again.get(stored.check_id, {})


def told(check: str, seen: Any) -> Any:
    """A failure `[step, kind]`, changes to healthy evidence, or nothing at all."""
    if isinstance(seen, list):
        return Failure(Step(seen[0]), seen[1])
    return seen if seen is None else changed(check, seen)


def changed(check: str, values: Mapping[str, Any]) -> object:
    """The evidence of a healthy target with other values, read as the journal reads it."""
    healthy = plain_mapping(EVIDENCE[check])
    evidence = _merged(healthy, values)
    stored = StoredMeasurement(check, "", MORNING, 0.0, "", (), None, evidence)
    return from_stored(stored, CHECKS[check].evidence).evidence


def _merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **base,
        **{
            key: _merged(base[key], value) if isinstance(value, Mapping) else value
            for key, value in patch.items()
        },
    }


def assessed_from(given: Given, stored: Stored) -> Assessment:
    """What is to be said of a folder's city, by what its journal holds."""
    inventory, run = inventory_of(given), RUN
    if at := given.get("at"):
        run = replace(RUN, started=datetime.fromisoformat(at))
    kept = _STORED.validate_python(stored)
    rounds = [
        Round(
            number,
            run.started,
            tuple(
                from_stored(one, CHECKS[one.check_id].evidence)
                for one in kept
                if one.round == number
            ),
            inventory,
        )
        for number in sorted({one.round for one in kept})
    ]
    tested = StageTime("selftest", MORNING, MORNING, given.get("selftest", ""))
    return assess(
        run,
        inventory,
        make_plan(inventory, CHECKS, "phase-1"),
        (),
        rounds=rounds,
        stages=[tested],
        registry=CHECKS,
        said=[_said(slug, answers) for slug, answers in given.get("declared", {}).items()],
        judging=Judging(waivers=tuple(map(_waiver, enumerate(given.get("waivers", ()), 1)))),
    )


def _said(slug: str, answers: Mapping[str, Any]) -> Declaration:
    report = StatusReport(day=MORNING.date(), **answers)
    return Declaration(
        STATUS, f"{slug}/status", report.focal_name, MORNING, plain_mapping(report)
    )


def _waiver(numbered: tuple[int, Given]) -> Waiver:
    number, given = numbered
    moments = {name: datetime.fromisoformat(given[name]) for name in ("at", "expires")}
    return Waiver(id=number, **{**given, **moments})


def documents_of(found: Assessment) -> dict[str, Any]:
    """Everything that follows, by the name of its file."""
    whole = results_document(found)
    return {
        "verdicts.json": _verdicts(found),
        "causes.json": whole["causes"],
        "readiness.json": {
            "decision": whole["verdict"],
            "decided_by": whole["decided_by"],
            "rules": {rule["id"]: rule["holds"] for rule in whole["rules"]},
            "lights": {
                owner.get("target", owner["slug"]): owner["readiness"]
                for part in ("hubs", "systems", "units")
                for owner in whole[part]
            },
            "waivers": whole["waivers"],
            "contradictions": whole["contradictions"],
        },
        "report.vi.html": _in_vietnamese(found),
    }


def _verdicts(found: Assessment) -> dict[str, str]:
    standings = (*found.hubs, *found.systems, *found.units)
    told = {f"{v.check_id} {v.target.id}": _outcome(v) for s in standings for v in s.verdicts}
    earlier = {
        f"{check} {target} (#{one.round})": _outcome(one.verdict)
        for (check, target), several in found.history.items()
        for one in several
    }
    return dict(sorted((told | earlier).items()))


def _outcome(verdict: Any) -> str:
    why = [finding.code for finding in verdict.findings if finding.outcome is not Outcome.PASS]
    if verdict.blocked_by:
        why = [f"by {verdict.blocked_by}", *filter(None, [verdict.blocked_at])]
    return " ".join([verdict.outcome.word, *why])


def _in_vietnamese(found: Assessment) -> str:
    """What a committee reads on the city's page, without drawings and without English."""
    page = render_city(city_page(found, CheckWording(CHECKS, {}))).decode()
    main = _MAIN.search(page)
    assert main is not None
    words = _VIETNAMESE.sub(r"\1", _DRAWN.sub("", _ENGLISH.sub("", main[0])))
    return "\n".join(line.strip() for line in words.splitlines() if line.strip()) + "\n"


def read(file: Path) -> Any:
    """A file of a folder, as it is compared."""
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix == ".json" else text


def write(file: Path, value: Any) -> None:
    """The same for people to read the difference."""
    text = value
    if not isinstance(value, str):
        text = f"{json.dumps(value, ensure_ascii=False, indent=1)}\n"
    file.write_text(text, encoding="utf-8")
