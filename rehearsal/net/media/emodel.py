"""How good would a listener find the sound, from 1 to 4.5? (ITU-T G.107, E-model)

R = 93.2 - Idd - Ie,eff with every other parameter of G.107 at its default, the echo
cancelled; MOS by its Annex B. It rates a call of telephone bandwidth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

FORMULA = "ITU-T G.107 (2015): R = 93.2 - Idd - Ie,eff; MOS: Annex B"
_R_DEFAULT = 93.2  # Ro - Is with the defaults of G.107
_R_BEST = 100.0
_DELAY_FREE_S = 0.1  # mT of G.107: below it a delay impairs nothing


@dataclass(frozen=True, slots=True)
class Codec:
    """`impairment` is Ie, `robustness` is Bpl (ITU-T G.113, appendix I), `frame_s` a packet.

    `is_estimate` says that the values are assumed: no table of the ITU has them.
    """

    name: str
    impairment: float
    robustness: float
    frame_s: float = 0.02
    is_estimate: bool = False


CODECS = MappingProxyType(
    {
        "g711": Codec("G.711", 0.0, 4.3),
        "g711-plc": Codec("G.711 + PLC", 0.0, 25.1),
        "g729": Codec("G.729A + VAD", 11.0, 19.0),
        # Its own concealment of losses is at least that of G.711's appendix I.
        "opus": Codec("Opus (estimate)", 0.0, 25.1, is_estimate=True),
    }
)


@dataclass(frozen=True, slots=True)
class Score:
    """A MOS of 1 to 4.5 and the R of 0 to 100 behind it, with what they were made by."""

    mos: float
    r: float
    codec: str
    formula: str = FORMULA


def score(
    codec: Codec,
    *,
    one_way_s: float,
    jitter_s: float = 0.0,
    loss: float = 0.0,
    mean_burst: float = 1.0,
) -> Score:
    """What this way is worth; `loss` is a ratio, `mean_burst` in packets.

    To the way come one packet's length and a buffer of twice the jitter, a packet at least.
    """
    heard_s = one_way_s + codec.frame_s + max(codec.frame_s, 2 * jitter_s)
    percent = 100 * min(max(loss, 0.0), 1.0)
    r = _R_DEFAULT - _delay(heard_s) - _equipment(codec, percent, burst_ratio(loss, mean_burst))
    return Score(_mos(r), max(0.0, r), codec.name)


def burst_ratio(loss: float, mean_burst: float) -> float:
    """BurstR of G.107: bursts seen against those of random loss, 1 / (1 - loss); 1 at least."""
    return max(1.0, mean_burst * (1.0 - loss))


def _delay(heard_s: float) -> float:
    """Idd of G.107, with sT = 1."""
    if heard_s <= _DELAY_FREE_S:
        return 0.0
    x = math.log2(heard_s / _DELAY_FREE_S)
    return 25 * (_sixth(x) - 3 * _sixth(x / 3) + 2)


def _sixth(x: float) -> float:
    return math.pow(1 + math.pow(x, 6), 1 / 6)


def _equipment(codec: Codec, percent: float, burst: float) -> float:
    """Ie,eff of G.107."""
    if not percent:
        return codec.impairment
    room = 95 - codec.impairment
    return codec.impairment + room * percent / (percent / burst + codec.robustness)


def _mos(r: float) -> float:
    if r <= 0:
        return 1.0
    if r >= _R_BEST:
        return 4.5
    return max(1.0, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r))
