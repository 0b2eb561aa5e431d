"""Can somebody ask what the verdict would be, and sign for what is not met, by command?"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rehearsal import snapshot
from rehearsal.cli import app
from rehearsal.commands import judging
from rehearsal.criteria import shipped
from rehearsal.journal import open_journal, to_stored
from rehearsal.model import Failure, Run, Step
from rehearsal.model.decision import Waiver
from tests.rehearsal.criteria.policies import changed, rule, written
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    MORNING,
    city,
    hotline,
    morning,
    refused,
    unit,
)

CITY = city(
    [unit("hai-an", systems=["mail"]), unit("an-lao", systems=["mail"])], shared=[hotline()]
)
EXPIRED = Failure(Step.TLS_HANDSHAKE, "certificate_expired")
# Nobody hands in a status report here, and that is not what is tested.
UNREPORTED = shipped().without(frozenset({"status_reported"}))
NO_INVENTORY = "no-such-inventory.yaml"  # then the newest run's city counts
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """Nothing of the caller's environment decides."""
    monkeypatch.delenv("REHEARSAL_JOURNAL_URL", raising=False)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def url(out: Path) -> str:
    return f"sqlite:///{out}/journal.db"


def ran(out: Path, but=None, *, name="r1", started=MORNING, **more: object) -> str:
    """A trial that is over, in which this was wrong."""
    kept = snapshot.criteria_to_plain(UNREPORTED)
    told = {"inventory_snapshot": snapshot.to_plain(CITY), "criteria_snapshot": kept, **more}
    with open_journal(url(out)) as journal:
        journal.begin(Run(name, "phase-1", "A", started, parameters=told))
        journal.stage_began(name, "selftest", started)
        journal.stage_ended(name, "selftest", started)
        stored = [to_stored(m) for m in morning(CITY, but or {})]
        asyncio.run(journal.record(name, stored))
        journal.finish(name, at=started + timedelta(hours=1), state="finished", verdict=None)
    return name


def rehearse(*arguments: object):
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def asked(out: Path, *more: object):
    """What the command answers for machines, and its exit code."""
    found = rehearse("judge", "r1", "--out", out, "--json", *more)
    assert found.stdout, found.output
    return json.loads(found.stdout), found.exit_code


def test_without_a_question_both_sides_are_the_same(out):
    """As recorded, and nothing changes; the exit code is the decision's."""
    ran(out, {"system.reach hai-an/mail": EXPIRED})

    told, code = asked(out)

    assert told["recorded"] == told["what_if"]
    assert (told["recorded"]["verdict"], told["changed"], code) == ("no-go", [], 10)
    assert told["recorded"]["decided_by"] == ["units_ready"]


def test_other_limits_answer_from_the_journal(out, tmp_path):
    """What was slow is no condition under another limit; the exit code is the what-if's."""
    ran(out)
    limits = tmp_path / "limits.yaml"
    limits.write_text("system.reach: {first_byte: 0.0001}", "utf-8")

    told, code = asked(out, "--limits", limits)

    assert (told["recorded"]["verdict"], told["what_if"]["verdict"], code) == (
        "go",
        "conditional",
        0,
    )
    assert {(c["slug"], c["from"], c["to"]) for c in told["changed"]} >= {
        ("hai-an", "green", "yellow")
    }


def test_faulty_limits_are_refused_with_all_their_lines(out, tmp_path):
    """Exit 3, and each fault at its place."""
    ran(out)
    limits = tmp_path / "limits.yaml"
    limits.write_text("system.reach:\n  first: 1\n  first_byte: x\nno.check: {a: 1}\n", "utf-8")

    found = rehearse("judge", "r1", "--out", out, "--limits", limits)

    assert found.exit_code == 3
    assert all(f"limits.yaml:{line}:" in found.stderr for line in (2, 3, 4))


