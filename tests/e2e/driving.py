"""How is `rehearse` driven from outside, as a person or a script would?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REHEARSE = str(Path(sys.executable).with_name("rehearse"))
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 220.0
QUIET = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}


def rehearse(
    *arguments: str, patience_s: float = PATIENCE_S
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [REHEARSE, *arguments],
        cwd=ROOT,
        env=QUIET,
        capture_output=True,
        text=True,
        timeout=patience_s,
        check=False,
    )


def begun(*arguments: str) -> subprocess.Popen[str]:
    """Start the command and leave it running."""
    return subprocess.Popen(
        [REHEARSE, *arguments],
        cwd=ROOT,
        env=QUIET,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_after(lifetime_s: float, arguments: Sequence[str]) -> bool:
    """Run the command for so long, then kill -9 it; whether it was still alive."""
    process = begun(*arguments)
    try:
        process.communicate(timeout=lifetime_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
        return True
    return False


def results(folder: Path) -> dict[str, Any]:
    """The newest run's `results.json` below a folder."""
    newest = max(folder.glob("*/results.json"), key=lambda file: file.stat().st_mtime)
    return json.loads(newest.read_text(encoding="utf-8"))


def verdicts(document: dict[str, Any]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Each check's outcome and why, by check and target: what two runs must agree on."""
    owners = (*document["units"], *document["hubs"], *document["systems"])
    return {
        (check["id"], check["target"]): (
            check["outcome"],
            (check["failure"] or {}).get("kind"),
            tuple(sorted(f["code"] for f in check["findings"])),
            check["blocked_by"],
        )
        for owner in owners
        for check in owner["checks"]
    }


def troubles(document: dict[str, Any]) -> dict[str, set[str]]:
    """What each target is blamed for, by the codes of its findings; blocked ones left out."""
    found: dict[str, set[str]] = {}
    for (_, target), (outcome, _, codes, blocked_by) in verdicts(document).items():
        if outcome != "pass" and blocked_by is None:
            found.setdefault(target, set()).update(codes or {outcome})
    return found
