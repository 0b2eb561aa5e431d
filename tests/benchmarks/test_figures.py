"""Are figures told so that nobody is misled?"""

from benchmarks.figures import Table, ratio, spread, told


def test_a_spread_shows_its_ends():
    """A median alone hides the noise of a shared machine."""
    assert spread([3.0, 1.0, 2.0]) == "2.00 (1.00-3.00)"


def test_a_ratio_is_taken_round_by_round():
    """A slow minute hits both sides, and must not decide between them."""
    assert ratio([2.0, 20.0, 6.0], [1.0, 10.0, 2.0]) == "2.00"


def test_counts_that_differ_are_all_shown():
    """One bad round of three is not averaged away."""
    assert told([5, 5]) == "5"
    assert told([5, 0]) == "5, 0"


def test_a_table_is_markdown():
    """RESULTS.md is read as it is, and by a renderer."""
    table = Table("Cost", "Two rounds.", ("who", "s"), (("ours", "1"), ("theirs", "2")))

    lines = table.markdown().splitlines()

    assert lines[0] == "## Cost"
    assert lines[4:8] == ["| who | s |", "| --- | --: |", "| ours | 1 |", "| theirs | 2 |"]