def test_limits_that_are_not_there_are_refused(out, tmp_path):
    """Exit 3, with the name of the file."""
    ran(out)

    found = rehearse("judge", "r1", "--out", out, "--limits", tmp_path / "none.yaml")

    assert (found.exit_code, "none.yaml" in found.stderr) == (3, True)


def test_without_a_rule(out):
    """The verdict that the rest would give; the rule is gone from the what-if side."""
    ran(out, {"system.reach hai-an/mail": EXPIRED})

    told, code = asked(out, "--without", "units_ready,encrypted")

    assert (told["what_if"]["verdict"], code) == ("go", 0)
    assert {"units_ready", "encrypted"} & set(told["what_if"]["rules"]) == set()
    assert told["changed"] == []


def test_if_a_cause_were_mended(out):
    """The units that it frees are named; nothing is written down."""
    ran(out, {"system.reach */mail": EXPIRED})
    before = Path(f"{out}/journal.db").read_bytes()

    told, code = asked(out, "--mended", "c1")

    assert (told["what_if"]["verdict"], code) == ("go", 0)
    assert {c["slug"]: c["to"] for c in told["changed"]} == {
        "hai-an": "green",
        "an-lao": "green",
    }
    assert Path(f"{out}/journal.db").read_bytes() == before
    assert [p.name for p in out.iterdir() if p.is_dir()] == []


def test_what_was_never_measured_is_said_to_stay_unknown(out):
    """No promise for what nobody has looked at behind the fault."""
    behind = {f"bridge.{c} hai-an/*": None for c in ("certificate", "signalling", "media")}
    behind |= {"bridge.roll_call hai-an/*": None, "bridge.reach hai-an/*": refused()}
    ran(out, behind)

    told, code = asked(out, "--mended", "c1")
    words = rehearse("judge", "r1", "--out", out, "--mended", "c1").stdout

    (change,) = told["changed"]
    assert (change["from"], change["to"], code) == ("red", "grey", 11)
    assert "bridge.media" in change["never_measured"]
    assert "what was never measured stays unknown" in words


def test_people_read_both_decisions_side_by_side(out):
    """Vietnamese first; the rule that differs, and whose light changes."""
    ran(out, {"system.reach hai-an/mail": EXPIRED})

    told = rehearse("judge", "r1", "--out", out, "--mended", "c1").stdout

    assert "NO-GO" in told
    assert "units_ready" in told
    assert "hai-an: chưa sẵn sàng → sẵn sàng / red → green" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--without", "units_redy"], "units_redy: không có điều kiện này"),
        (["--mended", "c9"], "c9: không có nguyên nhân này"),
    ],
)
def test_what_there_is_not_is_refused(out, more, told):
    """Exit 2, with what there is instead."""
    ran(out, {"system.reach hai-an/mail": EXPIRED})

    found = rehearse("judge", "r1", "--out", out, *more)

    assert found.exit_code == 2
    assert told in found.stderr
    assert "units_ready" in found.stderr or "c1" in found.stderr


def test_other_criteria(out, tmp_path):
    """Another file, as if the trial had been judged by it; its faults are told with lines."""
    ran(out, {"system.reach hai-an/mail": EXPIRED})

    def tolerant(policy):
        policy["lights"]["checks"] = {"system.reach": {"at_worst": "yellow", "source": ["own"]}}

    told, code = asked(out, "--criteria", written(tmp_path, tolerant))
    assert (told["what_if"]["verdict"], code) == ("conditional", 0)

    def faulty(policy):
        policy["lights"]["checks"] = {"system.rech": {"source": ["own"]}}
        policy["rules"].pop("whole_city")

    found = rehearse(
        "judge", "r1", "--out", out, "--criteria", written(tmp_path, faulty), "--json"
    )
    assert found.exit_code == 3
    assert found.stderr.count("criteria.yaml:") == 4  # two faults in two languages


