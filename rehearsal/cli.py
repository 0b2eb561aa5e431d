"""What can be asked of `rehearse`, and how does it answer? (Exit codes are a contract.)"""

from __future__ import annotations

import sys

import typer

from rehearsal.commands import (
    actions,
    comparing,
    declarations,
    facts,
    instrument,
    inventories,
    judging,
    past_runs,
    recheck,
    review,
    trials,
)
from rehearsal.opening import LATER

# what `--twin` alone means
OWN_SCENARIOS = {"phase-1": "june-20", "phase-2": "june-25", "recheck": LATER}

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Diễn tập trước ngày vận hành / Rehearses a city's go-live.",
)
for group in (trials, recheck, review, past_runs, comparing, judging, instrument):
    app.add_typer(group.app)
app.add_typer(inventories.app, name="inventory")
app.add_typer(declarations.app, name="declare")
app.add_typer(actions.app, name="actions")
app.add_typer(facts.app, name="facts")


def main() -> None:
    """Entry point of the command."""
    sys.argv[1:] = with_own_scenario(sys.argv[1:])
    app()


def with_own_scenario(arguments: list[str]) -> list[str]:
    """`--twin` may stand alone: then the phase's own scenario is meant."""
    filled: list[str] = []
    for here, after in zip(arguments, [*arguments, "--"][1:], strict=True):
        filled.append(here)
        if here == "--twin" and after.startswith("-"):
            filled.append(OWN_SCENARIOS.get(arguments[0], ""))
    return filled
