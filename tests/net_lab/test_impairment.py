"""Does a bad line do to packets what was asked of it, and the same each time?"""

from __future__ import annotations

from itertools import groupby

import pytest

from tests.net_lab.impairment import ALL_PORTS, HELD_BACK_S, Lane, Way

MANY = 50_000
EVERY_S = 0.001


def packet(*, protocol: int = 17, port: int = 20000, size: int = 100) -> bytes:
    """An IPv4 packet, as far as a line looks at it."""
    head = bytes([0x45]) + bytes(8) + bytes([protocol]) + bytes(10)
    ports = (40000).to_bytes(2, "big") + port.to_bytes(2, "big")
    return (head + ports).ljust(size, b".")


def sent(way: Way, count: int = MANY, seed: int = 1) -> list[list[float]]:
    """When each of so many packets, a millisecond apart, arrives."""
    lane = Lane(way, seed)
    return [lane.offer(number * EVERY_S, packet()) for number in range(count)]


def lost_runs(arrivals: list[list[float]]) -> list[int]:
    """The lengths of the runs of losses."""
    return [
        len(list(run)) for is_lost, run in groupby(arrivals, key=lambda a: not a) if is_lost
    ]


def test_a_perfect_line():
    """Unless told otherwise, a packet arrives at once, and once."""
    assert sent(Way(), 3) == [[0.0], [EVERY_S], [2 * EVERY_S]]


def test_random_loss():
    """The ratio is kept, and losses do not seek company."""
    runs = lost_runs(sent(Way(loss=0.05)))

    assert sum(runs) / MANY == pytest.approx(0.05, rel=0.1)
    assert sum(runs) / len(runs) == pytest.approx(1 / 0.95, rel=0.05)


def test_even_loss():
    """One of every twenty, at no fixed place."""
    arrivals = sent(Way(loss=0.05, is_even=True), 2000)
    rows = [arrivals[start : start + 20] for start in range(0, 2000, 20)]

    assert all(sum(not dues for dues in row) == 1 for row in rows)
    assert len({row.index([]) for row in rows}) > 10


@pytest.mark.parametrize(("loss", "burst"), [(0.05, 4), (0.2, 10), (0.1, 2)])
def test_loss_in_bursts(loss: float, burst: float):
    """Both the ratio and the mean length of a burst are kept."""
    arrivals = sent(Way(loss=loss, burst=burst))
    runs = lost_runs(arrivals)

    assert sum(runs) / MANY == pytest.approx(loss, rel=0.2)
    assert sum(runs) / len(runs) == pytest.approx(burst, rel=0.2)


def test_the_counts_tell_the_bursts():
    """What a lane says it lost is what did not arrive."""
    lane = Lane(Way(loss=0.1, burst=3), 1)
    arrivals = [lane.offer(0.0, packet()) for _ in range(MANY)]
    runs = lost_runs(arrivals)

    assert (lane.counts.lost, lane.counts.bursts) == (sum(runs), len(runs))


def test_the_seed_decides():
    """The same seed loses, delays and repeats the same packets; another one, others."""
    way = Way(loss=0.1, jitter_ms=5, delay_ms=20, reorder=0.1, duplicate=0.1)

    assert sent(way, 1000, seed=7) == sent(way, 1000, seed=7)
    assert sent(way, 1000, seed=7) != sent(way, 1000, seed=8)


def test_jitter_keeps_the_order():
    """A packet never overtakes one that was sent before, however the delays vary."""
    dues = [due for (due,) in sent(Way(delay_ms=40, jitter_ms=10), 1000)]

    assert dues == sorted(dues)


def test_reordering():
    """A reordered packet is held back, so that those behind it overtake it."""
    arrivals = [due - n * EVERY_S for n, (due,) in enumerate(sent(Way(reorder=0.05)))]

    assert sum(late > HELD_BACK_S / 2 for late in arrivals) / MANY == pytest.approx(
        0.05, rel=0.1
    )


def test_duplicates():
    """A duplicate arrives together with its original."""
    twice = sum(len(dues) == 2 for dues in sent(Way(duplicate=0.05)))

    assert twice / MANY == pytest.approx(0.05, rel=0.1)


def test_a_limited_rate_and_its_queue():
    """Packets leave at the rate; what would wait longer than the queue allows is dropped."""
    arrivals = sent(Way(rate_kbit=300, queue_ms=200), 4000)  # 800 kbit/s offered
    waits_s = [dues[0] - n * EVERY_S for n, dues in enumerate(arrivals) if dues]

    assert sum(map(len, arrivals)) == pytest.approx(4000 * 300 / 800, rel=0.05)
    assert max(waits_s) == pytest.approx(0.2, rel=0.05)


def test_a_cut_line():
    """Nothing passes, of whatever protocol."""
    assert sent(Way(is_cut=True), 3) == [[], [], []]


@pytest.mark.parametrize(
    ("closed", "protocol", "port", "arrivals"),
    [
        (ALL_PORTS, 17, 3478, []),
        (ALL_PORTS, 6, 3478, [0.0]),
        ((20000, 20099), 17, 20050, []),
        ((20000, 20099), 17, 20100, [0.0]),
        ((40000, 40000), 17, 20100, []),  # by the port of its source
    ],
)
def test_closed_ports(closed: tuple[int, int], protocol: int, port: int, arrivals: list[float]):
    """A closed range stops UDP from or to its ports, and nothing else."""
    lane = Lane(Way(udp_closed=closed), 1)

    assert lane.offer(0.0, packet(protocol=protocol, port=port)) == arrivals


@pytest.mark.parametrize(
    ("first_byte", "arrivals"), [(0, [0.0]), (22, [0.0]), (0x80, []), (0xBF, [])]
)
def test_closed_to_media(first_byte: int, arrivals: list[float]):
    """STUN and DTLS pass, so that all seems well; RTP does not."""
    lane = Lane(Way(rtp_closed=True), 1)
    head = packet(size=28)

    assert lane.offer(0.0, head + bytes([first_byte])) == arrivals
