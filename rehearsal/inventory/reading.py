"""How does foreign YAML become values that know their lines, without any surprise?

The values are built from the parser's events with a stack of our own: nothing recurses,
no alias is ever followed, and the caps strike before anything deep or large exists. The
C parser is not used, because it crashes on deep nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from rehearsal.inventory.faults import Fault, Path, shown, written
from rehearsal.model import Text

SIZE_MAX_BYTES = 16 * 2**20  # 99,999 units take 12 MB
EVENTS_MAX = 2_000_000  # 99,999 units take 1.7 million
DEPTH_MAX = 16  # an inventory needs 6

Key = str | int
Scalar = str | int | float | bool | None
Value: TypeAlias = "dict[Key, Node] | list[Node] | Scalar"
_UNSOUND = "?"  # stands in a path for a key that cannot be one
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")  # 18 digits: fits 64 bits
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Node:
    """One value and its line; inside a mapping, the line of its key.

    `is_plain` tells a scalar that was written without quotes.
    """

    line: int
    value: Value
    is_plain: bool = False

    def items(self) -> Iterator[tuple[Key, Node]]:
        """Each key or position with its node; none for a scalar."""
        if isinstance(self.value, dict):
            yield from self.value.items()
        if isinstance(self.value, list):
            yield from enumerate(self.value)

    def child(self, key: Key) -> Node | None:
        """Find the node at a key or position."""
        if isinstance(self.value, dict):
            return self.value.get(key)
        if isinstance(self.value, list) and isinstance(key, int):
            return self.value[key] if 0 <= key < len(self.value) else None
        return None

    def at(self, path: Path) -> Node | None:
        """Find the node at a path."""
        node: Node | None = self
        for key in path:
            node = node.child(key) if node else None
        return node

    def line_of(self, path: Path) -> int:
        """Find the line of a path, or of the nearest thing above it that exists."""
        node = self
        for key in path:
            below = node.child(key)
            if below is None:
                break
            node = below
        return node.line

    def bare(self) -> object:
        """Give the same value without lines; the depth is capped already."""
        if isinstance(self.value, dict):
            return {key: node.bare() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.bare() for node in self.value]
        return self.value


def read(text: str, file: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """Build the tree of a text; None when it could not be read to its end."""
    tree = _Tree(file)
    try:
        for event in _events(text):
            tree.take(event)
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, int(problem.position)) + 1
        return None, (*tree.faults, Fault(file, line, "", _PRINTABLE, shown(problem.reason)))
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else tree.line
        return None, (*tree.faults, Fault(file, line, "", _SYNTAX, shown(problem.problem)))
    except _RefusedError:
        return None, tuple(tree.faults)
    return tree.root, tuple(tree.faults)


def _events(text: str) -> Iterator[yaml.Event]:
    loader = yaml.SafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()  # type: ignore[no-untyped-call] # the stub has no types
    except (ValueError, OverflowError) as problem:  # PyYAML leaves "\UFFFFFFFF" to chr()
        mark = loader.get_mark()
        raise yaml.MarkedYAMLError(problem=str(problem), problem_mark=mark) from None


class _RefusedError(Exception):
    """Nothing more can be read; the reason is among the faults."""


@dataclass(slots=True)
class _Open:
    """A collection that is being filled; `key` waits for its value."""

    line: int
    holds: dict[Key, Node] | list[Node]
    key: Key | None = None
    key_line: int = 0
    drops: bool = False

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.holds, dict) and self.key is None


class _Tree:
    """Takes events one by one; what it refuses becomes a fault and reads as null."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self.line = 1
        self._open: list[_Open] = []
        self._left = EVENTS_MAX
        self._documents = 0

    def refuse(self, line: int, expected: Text, found: object = None) -> None:
        """Note a fault at the place that is being read."""
        told = "" if found is None else shown(found)
        self.faults.append(Fault(self.file, line, written(self._path()), expected, told))

    def take(self, event: yaml.Event) -> None:
        """Take one event; raise when nothing after it is worth reading."""
        self.line = event.start_mark.line + 1 if event.start_mark else self.line
        self._left -= 1
        if self._left < 0:
            self._stop(_TOO_MANY)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            self._put(Node(done.line, done.holds))
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document()

    def _document(self) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(_ONE_DOCUMENT)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._refuse_decoration(event)
        is_plain = event.style is None
        value = _resolved(event.value) if is_plain else event.value
        if self._awaits_key():
            self._begin_entry(value)
            return
        if isinstance(value, str) and not value.isprintable():
            self.refuse(self.line, _PRINTABLE, value)
            value = None
        self._put(Node(self.line, value, is_plain))

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        self._refuse_decoration(event)
        if self._awaits_key():
            self._stop(_SIMPLE_KEY)
        if len(self._open) >= DEPTH_MAX:
            self._stop(_TOO_DEEP)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(self.line, {} if is_mapping else []))

    def _alias(self, event: yaml.AliasEvent) -> None:
        self.refuse(self.line, _NO_ALIAS, f"*{event.anchor}")
        if self._awaits_key():
            self._begin_entry(None)
        else:
            self._put(Node(self.line, None))

    def _begin_entry(self, key: Scalar) -> None:
        top = self._open[-1]
        first = Node(0, top.holds).child(_sound_key(key))
        top.key, top.key_line = _sound_key(key), self.line
        top.drops = top.key == _UNSOUND or first is not None
        if top.key == _UNSOUND:
            self.refuse(self.line, _SIMPLE_KEY, key)
        elif first is not None:
            self.refuse(self.line, _once(first.line), key)

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        top = self._open[-1]
        if isinstance(top.holds, list):
            top.holds.append(node)
            return
        if not top.drops and top.key is not None:
            top.holds[top.key] = Node(top.key_line, node.value, node.is_plain)
        top.key = None

    def _refuse_decoration(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self.refuse(self.line, _NO_ALIAS, f"&{event.anchor}")
        if event.tag is not None:
            self.refuse(self.line, _NO_TAG, event.tag)

    def _stop(self, expected: Text) -> None:
        self.refuse(self.line, expected)
        raise _RefusedError

    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].awaits_key

    def _path(self) -> Path:
        steps = (len(o.holds) if isinstance(o.holds, list) else o.key for o in self._open)
        return tuple(step for step in steps if step is not None)


