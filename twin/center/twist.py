"""How is one thing at a desk turned, and all else left honest?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from twin.center.asked import Asked
from twin.center.catalogue import FIELDS
from twin.center.desk import Desk
from twin.center.problem import Answer, problem

Lapse = Callable[[Desk, Asked], Awaitable[Answer]]
Twist = Callable[[Desk, Asked], Answer]
BROKEN_FIELD = list(FIELDS)[2]  # where a fault strikes one field only
CUT = Answer(0, is_cut=True)


async def honest(desk: Desk, asked: Asked) -> Answer:
    """Nothing is wrong."""
    return desk.answer(asked)


def on(*operations: str, twist: Twist) -> Callable[[], Lapse]:
    """These operations otherwise, all others honestly."""

    async def lapse(desk: Desk, asked: Asked) -> Answer:
        return twist(desk, asked) if asked.operation in operations else desk.answer(asked)

    return lambda: lapse


def altered(answer: Answer, **told: object) -> Answer:
    """An answer that says this instead."""
    return replace(answer, body={**(answer.body or {}), **told})


def cut_after(desk: Desk, asked: Asked) -> Answer:
    """Everything is done, and the line is cut instead of an answer."""
    desk.answer(asked)
    return CUT


def error_after(desk: Desk, asked: Asked) -> Answer:
    """Everything is done, and an error is told."""
    desk.answer(asked)
    return problem(503, "the store does not answer")


def twice(desk: Desk, asked: Asked) -> Answer:
    """Everything is done twice."""
    desk.answer(asked)
    return desk.answer(asked)
