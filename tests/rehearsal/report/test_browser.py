"""In a real browser the pages are accessible, bilingual, searchable and inert."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from rehearsal.report import write_reports
from tests.rehearsal.report.hostile import PAYLOADS, hostile
from tests.rehearsal.report.morning import Words, morning

CITY = "index.html"
UNIT = "units/thanh-dong.html"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# without resultTypes every element that passes every rule is told too: seconds a page
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": AXE_TAGS},
    "resultTypes": ["violations"],
}
Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, reports: Path) -> Iterator[Open]:
    """Open a page of the reports in a fresh context."""
    contexts = []

    def opened(name: str, folder: Path = reports, **settings: Any) -> Page:
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.goto((folder / name.partition("#")[0]).as_uri() + "".join(name.partition("#")[1:]))
        return page

    yield opened
    for context in contexts:
        context.close()


CONTEXTS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "320": {"viewport": {"width": 320, "height": 640}},
}


@pytest.mark.parametrize("name", [CITY, UNIT])
@pytest.mark.parametrize("context", CONTEXTS)
def test_axe_finds_nothing(visit: Open, name: str, context: str):
    """No violation of WCAG 2.2 AA or of good practice."""
    page = visit(name, **CONTEXTS[context])
    found = Axe().run(page, options=AXE_OPTIONS)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", [CITY, UNIT])
@pytest.mark.parametrize("width", [320, 360, 1366])
def test_no_page_scrolls_sideways(visit: Open, name: str, width: int):
    """WCAG 2.2, 1.4.10; also with everything opened."""
    page = visit(name, viewport={"width": width, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", [CITY, UNIT])
def test_targets_are_at_least_24_pixels(visit: Open, name: str):
    """WCAG 2.2, 2.5.8, for everything that can be clicked."""
    page = visit(name, viewport={"width": 360, "height": 700})
    small = page.evaluate(
        """[...document.querySelectorAll('a, summary, label, input[type=search]')]
        .filter(e => !e.classList.contains('skip') && e.checkVisibility())
        .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
        .filter(([, r]) => r.width && (r.height < 23.9 || r.width < 23.9))
        .map(([t, r]) => `${t} ${r.width}x${r.height}`)"""
    )

    assert small == []


def test_headings_are_in_order(visit: Open):
    """One h1, and no level is skipped."""
    for name in (CITY, UNIT):
        levels = visit(name).evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
        )
        assert levels.count(1) == 1
        steps = pairwise(levels)
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in steps)


def test_tables_have_captions_and_scopes(visit: Open):
    """Every header cell says what it heads."""
    page = visit(CITY)

    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("th:not([scope])").count() == 0


def test_a_state_is_a_shape_and_a_word(visit: Open):
    """Never colour alone."""
    page = visit(CITY)
    statuses = page.locator(".status")

    assert statuses.count() > 114
    assert page.locator(".status:not(:has(svg use))").count() == 0
    assert all(word.strip() for word in statuses.all_text_contents())


@pytest.mark.parametrize("has_script", [True, False])
def test_the_language_switch_works_with_and_without_script(visit: Open, has_script: bool):  # noqa: FBT001 - a parameter of the test
    """One language at a time; names stay Vietnamese."""
    page = visit(CITY, java_script_enabled=has_script)
    heading = page.locator("h1")
    assert heading.inner_text().strip() == "Chưa đủ điều kiện"

    page.get_by_label("English").check(force=True)

    assert heading.inner_text().strip() == "No-go"
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.locator("h1 span[lang=en]").count() == 1


def test_the_language_is_remembered(visit: Open, reports: Path):
    """In the address, and for the next page."""
    page = visit(CITY)
    page.get_by_label("English").check(force=True)
    assert page.url.endswith("#language=en")

    page.goto((reports / UNIT).as_uri())

    assert page.locator("h2").first.inner_text() == "Why, and how to mend it"


def shown_rows(page: Page) -> list[str]:
    """The names of the units that can be seen."""
    names: list[str] = page.evaluate(
        """[...document.querySelectorAll('.group tr[data-find] th a')]
        .filter(a => a.checkVisibility()).map(a => a.textContent)"""
    )
    return names


@pytest.mark.parametrize(
    "words", ["thuy nguyen", "THỦY NGUYÊN", "Thuỷ nguyên", "thủy", "  nguyen   thuy "]
)
def test_search_needs_no_diacritics(visit: Open, words: str):
    """Any case, any spelling, any order; a green unit's group opens."""
    page = visit(CITY)
    page.locator("#search").fill(words)

    assert "Thủy Nguyên" in shown_rows(page)
    assert len(shown_rows(page)) < 5


