"""Does `make bench` say what it lacks, and write what it measured?"""

import os
from dataclasses import replace

from benchmarks import __main__ as bench
from benchmarks import machine
from benchmarks.figures import Table
from benchmarks.usage import children_cpu_s, cpu_s_of, own_cpu_s, own_peak_mb, peak_mb_of


def test_a_missing_peer_is_named(monkeypatch, capsys):
    """Nothing is installed behind anybody's back."""
    monkeypatch.setitem(machine.PEERS, "nginx-light", "")

    assert bench.main([]) == 2
    assert "nginx-light" in capsys.readouterr().err


def test_the_page_names_the_machine_and_holds_every_table():
    """Figures without their machine are worth nothing."""
    tables = [Table(title, "How.", ("who",), (("ours",),)) for title in ("One", "Two")]

    page = bench.page(tables, [("cores", "2 x any")], "")

    assert "- **cores**: 2 x any" in page
    assert page.index("## One") < page.index("## Two")


def test_what_is_not_measured_again_stays():
    """A table of another day keeps its figures and its day."""
    first, second = (Table(title, "Then.", ("who",), (("ours",),)) for title in ("One", "Two"))
    earlier = bench.page([first, second], [], "").replace("Measured on 2", "Measured on 1")

    page = bench.page([replace(second, about="Now.")], [], earlier)

    assert page.count("## ") == 2
    assert "Then. Measured on 1" in page.partition("## Two")[0]
    assert "Now. Measured on 2" in page.partition("## Two")[2]
    assert bench.page([], [], page) == page


def test_the_kernel_books_agree_with_our_own():
    """CPU and memory of others are read as our own are."""
    ours = os.getpid()

    assert abs(cpu_s_of(ours) - own_cpu_s() - children_cpu_s()) < 0.5
    assert 0 < peak_mb_of(ours) <= own_peak_mb() + 8
