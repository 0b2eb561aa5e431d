"""Who sits in the meetings of these tests, and what do they say of it?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rehearsal.model import Network, Target, TargetKind
from rehearsal.net.door import Door
from rehearsal.net.rollcall.evidence import Attended, Gap, Hearing, Sound, Turn
from rehearsal.net.rollcall.outcome import outcomes
from rehearsal.net.rollcall.recipe import CENTRAL, Recipe, recipe_of
from rehearsal.net.rollcall.tongue import Account, Side
from rehearsal.net.route import door_by

HOLD_S = 30.0
CLEAR = Hearing(1.2, 400, 0.0, 20.0, 30.0, waited_s=0.2)
SILENCE = Hearing(None, 0, 0.0, None, None)
FINE = Attended(
    started_s=0.001,
    joined_s=0.3,
    left_s=HOLD_S,
    present_at_join=3,
    sound=Sound(
        published_s=1.0,
        hears_centre=CLEAR,
        heard_by_centre=CLEAR,
        turn=Turn(10.0, 1.0, heard=True),
        meets_centre=True,
        round_trip_s=0.02,
    ),
)


def target(slug: str, protocol: str = "janus") -> Target:
    """A bridge of that owner."""
    url = f"wss://{slug}.example/janus"
    return Target(f"{slug}/bridge", slug, slug, TargetKind.BRIDGE, url, protocol, room=1)


def door(*slugs: str) -> Door:
    """A door to these bridges, which nobody opens."""
    return door_by(Network(), [f"{slug}.example" for slug in slugs])


def recipe(*slugs: str, joins_per_s: float = 0.0) -> Recipe:
    """The meeting of these; who is called `central` is the centre."""
    found = recipe_of(
        [target(slug) for slug in slugs],
        Network(),
        door(*slugs),
        roles={CENTRAL: CENTRAL},
        hold_s=HOLD_S,
        joins_per_s=joins_per_s,
    )
    assert found is not None
    return found


def side(slug: str, **changes: Any) -> Side:
    """One who was there all the time, and heard what `hears` says."""
    there = Side(
        slug=slug,
        started_s=0.001,
        rungs=(),
        joined_s=0.3,
        left_s=HOLD_S,
        present=3,
        feed=f"feed of {slug}",
        published_s=1.0,
    )
    return replace(there, **changes)


def gathered(centre: Side | None, *units: Side, strains: Any = (), spoken: Any = ()) -> Any:
    """What becomes of them, the centre in one process and the units in another."""
    everybody = ([centre] if centre else []) + list(units)
    accounts = [Account((centre,), (), spoken)] if centre else []
    accounts.append(Account(units, strains))
    feeds = {one.slug: one.feed for one in everybody if one.feed is not None}
    return outcomes(recipe(*(one.slug for one in everybody)), accounts, feeds)


def hearing_all(*slugs: str, **unusual: Hearing) -> Side:
    """The centre, which hears everybody well but those in `unusual`."""
    hears = {slug: unusual.get(slug, CLEAR) for slug in slugs}
    return side(CENTRAL, hears=hears, meets=dict.fromkeys(slugs, True))


def unit(slug: str, hears: Hearing = CLEAR, **changes: Any) -> Side:
    """A unit that meets the centre and hears it so."""
    return side(slug, hears={CENTRAL: hears}, meets={CENTRAL: True}, **changes)


def with_gaps(*gaps: tuple[float, float]) -> Hearing:
    """Heard well but for these silences: when each began, and how long it was."""
    return replace(CLEAR, gaps=tuple(Gap(*gap) for gap in gaps))
