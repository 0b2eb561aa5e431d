"""What can be asked of `rehearse`, and how does it answer? (Exit codes are a contract.)"""

from __future__ import annotations

import sys

import typer

from rehearsal.commands import declarations, instrument, inventories, past_runs, trials

OWN_SCENARIOS = {"phase-1": "june-20", "phase-2": "june-25"}  # what `--twin` alone means

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Diễn tập trước ngày vận hành / Rehearses a city's go-live.",
)
for group in (trials, past_runs, instrument):
    app.add_typer(group.app)
app.add_typer(inventories.app, name="inventory")
app.add_typer(declarations.app, name="declare")


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
