"""Is an order from Prefect's form understood, and a wrong one refused?"""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from flows.form import FORMS, PhaseOne, PhaseTwo, Recheck, Review, parameters
from rehearsal.order import Order


@pytest.mark.parametrize(
    ("hold", "seconds"),
    [("1s", 1), ("60s", 60), ("2m", 120), ("45m", 2700), ("4h", 14400), (90, 90), (60.0, 60)],
)
def test_a_hold_may_be_written_as_people_do(hold, seconds):
    """Seconds, minutes or hours; a bare number is seconds."""
    assert PhaseOne(hold=hold).order().hold_s == seconds


@pytest.mark.parametrize("hold", ["0s", "14401s", "241m", "5h", "1d", "-1s", "60", "", 0, 0.5])
def test_a_hold_stays_between_a_second_and_four_hours(hold):
    """Nobody holds 116 bridges for a day by a slip of the finger."""
    with pytest.raises(ValidationError):
        PhaseOne(hold=hold)


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": ["Hải An"]},
        {"units": "hai-an"},
        {"only": ["bridge reach"]},
        {"inventory": "/etc/passwd"},
        {"out": "../elsewhere"},
        {"twin": "scenarios/../../x"},
        {"out": ".hidden"},
        {"database": "sqlite://"},
    ],
)
def test_a_wrong_field_is_refused(wrong):
    """The page's visitor names units and files below the served directory, no more."""
    with pytest.raises(ValidationError):
        PhaseOne(**wrong)


def test_a_time_without_a_zone_is_vietnams():
    """The committee writes 07:30 and means the morning in Hai Phong."""
    at = PhaseOne(at="2027-06-20T07:30").order().at

    assert at.utcoffset() == timedelta(hours=7)
    assert at.hour == 7


def test_the_order_keeps_every_field():
    """What the form says is what the trial is asked."""
    asked = PhaseOne(units=["hai-an"], only=["bridge.reach"], twin="june-20", out="morning")

    assert asked.order("sqlite:///x") == Order(
        units=("hai-an",),
        only=("bridge.reach",),
        twin="june-20",
        out="morning",
        database="sqlite:///x",
    )


def test_an_order_travels_as_parameters():
    """An order sent to a server elsewhere arrives there unchanged."""
    order = Order(units=("hai-an",), hold_s=2700.0, twin="june-20")

    assert PhaseOne(**parameters(order)).order() == order


def test_an_order_of_phase_two_travels_too():
    """With the size of its surge, and without what only Phase 1 has."""
    order = Order(phase="phase-2", dossiers=500, surge_s=90.0, twin="june-25")

    assert PhaseTwo(**parameters(order)).order() == order


@pytest.mark.parametrize("inventory", ["", "mended.yaml"])
def test_an_order_of_a_recheck_travels_too(inventory):
    """With the run that is asked again; without an inventory, that run's own counts."""
    asked = Order(phase="recheck", recheck="phase-1-x", inventory=inventory, only=("a.b",))

    assert Recheck(**parameters(asked)).order() == asked


@pytest.mark.parametrize(
    "wrong", [{}, {"run": "../x"}, {"run": ""}, {"run": "phase-1-x", "hold": "60s"}]
)
def test_a_recheck_names_a_run(wrong):
    """The run's id becomes a folder."""
    with pytest.raises(ValidationError):
        Recheck(**wrong)


@pytest.mark.parametrize(
    "wrong", [{"dossiers": 0}, {"dossiers": 20_001}, {"surge": "0s"}, {"hold": "60s"}]
)
def test_a_surge_stays_within_its_bounds(wrong):
    """Real citizens are there: nobody sends a million by a slip of the finger."""
    with pytest.raises(ValidationError):
        PhaseTwo(**wrong)


@pytest.mark.parametrize("form", [*FORMS.values(), Review])
def test_the_schema_speaks_vietnamese_first(form):
    """Every field of the form explains itself in both languages."""
    fields = form.model_json_schema()["properties"].values()

    assert all(" / " in f["title"] and " / " in f["description"] for f in fields)
