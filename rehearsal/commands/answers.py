"""How does a command answer: on the terminal, as JSON, by its exit code?"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from checks import CHECKS
from rehearsal.console import both, print_summary
from rehearsal.declaring import SheetError
from rehearsal.ending import refused
from rehearsal.inventory import Fault
from rehearsal.journal import Journal, JournalError, UnknownRun, journal_url, open_journal
from rehearsal.model import Assessment, Decision, Run, Synthetic, Target
from rehearsal.model.action import Action
from rehearsal.model.run import PHASES, REVIEW
from rehearsal.order import EXIT_INVENTORY, EXIT_LEFT, EXIT_USAGE, Order
from rehearsal.past import actions_at, assessment_of, inventory_of, wording_of
from rehearsal.report import results_document, write_reports
from rehearsal.report.safe import visible
from rehearsal.reviewing import write_review
from rehearsal.selftest import Tried

EXIT_STOPPED = 12
EXIT_BUG = 70
EXITS = {
    Decision.GO: 0,
    Decision.CONDITIONAL: 0,
    Decision.NO_GO: 10,
    Decision.INCONCLUSIVE: 11,
}


def tell_cut(run: Run | None, order: Order, *, as_json: bool) -> None:
    """A trial that was cut short has its verdict and its reports all the same."""
    if run is None:
        typer.echo("Chưa đo gì, không có báo cáo / nothing measured, no report", err=True)
        return
    with open_journal(order.journal_url) as journal:
        found = assessment_of(journal, run.id, CHECKS)
        actions = actions_at(journal, run.id, CHECKS, (found,)) if as_json else ()
    show(found, Path(order.out) / run.id, as_json=as_json, actions=actions)


def tell(run: Run, order: Order, folder: Path, *, as_json: bool) -> None:
    """Show what came of a trial, and end with its exit code."""
    with open_journal(order.journal_url) as journal:
        found = assessment_of(journal, run.id, CHECKS)
        actions = actions_at(journal, run.id, CHECKS, (found,)) if as_json else ()
    show(found, folder, as_json=as_json, actions=actions)
    if found.synthetic.left:
        raise typer.Exit(EXIT_LEFT)
    if run.state == "stopped":
        raise typer.Exit(EXIT_STOPPED)
    if found.decision is Decision.INCONCLUSIVE and _has_bug(found):
        raise refused("Công cụ đo có lỗi / a bug of ours: bug_in_rehearsal", EXIT_BUG)
    raise typer.Exit(EXITS[found.decision])


def _has_bug(found: Assessment) -> bool:
    """Whether anything could not be measured for a fault of the tool itself."""
    verdicts = (v for s in (*found.units, *found.hubs, *found.systems) for v in s.verdicts)
    return any(f.code == "bug_in_rehearsal" for v in verdicts for f in v.findings)


def judged_again(
    journal: Journal, run: Run, out: Path
) -> tuple[Assessment, tuple[Action, ...]]:
    """A verdict that waited for the clean-up, or for what people say, and its reports."""
    found = assessment_of(journal, run.id, CHECKS)
    if run.finished:
        journal.finish(run.id, at=run.finished, state=run.state, verdict=found.decision)
    return found, drawn(journal, found, out)


def drawn(journal: Journal, found: Assessment, out: Path) -> tuple[Action, ...]:
    """Write the reports of a run, and return the actions that they tell of."""
    run_id = found.run.id
    if found.run.phase == REVIEW:
        return write_review(journal, found, CHECKS, out)
    actions = actions_at(journal, run_id, CHECKS, (found,))
    write_reports(found, wording_of(journal, run_id, CHECKS), out / run_id, actions)
    return actions


def show(
    found: Assessment, folder: Path, *, as_json: bool, actions: Sequence[Action] = ()
) -> None:
    """The whole document, or a summary for people."""
    if as_json:
        print_json(results_document(found, actions))
    else:
        # what is piped is read line by line: a sentence stays in its line
        print_summary(found, folder, Console(soft_wrap=not sys.stdout.isatty()))


def assessed(journal: Journal, run: str) -> Assessment:
    """What may be said of a run; exit 2 when there is none of that name."""
    try:
        return assessment_of(journal, run, CHECKS)
    except UnknownRun as problem:
        raise refused(both(problem.says), EXIT_USAGE) from problem


def known_run(journal: Journal, run: str) -> Run:
    """A run of the journal; exit 2 when there is none of that name."""
    try:
        return journal.run(run)
    except UnknownRun as problem:
        raise refused(both(problem.says), EXIT_USAGE) from problem


def last_trial(journal: Journal) -> str:
    """The id of the trial that began last; exit 2 when there is none."""
    found = next((run.id for run in journal.runs() if run.phase in PHASES), None)
    if found is None:
        raise refused("chưa có đợt diễn tập nào / no trial yet", EXIT_USAGE)
    return found


def asked_of_people(journal: Journal, run: str, check_id: str) -> tuple[list[Target], str]:
    """The targets of a run that a check by people is put to, and the city's time zone."""
    known, check = known_run(journal, run), CHECKS[check_id]
    city = inventory_of(known)
    asked = [target for target in city.targets() if check.covers(target)]
    if not asked or known.phase not in check.phases:
        told = "lần diễn tập này không hỏi điều đó / this run does not ask that"
        raise refused(f"{run}: {check_id}: {told}", EXIT_USAGE)
    return asked, city.city.timezone