def test_criteria_that_were_not_in_force_then_are_refused(out, tmp_path):
    """A trial of 20 June cannot be judged by what holds from July on."""
    ran(out)
    later = written(tmp_path, lambda p: p.update(valid_from="2025-07-01"))

    found = rehearse("judge", "r1", "--out", out, "--criteria", later)

    assert (found.exit_code, "2025-06-20" in found.stderr) == (3, True)


def test_a_run_is_judged_by_the_criteria_that_it_kept(out, tmp_path):
    """Whatever the file says today."""
    criteria = changed(
        tmp_path, lambda p: p["rules"].update(none_red=rule("none", light="red"))
    )
    kept = snapshot.criteria_to_plain(criteria)
    ran(out, {"system.reach hai-an/mail": EXPIRED}, criteria_snapshot=kept)

    told, _ = asked(out)

    assert told["recorded"]["decided_by"] == ["units_ready", "none_red"]


def test_an_unknown_run_is_refused(out):
    """Exit 2, with the newest that there are."""
    ran(out)

    found = rehearse("judge", "r2", "--out", out)

    assert (found.exit_code, "r1" in found.stderr) == (2, True)


def waive(out: Path, *more: object):
    """A waiver for hai-an until 2099, with whatever is said otherwise."""
    told = ["--signed-by", "Nguyễn Văn A", "--role", "Phó Chủ tịch", "--reason", "Mất điện"]
    expiry = ["--expires", "2099-06-30", "--inventory", NO_INVENTORY, "--out", out]
    return rehearse("waive", *more, *told, *expiry)


def test_a_waiver_is_signed_listed_and_taken_back(out):
    """Nothing disappears: what was taken back is listed as such."""
    ran(out)
    signed = waive(out, "units_ready", "--subject", "hai-an")
    assert signed.exit_code == 0, signed.output
    assert "hết ngày / to the end of 2099-06-30" in signed.stdout

    back = ("--withdraw", 1, "--signed-by", "Trần Thị B", "--inventory", NO_INVENTORY)
    assert rehearse("waive", *back, "--out", out).exit_code == 0
    (listed,) = json.loads(
        rehearse("waivers", "--json", "--out", out, "--inventory", NO_INVENTORY).stdout
    )

    assert (listed["id"], listed["rule"], listed["subject"]) == (1, "units_ready", "hai-an")
    assert (listed["state"], listed["withdrawn_by"]) == ("withdrawn", "Trần Thị B")
    again = rehearse("waive", *back, "--out", out)
    assert (again.exit_code, "there is no waiver 1" in again.stderr) == (2, True)


def test_a_waiver_that_lacks_something_is_refused_with_all_of_it(out):
    """Exit 2, nothing is written."""
    ran(out)

    found = rehearse(
        "waive", "units_redy", "--expires", "2020-01-01", "--inventory", NO_INVENTORY,
        "--out", out,
    )  # fmt: skip

    assert found.exit_code == 2
    lacking = ("units_redy", "--signed-by", "--role", "--reason", "is past")
    assert all(word in found.stderr for word in lacking)
    listed = rehearse("waivers", "--json", "--out", out, "--inventory", NO_INVENTORY)
    assert json.loads(listed.stdout) == []


def test_a_withdrawal_takes_a_number_alone(out):
    """A rule beside it would be a misunderstanding."""
    ran(out)

    found = waive(out, "units_ready", "--withdraw", 1)

    assert (found.exit_code, "takes the waiver's number alone" in found.stderr) == (2, True)


def test_the_city_is_that_of_the_inventory(out, city_file):
    """Its units can be signed for, and its faults are told."""
    told = ("--signed-by", "A", "--role", "B", "--reason", "C", "--expires", "2099-01-01")
    place = ("--inventory", city_file, "--out", out)
    assert (
        rehearse("waive", "units_ready", "--subject", "cat-hai", *told, *place).exit_code == 0
    )

    city_file.write_text("version: 2", "utf-8")
    found = rehearse("waive", "units_ready", *told, *place)
    assert (found.exit_code, "bridges.yaml" in found.stderr) == (3, True)


