"""What changed between two trials, and did the last one predict what happened?"""

from rehearsal.comparison.calibration import TRIALS, calibration, counting, last_trial, start_of
from rehearsal.comparison.compare import compare
from rehearsal.comparison.side import Side, side_of

__all__ = [
    "TRIALS",
    "Side",
    "calibration",
    "compare",
    "counting",
    "last_trial",
    "side_of",
    "start_of",
]
