"""`compare --json` and the page keep their contract, whatever the far ends said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from checks import CHECKS
from rehearsal.comparison import Side, calibration, compare
from rehearsal.model import Failure, Finding, Outcome, Step
from rehearsal.model.comparison import Calibration, Comparison
from rehearsal.report import write_comparison
from rehearsal.report.compared import (
    COMPARISON_SCHEMA,
    calibration_document,
    comparison_document,
)
from rehearsal.report.pages import _environment
from rehearsal.report.view.calibration import calibration_view
from rehearsal.report.view.changes import WHERE_MAX
from rehearsal.report.view.comparison import SHOWN_MAX, ComparisonPage, comparison_page
from rehearsal.report.view.frame import city_clock, frame
from rehearsal.report.view.places import from_city
from rehearsal.wording import CheckWording
from tests.rehearsal.comparison.trials import (
    JUNE_25,
    REFUSED,
    STARVED,
    fact,
    predicted,
    town,
    trial,
)
from tests.rehearsal.report.hostile import PAYLOADS

SCHEMA = json.loads(COMPARISON_SCHEMA.read_text("utf-8"))
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
SLUGS = tuple(f"u{number:03}" for number in range(30))
WORDING = CheckWording(CHECKS)


def two_trials() -> tuple[Side, Side]:
    """Some of everything: fixed, newly failing, still, unknown, added, removed, a limit."""
    limit = next(iter(trial(town()).limits["bridge.media"]))
    strict = {"phase-1": {"bridge.media": {limit: 0.5}}}
    older = {
        "bridge.reach u00*/bridge": REFUSED,
        "system.reach u01?/mail": REFUSED,
        "bridge.roll_call u00*/bridge": REFUSED,
    }
    newer = {
        "bridge.reach u004/bridge": REFUSED,
        "bridge.reach u02?/bridge": Failure(Step.CONNECT, "connect_timeout", PAYLOADS[0]),
        "system.reach u01?/mail": STARVED,
    }
    first = trial(town(*SLUGS), older, hold_s=60.0)
    return first, trial(town(*SLUGS[1:], "new", limits=strict), newer, began=JUNE_25)


def page_of(one: Side, other: Side) -> ComparisonPage:
    """The page of two trials."""
    found = compare(one, other)
    return comparison_page(found, one.assessment, other.assessment, WORDING)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    """Two trials in which everything happens."""
    return compare(*two_trials())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their page on the disk, and one of the two phases."""
    folder = tmp_path_factory.mktemp("compared")
    return write_comparison(page_of(*two_trials()), folder)


def test_the_schema_is_a_schema():
    """JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_document_follows_the_schema(compared: Comparison):
    """Every field is described, none is missing; also of two phases, and of equal trials."""
    validator = jsonschema.Draft202012Validator(
        SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    phases = compare(trial(town()), trial(town(), began=JUNE_25, phase="phase-2"))
    nothing = compare(trial(town()), trial(town(), began=JUNE_25))
    for found in (compared, phases, nothing):
        document = json.loads(json.dumps(comparison_document(found), allow_nan=False))

        assert [error.message for error in validator.iter_errors(document)] == []


def test_the_document_says_what_happened(compared: Comparison):
    """The counts are those of the rows; a verdict has its codes, the gravest first."""
    document = comparison_document(compared)
    rows = {(r["check"], r["target"]): r for r in document["rows"]}

    assert rows["bridge.reach", "u004/bridge"]["movement"] == "still-failing"
    assert rows["bridge.reach", "u004/bridge"]["newer"]["codes"] == ["connection_refused"]
    assert rows["bridge.media", "u004/bridge"]["movement"] == "not-comparable"
    for movement in ("fixed", "newly-failing", "became-unknown", "added", "removed"):
        of_it = [row for row in document["rows"] if row["movement"] == movement]
        assert document["counts"][movement] == len(of_it) > 0, movement


def test_the_page_lies_beside_the_newer_trials_and_names_the_older(file: Path):
    """Older and newer are links, and the file's name says against which."""
    text = file.read_text("utf-8")

    assert file.name == "compare-phase-1-20250620.html"
    assert 'href="index.html"' in text
    assert 'href="../phase-1-20250620/index.html"' in text


def test_every_address_in_the_page_is_our_own(file: Path):
    """Pages of this folder or the older run's, fragments, or the empty icon."""
    for url in set(re.findall(r"""(?:href|src)="([^"]*)\"""", file.read_text("utf-8"))):
        assert re.fullmatch(
            r"(units/|\.\./phase-1-20250620/)?([a-z0-9-]+\.html)?(#[a-z0-9-]+)?|data:,", url
        ), url


def test_who_is_gone_has_a_name_and_no_link(file: Path):
    """The newer trial drew no page of a unit that it does not have."""
    text = file.read_text("utf-8")

    assert "units/u000.html" not in text
    assert "<bdi>u000</bdi>" in text
    assert 'href="units/new.html"' in text


def test_alike_changes_are_one_line():
    """Ten units that are refused alike are one line with ten names (promise 3)."""
    page = page_of(*two_trials())
    failing = next(g for g in page.changes if g.mark.word.en == "Newly failing")

    assert [(line.check_id, line.code, line.count) for line in failing.lines] == [
        ("bridge.reach", "connect_timeout", 10)
    ]
    assert len(failing.lines[0].where) == 10


