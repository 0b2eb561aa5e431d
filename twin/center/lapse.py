"""Which ways has a centre to misbehave, by the words of the faults?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from twin.center import paying, removing, showing, storing
from twin.center.twist import Lapse

LAPSES: Mapping[str, Callable[[], Lapse]] = MappingProxyType(
    {**storing.LAPSES, **paying.LAPSES, **showing.LAPSES, **removing.LAPSES}
)
