"""By which criteria is a trial to be judged? Chosen before it begins, and kept with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rehearsal.check import Registry
from rehearsal.criteria import CriteriaError, beside, load
from rehearsal.model import City
from rehearsal.model.decision import Criteria
from rehearsal.order import EXIT_INVENTORY, Order, TrialRefused


def chosen(order: Order, registry: Registry) -> Criteria:
    """The criteria that were ordered, else those beside the inventory, else our own.

    Raises TrialRefused with everything that is wrong with the file.
    """
    file = Path(order.criteria) if order.criteria else beside(Path(order.inventory))
    try:
        return load(file, registry)
    except CriteriaError as problem:
        raise TrialRefused(str(problem), EXIT_INVENTORY) from problem


def refuse_expired(criteria: Criteria, phase: str, city: City, now: datetime) -> None:
    """Raise TrialRefused where no rule is in force today: nothing could be decided."""
    day = now.astimezone(ZoneInfo(city.timezone)).date()
    if not criteria.in_force(phase, day).rules:
        told = f"không có hiệu lực ngày {day} ({phase}) / not in force on {day} ({phase})"
        raise TrialRefused(f"criteria.yaml: {told}", EXIT_INVENTORY)
