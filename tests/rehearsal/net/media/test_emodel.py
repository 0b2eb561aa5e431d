"""Does the E-model say what ITU-T G.107 says?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.media.emodel import CODECS, FORMULA, burst_ratio, score

LOSSES = st.floats(0, 1)
DELAYS = st.floats(0, 5)
CODEC = st.sampled_from(list(CODECS.values()))


def test_a_perfect_call_has_the_known_best_score():
    """R 93.2 and MOS 4.41 are the values of G.107 with all its defaults."""
    best = score(CODECS["g711"], one_way_s=0.0)

    assert best.r == pytest.approx(93.2)
    assert best.mos == pytest.approx(4.41, abs=0.005)


@pytest.mark.parametrize(
    ("heard_ms", "impairment"),
    [(100, 0.0), (150, 0.16), (200, 3.04), (250, 8.92), (300, 14.76), (400, 24.07)],
)
def test_delay_impairs_as_idd_of_g_107(heard_ms, impairment):
    """Values of the formula's curve; below 100 ms nothing is lost."""
    one_way_s = heard_ms / 1000 - 0.04  # a packet and a buffer come to it

    assert 93.2 - score(CODECS["g711"], one_way_s=one_way_s).r == pytest.approx(
        impairment, abs=0.02
    )


@pytest.mark.parametrize(
    ("codec", "loss", "effective"),
    [
        ("g711", 0.01, 95 * 1 / (1 + 4.3)),
        ("g711-plc", 0.02, 95 * 2 / (2 + 25.1)),
        ("g729", 0.0, 11.0),
        ("g729", 0.05, 11 + 84 * 5 / (5 + 19.0)),
    ],
)
def test_loss_impairs_as_ie_eff_of_g_107(codec, loss, effective):
    """Ie + (95 - Ie) Ppl / (Ppl / BurstR + Bpl), Ppl in per cent."""
    assert 93.2 - score(CODECS[codec], one_way_s=0.0, loss=loss).r == pytest.approx(effective)


@given(codec=CODEC, delay_s=DELAYS, losses=st.tuples(LOSSES, LOSSES))
def test_more_loss_is_never_better(codec, delay_s, losses):
    """At any delay, for every codec."""
    less, more = sorted(losses)

    better, worse = (score(codec, one_way_s=delay_s, loss=loss) for loss in (less, more))
    assert better.mos >= worse.mos


@given(codec=CODEC, loss=LOSSES, delays_s=st.tuples(DELAYS, DELAYS))
def test_more_delay_is_never_better(codec, loss, delays_s):
    """At any loss, for every codec."""
    less, more = sorted(delays_s)

    better, worse = (score(codec, one_way_s=delay, loss=loss) for delay in (less, more))
    assert better.mos >= worse.mos


@given(codec=CODEC, loss=LOSSES, delay_s=DELAYS, burst=st.floats(0, 1000), jitter=DELAYS)
def test_a_score_keeps_its_bounds(codec, loss, delay_s, burst, jitter):
    """MOS 1 to 4.5, R from 0, whatever is measured."""
    found = score(codec, one_way_s=delay_s, loss=loss, mean_burst=burst, jitter_s=jitter)

    assert 1.0 <= found.mos <= 4.5
    assert 0.0 <= found.r <= 93.2


def test_bursts_are_worse_than_the_same_loss_by_chance():
    """BurstR weighs what falls together."""
    by_chance = score(CODECS["opus"], one_way_s=0.0, loss=0.05, mean_burst=1.05)
    in_bursts = score(CODECS["opus"], one_way_s=0.0, loss=0.05, mean_burst=5.0)

    assert in_bursts.mos < by_chance.mos
    assert burst_ratio(0.05, 1 / 0.95) == pytest.approx(1.0)


def test_a_score_says_how_it_was_made():
    """Codec and formula stand beside it, and an assumption is called one."""
    found = score(CODECS["opus"], one_way_s=0.0)

    assert found.formula == FORMULA
    assert "estimate" in found.codec
    assert [name for name, codec in CODECS.items() if codec.is_estimate] == ["opus"]
