"""How do the tests get a program from npm, exactly as its lock file names it?"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers.children import ROOT, needed

LOCK = "node_modules/.package-lock.json"  # npm writes it when everything is there
INSTALL_S = 200


def modules(source: Path) -> Path:
    """The installed packages of that folder's lock file; kept for the next time."""
    needed("node")
    npm = needed("npm")
    installed = ROOT / ".npm" / source.name
    if (installed / LOCK).exists() and _lock(installed) == _lock(source):
        return installed / "node_modules"
    installed.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", ".npmrc"):
        shutil.copy(source / name, installed)
    (installed / "package-lock.json").write_bytes(_lock(source))
    command = [npm, "ci", "--loglevel=error"]
    try:
        subprocess.run(
            command, cwd=installed, check=True, capture_output=True, timeout=INSTALL_S
        )
    except subprocess.CalledProcessError as problem:
        told = f"npm ci: {problem.stderr.decode(errors='replace').strip()}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)
    return installed / "node_modules"


def _lock(folder: Path) -> bytes:
    return (folder / "package-lock.json").read_bytes()
