"""Does a page say what is to be done, by whom, by when, and what of that is not clear?"""

from __future__ import annotations

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import jsonschema

from rehearsal.follow_up import followed
from rehearsal.model import NO_OWNERS, Owners, Responsible, Text
from rehearsal.model.action import ActionEvent
from rehearsal.report import RESULTS_SCHEMA, results_document, write_reports
from rehearsal.report.clock import Clock
from rehearsal.report.view.actions import ACTIONS_SHOWN, actions_view
from tests.rehearsal.follow_up.days import cause, june, saw
from tests.rehearsal.report.morning import Words

CLOCK = Clock(ZoneInfo("Asia/Ho_Chi_Minh"))
OWNERS = Owners(groups={"infrastructure": Responsible("Tổ hạ tầng", within_h=24)})
DAYS = (
    saw(20, cause("hai-an", "cat-hai"), cause("kien-an", kind="nxdomain")),
    saw(23, well=["kien-an"], is_recheck=True),
    saw(25, well=["kien-an"]),
)


def actions(*events, owners=OWNERS):
    return followed(DAYS, events, owners)


def test_empty_cells_are_counted_for_the_committee():
    """An empty cell is a defect; what is proven owes nobody anything."""
    view = actions_view(actions(owners=NO_OWNERS), CLOCK)

    assert [text.vi for text in view.lacks] == [
        "1 việc chưa rõ người",
        "1 việc chưa rõ thời hạn",
        "1 việc chưa rõ thẩm quyền",
    ]
    assert view.sentence.vi == "1 việc chưa khép lại, 1 việc đã chứng minh là xong."


def test_the_history_is_told_with_its_days():
    """Opened 20 June, mended 23 June by recheck, proven 25 June."""
    (closed,) = actions_view(actions(), CLOCK).closed

    assert [line.en for line in closed.history] == [
        "20 Jun 2025: opened (1 targets)",
        "23 Jun 2025: mended by recheck",
        "25 Jun 2025: proven",
    ]
    assert closed.frees is None


def test_what_was_not_measured_again_is_said():
    """It is open, and the reader knows why."""
    (to_do,) = actions_view(actions(), CLOCK).to_do

    assert "2 đích chưa được đo lại" in to_do.note.vi
    assert "20/06/2025" in to_do.note.vi


def test_cells_show_whose_word_they_are():
    """A deadline is in the city's time; a missing value says so."""
    key = actions()[0].key
    view = actions_view(actions(ActionEvent(key, june(21), "Lan", "who", "Trần B")), CLOCK)
    who, _, when, _, authority, _ = view.to_do[0].cells

    assert (who.value.vi, who.said_by) == ("Trần B", "Lan")
    assert when.value.vi == "15:00:00 ngày 21/06/2025"
    assert (authority.is_missing, authority.value.vi) == (True, "Chưa có, cần điền")


def test_a_page_stays_small():
    """The sheet has them all; the page says how many more there are."""
    causes = [cause("hai-an", kind=f"kind_{n}") for n in range(ACTIONS_SHOWN + 3)]
    view = actions_view(followed([saw(20, *causes)], (), OWNERS), CLOCK)

    assert (len(view.to_do), view.more) == (ACTIONS_SHOWN, 3)


def test_without_actions_there_is_no_section():
    """A first trial in which all is well has nothing to do."""
    assert actions_view((), CLOCK) is None


def test_the_document_follows_its_schema(assessment):
    """Open and closed, with and without empty cells, in words of people."""
    key = actions()[0].key
    event = ActionEvent(key, june(21), "Lan", "who", "\u202e<b>")
    for told in (actions(event), actions(owners=NO_OWNERS), ()):
        document = json.loads(json.dumps(results_document(assessment, told)))
        jsonschema.Draft202012Validator(json.loads(RESULTS_SCHEMA.read_text("utf-8"))).validate(
            document
        )

        assert len(document["actions"]) == len(told)


def test_both_pages_show_it_and_no_other_unit_does(assessment, tmp_path):
    """The city sees all; a unit sees its own; foreign words stay words."""
    key = actions()[0].key
    evil = ActionEvent(key, june(21), "Lan", "who", "<script>alert(1)</script>")
    shown = [
        replace(action, says=Text("Đích hỏng ở đây", "Broken here")) for action in actions(evil)
    ]
    write_reports(assessment, Words(), tmp_path, shown)
    pages = {
        name: (tmp_path / name).read_text("utf-8")
        for name in ("index.html", "units/hai-an.html", "units/thuy-nguyen.html")
    }

    assert [name for name, page in pages.items() if "Đích hỏng ở đây" in page] == [
        "index.html",
        "units/hai-an.html",
    ]
    assert pages["index.html"].count(key) == 1
    assert "<script>alert" not in pages["index.html"] + pages["units/hai-an.html"]
