"""How many dossiers does a unit take in on a working day, how many tickets a hotline?

Of nine units the first weeks are known, over different spans; of all others nothing is. A
unit that is not known counts as the median of the known ones of its kind: wards 130,
communes 25. The one known special zone is an island with 16 dossiers in three months and
stands for no other: those count as communes. An inventory may say better, by
`api.settings["surge.per_day"]`.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from types import MappingProxyType

from rehearsal.model import Target, Unit

# Dossiers and the working days (Monday to Friday) in which they came; 1-5 July with Saturday.
KNOWN: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "11329": (1_183, 5),  # Ngô Quyền, 1-5 July
        "11443": (3_511, 23),  # Kiến An, July
        "11411": (3_334, 23),  # Đông Hải, July
        "11446": (3_000, 23),  # Phù Liễn, July, "about"
        "11602": (3_512, 44),  # Hồng An, July and August
        "11413": (8_133, 88),  # Hải An, four months
        "11593": (6_357, 66),  # An Phong, three months
        "11629": (578, 23),  # An Lão, July
        "11948": (16, 66),  # Bạch Long Vĩ, three months
    }
)
_WARDS = ("11329", "11443", "11411", "11446", "11602", "11413", "11593")
_PER_WARD = statistics.median(KNOWN[code][0] / KNOWN[code][1] for code in _WARDS)
_PER_COMMUNE = KNOWN["11629"][0] / KNOWN["11629"][1]
SETTING = "surge.per_day"
# 1022's volume is not known: a placeholder, for `api.settings["surge.per_hour"]` to replace.
TICKETS_PER_HOUR, PER_HOUR = 60.0, "surge.per_hour"
TIMES = 2  # after another city's go-live its hotline's volume doubled


def tickets(target: Target) -> int:
    """As many as come to a hotline in twice its expected hour."""
    return round(TIMES * (_told(target, PER_HOUR) or TICKETS_PER_HOUR))


def per_day(unit: Unit | None, target: Target) -> float:
    """Dossiers a working day at the unit that a target belongs to."""
    if told := _told(target, SETTING):
        return told
    if unit is None:
        return _PER_COMMUNE
    if unit.code in KNOWN:
        dossiers, days = KNOWN[unit.code]
        return dossiers / days
    return _PER_WARD if unit.kind == "ward" else _PER_COMMUNE


def _told(target: Target, setting: str) -> float:
    """What the inventory says; 0 where it says nothing."""
    told = target.api.settings.get(setting, "") if target.api else ""
    return float(told) if told.replace(".", "", 1).isdecimal() else 0.0