def test_long_lists_end_with_how_many_are_left_out():
    """3,321 units would make a page that no browser likes; the JSON has all."""
    slugs = [f"u{number:04}" for number in range(SHOWN_MAX + 30)]
    page = page_of(
        trial(town(*slugs)),
        trial(town(*slugs), {"bridge.reach u*/bridge": REFUSED}, began=JUNE_25),
    )
    red = next(g for g in page.owners if g.mark.word.en == "Newly failing")
    line = next(g for g in page.changes if g.mark.word.en == "Newly failing").lines[0]

    assert (red.count, len(red.rows), red.more) == (SHOWN_MAX + 30, SHOWN_MAX, 30)
    assert (line.count, len(line.where), line.more) == (SHOWN_MAX + 30, WHERE_MAX, 30)


def told(**lights: str) -> Calibration:
    """A calibration of these predictions against the same facts."""
    facts = [fact("an", "red"), fact("binh", "red", note=PAYLOADS[0]), fact("do", "green")]
    return calibration(predicted(**lights), facts)


def drawn(found: Calibration, folder: Path) -> Path:
    """The partial inside a page of its own."""
    assessment = predicted(an="red", binh="green", do="grey")
    clock = city_clock(assessment)
    view = calibration_view(found, from_city(assessment), clock)
    template = _environment().from_string(
        '{% extends "base.html.j2" %}{% block title %}x{% endblock %}'
        '{% block main %}<h1>x</h1>{% include "calibration.html.j2" %}{% endblock %}'
    )
    page = {"frame": frame(assessment, "index.html"), "calibration": view}
    path = folder / "calibration.html"
    path.write_text(template.render(page=page), encoding="utf-8")
    return path


def test_the_calibration_is_told_in_words_and_shares(tmp_path: Path):
    """The two shares, who was wrong, and by whose word."""
    text = drawn(told(an="red", binh="green", do="grey"), tmp_path).read_text("utf-8")

    assert "1 trong 1 (100 %)" in text
    assert "0 trong 1 (0 %)" in text
    assert "Dự báo tốt hơn thực tế" in text
    assert "Trần B" in text
    assert "<script>window" not in text


def test_without_facts_the_page_says_so_and_computes_nothing(tmp_path: Path):
    """No table, no share of nothing."""
    text = drawn(calibration(predicted(an="red"), []), tmp_path).read_text("utf-8")

    assert "nothing is computed" in text
    assert "<table" not in text
    assert " %)" not in text


def test_the_calibration_is_a_document_too():
    """Ratios are numbers, or null where nothing was told."""
    document = calibration_document(told(an="red", binh="green", do="grey"))

    assert document["red_came_true"] == {"hits": 1, "of": 1, "ratio": 1.0}
    assert [miss["unit"] for miss in document["rosier"]] == ["binh"]
    assert len(document["table"]) == 12


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page in a fresh context."""
    contexts = []

    def opened(path: Path, **settings: Any) -> Page:
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(visit: Open, file: Path, tmp_path: Path, width: int, scheme: str):
    """No violation of WCAG 2.2 AA, of both pages."""
    calibrated = drawn(told(an="red", binh="green", do="grey"), tmp_path)
    for path in (file, calibrated):
        page = visit(path, color_scheme=scheme, viewport={"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page, options=AXE)

        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_scrolls_sideways(visit: Open, file: Path, tmp_path: Path, width: int):
    """Wide tables scroll by themselves."""
    calibrated = drawn(told(an="red", binh="green", do="grey"), tmp_path)
    for path in (file, calibrated):
        page = visit(path, viewport={"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_tables_have_captions_scopes_and_words(visit: Open, file: Path):
    """Never colour alone; headings in order."""
    page = visit(file)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
    )

    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator(".status:not(:has(svg use))").count() == 0
    assert all(word.strip() for word in page.locator(".status").all_text_contents())
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_hostile_words_stay_words(browser: Browser, tmp_path: Path):
    """Names, codes, addresses and notes are never run, and nothing is fetched."""
    older, newer = two_trials()
    for number, payload in enumerate(PAYLOADS[:8]):
        newer = replace(newer, assessment=_named(newer, number, payload))
    path = write_comparison(page_of(older, newer), tmp_path)
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    is_run = page.evaluate("window.__executed")
    context.close()

    assert is_run is None
    assert [url for url in asked if not url.startswith("file:") and url != "data:,"] == []
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", path.read_text("utf-8"))


def _named(side: Side, number: int, payload: str):
    """The assessment with a unit whose name, address and finding are an attack."""
    units = list(side.assessment.units)
    standing = units[number]
    target = replace(standing.owner.targets[0], name=payload, url=f"wss://x/{payload}")
    verdict = replace(
        standing.verdicts[0],
        target=target,
        findings=(Finding("connection_refused", Outcome.FAIL, {"detail": payload}),),
    )
    owner = replace(standing.owner, name=payload, targets=(target,))
    units[number] = replace(standing, owner=owner, verdicts=(verdict,))
    return replace(side.assessment, units=tuple(units))
