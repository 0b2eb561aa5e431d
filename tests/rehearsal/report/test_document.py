"""`results.json` keeps its contract whatever the far ends said."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import pytest

from rehearsal.model import Assessment, Outcome, Step
from rehearsal.report import RESULTS_SCHEMA, results_document
from rehearsal.report.document import Document, jsonable
from tests.rehearsal.report.hostile import PAYLOADS, hostile
from tests.rehearsal.report.morning import bridge, failed, morning

SCHEMA = json.loads(RESULTS_SCHEMA.read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


@pytest.fixture(scope="module")
def document(assessment: Assessment) -> Document:
    """The document of the morning, through JSON and back."""
    return json.loads(json.dumps(results_document(assessment), allow_nan=False))


def check_of(document: Document, slug: str, check_id: str) -> Document:
    """One check of one unit."""
    unit = next(unit for unit in document["units"] if unit["slug"] == slug)
    return next(check for check in unit["checks"] if check["id"] == check_id)


def test_the_schema_is_a_schema():
    """JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_document_follows_the_schema(document: Document):
    """Every field is described, none is missing."""
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def test_a_running_trial_follows_the_schema_too(assessment: Assessment):
    """No end, no roll call."""
    running = replace(
        assessment, run=replace(assessment.run, finished=None), roll_call=None, causes=()
    )

    assert VALIDATOR.is_valid(json.loads(json.dumps(results_document(running))))


def test_a_document_of_an_earlier_release_follows_the_schema(document: Document):
    """It said nothing yet of what most lost together."""
    call = {k: v for k, v in document["roll_call"].items() if k != "silences"}

    assert document["roll_call"]["silences"] == [[45.0, 3.1]]
    assert VALIDATOR.is_valid(document | {"roll_call": call})


def test_a_document_of_hostile_text_follows_the_schema_and_is_utf8():
    """NUL, lone surrogates and bidi overrides neither break it nor hide in it."""
    text = json.dumps(results_document(hostile(morning())), ensure_ascii=False, allow_nan=False)

    assert VALIDATOR.is_valid(json.loads(text.encode()))
    assert not set(text) & set("\u202e\u200b\x1b\x00\ud800")


def test_a_failure_names_its_step_and_kind(document: Document):
    """What people and programs quote."""
    check = check_of(document, "thanh-dong", "bridge.reach")

    assert check["outcome"] == "fail"
    assert check["failure"]["step"] == "tls_handshake"
    assert check["failure"]["kind"] == "certificate_expired"
    assert check["attempts"] == 2
    assert [step["held"] for step in check["steps"]] == [True, True, False]


def test_a_blocked_check_names_what_blocked_it(document: Document):
    """It has neither a failure nor a time."""
    check = check_of(document, "thanh-dong", "bridge.signalling")

    assert check["outcome"] == "blocked"
    assert check["blocked_by"] == "bridge.reach"
    assert (check["failure"], check["elapsed_s"], check["attempts"]) == (None, None, 0)


def test_reasons_are_the_rules_that_stand_in_the_way(document: Document):
    """Mandatory rules that do not hold or could not be decided."""
    assert document["reasons"] == ["all-joined", "assessed"]


def test_counts_add_up(document: Document):
    """Every unit has one readiness."""
    assert sum(document["counts"]["units"].values()) == len(document["units"]) == 114


def test_a_long_detail_is_cut():
    """The journal has the whole."""
    assessment = morning()
    target = bridge("central")
    verdict = failed("bridge.reach", target, Step.CONNECT, "connect_timeout", "x" * 100_000)
    hub = replace(assessment.hubs[0], verdicts=(verdict,))
    document = results_document(replace(assessment, hubs=(hub,)))

    assert len(document["hubs"][0]["checks"][0]["failure"]["detail"]) == 4096


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (b"\x00\xff", "00ff"),
        ({1: (2, {3})}, {"1": [2, [3]]}),
        (datetime(2025, 6, 20, tzinfo=UTC), "2025-06-20T00:00:00+00:00"),
        (Outcome.WARN, "warn"),
        (Step.RESOLVE, "resolve"),
        ({"a": object}, {"a": "<class 'object'>"}),
    ],
)
def test_any_value_becomes_json(value: object, expected: object):
    """Strict JSON has no NaN, bytes, sets or moments."""
    assert jsonable(value) == expected


@pytest.mark.parametrize("payload", PAYLOADS)
def test_any_text_becomes_strict_json(payload: str):
    """Key or value, it survives the way out and back."""
    encoded = json.dumps(jsonable({payload: payload}), ensure_ascii=False).encode()

    assert json.loads(encoded)


def test_a_deep_value_is_flattened():
    """A peer's nesting cannot exhaust the stack."""
    value: object = "x"
    for _ in range(200):
        value = [value]

    assert json.dumps(jsonable(value)).count("[") < 220
