"""Is the whole catalogue read, and does one procedure stand for each field?"""

from __future__ import annotations

from rehearsal.net.center import Catalogue, Procedure, procedures_of
from tests.rehearsal.net.center.conftest import Centers


def made(code: str, field: str, fee: int = 0, papers: tuple[str, ...] = ("Tờ khai",)):
    """A procedure."""
    return Procedure(code, f"Thủ tục {code}", field, field.title(), fee, papers)


async def test_every_page_is_read(centers: Centers):
    """As many as the catalogue says there are, over several pages."""
    door, _ = centers.door()
    catalogue = await procedures_of(centers.target("mot"), door)

    assert len(catalogue.procedures) == catalogue.total == 367
    assert len(catalogue.fields) == len(catalogue.one_of_each()) == 11


def test_one_stands_for_its_field():
    """Rather one that asks for documents and costs something: it tries more."""
    bare, free, paid = made("1", "a", 9, ()), made("2", "a"), made("3", "a", 5)
    other = made("4", "b")
    catalogue = Catalogue(4, (bare, free, other, paid))

    assert catalogue.one_of_each() == (paid, other)


def test_an_empty_catalogue_has_no_field():
    """Nothing stands for nothing."""
    assert Catalogue(0, ()).one_of_each() == ()
