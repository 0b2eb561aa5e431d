"""Where does a link lead? Only to our own pages and anchors, never to foreign text."""

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.model import Assessment, Hub, Target, Text, Unit
from rehearsal.report.clock import same
from rehearsal.report.safe import anchor, page_name

CITY_PAGE = "index.html"
UNIT_FOLDER = "units"
_SHARED = Text("Hệ thống dùng chung", "Shared systems")


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere, or nowhere when `href` is None."""

    words: Text
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Everything a page may point at, seen from that page."""

    links: Mapping[str, Link]

    def link(self, subject: str) -> Link:
        """Return the link of a slug, a target or a cause; foreign names stay words."""
        return self.links.get(subject, Link(same(subject)))


def from_city(assessment: Assessment) -> Places:
    """Return the places as the city's page reaches them."""
    return _places(assessment, city_page="", units_folder=f"{UNIT_FOLDER}/")


def from_unit(assessment: Assessment) -> Places:
    """Return the places as a unit's page reaches them."""
    return _places(assessment, city_page=f"../{CITY_PAGE}", units_folder="")


def _places(assessment: Assessment, *, city_page: str, units_folder: str) -> Places:
    links: dict[str, Link] = {}
    for standing in (*assessment.units, *assessment.hubs):
        owner = standing.owner
        if isinstance(owner, Target):
            continue
        page = units_folder + page_name(owner.slug)
        links[owner.slug] = Link(same(owner.name), page)
        links |= {t.id: Link(_told(owner, t), target_href(page, t)) for t in owner.targets}
    links["city"] = Link(_SHARED, f"{city_page}#systems")
    for standing in assessment.systems:
        if isinstance(standing.owner, Target):
            links[standing.owner.id] = Link(
                same(standing.owner.name), target_href(city_page, standing.owner)
            )
    links |= {c.id: Link(c.says, city_page + cause_href(c.id)) for c in assessment.causes}
    return Places(links)


def _told(owner: Unit | Hub, target: Target) -> Text:
    return same(f"{owner.name} · {target.name}")


def target_href(page: str, target: Target) -> str:
    """Return the address of a target's card on its page."""
    return f"{page}#{anchor('target', target.id)}"


def cause_href(cause_id: str) -> str:
    """Return the fragment of a cause on the city's page."""
    return f"#{anchor('cause', cause_id)}"
