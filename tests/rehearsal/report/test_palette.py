"""Colours can be read by everybody, in light and in dark."""

import re
from itertools import combinations

import pytest

from rehearsal.report.pages import TEMPLATES

CSS = (TEMPLATES / "report.css").read_text("utf-8")
TONES = ("pass", "warn", "fail", "unknown", "running")
TEXTS = (*TONES, "ink", "quiet", "link")
NAMED = {
    "light": CSS[: CSS.index("@media")],
    "dark": CSS[CSS.index("@media (prefers-color-scheme: dark)") :].split("}\n}")[0],
}


def colours(scheme: str) -> dict[str, tuple[float, ...]]:
    """The colours of a scheme, in linear light."""
    named = dict(re.findall(r"--([a-z]+): #([0-9a-f]{6})", NAMED[scheme]))
    return {
        name: tuple(_linear(int(value[i : i + 2], 16) / 255) for i in (0, 2, 4))
        for name, value in named.items()
    }


def _linear(level: float) -> float:
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def luminance(colour: tuple[float, ...]) -> float:
    """WCAG 2.2's relative luminance."""
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), colour, strict=True))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """WCAG 2.2's contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"), [*((text, "page") for text in TEXTS), ("ink", "panel")]
)
def test_text_contrast_is_at_least_4_5(scheme: str, text: str, ground: str):
    """WCAG 2.2, 1.4.3."""
    known = colours(scheme)

    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_controls_can_be_seen(scheme: str):
    """WCAG 2.2, 1.4.11."""
    known = colours(scheme)

    assert contrast(known["edge"], known["page"]) >= 3


DEFICIENCIES = {  # Machado, Oliveira, Fernandes 2009, severity 1.0
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lab(colour: tuple[float, ...]) -> tuple[float, float, float]:
    """CIE L*a*b* of linear sRGB under D65."""
    rows = (
        (0.4124, 0.3576, 0.1805, 0.95047),
        (0.2126, 0.7152, 0.0722, 1.0),
        (0.0193, 0.1192, 0.9505, 1.08883),
    )
    x, y, z = (
        _cube_root((r * colour[0] + g * colour[1] + b * colour[2]) / white)
        for r, g, b, white in rows
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(level: float) -> float:
    return level ** (1 / 3) if level > 0.008856 else 7.787 * level + 16 / 116


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_states_differ_for_every_kind_of_sight(scheme: str, deficiency: str):
    """Any two states are at least 25 apart (CIE 1976)."""
    matrix = DEFICIENCIES[deficiency]
    known = colours(scheme)
    seen = {
        tone: lab(
            tuple(
                min(max(sum(m * c for m, c in zip(row, known[tone], strict=True)), 0), 1)
                for row in matrix
            )
        )
        for tone in TONES
    }

    for one, other in combinations(TONES, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert apart >= 25, (one, other)
