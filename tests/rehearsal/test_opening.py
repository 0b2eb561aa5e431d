"""May a trial begin, and with what?"""

from dataclasses import replace

import pytest

from rehearsal.journal import open_journal, trial_lock
from rehearsal.model import TargetKind
from rehearsal.opening import SCENARIOS, open_trial, refuse_unsound, scenario_file
from rehearsal.order import EXIT_INVENTORY, EXIT_LOCKED, EXIT_USAGE, Order, TrialRefused
from rehearsal.past import inventory_of
from tests.rehearsal.pretend import CITY, check, registry

KNOWN = registry(check("plain"))
pytestmark = pytest.mark.usefixtures("no_wire")


@pytest.fixture
def order(tmp_path, city_file):
    return Order(inventory=str(city_file), out=str(tmp_path / "out"), hold_s=2.0)


async def refused(order, checks=KNOWN):
    """Why a trial was refused."""
    with pytest.raises(TrialRefused) as found:
        async with open_trial(order, checks):
            pass
    return found.value


async def test_a_run_is_written_down_before_anything_is_measured(order):
    """Its id, its phase, what was ordered, and where the reports will be."""
    async with open_trial(order, KNOWN) as trial:
        run = trial.journal.run(trial.run_id)

    assert run.id.startswith("phase-1-")
    assert (run.state, run.city, run.verdict) == ("running", "Hải Phòng", None)
    assert run.reports_to.endswith(f"out/{run.id}")
    assert run.parameters["hold_s"] == 2.0
    assert inventory_of(run) == trial.inventory


async def test_every_synthetic_name_carries_the_run(order):
    """What we leave in a meeting can be found by its mark."""
    async with open_trial(order, KNOWN) as trial:
        assert trial.door.marker == f"DIENTAP-{trial.run_id}"


async def test_units_narrow_the_city(order):
    """Named units and hubs alone, and always the shared systems."""
    async with open_trial(replace(order, units=("hai-an",)), KNOWN) as trial:
        assert [t.id for t in trial.inventory.targets()] == [
            "hai-an/bridge",
            "hai-an/mail",
            "city/hotline",
        ]


async def test_another_trial_holds_the_lock(order):
    """One trial at a time; who holds it is named; nothing is begun."""
    with trial_lock(order.journal_url):
        problem = await refused(order)

    assert problem.exit_code == EXIT_LOCKED
    assert "another trial" in str(problem)
    with open_journal(order.journal_url) as journal:
        assert journal.runs() == ()


async def test_the_lock_is_given_back(order):
    """A second trial may begin when the first is over, however it ended."""
    with pytest.raises(ZeroDivisionError):
        async with open_trial(order, KNOWN):
            raise ZeroDivisionError

    async with open_trial(order, KNOWN) as trial:
        assert len(trial.journal.runs()) == 2


@pytest.mark.parametrize(
    ("changed", "exit_code", "told"),
    [
        ({"only": ("bridge.nothing",)}, EXIT_USAGE, "--only bridge.nothing"),
        ({"units": ("hai-ann",)}, EXIT_USAGE, "perhaps hai-an?"),
        ({"resume": "r-none"}, EXIT_USAGE, "no run 'r-none'"),
        ({"inventory": "nowhere.yaml"}, EXIT_INVENTORY, "nowhere.yaml:1"),
        ({"database": "oracle://x/y"}, EXIT_INVENTORY, "oracle"),
        ({"out": "/dev/null/x"}, EXIT_INVENTORY, "/dev/null"),
    ],
)
async def test_a_wrong_order_is_refused(order, changed, exit_code, told):
    """Before anything is begun, with the words and the exit code that it deserves."""
    problem = await refused(replace(order, **changed))

    assert problem.exit_code == exit_code
    assert told in str(problem)


