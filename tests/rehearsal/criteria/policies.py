"""Which criteria do the tests decide by? The shipped ones, changed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from rehearsal.criteria import SHIPPED, load
from rehearsal.model.decision import Criteria

_SHIPPED = yaml.safe_load(SHIPPED.read_text("utf-8"))
SAYS = {"vi": "một điều kiện", "en": "a rule"}


class _Plain(yaml.SafeDumper):
    """Writes what is the same twice: the reader obeys no alias."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def plain() -> dict[str, Any]:
    """The shipped criteria as plain values, to be changed."""
    return deepcopy(_SHIPPED)


def rule(kind: str, *, mandatory: bool = True, **more: object) -> dict[str, Any]:
    """One rule of a kind."""
    return {"kind": kind, "says": dict(SAYS), "mandatory": mandatory, "source": ["own"], **more}


def written(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A file with the shipped criteria after a change."""
    policy = plain()
    change(policy)
    file = folder / "criteria.yaml"
    told = yaml.dump(policy, Dumper=_Plain, allow_unicode=True, sort_keys=False)
    file.write_text(told, "utf-8")
    return file


def changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> Criteria:
    """The shipped criteria after a change, which must be sound."""
    return load(written(folder, change))
