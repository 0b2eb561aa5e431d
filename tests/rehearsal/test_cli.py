"""What can be asked of `rehearse`, and how does it answer?"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import launch
from rehearsal import options
from rehearsal.cli import app, with_own_scenario
from rehearsal.commands import answers, instrument, past_runs
from rehearsal.inventory import generate, load
from rehearsal.journal import open_journal, trial_lock
from rehearsal.model import Failure, Step, TargetKind
from rehearsal.net.trail import Stopped
from rehearsal.selftest import Tried
from tests.rehearsal.pretend import Seen, check, registry

ROOT = Path(__file__).parents[2]
REFUSED = Failure(Step.CONNECT, "connection_refused", "[/]\x1b]0;owned\x07")
UNKNOWN = Failure(Step.RESOLVE, "resolver_timeout")
PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """Nothing of the caller's environment decides."""
    for name in ("PREFECT_API_URL", "REHEARSAL_JOURNAL_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def rehearse(*arguments):
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def trial(monkeypatch, no_wire, city_file, out):  # noqa: ARG001  (it takes the wire away)
    """Run a trial whose every target fares as it is told."""

    def carried_out(*more, seen=None):
        async def probe(target, door):
            del target, door
            if seen:
                raise Stopped(seen)
            return Seen(0)

        known = registry(
            check("plain", probe, kinds=frozenset(TargetKind)),
            check("call", probe, stage="roll_call", holds=True),
        )
        monkeypatch.setattr(launch, "CHECKS", known)
        for module in (answers, instrument, past_runs):
            monkeypatch.setattr(module, "CHECKS", known)
        common = ("phase-1", "--no-prefect", "--inventory", city_file, "--out", out)
        return rehearse(*common, "--hold", "1s", *more)

    return carried_out


@pytest.mark.parametrize(("seen", "code"), [(None, 0), (REFUSED, 10), (UNKNOWN, 11)])
def test_the_decision_is_the_exit_code(trial, seen, code):
    """0 go, 10 no-go, 11 inconclusive; and the summary is on stdout."""
    found = trial(seen=seen)

    assert found.exit_code == code
    assert "index.html" in found.stdout
    assert "\x1b]" not in found.stdout


def test_json_is_all_there_is_on_stdout(trial, out):
    """The same document as in the run's folder, and nothing beside it."""
    found = trial("--json", seen=REFUSED)
    document = json.loads(found.stdout)
    written = json.loads((out / document["run"]["id"] / "results.json").read_text())

    assert document["verdict"] == "no-go"
    assert document.pop("stages")[:-1] == written.pop("stages")[:-1]  # it was being written
    assert document == written


def test_runs_are_listed_newest_first(trial, out):
    """For machines the contract's fields, for people a line each."""
    trial()
    trial(seen=REFUSED)

    listed = json.loads(rehearse("runs", "--out", out, "--json").stdout)

    assert [run["verdict"] for run in listed] == ["no-go", "go"]
    assert list(listed[0])[:5] == ["id", "phase", "started", "finished", "verdict"]
    assert listed[0]["started"] > listed[1]["started"]
    lines = rehearse("runs", "--out", out).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [run["id"] for run in listed]


def test_a_run_that_was_killed_is_interrupted(trial, out):
    """Nobody holds its lock: it does not run, and the line says how it goes on."""
    trial()
    run_id = left_running(out)

    listed = json.loads(rehearse("runs", "--out", out, "--json").stdout)
    (line,) = rehearse("runs", "--out", out).stdout.splitlines()

    assert [(run["state"], run["verdict"]) for run in listed] == [("interrupted", None)]
    assert line.endswith(f"bị ngắt, chạy tiếp / interrupted, resume: --resume {run_id}")


def test_a_run_that_goes_on_is_running(trial, out):
    """Whoever holds the lock carries on the run that was begun or went on since."""
    trial()
    trial()
    killed, goes_on = left_running(out), left_running(out)
    url = f"sqlite:///{out}/journal.db"
    with trial_lock(url):
        assert states(out) == {killed: "running", goes_on: "running"}  # neither stirs yet
        with open_journal(url) as journal:
            journal.stage_began(goes_on, "bridges", datetime.now(UTC))

        assert states(out) == {killed: "interrupted", goes_on: "running"}


def states(out):
    """The state of each run, as it is listed."""
    listed = json.loads(rehearse("runs", "--out", out, "--json").stdout)
    return {run["id"]: run["state"] for run in listed}


def left_running(out):
    """The first run that ended, as a kill -9 would have left it; its id."""
    with sqlite3.connect(out / "journal.db") as journal:
        (found,) = journal.execute(
            "SELECT id FROM run WHERE state = 'finished' ORDER BY started"
        ).fetchmany(1)
        journal.execute(
            "UPDATE run SET state = 'running', finished = NULL, verdict = NULL WHERE id = ?",
            found,
        )
    return found[0]


def test_no_run_is_an_empty_list(out):
    """Before the first trial there is nothing to list, and that is no error."""
    found = rehearse("runs", "--out", out, "--json")

    assert (found.exit_code, json.loads(found.stdout)) == (0, [])


def test_a_report_is_drawn_again(trial, out):
    """From the journal alone: the same document, although the folder was lost."""
    document = json.loads(trial("--json", seen=REFUSED).stdout)
    folder = out / document["run"]["id"]
    before = (folder / "results.json").read_bytes()
    (folder / "results.json").unlink()

    found = rehearse("report", document["run"]["id"], "--out", out, "--json")

    assert found.exit_code == 0
    assert json.loads(found.stdout)["units"] == document["units"]
    assert (
        json.loads((folder / "results.json").read_bytes())["units"]
        == json.loads(before)["units"]
    )


def test_a_report_tells_where_it_really_is(trial, out, tmp_path, monkeypatch):
    """Drawn, or resumed, from another directory, its page opens from there."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    run_id = json.loads(trial("--json", "--out", out.name).stdout)["run"]["id"]
    monkeypatch.chdir(elsewhere)

    drawn = rehearse("report", run_id, "--out", f"../{out.name}")
    resumed = trial("--resume", run_id, "--out", f"../{out.name}")

    for told in (drawn, resumed):
        verdict, _, page = told.stdout.splitlines()[-1].rpartition(": ")
        assert verdict == "ĐỦ ĐIỀU KIỆN / GO"
        assert Path(page).resolve() == out / run_id / "index.html"
        assert Path(page).is_file()


def test_an_unknown_run_is_a_wrong_word(trial, out):
    """Exit 2, with the ids that may have been meant, in both languages."""
    known = json.loads(trial("--json").stdout)["run"]["id"]

    for arguments in (("report", "r-none", "--out", out), None):
        found = rehearse(*arguments) if arguments else trial("--resume", "r-none")
        assert found.exit_code == 2
        assert known in found.stderr
        assert "Nhật ký không có" in found.stderr


def test_another_trial_holds_the_lock(trial, out):
    """Exit 4, with who holds it."""
    with trial_lock(f"sqlite:///{out}/journal.db"):
        found = trial()

    assert found.exit_code == 4
    assert str(os.getpid()) in found.stderr
    assert found.stdout == ""


@pytest.mark.parametrize("hold", ["", "x", "0s", "-5s", "5h", "1d", "60 seconds", "1e3", "nan"])
def test_a_wrong_hold_is_refused(trial, hold):
    """Exit 2, and what would be right."""
    found = trial("--hold", hold)

    assert found.exit_code == 2
    assert "60s, 2m, 45m" in found.stderr


@pytest.mark.parametrize(
    ("text", "hold_s"), [("60", 60), ("60s", 60), ("2m", 120), ("1.5 m", 90), ("4h", 14400)]
)
def test_a_hold_is_read(text, hold_s):
    """Seconds, minutes, hours."""
    assert options.seconds("--hold", text) == hold_s


@pytest.mark.parametrize(
    ("at", "told"),
    [("2025-06-20 07:30", "is past"), ("tomorrow", "2025-06-20 07:30"), ("07:30", "--at")],
)
def test_a_wrong_moment_is_refused(trial, at, told):
    """Exit 2 for what is past or no moment at all."""
    found = trial("--at", at)

    assert found.exit_code == 2
    assert told in found.stderr


def test_a_moment_is_the_city_s(city_file):
    """Half past seven in the city is half past midnight in UTC."""
    moment = options.moment_of("2099-06-20 07:30", city_file)

    assert moment.isoformat() == "2099-06-20T07:30:00+07:00"
    assert options.moment_of("2099-06-20 07:30+00:00", city_file) > moment


def test_a_moment_needs_an_inventory(tmp_path):
    """Whose time it is stands in the inventory; without one it is exit 3."""
    found = rehearse(
        "phase-1", "--at", "2099-06-20 07:30", "--inventory", tmp_path / "none.yaml"
    )

    assert found.exit_code == 3
    assert "none.yaml:1" in found.stderr


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [("--only", "bridge.nothing", "bridge.nothing"), ("--units", "hai-ann", "hai-an?")],
)
def test_an_unknown_name_is_a_wrong_word(trial, option, value, told):
    """Exit 2, and nothing is begun."""
    found = trial(option, value)

    assert found.exit_code == 2
    assert told in found.stderr


def test_no_command_shows_the_help():
    """Whoever types nothing learns what there is."""
    found = rehearse()

    assert "phase-1" in found.output


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["phase-1", "--twin"], ["phase-1", "--twin", "june-20"]),
        (["phase-1", "--twin", "--json"], ["phase-1", "--twin", "june-20", "--json"]),
        (["phase-1", "--twin", "a.yaml", "--json"], ["phase-1", "--twin", "a.yaml", "--json"]),
        (["phase-1", "--twin="], ["phase-1", "--twin="]),
        (["recheck", "r1", "--twin"], ["recheck", "r1", "--twin", "later"]),
        (["twin", "--faults"], ["twin", "--faults"]),
        ([], []),
    ],
)
def test_twin_alone_means_june_20(typed, meant):
    """The phase's own scenario, unless one is named."""
    assert with_own_scenario(typed) == meant


def test_every_fault_of_an_inventory_at_once(tmp_path, city_file):
    """Exit 3; each with file, line and path, for people on stderr, for machines on stdout."""
    bad = tmp_path / "bad.yaml"
    text = city_file.read_text(encoding="utf-8")
    bad.write_text(text.replace("kind: ward", '"[/]\\e": ward').replace('"00002"', "2"))

    told = rehearse("inventory", "check", bad)
    listed = rehearse("inventory", "check", bad, "--json")
    faults = json.loads(listed.stdout)

    assert told.exit_code == listed.exit_code == 3
    assert {fault["path"] for fault in faults} == {
        "units[0].?",
        "units[0].kind",
        "units[1].code",
    }
    assert set(faults[0]) == {"file", "line", "path", "vi", "en"}
    assert all(f"{bad}:{fault['line']}" in told.stderr for fault in faults)
    assert (told.stdout, listed.stderr) == ("", "")
    assert "\x1b" not in told.stderr


def test_a_sound_inventory_has_no_fault(city_file):
    """Exit 0, with the number of its bridges; for machines an empty list."""
    told = rehearse("inventory", "check", city_file)

    assert (told.exit_code, told.stderr) == (0, "")
    assert "4 điểm cầu" in told.stdout
    assert json.loads(rehearse("inventory", "check", city_file, "--json").stdout) == []


def test_an_inventory_is_named_either_way(city_file, tmp_path):
    """As an argument, or by the option that every other command takes; but not two."""
    argument = rehearse("inventory", "check", city_file)
    option = rehearse("inventory", "check", "--inventory", city_file)
    two = rehearse("inventory", "check", city_file, "--inventory", tmp_path / "other.yaml")

    assert (option.exit_code, option.stdout) == (argument.exit_code, argument.stdout)
    assert "4 điểm cầu" in option.stdout
    assert two.exit_code == 2
    assert "other.yaml" in two.stderr


def test_a_failed_self_test_is_told_in_words(monkeypatch):
    """Which example, what it should have reported, what it did; exit 70."""
    tried = (
        Tried("bridge.reach", "refuses", "connection_refused", ("connect_timeout", "slow")),
        Tried("bridge.reach", "none", None, ("servfail",), "resolve: of \x1b[0m"),
        Tried("bridge.reach", "closes", "closed_on_accept", ()),
        Tried("bridge.reach", "silent", "connect_timeout", ("connect_timeout",)),
    )

    async def all_tried(registry):
        del registry
        return tried

    monkeypatch.setattr(instrument, "try_everything", all_tried)
    found = rehearse("selftest")
    first, second, third, count = found.stdout.splitlines()

    assert found.exit_code == 70
    assert first == (
        "bridge.reach[refuses]: chờ đợi connection_refused, nhận được connect_timeout, slow"
        " / expected connection_refused, got connect_timeout, slow"
    )
    assert "chờ đợi không có lỗi nào, nhận được servfail" in second
    assert "expected no fault, got servfail (resolve: of " in second
    assert "\x1b" not in second
    assert third.endswith("expected closed_on_accept, got no fault")
    assert count == "1/4 đúng / right"


def test_placeholders_are_faults_on_the_wire():
    """`--network` counts the addresses that are only stand-ins, in one line; none is asked."""
    found = rehearse("inventory", "check", ROOT / "bridges.yaml", "--network", "--json")
    faults = json.loads(found.stdout)

    assert found.exit_code == 3
    assert len(faults) == 1
    assert "placeholder" in faults[0]["en"]
    total = sum(bool(target.url) for target in load(ROOT / "bridges.yaml").targets())
    assert f"1/{total}" in faults[0]["en"]


def test_an_inventory_of_any_size(tmp_path):
    """Written in the real shape, and sound."""
    file = tmp_path / "many.yaml"
    found = rehearse("inventory", "generate", "--units", 7, "--out", file)

    assert found.exit_code == 0
    assert len(load(file).units) == 7
    nowhere = ("--out", tmp_path / "no" / "x.yaml")
    assert rehearse("inventory", "generate", "--units", 7, *nowhere).exit_code == 3
    assert rehearse("inventory", "generate", "--units", 0, "--out", file).exit_code == 2


def outside(*arguments, **environment):
    """The command as another process, its output kept."""
    quiet = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    return subprocess.Popen(
        [Path(sys.executable).with_name("rehearse"), *map(str, arguments)],
        cwd=ROOT,
        env={**quiet, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_placeholders_are_not_measured(out):
    """The plain inventory leads nowhere: exit 11, nothing measured, and that is said."""
    arguments = ("--no-prefect", "--only", "bridge.reach", "--out", out, "--json")
    document, complaint = outside("phase-1", *arguments).communicate(timeout=PATIENCE_S)
    found = json.loads(document)
    checks = [c for owner in found["units"] for c in owner["checks"]]

    assert found["verdict"] == "inconclusive"
    assert {unit["readiness"] for unit in found["units"]} == {"grey"}
    assert {f["code"] for c in checks for f in c["findings"]} == {"address_is_placeholder"}
    with sqlite3.connect(out / "journal.db") as journal:
        assert journal.execute("SELECT count(*) FROM measurement").fetchone() == (0,)
    assert complaint == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_cleanly(tmp_path, number, code):
    """What was measured is reported before the end; the twin ends with it."""
    city, out = tmp_path / "bridges.yaml", tmp_path / "out"
    city.write_text(generate(2), encoding="utf-8")
    common = ("--no-prefect", "--inventory", city, "--twin", "", "--out", out)
    running = outside("phase-1", *common, "--only", "hotline.reach,bridge.roll_call")
    until = time.monotonic() + PATIENCE_S
    while not begun(out / "journal.db") and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(number)
    answer, complaint = running.communicate(timeout=PATIENCE_S)
    results = next(out.glob("*/results.json"))

    assert running.returncode == code
    assert "stopped half way, resume: --resume " in answer
    assert answer.splitlines()[-1] == (
        f"CHƯA KẾT LUẬN ĐƯỢC / INCONCLUSIVE: {results.with_name('index.html')}"
    )
    assert json.loads(results.read_text())["run"]["state"] == "stopped"
    assert "Đang dừng" in complaint
    assert "Traceback" not in complaint


def begun(journal):
    """Whether the first stage of a run has begun."""
    if not journal.exists():
        return False
    with sqlite3.connect(journal) as connection:
        try:
            return connection.execute("SELECT count(*) FROM stage").fetchone()[0] > 0
        except sqlite3.OperationalError:  # no table yet
            return False


def test_no_color_is_obeyed():
    """NO_COLOR leaves plain text, also where a terminal is pretended."""
    told = outside("runs", "--help", NO_COLOR="1", FORCE_COLOR="1").communicate(
        timeout=PATIENCE_S
    )

    assert "\x1b[3" not in "".join(told)
