"""Does the twin's hotline keep the contract that it is there to play?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.twin.calling import Twin
from tests.twin.hotline.serving import CITY, HOST, KEY, PATH, code_of, playing, stored
from twin.hotline.services import CODES

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT / "docs/contracts/hotline.openapi.yaml"
SEED = 20250625
PATIENCE_S = 60.0
# Of valid requests: what has changed since the sender read it.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "403", "404", "409", "412"]
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """A hotline of our own: what is tried on it leaves hundreds of tickets."""
    with playing(tmp_path_factory.mktemp("tried")) as running:
        yield running


def narrowed(city: Twin) -> dict:
    """The contract with the names that this city has: most valid requests then succeed."""
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    schemas = contract["components"]["schemas"]
    schemas["UnitCode"] = {"type": "string", "enum": [code_of("mot"), code_of("hai")]}
    schemas["ServiceCode"] = {"type": "string", "enum": sorted(CODES)}
    schemas["Jurisdiction"] = {"type": "string", "enum": [CITY]}
    schemas["Key"] = {"type": "string", "enum": [KEY]}
    # A link is followed from JSON alone; XML is compared with it in test_tickets.
    parameters = contract["components"]["parameters"]
    parameters["format"]["schema"] = {"enum": ["json"]}
    known = [ticket["id"] for ticket in stored(city, "marker = ''")]
    parameters["request"]["schema"] = {"enum": known}
    return contract


def proven(city: Twin, contract: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Let schemathesis try the contract on the twin."""
    url = f"http://{city.address(HOST)}:{city.port(80)}{PATH}"
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis as s; s()", "run"),
        *(str(contract), "--url", url, "--seed", str(SEED), "--generation-deterministic"),
        *("--header", f"Host: {HOST}", "--header", f"X-Api-Key: {KEY}"),
        *("--no-color", "--workers", "1", *options),
    ]
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        cwd=contract.parent,
    )


@pytest.mark.parametrize(
    ("phases", "examples", "names"),
    [("coverage", 1, "any"), ("fuzzing,stateful", 5, "the city's")],
    ids=["any-names", "the-citys-names"],
)
def test_every_answer_is_the_contracts(
    tried: Twin, tmp_path: Path, phases: str, examples: int, names: str
):
    """No 500, no status or body that the contract does not name, and nonsense is refused."""
    contract = tmp_path / "contract.yaml"
    own = CONTRACT.read_text(encoding="utf-8")
    text = own if names == "any" else yaml.safe_dump(narrowed(tried))
    contract.write_text(text, encoding="utf-8")
    (tmp_path / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    told = proven(tried, contract, "--phases", phases, "--max-examples", str(examples))

    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert "9 total" in told.stdout
