"""Does a trial begin only by sound criteria that are in force, and keep them?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from flows.form import FORMS, parameters
from rehearsal.cli import app
from rehearsal.criteria import shipped
from rehearsal.journal import open_journal
from rehearsal.model.decision import Term
from rehearsal.opening import open_trial, refuse_unsound
from rehearsal.order import EXIT_INVENTORY, Order, TrialRefused
from rehearsal.past import criteria_of
from rehearsal.policy import chosen
from tests.rehearsal.criteria.policies import rule, written
from tests.rehearsal.pretend import check, registry

KNOWN = registry(check("plain"))


@pytest.fixture
def order(tmp_path, city_file):
    return Order(inventory=str(city_file), out=str(tmp_path / "out"), hold_s=2.0)


def tolerant(policy):
    """Criteria of a city's own."""
    policy["rules"]["none_red"] = rule("none", light="red")


async def kept(order):
    """The criteria that a trial keeps, read from its journal."""
    async with open_trial(order, KNOWN) as trial:
        run_id = trial.run_id
    with open_journal(order.journal_url) as journal:
        return criteria_of(journal, journal.run(run_id))


@pytest.mark.usefixtures("no_wire")
async def test_without_a_file_the_project_s_own_count(order):
    """And they are kept with the run, whole."""
    assert await kept(order) == shipped()


@pytest.mark.usefixtures("no_wire")
async def test_the_file_beside_the_inventory_is_kept(order, tmp_path):
    """Whatever becomes of the file afterwards, the run is judged by what it began with."""
    file = written(tmp_path, tolerant)
    found = await kept(order)
    file.unlink()

    assert "none_red" in {r.id for r in found.rules}


@pytest.mark.usefixtures("no_wire")
async def test_the_file_that_was_ordered_outdoes_the_one_beside(order, tmp_path):
    """`--criteria` is the last word."""
    written(tmp_path, tolerant)
    folder = tmp_path / "other"
    folder.mkdir()
    other = written(folder, lambda p: p["weights"].update(hubs=99))

    found = await kept(replace(order, criteria=str(other)))

    assert (found.weights["hubs"], len(found.rules)) == (99.0, len(shipped().rules))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p["rules"].pop("whole_city"), "kind: whole"),
        (
            lambda p: p["lights"].update(checks={"bridge.reach": {"source": ["own"]}}),
            "one of: plain",
        ),
        (lambda p: p.update(valid_until="2025-07-01"), "not in force on"),
    ],
    ids=["faulty", "a check that there is not", "expired"],
)
@pytest.mark.usefixtures("no_wire")
async def test_criteria_that_decide_nothing_refuse_the_trial(order, tmp_path, change, told):
    """Before anything is started, and before a run is begun."""
    written(tmp_path, change)

    with pytest.raises(TrialRefused) as early:
        refuse_unsound(order, KNOWN)
    with pytest.raises(TrialRefused) as late:
        async with open_trial(order, KNOWN):
            pass

    assert (early.value.exit_code, told in str(early.value)) == (EXIT_INVENTORY, True)
    assert str(late.value) == str(early.value)
    with open_journal(order.journal_url) as journal:
        assert journal.runs() == ()


def test_a_command_tells_every_fault_of_its_criteria(tmp_path, city_file):
    """Exit 3, with the lines, and no run."""

    def change(policy):
        policy["rules"].pop("whole_city")
        policy["weights"]["hubs"] = 0.5

    file = written(tmp_path, change)
    told = ("phase-1", "--no-prefect", "--inventory", city_file, "--criteria", file)
    found = CliRunner().invoke(app, [str(a) for a in (*told, "--out", tmp_path / "out")])

    assert found.exit_code == EXIT_INVENTORY
    assert "rules.whole_city" in found.stderr
    assert "weights.hubs" in found.stderr


@pytest.mark.parametrize("phase", ["phase-1", "phase-2"])
def test_criteria_travel_to_a_server(phase):
    """Through the form and back, the order is the same."""
    order = Order(phase=phase, criteria="policies/criteria.yaml")

    assert FORMS[phase](**parameters(order)).order() == order


def test_what_is_chosen_is_read_from_the_file(order):
    """The project's own, where the city has none."""
    assert chosen(order, KNOWN).term == Term(valid_from=date(2025, 6, 19))
