"""How does a trial look in a terminal: its progress, and what came of it?"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from rehearsal.model import Assessment, Cause, Light, Loads, Outcome, Run, Text
from rehearsal.plan import STAGES as PLANNED
from rehearsal.plan import Plan
from rehearsal.report.safe import visible
from rehearsal.report.words import worded
from rehearsal.wording import DECISIONS

STAGES = {
    "preflight": Text("Kiểm tra trước", "pre-flight"),
    "selftest": Text("Công cụ tự kiểm tra", "instrument self-test"),
    "bridges": Text("Điểm cầu", "bridges"),
    "media": Text("Âm thanh", "sound"),
    "lines": Text("Đường truyền", "lines"),
    "roll_call": Text("Điểm danh", "roll call"),
    "systems": Text("Hệ thống", "systems"),
    "sign_on": Text("Đăng nhập", "sign-on"),
    "transactions": Text("Giao dịch thử", "transactions"),
    "surge": Text("Giờ cao điểm", "surge"),
    "cleanup": Text("Dọn dẹp", "clean-up"),
    "judge": Text("Đánh giá", "judge"),
    "reports": Text("Báo cáo", "reports"),
}
LIGHTS = {
    Light.GREEN: Text("sẵn sàng", "green"),
    Light.YELLOW: Text("có điều kiện", "yellow"),
    Light.RED: Text("chưa sẵn sàng", "red"),
    Light.GREY: Text("chưa đánh giá", "grey"),
}
CAUSES_SHOWN = 10


def _shown(text: str) -> str:
    """Foreign text for a terminal: neither markup nor an escape sequence is obeyed."""
    return escape(visible(text))


def both(text: Text) -> str:
    """Vietnamese first, English beside it."""
    return f"{text.vi} / {text.en}"


class LiveProgress:
    """Shows each stage with its bar, on standard error and only on a terminal."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._console = Console(stderr=True)
        self._is_quiet = is_quiet
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),  # a held meeting shows that it goes on
            TextColumn("{task.fields[seen]}"),
            console=self._console,
            disable=is_quiet or not sys.stderr.isatty(),
        )
        self.run: Run | None = None  # once it has begun
        self._tasks: dict[str, TaskID] = {}
        self._seen: dict[str, Counter[Outcome]] = {}

    def __enter__(self) -> Self:
        """Start to draw."""
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop drawing; the bars stay."""
        self._bars.stop()

    def say(self, text: Text) -> None:
        """Something about the trial's surroundings that somebody should know."""
        if not self._is_quiet:
            self._console.print(escape(both(text)), highlight=False)

    def run_began(self, run: Run, plan: Plan) -> None:
        """Say which run it is."""
        self.run = run
        if not self._bars.disable:
            self._console.print(_shown(f"{run.id}: {len(plan.checks())} phép đo / checks"))
            if "cleanup" in PLANNED[run.phase]:
                self._console.print(_shown(both(_load(plan.loads))), highlight=False)

    def stage_began(self, stage: str, checks: int) -> None:
        """A bar for the stage; without checks it is one thing to do."""
        name = both(STAGES[stage])
        self._tasks[stage] = self._bars.add_task(f"{name:<42}", total=checks or 1, seen="")
        self._seen[stage] = Counter()

    def check_done(self, stage: str, outcome: Outcome) -> None:
        """One more."""
        self._seen[stage][outcome] += 1
        counts = self._seen[stage]
        seen = " ".join(f"{o.word} {counts[o]}" for o in sorted(counts, reverse=True))
        self._bars.update(self._tasks[stage], advance=1, seen=seen)

    def stage_ended(self, stage: str, problem: str) -> None:
        """Fill the bar, and say what went wrong on our side."""
        task = self._tasks[stage]
        total = self._bars.tasks[self._bars.task_ids.index(task)].total
        self._bars.update(task, completed=total)
        if problem and not self._bars.disable:
            self._console.print(f"  ! {_shown(problem)}", highlight=False)


