"""Is nothing taken for ours that is not, and no request sent twice?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.model import Step
from rehearsal.net.center.desk import Draft
from rehearsal.net.center.proof import known, prove, settled
from rehearsal.net.center.reading import Dossier
from rehearsal.net.trail import Stopped, stop

DRAFT = Draft("m", "n", "1.1", "10001", "10002", "10003", (("Tờ khai", "0" * 64),))
OURS = Dossier("10001", "H1", "R1", "m", "n", "10001", "10002", "paid", DRAFT.documents)
PATIENCE_S = 0.3


def test_our_own_dossier_is_proven():
    """Whatever its state is."""
    assert prove(OURS, DRAFT, "10001", "H1") is OURS


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"marker": ""}, "wrong_record"),
        ({"marker": "m2"}, "wrong_record"),
        ({"nonce": ""}, "wrong_record"),
        ({"nonce": "n2"}, "wrong_record"),
        ({"id": "H2"}, "wrong_record"),
        ({"unit": "10002"}, "wrong_unit"),
        ({"receiving": "10002"}, "wrong_unit"),
        ({"returning": "10001"}, "wrong_unit"),
        ({"documents": ()}, "content_changed"),
        ({"documents": (("Tờ khai", "1" * 64),)}, "content_changed"),
    ],
)
def test_what_differs_in_one_thing_is_not_ours(change: dict, kind: str):
    """Marker, nonce, id, each unit's code and each document must be what was sent."""
    with pytest.raises(Stopped, match=f"transaction/{kind}"):
        prove(replace(OURS, **change), DRAFT, "10001", "H1")


def test_what_is_not_there_is_not_stored():
    """None is no dossier."""
    with pytest.raises(Stopped, match="transaction/not_stored"):
        prove(None, DRAFT, "10001", "H1")


async def failing(kind: str, step: Step = Step.HTTP_EXCHANGE) -> str:
    """A request that fails so."""
    raise stop(step, kind)


async def found() -> str:
    """A system that holds it."""
    return "held"


async def nothing() -> str | None:
    """A system that holds nothing of it."""
    return None


@pytest.mark.parametrize(
    ("kind", "learned"),
    [
        ("connection_closed_early", "reply_lost"),
        ("response_timeout", "reply_lost"),
        ("malformed_response", "reply_lost"),
        ("maintenance", "stored_despite_error"),
        ("unexpected_status", "stored_despite_error"),
    ],
)
async def test_after_a_lost_reply_the_system_is_asked(kind: str, learned: str):
    """What it holds counts, and how that was learned is said."""
    assert await known(failing(kind), found, PATIENCE_S) == ("held", learned)


async def test_what_the_system_does_not_hold_has_failed_as_it_failed():
    """The first failure says why."""
    with pytest.raises(Stopped, match="http_exchange/maintenance"):
        await known(failing("maintenance"), nothing, 0.0)


@pytest.mark.parametrize(
    ("kind", "step"),
    [("step_rejected", Step.TRANSACTION), ("connection_refused", Step.CONNECT)],
)
async def test_a_plain_no_is_not_doubted(kind: str, step: Step):
    """What was refused, or never sent, is not searched for."""
    with pytest.raises(Stopped, match=kind):
        await known(failing(kind, step), found, PATIENCE_S)


async def test_what_settles_is_waited_for():
    """It is looked at again until it is so."""
    seen = iter((1, 2, 3, 4))

    async def look() -> int:
        return next(seen)

    assert await settled(look, lambda number: number == 3, 5.0) == 3


async def test_patience_ends():
    """What was seen last is given then."""
    assert await settled(nothing, lambda found: found is not None, 0.0) is None
