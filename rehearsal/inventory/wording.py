"""How is an error of shape said to a person, and on which line?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rehearsal.inventory.faults import Fault, Path, shown, written
from rehearsal.inventory.reading import Node
from rehearsal.inventory.shape import (
    CODE,
    REFERENCE,
    SETTING,
    SLUG,
    TELEPHONE,
    TURN,
    Document,
)
from rehearsal.model import Text

_KEY = "[key]"  # Pydantic's mark for an error in the key itself
_PATTERNS = {
    CODE: Text(
        'mã gồm 5 chữ số trong ngoặc kép, như "11413"',
        'a quoted code of 5 digits, like "11413"',
    ),
    SLUG: Text("tên ngắn gồm a-z, 0-9 và gạch nối", "a slug of a-z, 0-9 and hyphens"),
    REFERENCE: Text(
        "nơi đọc mật khẩu như env:TEN_BIEN hoặc keyring:TEN, không phải mật khẩu",
        "where to read the password, like env:NAME or keyring:NAME, never the password",
    ),
    TURN: Text(
        "máy chủ TURN như turn:máy:3478?transport=udp",
        "a TURN server like turn:host:3478?transport=udp",
    ),
    SETTING: Text(
        "tên thiết lập như path.queue, chữ thường", "a setting's name like path.queue"
    ),
    TELEPHONE: Text("số điện thoại như 0225 3123 456", "a telephone like 0225 3123 456"),
}
_MAPPING = Text("một nhóm khoá: giá trị", "a mapping of keys to values")
_NUMBER = Text("một số", "a number")
_WORDS: Mapping[str, Text] = {
    "missing": Text("có giá trị này", "this value"),
    "string_type": Text("văn bản trong ngoặc kép", "text in quotes"),
    "int_type": Text("một số nguyên", "a whole number"),
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": Text("true hoặc false", "true or false"),
    "list_type": Text("một danh sách", "a list"),
    "tuple_type": Text("một danh sách", "a list"),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "iso_date": Text("một ngày như 2025-07-01", "a date like 2025-07-01"),
    "timezone": Text(
        "múi giờ IANA như Asia/Ho_Chi_Minh", "an IANA time zone like Asia/Ho_Chi_Minh"
    ),
    "room": Text("số phòng (Janus) hoặc tên phòng", "a room's number (Janus) or its name"),
    "nameserver": Text(
        "địa chỉ IP và cổng như 127.0.0.1:53", "an IP address and port like 127.0.0.1:53"
    ),
}
_LIMITS: Mapping[str, tuple[str, str, str]] = {
    "greater_than": ("giá trị lớn hơn {}", "more than {}", "gt"),
    "greater_than_equal": ("giá trị từ {} trở lên", "{} or more", "ge"),
    "less_than_equal": ("giá trị không quá {}", "{} or less", "le"),
    "string_too_short": ("ít nhất {} ký tự", "at least {} characters", "min_length"),
    "string_too_long": ("văn bản không quá {} ký tự", "at most {} characters", "max_length"),
    "too_short": ("danh sách ít nhất {} phần tử", "at least {} items", "min_length"),
    "too_long": ("danh sách không quá {} phần tử", "at most {} items", "max_length"),
}  # fmt: skip


def faults_of(
    problem: ValidationError,
    root: Node,
    file: str,
    *,
    shape: type[BaseModel] = Document,
    words: Mapping[str, Text] = _WORDS,
) -> tuple[Fault, ...]:
    """Turn every error of Pydantic into a fault with its line.

    `shape` is what the file should look like, `words` tell what its own types expect.
    """
    errors = problem.errors(include_url=False)
    return tuple(_fault(error, root, file, shape, {**_WORDS, **words}) for error in errors)


def _fault(
    error: ErrorDetails,
    root: Node,
    file: str,
    shape: type[BaseModel],
    words: Mapping[str, Text],
) -> Fault:
    path = tuple(step for step in error["loc"] if step != _KEY)
    line = root.line_of(path)
    return Fault(file, line, written(path), _expected(error, path, shape, words), _found(error))


def _found(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return ""
    if error["type"] == "extra_forbidden":  # its value may be a secret
        return shown(error["loc"][-1])
    if error["loc"][-1:] == ("secret",):  # and here somebody wrote one down
        return "…"
    return shown(error["input"])


def _expected(
    error: ErrorDetails, path: Path, shape: type[BaseModel], words: Mapping[str, Text]
) -> Text:
    kind, facts = error["type"], error.get("ctx", {})
    if kind in ("extra_forbidden", "invalid_key"):
        return _one_of(_keys_at(path[:-1], shape))
    if kind == "literal_error":
        choices = str(facts["expected"])
        return Text(choices.replace(" or ", " hoặc "), choices)
    if kind == "string_pattern_mismatch":
        return _PATTERNS[facts["pattern"]]
    if kind in _LIMITS:
        vi, en, key = _LIMITS[kind]
        return Text(vi.format(facts[key]), en.format(facts[key]))
    return words[kind]


def _one_of(keys: tuple[str, ...]) -> Text:
    listed = ", ".join(keys)
    return Text(f"một trong các khoá {listed}", f"one of the keys {listed}")


def _keys_at(path: Path, shape: type[BaseModel]) -> tuple[str, ...]:
    model = shape
    for step in path:
        field = next((f for n, f in model.model_fields.items() if step in (n, f.alias)), None)
        model = (field and _model_in(field.annotation)) or model
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model_in(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for inner in get_args(kind) if (found := _model_in(inner))), None)