def _sound_key(key: Scalar) -> Key:
    is_text = isinstance(key, str) and key.isprintable()
    return key if isinstance(key, str | int) and (is_text or type(key) is int) else _UNSOUND


def _resolved(plain: str) -> Scalar:
    """Read an unquoted scalar: YAML 1.2's words and decimal numbers, else text.

    So `NO`, `0123`, `1_000`, `190:20:30`, `1e3` and dates are text, as they look.
    """
    if plain in _WORDS:
        return _WORDS[plain]
    if _INTEGER.fullmatch(plain):
        return int(plain)
    return float(plain) if _DECIMAL.fullmatch(plain) else plain


def _once(line: int) -> Text:
    return Text(
        f"khoá chỉ dùng một lần (đã có ở dòng {line})", f"each key once (line {line} has it)"
    )


_SYNTAX = Text("YAML đúng cú pháp", "well-formed YAML")
_PRINTABLE = Text("ký tự in được, trên một dòng", "printable characters on one line only")
_ONE_DOCUMENT = Text("một tài liệu YAML duy nhất", "a single YAML document")
_SIMPLE_KEY = Text("khoá là chữ hoặc số nguyên", "a key that is text or a whole number")
_NO_ALIAS = Text("nội dung không có neo & và bí danh *", "no anchors (&) and no aliases (*)")
_NO_TAG = Text("nội dung không có thẻ kiểu !", "no type tags (!)")
_TOO_DEEP = Text(f"không quá {DEPTH_MAX} tầng lồng nhau", f"at most {DEPTH_MAX} nested levels")
_TOO_MANY = Text(
    f"không quá {EVENTS_MAX:,} phần tử YAML", f"at most {EVENTS_MAX:,} YAML elements"
)
