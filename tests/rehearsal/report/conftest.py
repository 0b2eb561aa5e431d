"""What do the tests of the reports share? One morning, its files, one browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from rehearsal.model import Assessment
from rehearsal.report import write_reports
from tests.rehearsal.report.morning import Words, morning

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    """The morning of 20 June."""
    return morning()


@pytest.fixture(scope="session")
def reports(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its reports."""
    folder = tmp_path_factory.mktemp("reports")
    write_reports(assessment, Words(), folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a word to the network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()