def _load(loads: Loads) -> Text:
    """What the city's systems will be asked at the most, said before anything is asked."""
    host, city = loads.host, loads.city
    return Text(
        f"Tải tối đa: mỗi máy chủ {host.per_s:g} yêu cầu/s, {host.at_once} cùng lúc, "
        f"{host.in_all} tất cả; toàn thành phố {city.per_s:g}/s, {city.at_once}, {city.in_all}",
        f"at the most: each host {host.per_s:g} requests/s, {host.at_once} at once, "
        f"{host.in_all} in all; the city {city.per_s:g}/s, {city.at_once}, {city.in_all}",
    )


def print_summary(assessment: Assessment, folder: Path, console: Console) -> None:
    """The verdict, the counts, what to mend first, and the page to open in `folder`.

    Where it is no terminal, the last line alone says both: verdict and page.
    """
    run, decision = assessment.run, both(DECISIONS[assessment.decision])
    console.print(f"[bold]{decision}[/bold]  {_shown(run.id)}")
    _print_trouble(assessment, console)
    if run.is_twin:
        console.print("Đo trên thành phố mô phỏng, không phải hệ thống thật / the twin city")
    _print_recheck(assessment, console)
    if not assessment.measured:
        console.print("Chưa đo phép nào; lý do ghi trong báo cáo / nothing was measured")
    console.print(_counts(assessment))
    for cause in assessment.causes[:CAUSES_SHOWN]:
        _print_cause(cause, console)
    if (more := len(assessment.causes) - CAUSES_SHOWN) > 0:
        console.print(f"     … +{more}")
    verdict = "" if console.is_terminal else f"{decision}: "
    page = _shown(str(folder / "index.html"))
    console.print(f"{verdict}{page}", soft_wrap=True, highlight=False)


def _print_trouble(assessment: Assessment, console: Console) -> None:
    """What went wrong on our side: what is told of the city may be less than it seems."""
    run = assessment.run
    if run.state == "stopped":
        told = f"Dừng giữa chừng, chạy tiếp / stopped half way, resume: --resume {run.id}"
        console.print(_shown(told), highlight=False)
    last = {stage.stage: stage.problem for stage in assessment.stages}
    for name, problem in last.items():
        if problem:
            told = f"  ! {both(worded(STAGES, name))}: {problem}"
            console.print(_shown(told), highlight=False)


def _print_recheck(assessment: Assessment, console: Console) -> None:
    """What the last recheck has asked again, and what it has left alone, or not found."""
    for last in assessment.rechecks[-1:]:
        told = [
            f"Đo lại lần {last.round}: {last.measured}/{last.asked} phép / measured again",
            *([f"  ! {last.doubt}: không tính / does not count"] if last.doubt else []),
            *(
                f"  {name}: cần tất cả cùng lúc, chưa đo lại / not asked again: it takes all"
                for name in last.not_asked
            ),
            *(
                f"  {name}: danh mục mới không còn / not in the new inventory any more"
                for name in last.gone
            ),
        ]
        for line in told:
            console.print(_shown(line), highlight=False)


def _counts(assessment: Assessment) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    for light in Light:
        table.add_column(f"{LIGHTS[light].vi}\n{LIGHTS[light].en}", justify="right")
    rows = (
        ("Đơn vị / units", assessment.units),
        ("Điểm cầu chính / hubs", assessment.hubs),
        ("Hệ thống chung / shared", assessment.systems),
    )
    for name, standings in rows:
        counted = Counter(standing.light for standing in standings)
        table.add_row(name, *(str(counted[light]) for light in Light))
    return table


def _print_cause(cause: Cause, console: Console) -> None:
    """Who mends this frees so many units, on so many targets: one cause is one line."""
    where = ", ".join(cause.scope.values())
    freed = f"+{cause.frees}/{len(cause.targets)}"
    line = f"{cause.id:>3}  {freed:<6} {cause.says.vi}  [{cause.kind}: {where}]"
    console.print(_shown(line), highlight=False)