@pytest.mark.parametrize("words", ["do son", "Đồ Sơn"])
def test_d_and_d_with_stroke_are_one(visit: Open, words: str):
    """Đ has no decomposition, so it is folded by hand, on both sides."""
    page = visit(CITY)
    page.locator("#search").fill(words)

    assert set(shown_rows(page)) == {"Đồ Sơn", "Nam Đồ Sơn"}
    assert page.locator("#found").inner_text() == "2 đơn vị"


def test_filter_and_search_live_in_the_address(visit: Open):
    """A view can be sent as a link, and comes back from it."""
    page = visit(CITY)
    page.locator("#light-red").check(force=True)
    page.locator("#search").fill("nguyễn")
    before = shown_rows(page)
    assert "light=red" in page.url

    again = visit(CITY + "#" + page.url.partition("#")[2])

    assert shown_rows(again) == before == ["Nguyễn Lương Bằng", "Nguyễn Trãi"]
    assert again.locator("#search").input_value() == "nguyễn"


def test_the_filter_works_without_script(visit: Open):
    """Counts are the filters."""
    page = visit(CITY, java_script_enabled=False)
    page.locator("#light-yellow").check(force=True)

    assert len(shown_rows(page)) == 4


def test_everything_can_be_read_without_script(visit: Open):
    """The script adds comfort, no content."""
    with_script, without = visit(UNIT), visit(UNIT, java_script_enabled=False)

    assert with_script.locator("main").text_content() == without.locator("main").text_content()
    assert without.locator(".layer[open]").count() == 1


def test_a_link_to_a_closed_card_opens_it(visit: Open):
    """From the city's page to the target that it speaks of."""
    page = visit(UNIT + "#target-thanh-dong-mail")

    assert page.locator("#target-thanh-dong-mail").get_attribute("open") is not None


def test_the_keyboard_reaches_what_the_mouse_does(visit: Open):
    """Skip link first, then the switch, the filters, causes; focus can be seen."""
    page = visit(CITY)
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """(() => { const e = document.activeElement;
                const shown = e.matches('input') ? e.nextElementSibling : e;
                return [e.id || e.className || e.tagName,
                getComputedStyle(shown).outlineStyle !== 'none'] })()"""
            )
        )
    names = [name for name, _ in seen]

    assert names[0] == "skip"
    assert names[1] == "language-vi"
    assert "light-all" in names
    assert all(is_outlined for _, is_outlined in seen)


def test_arrow_keys_change_the_filter(visit: Open):
    """A radio group, as assistive technology knows it."""
    page = visit(CITY)
    page.locator("#light-all").focus()
    page.keyboard.press("ArrowRight")

    assert page.locator("#light-red").is_checked()
    assert "light=red" in page.url


def test_forced_colours_keep_shapes(visit: Open):
    """High contrast mode still tells states apart."""
    page = visit(CITY, forced_colors="active")

    assert page.locator(".tile use").count() == 114


@pytest.fixture(scope="module")
def hostile_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a morning on which every text is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    write_reports(hostile(morning()), Words(plant=PAYLOADS[0] + PAYLOADS[5]), folder)
    return folder


def test_hostile_text_neither_runs_nor_asks_for_anything(
    browser: Browser, hostile_reports: Path
):
    """More than 40 payloads, each in every text of a unit, on every kind of page."""
    assert len(PAYLOADS) > 40
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    slugs = [getattr(s.owner, "slug", "") for s in morning().units[: len(PAYLOADS)]]
    pages = [
        hostile_reports / CITY,
        *(hostile_reports / f"units/{slug}.html" for slug in slugs),
    ]
    for path in pages:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("window.__executed") is None, path.name
    context.close()

    outside = [url for url in asked if not url.startswith("file://") and url != "data:,"]
    assert outside == []
    assert len(asked) == len([url for url in asked if url != "data:,"]) == len(pages)
    assert said == []


def test_hostile_text_is_shown_as_it_is(visit: Open, hostile_reports: Path):
    """Escaped, spelled out, and never evaluated."""
    text = visit(CITY, hostile_reports).locator("#units").text_content() or ""

    assert "<script>window.__executed=1</script>" in text
    assert "{{7*7}}" in text
    assert "⟨U+202E⟩gnp.exe" in text
    assert not re.search("[\u202e\u2066\x00\x1b]", text)


def test_long_tokens_wrap(visit: Open, hostile_reports: Path):
    """400 letters without a break do not push the page sideways."""
    page = visit(CITY, hostile_reports, viewport={"width": 320, "height": 640})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_city_prints_on_a_few_pages_of_a4(visit: Open):
    """Without the controls, and with the map."""
    page = visit(CITY)
    printed = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")

    assert printed.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 12
    assert not page.locator(".search").is_visible()