@pytest.mark.parametrize("limits", ["{nothing: {x: 1}}", "{plain: {x: 1}}"])
async def test_a_limit_that_nobody_reads_is_refused(order, city_file, limits):
    """A misspelt limit would be believed in all the same."""
    city_file.write_text(f"{CITY}limits: {{phase-1: {limits}}}\n", encoding="utf-8")

    problem = await refused(order)

    assert problem.exit_code == EXIT_INVENTORY
    assert "limits.phase-1." in str(problem)


async def test_missing_secrets_are_told_all_at_once(order, city_file, monkeypatch):
    """Before the run is written down; never a value."""
    monkeypatch.setenv("REHEARSAL_KNOWN", "hunter2")
    relay = '{url: "turn:t.example:3478", account: {user: u, secret: "env:REHEARSAL_GONE"}}'
    known = 'account: {user: u, secret: "env:REHEARSAL_KNOWN"}'
    lacking = 'bridge: {account: {user: u, secret: "env:REHEARSAL_LOST"}}'
    text = CITY.replace("room: 7}", f"room: 7, {known}, relays: [{relay}]}}")
    text = text.replace("tile: [0, 1]}", f"tile: [0, 1], {lacking}}}")
    city_file.write_text(text, encoding="utf-8")

    problem = await refused(order)

    assert problem.exit_code == EXIT_INVENTORY
    assert str(problem).count("the environment has no REHEARSAL_GONE") == 4  # every bridge
    assert "an-lao/bridge: the environment has no REHEARSAL_LOST" in str(problem)
    assert "hunter2" not in str(problem)
    with open_journal(order.journal_url) as journal:
        assert journal.runs() == ()


async def test_an_interfaces_secrets_are_asked_for_by_who_needs_them(order, city_file):
    """Those of the account and of the settings, and not where only its page is opened."""
    api = (
        'api: {contract: oidc, url: "https://mail.example/o", account: {user: u, secret: '
        '"env:REHEARSAL_LOST"}, settings: {client_secret: "env:REHEARSAL_GONE"}}'
    )
    city_file.write_text(CITY.replace("mail: {bloc", f"mail: {{{api}, bloc"), encoding="utf-8")
    page = check("page", kinds=frozenset({TargetKind.SYSTEM}))
    through = replace(page, id="through", contracts=frozenset({"oidc"}))

    problem = await refused(order, registry(through))
    async with open_trial(order, registry(page)):
        pass

    assert str(problem).count("the environment has no REHEARSAL_LOST") == 3
    assert str(problem).count("the environment has no REHEARSAL_GONE") == 3


def test_a_scenario_is_a_name_or_a_file():
    """`june-20` is ours; a path is anybody's."""
    assert scenario_file("june-20") == SCENARIOS / "june-20.yaml"
    assert scenario_file("june-20").is_file()
    assert str(scenario_file("own/day.yaml")) == "own/day.yaml"


@pytest.mark.parametrize(
    ("changes", "exit_code"),
    [
        ({"inventory": "nowhere.yaml"}, EXIT_INVENTORY),
        ({"units": ("nobody",)}, EXIT_USAGE),
        ({"only": ("bridge.nothing",)}, EXIT_USAGE),
    ],
)
def test_an_unsound_order_is_refused_before_anything_starts(order, changes, exit_code):
    """Nobody waits for a server or a twin to hear of a typing error."""
    refuse_unsound(order, KNOWN)

    with pytest.raises(TrialRefused) as problem:
        refuse_unsound(replace(order, **changes), KNOWN)

    assert problem.value.exit_code == exit_code


async def test_a_resumed_run_keeps_the_size_of_its_surge(order):
    """What was ordered the first time counts, whatever today's command says."""
    first = replace(order, dossiers=321, surge_s=12.0)
    async with open_trial(first, KNOWN) as trial:
        run_id = trial.run_id

    async with open_trial(replace(order, resume=run_id), KNOWN) as trial:
        assert (trial.order.dossiers, trial.order.surge_s) == (321, 12.0)
