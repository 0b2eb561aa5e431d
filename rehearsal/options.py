"""What do the options of a command mean? Wrong ones are refused with what was expected."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from rehearsal import inventory as inventories
from rehearsal.ending import refused
from rehearsal.inventory import InventoryError
from rehearsal.order import EXIT_INVENTORY

HOLD = re.compile(r"(\d{1,5}(?:\.\d+)?)\s*(s|m|h)?")
SECONDS = {None: 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
HOLD_MAX_S = 4 * 3600.0
DOSSIERS_MAX = 20_000  # ten times the real trial's


def listed(text: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def seconds(option: str, text: str) -> float:
    """How long something lasts: `60s`, `2m`, `1h`."""
    match = HOLD.fullmatch(text.strip())
    lasts_s = float(match[1]) * SECONDS[match[2]] if match else 0.0
    if not 1.0 <= lasts_s <= HOLD_MAX_S:
        raise typer.BadParameter(f"{option} {text!r}: 60s, 2m, 45m; 1s … 4h")
    return lasts_s


def moment_of(text: str, inventory: Path) -> datetime:
    """A moment still to come, read in the city's own time."""
    try:
        city = inventories.load(inventory).city
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f'--at {text!r}: "2025-06-20 07:30"') from None
    except InventoryError as problem:
        raise refused(str(problem), EXIT_INVENTORY) from problem
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(city.timezone))
    if moment <= datetime.now(UTC):
        raise typer.BadParameter(f"--at {text!r}: đã qua / is past")
    return moment
