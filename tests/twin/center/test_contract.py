"""Does the twin's centre keep the contract that it is there to play?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.twin.calling import Twin
from tests.twin.center.serving import FREE, PATH, PROCEDURE, code_of

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT / "docs/contracts/dossiers.openapi.yaml"
HOST = "mot.center.example"
SEED = 20250625
PATIENCE_S = 60.0


def narrowed() -> dict:
    """The contract with the codes that this city has: most valid requests then succeed."""
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    schemas = contract["components"]["schemas"]
    schemas["Code"] = {"enum": [code_of(0)]}
    schemas["DossierDraft"]["properties"]["procedure"] = {"enum": [PROCEDURE, FREE]}
    return contract


# Of valid requests: what another has changed, or was not read before it is removed.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "404", "409", "412", "428"]
"""


def proven(city: Twin, contract: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Let schemathesis try the contract on the twin."""
    url = f"http://{city.address(HOST)}:{city.port(80)}{PATH}"
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis as s; s()", "run"),
        *(str(contract), "--url", url, "--header", f"Host: {HOST}", "--seed", str(SEED)),
        *("--generation-deterministic", "--no-color"),
        *("--workers", "1", *options),
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
    ("phases", "examples", "codes"),
    [("coverage", 1, "any codes"), ("fuzzing,stateful", 5, "the city's codes")],
)
def test_every_answer_is_the_contracts(
    centers: Twin, tmp_path: Path, phases: str, examples: int, codes: str
):
    """No 500, no status or body that the contract does not name, and nonsense is refused."""
    contract = tmp_path / "contract.yaml"
    is_narrowed = codes != "any codes"
    text = yaml.safe_dump(narrowed()) if is_narrowed else CONTRACT.read_text(encoding="utf-8")
    contract.write_text(text, encoding="utf-8")
    (tmp_path / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    told = proven(centers, contract, "--phases", phases, "--max-examples", str(examples))

    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert "11 total" in told.stdout
