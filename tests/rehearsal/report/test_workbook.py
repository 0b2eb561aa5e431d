"""The workbook holds what `results.json` holds, as text and numbers only."""

import io

import openpyxl
import pytest

from rehearsal.model import Assessment
from rehearsal.report import results_document
from rehearsal.report.document import Document
from rehearsal.report.workbook import cell, results_workbook, sheets
from tests.rehearsal.report.hostile import hostile


@pytest.mark.parametrize("change", [lambda morning: morning, hostile])
def test_every_cell_equals_the_document(assessment: Assessment, change):
    """Cell by cell, on every sheet, with friendly and with hostile text."""
    document = results_document(change(assessment))
    book = openpyxl.load_workbook(io.BytesIO(results_workbook(document)))

    for sheet in sheets(document):
        expected = [[cell(c.pick(row)) for c in sheet.columns] for row in sheet.rows]
        headings, *rows = book[sheet.name].values
        assert headings == tuple(column.heading for column in sheet.columns)
        assert [[_read(value) for value in row] for row in rows] == [
            [_read(value) for value in row] for row in expected
        ]


def _read(value: object) -> object:
    """Level what the format cannot keep apart: no text, and the 17th digit."""
    return round(value, 12) if isinstance(value, float) else value or None


def test_nothing_is_a_formula_or_a_link(assessment: Assessment):
    """`=HYPERLINK(...)` in a banner stays text."""
    book = openpyxl.load_workbook(
        io.BytesIO(results_workbook(results_document(hostile(assessment))))
    )
    cells = [one for page in book for row in page.iter_rows() for one in row]

    assert {one.data_type for one in cells} <= {"s", "n"}
    assert not [one for one in cells if one.hyperlink]


def test_the_same_results_make_the_same_file(assessment: Assessment):
    """No clock reaches the file."""
    document: Document = results_document(assessment)

    assert results_workbook(document) == results_workbook(document)


def test_each_check_has_its_row(assessment: Assessment):
    """Hubs, units and shared systems alike."""
    document = results_document(assessment)
    owners = (*document["hubs"], *document["units"], *document["systems"])
    rows = next(sheet.rows for sheet in sheets(document) if sheet.name == "Phép thử")

    assert len(rows) == sum(len(owner["checks"]) for owner in owners) == 1145
