"""Is what a centre shows the very record that we made, and what if it never replied?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from rehearsal.model import Failure, Step
from rehearsal.net.center.desk import Draft
from rehearsal.net.center.reading import Dossier
from rehearsal.net.trail import Stopped, stop

T = TypeVar("T")
REPLY = "reply"
# How else than by its reply we learned that a request was carried out: codes of findings.
REPLY_LOST = "reply_lost"
STORED_DESPITE_ERROR = "stored_despite_error"
_ERRORS = frozenset({"maintenance", "unexpected_status"})
_NEVER_HEARD = frozenset({"rate_limited"})
_PAUSE_S, _PAUSE_MAX_S = 0.05, 0.5


async def settled(
    look: Callable[[], Awaitable[T]], is_done: Callable[[T], bool], patience_s: float
) -> T:
    """Look again and again until it is done, or patience ends; gives what was seen last."""
    loop = asyncio.get_running_loop()
    ends_at, pause_s = loop.time() + patience_s, _PAUSE_S
    while not is_done(seen := await look()) and loop.time() < ends_at:
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _PAUSE_MAX_S)
    return seen


async def known(
    asking: Coroutine[Any, Any, T],
    finding: Callable[[], Awaitable[T | None]],
    patience_s: float,
) -> tuple[T, str]:
    """The answer to a request that is sent once, and how it was learned.

    When nobody can tell from the reply whether it was carried out, the system is asked
    what it holds. Stopped as the request was, when it holds nothing.
    """
    try:
        return await asking, REPLY
    except Stopped as ended:
        if not _is_in_doubt(ended.failure):
            raise
        found = await _held(finding, patience_s)
        if found is None:
            raise
        is_error = ended.failure.kind in _ERRORS
        return found, STORED_DESPITE_ERROR if is_error else REPLY_LOST


async def _held(finding: Callable[[], Awaitable[T | None]], patience_s: float) -> T | None:
    try:
        return await settled(finding, lambda found: found is not None, patience_s)
    except Stopped:
        return None  # the first failure says more


def _is_in_doubt(failure: Failure) -> bool:
    return failure.step is Step.HTTP_EXCHANGE and failure.kind not in _NEVER_HEARD


def prove(seen: Dossier | None, draft: Draft, unit: str, record_id: str = "") -> Dossier:
    """The dossier, if it is ours in every respect and this unit shows it; else Stopped."""
    if seen is None:
        raise stop(Step.TRANSACTION, "not_stored", f"{record_id or draft.marker} is not there")
    prove_ours(seen.marker, seen.nonce, draft.marker, draft.nonce)
    if record_id and seen.id not in ("", record_id):
        raise stop(Step.TRANSACTION, "wrong_record", f"asked for {record_id}, got {seen.id}")
    shown = seen.unit, seen.receiving, seen.returning
    if shown != (unit, draft.receiving, draft.returning):
        wanted = f"{unit}: {draft.receiving} to {draft.returning}"
        raise stop(
            Step.TRANSACTION,
            "wrong_unit",
            f"{shown[0]}: {shown[1]} to {shown[2]}, not {wanted}",
        )
    if seen.documents is not None and seen.documents != draft.documents:
        told = f"{len(seen.documents)} documents, of {len(draft.documents)} sent, or others"
        raise stop(Step.TRANSACTION, "content_changed", told)
    return seen


def prove_ours(marker: str, nonce: str, our_marker: str, our_nonce: str) -> None:
    """Stopped unless both are what we sent: all else may be somebody's."""
    if marker != our_marker:
        told = f"it carries {marker!r}, not {our_marker}" if marker else "it carries no marker"
        raise stop(Step.TRANSACTION, "wrong_record", told)
    if nonce != our_nonce:
        raise stop(Step.TRANSACTION, "wrong_record", "our nonce does not come back")
