"""Does hostile or surprising YAML end in faults, never in a crash or another meaning?"""

import json
import string
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rehearsal.inventory import InventoryError, examine, load, reading
from rehearsal.inventory.reading import DEPTH_MAX, SIZE_MAX_BYTES, read

LITERAL = {
    "NO": "NO", "yes": "yes", "on": "on", "0123": "0123", "0x1F": "0x1F", "0o17": "0o17",
    "190:20:30": "190:20:30", "1_000": "1_000", "1e3": "1e3", ".inf": ".inf", "+1": "+1",
    "2025-07-01": "2025-07-01", "<<": "<<", "=": "=",
    "true": True, "False": False, "null": None, "~": None, "": None,
    "0": 0, "-7": -7, "443": 443, "0.02": 0.02, "9" * 19: "9" * 19,
}  # fmt: skip


@pytest.mark.parametrize("written", LITERAL)
def test_a_scalar_is_what_it_looks_like(written):
    """Only true, false, null and decimal numbers are anything but text."""
    root, faults = read(f"[{written}, x]" if written else "[~, x]", "f")

    first = root.bare()[0]
    assert (first, type(first)) == (LITERAL[written], type(LITERAL[written]))
    assert faults == ()


def test_a_quoted_number_stays_text():
    """Quotes decide, not the look."""
    root, _ = read("\"443\": '0'", "f")

    assert root.bare() == {"443": "0"}


def test_an_alias_bomb_is_refused_at_every_line(write):
    """No alias is followed; each anchor and alias is told."""
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"

    faults = [f for f in examine(write(bomb))[1] if "anchors" in f.expected.en]

    assert [f.line for f in faults] == [1, 2, 2, 2, 3, 3, 3, 4, 4]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused(opening, write):
    """200,000 levels end at the cap, not in the interpreter's stack."""
    faults = examine(write(opening * 200_000))[1]

    assert len(faults) == 1
    assert str(DEPTH_MAX) in faults[0].expected.en or "key" in faults[0].expected.en


def test_too_many_elements_are_refused(monkeypatch):
    """A long file ends at the cap, however small its elements are."""
    monkeypatch.setattr(reading, "EVENTS_MAX", 100)

    root, faults = reading.read("[" + "0," * 200 + "]", "f")

    assert root is None
    assert "elements" in faults[0].expected.en


def test_both_lines_of_a_duplicate_key_are_named():
    """The line of the second is the fault's, that of the first is in its words."""
    _, faults = read("a: 1\nb: 2\na: 3\n", "f")

    assert [(f.line, f.path) for f in faults] == [(3, "a")]
    assert "line 1 has it" in faults[0].expected.en


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the content of an inventory"),
        (b"# nothing\n", "the content of an inventory"),
        (b"a: 1\n\xff\xfe", "text in UTF-8"),
        ("version: 1".encode("utf-16"), "text in UTF-8"),
        (b"a: \x00", "printable"),
        (b"x" * (SIZE_MAX_BYTES + 1), "at most 16 MB"),
        (b"- 1\n", "a mapping"),
        (b"x", "a mapping"),
    ],
    ids=["empty", "comment", "latin", "utf-16", "nul", "too large", "list", "word"],
)
def test_what_is_no_inventory_is_one_fault(content, expected, write):
    """Whatever the bytes are, the answer is a fault with a line."""
    faults = examine(write(content))[1]

    assert [expected in f.expected.en for f in faults] == [True]
    assert faults[0].line >= 1


def test_a_missing_file_and_a_directory_are_faults(tmp_path):
    """The operating system's refusal is told like any other fault."""
    for path in (tmp_path, tmp_path / "nowhere.yaml", tmp_path / "nul\0"):
        assert [f.expected.en for f in examine(path)[1]] == ["a file that can be read"]


def test_a_byte_order_mark_is_no_fault(write, sound):
    """Windows editors write one; it means nothing."""
    assert examine(write(b"\xef\xbb\xbf" + sound.encode()))[1] == ()


def _load(path):
    """Let anything but an InventoryError with faults escape."""
    with suppress(InventoryError):
        load(path)
    inventory, faults = examine(path)
    assert (inventory is None) == bool(faults)
    assert all(fault.says.vi and fault.says.en and fault.line for fault in faults)


ANYTHING = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@ANYTHING
@given(content=st.binary(max_size=200))
def test_no_bytes_raise_anything_else(content, write):
    """Arbitrary bytes are an InventoryError or an inventory."""
    _load(write(content))


@ANYTHING
@given(content=st.text(alphabet=string.printable + "ệ\u2028\x85", max_size=200))
def test_no_text_raises_anything_else(content, write):
    """Arbitrary text is an InventoryError or an inventory."""
    _load(write(content))


@ANYTHING
@given(data=st.data())
def test_no_damage_to_a_sound_file_raises_anything_else(data, write, sound):
    """Values torn out of, or thrown into, a sound file are told as faults."""
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(len(sound), start + 40)))
    thrown = data.draw(
        st.sampled_from(["", "1", "[]", "{}", "null", '"{x"', "*a", "- x", "{a: 1}"])
    )

    _load(write(sound[:start] + thrown + sound[end:]))


WORDS = st.sampled_from(
    ["a", "bridge", "city", "url", "{slug}", "https://a.example/", "sips:a@b", "00001", ""]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99_999) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
SECTIONS = ["version", "city", "defaults", "hubs", "units", "systems", "limits", "network"]


@ANYTHING
@given(sections=st.dictionaries(st.sampled_from(SECTIONS), VALUES))
def test_no_shape_raises_anything_else(sections, write):
    """Sections of any type are told as faults, all in one go."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in sections.items()]
    _load(write("\n".join(lines)))