@contextmanager
def told_of(file: Path) -> Iterator[None]:
    """Exit 3 with what is wrong with a file that people write."""
    try:
        yield
    except OSError as problem:
        raise refused(f"{file}: {problem.strerror}", EXIT_INVENTORY) from problem
    except SheetError as problem:
        raise refused(f"{file}:\n{problem}", EXIT_INVENTORY) from problem


def journal_at(out: Path, database: str | None) -> Journal:
    """The journal of a folder of reports; exit 3 when it cannot be opened."""
    try:
        return open_journal(journal_url(out, url=database or ""))
    except JournalError as problem:
        raise refused(both(problem.says), EXIT_INVENTORY) from problem


def run_row(run: Run, cut: Collection[str]) -> dict[str, object]:
    """One line of `rehearse runs`."""
    return {
        "id": run.id,
        "phase": run.phase,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "verdict": run.verdict.value if run.verdict else None,
        "state": "interrupted" if run.id in cut else run.state,
    }


def tried_row(one: Tried) -> dict[str, object]:
    """One example of the self-test."""
    return {
        "check": one.check_id,
        "fault": one.fault,
        "expected": one.expected,
        "reported": list(one.reported),
        "holds": one.holds,
        "detail": one.detail,
    }


def show_faults(faults: tuple[Fault, ...], *, as_json: bool) -> None:
    """Every fault of an inventory, with its line."""
    if as_json:
        print_json([_fault(fault) for fault in faults])
        return
    for fault in faults:
        typer.echo(visible(f"{fault.says.vi}\n    {fault.says.en}"), err=True)


def _fault(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.file,
        "line": fault.line,
        "path": fault.path,
        "vi": fault.says.vi,
        "en": fault.says.en,
    }


def print_json(value: object) -> None:
    """A value on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def show_swept(swept: Mapping[str, Synthetic], *, as_json: bool) -> None:
    """What became of each run's synthetic records, and who still has some."""
    if as_json:
        print_json([_swept(run, synthetic) for run, synthetic in swept.items()])
        return
    for run, synthetic in swept.items():
        if synthetic.created:
            told = f"còn {synthetic.left}/{synthetic.created} / left"
            typer.echo(f"{run}  {told}" if synthetic.left else f"{run}  sạch / clean")
        for remnant in synthetic.remnants:
            why = remnant.last.problem if remnant.last else ""
            typer.echo(visible(f"  {remnant.intent.target_id}  {remnant.intent.marker}  {why}"))
    if not any(synthetic.created for synthetic in swept.values()):
        typer.echo("Không có gì để dọn / nothing to clean up")


def _swept(run: str, synthetic: Synthetic) -> dict[str, object]:
    remnants = [
        {
            "marker": remnant.intent.marker,
            "check": remnant.intent.check_id,
            "target": remnant.intent.target_id,
            "problem": remnant.last.problem if remnant.last else "",
        }
        for remnant in synthetic.remnants
    ]
    counts = {"created": synthetic.created, "cleaned": synthetic.cleaned}
    return {"run": run, **counts, "left": synthetic.left, "remnants": remnants}
