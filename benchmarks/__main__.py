"""Which figures stand in RESULTS.md, and do they still hold on this machine?

`python -m benchmarks` measures and prints; `--write` also writes RESULTS.md, in which
tables that were not measured now stay as they are.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import contest, machine
from benchmarks.capacity import capacity
from benchmarks.causes import causes
from benchmarks.contest import Arena
from benchmarks.field import black_hole, is_dead, sites, web_server
from benchmarks.figures import Table
from benchmarks.names import name_server
from benchmarks.parts import parts
from benchmarks.surge import surges
from benchmarks.trials import orchestration

CITY, TENFOLD = 116, 1_160
RESULTS = Path(__file__).parent / "RESULTS.md"
SECTION = "\n## "
HEAD = """# Measured side by side

Written by `make bench ARGS=--write`. Everybody probes the same nginx (one worker) over
loopback: HTTPS, full handshakes of TLS 1.3 without resumption, ECDSA P-256, a page of
about 1 KB in which a marker is looked for, each target on an address of its own. Nobody
asks a name server, save in the row that says so. blackbox_exporter and we verify the
chain and the name; check_http has no option for it. "Ours" is the path of a trial:
`measure()` with `system.reach`, slots, every layer timed and kept, the certificate's
facts, an excerpt and a hash of the page, and the watch over our own event loop. Our figures
are those of one process; blackbox_exporter's are the exporter's and those of the cheapest
client that can drive it; check_http's are its processes' and their driver's.
All targets show the same certificate, and we read the facts of the same bytes once; other
bytes for each would cost us 0.04 ms more a probe.
Nobody's first nine probes are measured: a trial begins with a self-test.
Sweeps alternate, so that neighbours on a shared machine hit everybody alike: trust the
ratios more than the seconds.
"""

Section = Callable[[Arena, int], Iterator[Table]]


def _cost(arena: Arena, rounds: int) -> Iterator[Table]:
    yield contest.cost(arena, CITY, 2 * rounds)
    yield contest.cost(arena, TENFOLD, rounds)


def _dead(arena: Arena, rounds: int) -> Iterator[Table]:
    yield contest.dead(arena, CITY, rounds)
    yield contest.dead(arena, TENFOLD, min(rounds, 2))


def _busy(arena: Arena, rounds: int) -> Iterator[Table]:
    yield contest.starved(arena, TENFOLD, rounds)


def _prefect(arena: Arena, rounds: int) -> Iterator[Table]:
    yield orchestration(arena.home, rounds)


def _parts(arena: Arena, _rounds: int) -> Iterator[Table]:
    yield parts(arena.home)


def _capacity(arena: Arena, _rounds: int) -> Iterator[Table]:
    yield capacity(arena.home)


def _surge(arena: Arena, _rounds: int) -> Iterator[Table]:
    yield surges(arena.home)


def _causes(_arena: Arena, rounds: int) -> Iterator[Table]:
    yield causes(rounds)


SECTIONS: dict[str, Section] = {
    "cost": _cost,
    "dead": _dead,
    "busy": _busy,
    "prefect": _prefect,
    "parts": _parts,
    "capacity": _capacity,
    "surge": _surge,
    "causes": _causes,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; 2 when a peer is not installed."""
    wanted = _wanted(arguments)
    if packages := machine.missing():
        print(
            f"Thiếu gói Debian / missing Debian packages: {' '.join(packages)}", file=sys.stderr
        )
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and end our servers
    tables = []
    for table in _measured(wanted.only, wanted.rounds):
        print(table.markdown(), flush=True)
        tables.append(table)
    if wanted.write:
        earlier = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
        RESULTS.write_text(page(tables, machine.described(), earlier), encoding="utf-8")
    return 0


def _wanted(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    return parser.parse_args(arguments)


def _measured(names: Sequence[str], rounds: int) -> Iterator[Table]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        home.chmod(0o755)  # nginx's worker gives up root's rights
        port = stack.enter_context(web_server(home, TENFOLD))
        every = sites(TENFOLD, port)
        gone = (site.address for number, site in enumerate(every) if is_dead(number))
        dead_port = stack.enter_context(black_hole(gone))
        arena = Arena(home, every, dead_port, stack.enter_context(name_server(TENFOLD)))
        for name in names:
            yield from SECTIONS[name](arena, rounds)


def page(tables: Sequence[Table], facts: Sequence[tuple[str, str]], earlier: str) -> str:
    """The whole of RESULTS.md: what was measured now, and of the `earlier` page the rest."""
    measured_on = f"Measured on {datetime.now(UTC):%Y-%m-%d}."
    described = [f"- **{name}**: {value}" for name, value in facts]
    before = (f"## {part}".strip() for part in earlier.split(SECTION)[1:])
    now = (replace(t, about=f"{t.about} {measured_on}").markdown().strip() for t in tables)
    told = {part.partition("\n")[0]: part for part in (*before, *now)}
    return "\n\n".join((HEAD.strip(), "\n".join(described), *told.values())) + "\n"


if __name__ == "__main__":
    sys.exit(main())
