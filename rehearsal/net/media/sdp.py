"""May we follow what the bridge describes, and to which addresses does it lead? (RFC 8866)"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass

from rehearsal.model import Step
from rehearsal.net.trail import Stopped, stop

BYTES_MAX = 512 * 1024  # 232 sources in one description take 170 KB
CANDIDATES_MAX = 16  # of distinct addresses: each is asked many times
_CANDIDATE = "a=candidate:"
_CANDIDATE_WORDS = 8  # foundation component transport priority address port "typ" type
_TYPES = ("host", "srflx", "relay")
_NEEDED = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A description that leads nowhere else; `refused` are the addresses left out."""

    sdp: str
    candidates: tuple[str, ...]
    refused: tuple[str, ...]
    sources: dict[int, str]

    @property
    def sections(self) -> int:
        """How many media it describes."""
        return sum(line.startswith("m=") for line in self.sdp.splitlines())


def admit(text: object, allowed: Collection[str], sections_max: int) -> Admitted:
    """Leave out every candidate at an address that is not allowed; Stopped if none is left."""
    lines = _lines(text, sections_max)
    kept: list[str] = []
    candidates: dict[str, None] = {}
    refused: dict[str, None] = {}
    for line in lines:
        if not line.startswith(_CANDIDATE):
            kept.append(line)
            continue
        address, port = _address(line)
        place = f"{address}:{port}"
        if address not in allowed:
            refused[place] = None
        elif len(candidates) < CANDIDATES_MAX or place in candidates:
            candidates[place] = None
            kept.append(line)
    found = Admitted(
        "\r\n".join(kept) + "\r\n", tuple(candidates), tuple(refused), _sources(kept)
    )
    if not found.candidates:
        raise _without_candidates(found)
    return found


def _without_candidates(found: Admitted) -> Stopped:
    if not found.refused:
        return stop(Step.ICE, "no_candidates", "the description holds no usable candidate")
    places = ", ".join(found.refused[:4])
    return stop(Step.ICE, "candidates_refused", f"outside the inventory: {places}"[:300])


def _lines(text: object, sections_max: int) -> list[str]:
    if not isinstance(text, str) or len(text) > BYTES_MAX:
        raise _malformed("no session description, or too long a one")
    lines = text.splitlines()
    missing = [name for name in _NEEDED if not any(line.startswith(name) for line in lines)]
    if missing:
        raise _malformed(f"the session description lacks {', '.join(missing)}")
    sections = sum(line.startswith("m=") for line in lines)
    if not 0 < sections <= sections_max:
        raise _malformed(f"the session description has {sections} media, not {sections_max}")
    return lines


def _address(line: str) -> tuple[str, str]:
    """Where a UDP candidate leads (RFC 8839 5.1); of any other, what stands there."""
    words = line.removeprefix(_CANDIDATE).split()
    if len(words) < _CANDIDATE_WORDS or words[7] not in _TYPES or words[2].lower() != "udp":
        return "", "?"
    try:
        return str(ipaddress.ip_address(words[4])), words[5]
    except ValueError:
        return words[4][:60], words[5][:6]


def _sources(lines: list[str]) -> dict[int, str]:
    """Which medium (`mid`) each announced SSRC belongs to."""
    sources: dict[int, str] = {}
    waiting: list[int] = []
    mid = ""
    for line in lines:
        if line.startswith("m="):
            mid, waiting = "", []
        elif line.startswith("a=mid:"):
            mid = line.removeprefix("a=mid:")[:64]
            sources.update(dict.fromkeys(waiting, mid))
        elif line.startswith("a=ssrc:"):
            number = line.removeprefix("a=ssrc:").partition(" ")[0]
            if number.isdecimal() and len(number) <= 10:  # noqa: PLR2004 - 32 bits
                waiting.append(int(number))
                sources[int(number)] = mid
    return sources


def _malformed(detail: str) -> Stopped:
    return stop(Step.SIGNALLING, "malformed_message", detail)
