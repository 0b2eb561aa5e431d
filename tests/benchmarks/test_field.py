"""Is everybody measured against the same targets?"""

import socket

import pytest

from benchmarks.field import black_hole, is_dead, sites, with_dead
from benchmarks.spec import Sweep, Task, sweep_from, task_from, to_json


def test_every_site_has_an_address_of_its_own():
    """A prober must not gain from connections that others opened to the same address."""
    found = sites(1160, 443)

    assert len({site.address for site in found}) == 1160
    assert all(site.address.startswith("127.") for site in found)


def test_a_tenth_dies():
    """The dead are spread evenly, and differ from the living by their port alone."""
    living = sites(100, 443)

    mixed = with_dead(living, 7)

    assert [site.port for site in mixed].count(7) == 10
    assert [site.address for site in mixed] == [site.address for site in living]
    assert [n for n, site in enumerate(mixed) if site.port == 7] == list(
        filter(is_dead, range(100))
    )


def test_a_task_survives_the_way_to_another_process():
    """Every prober reads the very task that was written."""
    task = Task(sites(2, 443), "root.pem", "127.0.0.1:53", at_once=7)

    assert task_from(to_json(task)) == task


def test_figures_survive_the_way_back():
    """And hands back the very figures that it measured."""
    sweep = Sweep(1.5, 0.25, 0.0, 80.0, 1, 2, 3)

    assert sweep_from(to_json(sweep)) == sweep


def test_the_black_hole_neither_accepts_nor_refuses():
    """A refusal would be an answer, and cost no time-out."""
    with black_hole(["127.0.0.1"]) as port, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", port), timeout=0.1)
