"""Is our own rhythm told from a stranger's sound?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.rtp import PACKET_S
from rehearsal.net.voice.echo import FOLLOWS, SLOT_S, SLOTS, follows

DRAWN = (True, False, False, True, True, False, True, False)


def back(slots: tuple[bool, ...], delay_s: float) -> list[float]:
    """When each packet of the loud slots is heard, that much later."""
    width = round(SLOT_S / PACKET_S)
    packets = [at for at, is_loud in enumerate(slots) if is_loud]
    return [
        SLOT_S * slot + PACKET_S * (at + 0.5) + delay_s
        for slot in packets
        for at in range(width)
    ]


@given(st.permutations(DRAWN), st.floats(0.0, 0.4))
def test_what_comes_back_follows(drawn: list[bool], delay_s: float):
    """At any delay up to a satellite's, in any order."""
    assert follows(drawn, back(tuple(drawn), delay_s)) >= FOLLOWS


@pytest.mark.parametrize(
    "heard_s",
    [
        [],
        [PACKET_S * at for at in range(200)],
        back(tuple(not is_loud for is_loud in DRAWN), 0.0)[:20],
        back((True,) * 2 + (False,) * 4 + (True,) * 2, 0.0),
    ],
    ids=["nothing", "a steady tone", "the contrary", "another rhythm"],
)
def test_what_does_not_follow_is_not_ours(heard_s: list[float]):
    """Somebody else's music is no proof that we are heard."""
    assert len(DRAWN) == SLOTS
    assert follows(DRAWN, heard_s) < FOLLOWS
