"""Which questions can be asked? Every module in this folder is one check."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from rehearsal.check import Check, Registry


def _discover() -> Registry:
    found: dict[str, Check[Any]] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        check = importlib.import_module(f"{__name__}.{info.name}").CHECK
        if check.id in found:
            raise ValueError(f"two checks are called {check.id}")
        found[check.id] = check
    return found


CHECKS = _discover()
