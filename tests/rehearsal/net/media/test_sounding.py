"""What does it mean when nothing of what was sent under load comes back?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.net.media.sounding import _longer_s
from tests.rehearsal.net.media.healthy import HEARD

LOADED_S = 0.9


@pytest.mark.parametrize(
    ("light", "heavy", "expected"),
    [
        (HEARD, replace(HEARD, trip_p50_s=0.32), 0.3),
        (HEARD, None, LOADED_S),
        (replace(HEARD, longest_gap_s=1.2), None, 0.0),
        (None, None, 0.0),
    ],
    ids=["a queue", "a queue longer than that", "gaps explain it", "a bridge that mixes"],
)
def test_how_much_longer_things_take_under_load(light, heavy, expected):
    """Nothing at all is the worst queue, not none; unless the line breaks off anyhow."""
    assert _longer_s(light, heavy, LOADED_S) == pytest.approx(expected)