def sign(out: Path, at: datetime, expires: datetime = FOREVER) -> None:
    """A waiver for hai-an in the journal, of another day."""
    about = ("units_ready", "hai-an", "A", "Phó Chủ tịch", "Mất điện", expires)
    with open_journal(url(out)) as journal:
        journal.waivers.sign(Waiver(0, at, *about))


def reported(out: Path, name: str = "r1"):
    """The document and the pages of a run, drawn again from the journal."""
    rehearse("report", name, "--out", out)
    pages = {
        page: (out / name / page).read_text("utf-8")
        for page in ("index.html", "units/hai-an.html", "units/an-lao.html")
    }
    return json.loads((out / name / "results.json").read_text("utf-8")), pages


def test_a_waiver_makes_a_no_a_condition_and_is_shown_everywhere(out):
    """Signed before the verdict: on both pages and in the results; the unit stays red."""
    ran(out, {"system.reach hai-an/mail": EXPIRED})
    sign(out, MORNING + timedelta(minutes=59))

    document, pages = reported(out)

    assert document["verdict"] == "conditional"
    assert document["decided_by"] == ["units_ready"]
    (told,) = document["waivers"]
    assert (told["state"], told["is_used"], told["signed_by"]) == ("in-force", True, "A")
    units = {u["slug"]: u["readiness"] for u in document["units"]}
    assert units == {"hai-an": "red", "an-lao": "green"}
    assert 'id="waiver-1"' in pages["index.html"]
    assert 'href="#waiver-1"' in pages["index.html"]
    assert 'href="#rule-units-ready"' in pages["index.html"]
    assert 'id="waiver-1"' in pages["units/hai-an.html"]
    assert 'href="../index.html#rule-units-ready"' in pages["units/hai-an.html"]
    assert "waiver-1" not in pages["units/an-lao.html"]


def test_a_later_signature_changes_no_verdict_of_record(out):
    """It is shown, it counts for what comes after, and one can ask what it would have made."""
    ran(out, {"system.reach hai-an/mail": EXPIRED})
    sign(out, MORNING + timedelta(hours=1, seconds=1))

    document, pages = reported(out)
    told, code = asked(out, "--later-waivers")

    assert document["verdict"] == "no-go"
    assert [w["state"] for w in document["waivers"]] == ["later"]
    assert "Signed after the verdict" in pages["units/hai-an.html"]
    assert (told["what_if"]["verdict"], code) == ("conditional", 0)
    assert told["what_if"]["rules"]["units_ready"] == {"holds": False, "waived_by": [1]}


def test_a_waiver_that_expired_between_the_trials_is_shown_as_expired(out):
    """On 20 June it counted, on 25 June it does not, and both pages say so."""
    but = {"system.reach hai-an/mail": EXPIRED}
    sign(out, MORNING - timedelta(days=1), expires=MORNING + timedelta(days=3))
    ran(out, but)
    ran(out, but, name="r2", started=MORNING + timedelta(days=5))

    first, _ = reported(out)
    second, pages = reported(out, "r2")

    assert (first["verdict"], second["verdict"]) == ("conditional", "no-go")
    assert [w["state"] for w in second["waivers"]] == ["expired"]
    assert "Expired, without effect" in pages["index.html"]
    assert "Expired, without effect" in pages["units/hai-an.html"]


def test_what_people_wrote_is_told_harmlessly(out):
    """A name is shown as text, on the page as on the terminal."""
    ran(out)
    signed = waive(out, "units_ready", "--reason", "<script>alert(1)</script>")
    assert signed.exit_code == 0, signed.output

    _, pages = reported(out)

    assert "<script>alert" not in pages["index.html"]


def test_the_states_all_have_words():
    """None would be a crash on the day."""
    assert set(judging.STATES) == set(type(next(iter(judging.STATES))))
    assert EVIDENCE
