"""What is wrong with a request to a plugin? Its fields, and refusals in the words of Janus."""

from __future__ import annotations

from typing import Any

MISSING, INVALID = 429, 430


class PluginError(Exception):
    """A refusal of the VideoRoom plugin: error_code and error, as Janus words them."""

    def __init__(self, code: int, error: str) -> None:
        """Keep both; they travel in an otherwise successful message."""
        super().__init__(error)
        self.data = {"videoroom": "event", "error_code": code, "error": error}


def text(body: dict[str, Any], name: str) -> str:
    """A field that must be a string."""
    value = _required(body, name)
    if not isinstance(value, str):
        raise PluginError(INVALID, f"Invalid element type ({name} should be a string)")
    return value


def positive(body: dict[str, Any], name: str) -> int:
    """A field that must be a number of somebody or something."""
    value = _required(body, name)
    if type(value) is not int or value < 0:
        raise PluginError(
            INVALID, f"Invalid element type ({name} should be a positive integer)"
        )
    return value


def objects(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A field that must be a list of objects."""
    value = _required(body, name)
    if not isinstance(value, list):
        raise PluginError(INVALID, f"Invalid element type ({name} should be an array)")
    return [entry if isinstance(entry, dict) else {} for entry in value]


def _required(body: dict[str, Any], name: str) -> object:
    value = body.get(name)
    if value is None:
        raise PluginError(MISSING, f"Missing mandatory element ({name})")
    return value
