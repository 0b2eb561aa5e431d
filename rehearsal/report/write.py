"""How do the reports reach the disk so that a kill leaves no half file?"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from rehearsal.model import Assessment, Hub, Unit
from rehearsal.model.action import Action
from rehearsal.model.review import Review
from rehearsal.report.document import Document, results_document
from rehearsal.report.junit import junit_xml
from rehearsal.report.pages import render_city, render_comparison, render_owner
from rehearsal.report.reviewed import review_document
from rehearsal.report.safe import page_name
from rehearsal.report.view.city import city_page
from rehearsal.report.view.comparison import ComparisonPage
from rehearsal.report.view.owner import owner_pages
from rehearsal.report.view.places import CITY_PAGE, UNIT_FOLDER
from rehearsal.report.wording import Wording
from rehearsal.report.workbook import results_workbook


def write_reports(
    assessment: Assessment,
    wording: Wording,
    directory: Path,
    actions: Sequence[Action] = (),
    review: Review | None = None,
) -> None:
    """Write every report of a run; an older one is replaced file by file.

    The city's page comes last: who sees it finds everything that it links to. A kill
    leaves whole files only (and at most one `.part`); the journal can draw them again.
    """
    for path, content in _reports(assessment, wording, actions, review):
        _replace(directory / path, content)


def _reports(
    assessment: Assessment,
    wording: Wording,
    actions: Sequence[Action],
    review: Review | None,
) -> Iterator[tuple[str, bytes]]:
    document = results_document(assessment, actions) | review_document(review)
    yield "results.json", _json(document)
    yield "results.xlsx", results_workbook(document)
    yield "junit.xml", junit_xml(document)
    pages = owner_pages(assessment, wording, actions)
    for standing in (*assessment.hubs, *assessment.units):
        if isinstance(standing.owner, Unit | Hub):
            name = page_name(standing.owner.slug)
            yield f"{UNIT_FOLDER}/{name}", render_owner(pages.page(standing))
    yield CITY_PAGE, render_city(city_page(assessment, wording, actions, review))


def write_comparison(page: ComparisonPage, directory: Path) -> Path:
    """Write the page of a comparison into the newer trial's folder, and say where it is."""
    path = directory / page_name(f"compare-{page.older.id}")
    _replace(path, render_comparison(page))
    return path


def _json(document: Document) -> bytes:
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def _replace(path: Path, content: bytes) -> None:
    """Put the whole content under its name in one step (rename within a directory)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
