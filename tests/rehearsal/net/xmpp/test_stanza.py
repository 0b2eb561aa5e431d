"""Is every message of a server either a stanza or a malformed message, and nothing else?"""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rehearsal.net.trail import Stopped
from rehearsal.net.xmpp.stanza import DEPTH_MAX, ELEMENTS_MAX, parse, written

BOMB = (
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">'
    + "".join(f'<!ENTITY b{n} "{f"&b{n - 1 or str()};" * 8}">' for n in range(1, 9))
    + "]><a>&b8;</a>"
)
PIECES = (
    *("<a>", "</a>", "<a xmlns='u'>", "<b/>", "&lt;", "&b;", "<!--", "-->", "<?x ?>"),
    *("<![CDATA[", "]]>", "<!DOCTYPE a>", '<!ENTITY b "c">', "<a b='c' b='d'/>", "<c:d/>"),
    *('<?xml version="1.0" encoding="utf-16"?>', "\0", "\ud800", "ế"),
)
MARKUP = st.lists(st.sampled_from(PIECES)).map("".join)


@given(st.text() | MARKUP)
@example(BOMB)
@example("")
def test_nothing_but_malformed_is_ever_raised(text: str):
    """Whatever arrives, the attempt ends with the failure's own name."""
    try:
        parse(text)
    except Stopped as ended:
        kind = ended.failure.kind
    else:
        kind = "malformed_message"

    assert kind == "malformed_message"


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "<a><!-- hidden --></a>",
        "<a><?php ?></a>",
        "<a/><b/>",
        "<a>",
        "",
        "{}",
        "<a>&b;</a>",
        "<a:b/>",
    ],
    ids=[
        *("bomb", "outside-dtd", "outside-entity", "comment", "instruction", "two", "half"),
        *("nothing", "json", "entity", "prefix"),
    ],
)
def test_what_no_stanza_may_hold_is_refused(text: str):
    """DTDs, entities, comments, instructions and fragments end the reading."""
    with pytest.raises(Stopped, match="malformed_message"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * (DEPTH_MAX + 1) + "</a>" * (DEPTH_MAX + 1),
        f"<a>{'<b/>' * ELEMENTS_MAX}</a>",
        "<a>" * 50_000,
    ],
    ids=["deep", "wide", "endless"],
)
def test_depth_and_size_are_bounded(text: str):
    """A stanza that nests or spreads beyond all need is given up early, and is cheap."""
    tracemalloc.start()
    try:
        with pytest.raises(Stopped, match="levels deep"):
            parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * 1024 * 1024


def test_names_attributes_and_text_are_read():
    """Namespaces are resolved, references replaced, and children kept in order."""
    found = parse('<x:a xmlns:x="u" b="1 &lt; 2">ế&amp;<c xmlns="v"/>ồ<x:d/></x:a>')

    assert found.is_a("u", "a")
    assert (found.get("b"), found.get("none"), found.text) == ("1 < 2", "", "ế&ồ")
    assert [(child.namespace, child.name) for child in found] == [("v", "c"), ("u", "d")]
    assert found.first("u", "d") is not None
    assert found.first("u", "c") is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_what_we_write_reads_the_same(text: str):
    """No name or room can break out of its attribute."""
    assert parse(written("a", {"to": text})).get("to") == text
