"""Are other limits read whole, and is what is wrong with them told at once?"""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal.criteria import load_limits
from rehearsal.inventory import InventoryError

KNOWN = {"bridge.media": ("loss", "jitter"), "bridge.reach": ()}


def limits(folder: Path, text: str):
    file = folder / "limits.yaml"
    file.write_text(text, "utf-8")
    return load_limits(file, "phase-1", KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "bridge.media: {loss: 0.05, jitter: 1}",
        "phase-1: {bridge.media: {loss: 0.05, jitter: 1}}",
        "limits: {phase-1: {bridge.media: {loss: 0.05, jitter: 1}}, phase-2: {}}",
    ],
    ids=["of the phase", "by phase", "of an inventory"],
)
def test_limits_are_read_in_the_shape_of_an_inventory(tmp_path: Path, text: str):
    """What stands in an inventory can be copied as it is."""
    assert limits(tmp_path, text) == {"bridge.media": {"loss": 0.05, "jitter": 1.0}}


def test_every_fault_of_limits_is_told_with_its_line(tmp_path: Path):
    """Checks, names and values, all at once."""
    text = """\
bridge.media:
  loss: many
  los: 0.1
  jitter: true
bridge.rech: {loss: 1}
bridge.reach: {}
"""
    with pytest.raises(InventoryError) as refused:
        limits(tmp_path, text)

    told = [(f.line, f.path, f.expected.en) for f in refused.value.faults]
    assert told == [
        (2, "bridge.media.loss", "a number"),
        (3, "bridge.media.los", "one of: jitter, loss"),
        (4, "bridge.media.jitter", "a number"),
        (5, "bridge.rech", "one of: bridge.media, bridge.reach"),
        (6, "bridge.reach", "check: {limit: number}"),
    ]


@pytest.mark.parametrize("text", ["", "5", "- bridge.media", "limits: {phase-2: {}}"])
def test_what_holds_no_limits_is_refused(tmp_path: Path, text: str):
    """An empty supposition would answer the wrong question."""
    with pytest.raises(InventoryError):
        limits(tmp_path, text)


def test_limits_in_another_encoding_are_refused(tmp_path: Path):
    """With what was expected."""
    file = tmp_path / "limits.yaml"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(InventoryError, match="UTF-8"):
        load_limits(file, "phase-1", KNOWN)
