"""What does a unit get to fill in?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rehearsal.declaring.forms import COLUMNS
from rehearsal.declaring.values import CHOICES, TEXT_MAX_CHARS
from rehearsal.declaring.workbooks import HEADING, SHEET
from rehearsal.model import Text, Unit
from rehearsal.model.questions import TEMPLATE, Question, Section, Sort, sections

LISTS = "Danh mục chọn"
_MADE = datetime(2025, 6, 1)  # noqa: DTZ001 - the format knows no zones
_HEADINGS = (HEADING, "Câu hỏi / Question", "Trả lời / Answer", "Cách điền / How")
_WIDTHS = (24, 46, 40, 44)
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HOW: Mapping[Sort, Text] = {
    Sort.FIXED: Text("không sửa", "leave as it is"),
    Sort.UNREAD: Text("không bắt buộc", "optional"),
    Sort.TEXT: Text(f"chữ, tối đa {TEXT_MAX_CHARS} ký tự", f"text, up to {TEXT_MAX_CHARS}"),
    Sort.COUNT: Text("số nguyên, ví dụ 5", "a whole number, such as 5"),
    Sort.NUMBER: Text("số, ví dụ 200 hoặc 12,5", "a number, such as 200 or 12.5"),
    Sort.MOMENT: Text("ngày/tháng/năm giờ:phút", "day/month/year hour:minute"),
}


def csv_template(unit: Unit) -> bytes:
    """A row for each question; Excel knows it for UTF-8."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for section in sections(unit):
        for question in section.questions:
            asks, how = question.asks, _how(question.sort)
            given = _given(question, unit)
            row = question.code, f"{asks.vi} / {asks.en}", given, f"{how.vi} / {how.en}"
            writer.writerow(row)
    return sheet.getvalue().encode("utf-8-sig")


def json_template(unit: Unit) -> bytes:
    """The codes of all questions, each without an answer."""
    given = {q.code: _given(q, unit) for s in sections(unit) for q in s.questions}
    asked = {code: value or None for code, value in given.items()}
    return (json.dumps(asked, ensure_ascii=False, indent=1) + "\n").encode()


def xlsx_template(unit: Unit) -> bytes:
    """A workbook in which only the answers can be typed, with a list wherever there is one."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **_PLAIN})
    # a fixed moment: the same unit always gets the same file
    told = {"title": f"{SHEET} {unit.name}", "comments": TEMPLATE, "created": _MADE}
    book.set_properties(told)
    page, lists = book.add_worksheet(SHEET), book.add_worksheet(LISTS)
    ranges = _choices(lists)
    _questions(page, unit, ranges, _formats(book))
    for one in (page, lists):
        one.protect("", {"format_columns": True, "format_rows": True})
    book.close()
    return buffer.getvalue()


TEMPLATES: Mapping[str, Callable[[Unit], bytes]] = {
    "csv": csv_template,
    "json": json_template,
    "xlsx": xlsx_template,
}


def _given(question: Question, unit: Unit) -> str:
    own = {"template": TEMPLATE, "unit": unit.code, "unit_name": unit.name}
    return own.get(question.code, "")


def _how(sort: Sort) -> Text:
    if sort not in CHOICES:
        return _HOW[sort]
    words = list(CHOICES[sort].values())
    return Text(" · ".join(w[0] for w in words), " · ".join(w[1] for w in words))


def _formats(book: xlsxwriter.Workbook) -> Mapping[str, Format]:
    wrapped = {"text_wrap": True, "valign": "top"}
    return {
        "head": book.add_format({**wrapped, "bold": True, "bottom": 1, "bg_color": "#EEF1F0"}),
        "title": book.add_format({**wrapped, "bold": True, "top": 1}),
        "body": book.add_format(wrapped),
        "quiet": book.add_format({**wrapped, "font_color": "#59605E"}),
        # as text, so that no spreadsheet turns 12,5 into 125 or a day into a month
        "answer": book.add_format(
            {**wrapped, "locked": False, "border": 1, "bg_color": "#FFFBE6", "num_format": "@"}
        ),
    }


def _choices(page: Worksheet) -> Mapping[Sort, str]:
    """Write the lists that cells offer, a column each, and say where each stands."""
    ranges: dict[Sort, str] = {}
    for at, (sort, meant) in enumerate(CHOICES.items()):
        page.set_column(at, at, 28)
        words = [written[0] for written in meant.values()]
        page.write_column(0, at, words)
        letter = chr(ord("A") + at)
        ranges[sort] = f"='{LISTS}'!${letter}$1:${letter}${len(words)}"
    return ranges


def _questions(
    page: Worksheet, unit: Unit, ranges: Mapping[Sort, str], formats: Mapping[str, Format]
) -> None:
    for at, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
        page.set_column(at, at, width)
        page.write_string(0, at, heading, formats["head"])
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for line, item in enumerate(_lines(unit), start=1):
        if isinstance(item, Section):
            page.write_string(line, 1, f"{item.title.vi}\n{item.title.en}", formats["title"])
            continue
        _question(page, line, item, _given(item, unit), formats)
        if item.sort in ranges:
            page.data_validation(line, 2, line, 2, _chooses(ranges[item.sort]))


def _lines(unit: Unit) -> Iterator[Section | Question]:
    for section in sections(unit):
        yield section
        yield from section.questions


def _question(
    page: Worksheet, line: int, asked: Question, given: str, formats: Mapping[str, Format]
) -> None:
    how = _how(asked.sort)
    same = asked.asks.vi == asked.asks.en
    words = asked.asks.vi if same else f"{asked.asks.vi}\n{asked.asks.en}"
    needed = Text(f"{how.vi} (bắt buộc)", f"{how.en} (required)") if asked.is_needed else how
    page.write_string(line, 0, asked.code, formats["quiet"])
    page.write_string(line, 1, words, formats["body"])
    page.write_string(line, 3, f"{needed.vi}\n{needed.en}", formats["quiet"])
    if asked.sort is Sort.FIXED:
        page.write_string(line, 2, given, formats["body"])
    else:
        page.write_blank(line, 2, None, formats["answer"])


def _chooses(source: str) -> Mapping[str, object]:
    return {
        "validate": "list",
        "source": source,
        "error_title": "Chọn trong danh sách",
        "error_message": "Hãy chọn một giá trị trong danh sách. / Choose from the list.",
    }
