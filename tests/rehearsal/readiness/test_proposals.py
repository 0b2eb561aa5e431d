"""Are the units' proposals told once each, however each unit puts them?"""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rehearsal.model import Group, Proposal, StatusReport
from rehearsal.readiness.proposals import shared_proposals

DAY = date(2025, 6, 20)
SCANNERS = "Đề nghị cấp thêm máy quét cho các quầy"


def report(*texts: str, group: Group = Group.INFRASTRUCTURE) -> StatusReport:
    return StatusReport(day=DAY, proposals=tuple(Proposal(group, text) for text in texts))


def told(*said: tuple[str, StatusReport]) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.text, one.units) for one in shared_proposals(said)]


def test_the_same_wish_is_one_line_with_its_units():
    """Without diacritics, in capitals, with other polite words before it, or one fewer."""
    said = [
        ("a", report(SCANNERS)),
        ("b", report("de nghi cap them may quet cho cac quay")),
        ("c", report(SCANNERS.upper())),
        ("d", report("Kính mong thành phố cấp thêm máy quét cho quầy")),
        ("e", report(SCANNERS + ".")),
    ]

    ((text, units),) = told(*said)

    assert units == ("a", "b", "c", "d", "e")
    assert "máy quét" in text.casefold()


def test_other_wishes_stay_other_wishes():
    """Another number, a negation, another group or another thing is not the same."""
    said = [
        ("a", report("Nâng đường truyền lên 200 Mbit/s")),
        ("b", report("Nâng đường truyền lên 300 Mbit/s")),
        ("c", report("Cần cấp thêm máy quét tại quầy")),
        ("d", report("Không cần cấp thêm máy quét tại quầy")),
        ("e", report("Cần cấp thêm máy quét tại quầy", group=Group.SUPPORT)),
        ("f", report("Cần cấp thêm máy in tại quầy")),
    ]

    assert len(told(*said)) == len(said)


def test_what_most_propose_comes_first_within_its_group():
    """Groups in the order of Dispatch 111."""
    said = [
        ("a", report("Tập huấn thêm", group=Group.SUPPORT)),
        ("b", report("Máy phát điện dự phòng")),
        ("c", report("Đường truyền thứ hai")),
        ("d", report("đường truyền thứ hai")),
    ]

    assert [units for _, units in told(*said)] == [("c", "d"), ("b",), ("a",)]


def test_who_says_it_twice_counts_once():
    """A unit is one unit."""
    ((_, units),) = told(("a", report("Cấp máy in", "cấp máy in!")))

    assert units == ("a",)


MANY = ("cấp", "thêm", "máy", "quét", "in", "không", "2", "3", "đề", "nghị")
WORDS = st.lists(st.sampled_from(MANY), max_size=6)


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), WORDS.map(" ".join)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_order_of_reports_never_matters(said, dice):
    """And nobody's wish is lost, and none is invented."""
    reports = [(slug, report(text)) for slug, text in said]
    mixed = list(reports)
    dice.shuffle(mixed)
    found = shared_proposals(reports)

    assert shared_proposals(mixed) == found
    assert {slug for slug, _ in said} == {slug for one in found for slug in one.units}
    assert {one.text for one in found} <= {text for _, text in said}


def test_a_nations_proposals_are_grouped_while_one_waits():
    """Five of each of 3,321 communes, every one of them another: no comparison of all pairs."""
    said = [
        (f"u{n}", report(*(f"đề xuất {n} thứ {k} về việc chung" for k in range(5))))
        for n in range(3321)
    ]

    assert len(shared_proposals(said)) == 5 * 3321
