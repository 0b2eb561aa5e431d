"""What is wrong with the inventory on the wire: names that lead nowhere, certificates?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from rehearsal.inventory import Fault
from rehearsal.kinds import spec_of
from rehearsal.model import Failure, Inventory, Target, Text
from rehearsal.net.door import Door
from rehearsal.net.route import door_to
from rehearsal.net.trail import Stopped
from rehearsal.plan import CONCURRENCY

_PROBED = ("https", "http", "wss", "ws")


async def wire_faults(inventory: Inventory, file: Path) -> tuple[Fault, ...]:
    """A fault for every target that cannot be resolved, reached or believed."""
    door = door_to(inventory)
    slots = asyncio.Semaphore(CONCURRENCY)

    async def one(target: Target) -> Fault | None:
        async with slots:
            return await _fault(target, door, file)

    probed = [t for t in inventory.targets() if t.url.partition(":")[0] in _PROBED]
    real = [target for target in probed if not target.placeholder]
    found = await asyncio.gather(*(one(target) for target in real))
    return (*_placeholders(probed, file), *(fault for fault in found if fault is not None))


def _placeholders(targets: Sequence[Target], file: Path) -> tuple[Fault, ...]:
    """One line for all of them: they come from the same few templates."""
    held = [target for target in targets if target.placeholder]
    if not held:
        return ()
    return (_told(file, held[0], _PLACEHOLDER, f"{held[0].url} (1/{len(held)})"),)


async def _fault(target: Target, door: Door, file: Path) -> Fault | None:
    try:
        opened = await door.open(target.url)
    except Stopped as ended:
        return _told(file, target, _REACHABLE, _met(ended.failure))
    opened.stream.abort()
    return None


def _met(failure: Failure) -> Text:
    """What stood in the way, who mends it, and the raw detail."""
    spec = spec_of(failure.step, failure.kind)
    detail = f" ({failure.detail})" if failure.detail else ""
    return Text(
        vi=f"{failure.kind}: {spec.says.vi} {spec.do.vi}{detail}",
        en=f"{failure.kind}: {spec.says.en} {spec.do.en}{detail}",
    )


_REACHABLE = Text(
    vi="một địa chỉ mà người dùng vào được", en="an address that lets its users in"
)
_PLACEHOLDER = Text(
    vi="một địa chỉ thật, không phải địa chỉ giữ chỗ (.example)",
    en="a real address, not a placeholder (.example)",
)


def _told(file: Path, target: Target, expected: Text, found: str | Text) -> Fault:
    line = _line_of(target, file)
    return Fault(file=str(file), line=line, path=target.id, expected=expected, found=found)


def _line_of(target: Target, file: Path) -> int:
    """The line on which a target's owner, or the shared system itself, stands; or 0."""
    name = re.escape(target.owner)
    mark = rf"\bslug: *{name}\b" if target.owner != "city" else rf"^ +{re.escape(target.key)}:"
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if re.search(mark, line)), 0)
