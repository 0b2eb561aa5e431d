"""What does the city's page say of a cause beside its words: why, whose, worth what?"""

from __future__ import annotations

from dataclasses import replace

from rehearsal.model import Assessment, Level, Responsible, Text
from rehearsal.report.pages import render_city
from rehearsal.report.view.causes import CauseView, causes, first_to_mend
from rehearsal.report.view.city import city_page
from rehearsal.report.view.places import from_city
from tests.rehearsal.report.morning import Words

WHO = Responsible("Trực kỹ thuật của Công ty B", "Hợp đồng số 12", 4.0)


def with_first(assessment: Assessment, **changes: object) -> Assessment:
    """The morning, with other facts about the first cause."""
    first, *others = assessment.causes
    return replace(assessment, causes=(replace(first, **changes), *others))


def view_of(assessment: Assessment) -> CauseView:
    return causes(assessment, from_city(assessment))[0]


def test_an_owner_is_told_with_authority_and_hours(assessment: Assessment):
    """Who, by which right, within which time; nothing where nobody is named."""
    told = view_of(with_first(assessment, owner=WHO)).owner

    assert told == Text(
        "Trực kỹ thuật của Công ty B; thẩm quyền: Hợp đồng số 12; trong 4 giờ",
        "Trực kỹ thuật của Công ty B; authority: Hợp đồng số 12; within 4 h",
    )
    assert view_of(with_first(assessment, owner=None)).owner is None


def test_the_page_says_why_and_how_to_disprove_it(assessment: Assessment):
    """Confidence, evidence for and against, the level and the disproof stand below a cause."""
    planted = with_first(
        assessment,
        level=Level.HUB,
        confidence=0.83,
        evidence=(Text("Bằng chứng thuận", "Evidence for"),),
        against=(Text("Bằng chứng nghịch", "Evidence against"),),
        disproof=Text("Cách bác bỏ", "A disproof"),
        owner=WHO,
        frees_with_above=37,
    )
    html = render_city(city_page(planted, Words())).decode()

    for words in ("83%", "Evidence for", "Evidence against", "A disproof", "A hub", WHO.who):
        assert words in html


def test_what_a_peer_says_of_itself_is_spelled_out(assessment: Assessment):
    """An issuer may turn the reading direction: it is shown, not obeyed."""
    turned = Text("CN=\u202eevil", "CN=\u202eevil")
    view = view_of(with_first(assessment, against=(turned,), scope={"issuer": turned.vi}))

    assert view.against[0].vi == "CN=⟨U+202E⟩evil"
    assert view.scopes[0].en == "Issuer: CN=⟨U+202E⟩evil"


def test_the_first_few_are_worth_a_sentence(assessment: Assessment):
    """Mend these 3 of 5 first, and so many units are ready; with 3 there is nothing to say."""
    told = tuple(replace(c, frees_with_above=10 * n) for n, c in enumerate(assessment.causes))
    many, few = replace(assessment, causes=told), replace(assessment, causes=told[:3])

    assert len(told) == 5
    assert first_to_mend(many) == Text(
        "Xử lý 3 nguyên nhân đầu trong 5: 20 đơn vị sẵn sàng.",
        "Mend the first 3 of 5 causes: 20 units become ready.",
    )
    assert first_to_mend(few) is None
