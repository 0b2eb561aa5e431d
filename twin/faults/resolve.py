"""What goes wrong when a name is looked up?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.dns import (
    IS_REPLY,
    IS_TRUNCATED,
    NAME_ERROR,
    REFUSED,
    SERVER_FAILURE,
    Query,
    Reply,
    honest,
    reply,
)
from twin.fault import DeadFirst, Fault, Names, is_any


def _with_code(code: int) -> Names:
    """The same response code for every question about the name."""

    def answer(query: Query, _addresses: tuple[str, ...]) -> bytes:
        return reply(query, code)

    return Names(answer)


def _nothing_found(query: Query, _addresses: tuple[str, ...]) -> bytes:
    return reply(query)


def _silence(_query: Query, _addresses: tuple[str, ...]) -> None:
    return None


def _bogus(query: Query, _addresses: tuple[str, ...]) -> bytes | None:
    return honest(query, ("0.0.0.0",))  # noqa: S104 - told to the asker, bound by nobody


def _truncated(query: Query, addresses: tuple[str, ...]) -> bytes | None:
    if query.is_udp:
        return reply(query, flags=IS_TRUNCATED)
    return honest(query, addresses)


def _garbage(query: Query, _addresses: tuple[str, ...]) -> bytes:
    """A head that promises a record, then bytes that are none."""
    head = query.id.to_bytes(2, "big") + IS_REPLY.to_bytes(2, "big") + b"\0\1\0\1\0\0\0\0"
    return head + query.question + b"\xff" * 7


def _says(vi: str, en: str, answer: Reply | Names | DeadFirst) -> Fault:
    effect = answer if isinstance(answer, Names | DeadFirst) else Names(answer)
    return Fault(vi, en, effect, is_any)


FAULTS: Mapping[str, Fault] = {
    "dns-nxdomain": _says(
        "Máy chủ tên miền báo tên này không tồn tại",
        "The name server says that the name does not exist",
        _with_code(NAME_ERROR),
    ),
    "dns-no-answer": _says(
        "Tên có trong DNS nhưng không có địa chỉ",
        "The name exists but has no address",
        _nothing_found,
    ),
    "dns-servfail": _says(
        "Máy chủ tên miền báo lỗi SERVFAIL",
        "The name server answers SERVFAIL",
        _with_code(SERVER_FAILURE),
    ),
    "dns-refused": _says(
        "Máy chủ tên miền từ chối trả lời",
        "The name server refuses to answer",
        _with_code(REFUSED),
    ),
    "dns-timeout": _says(
        "Máy chủ tên miền im lặng khi được hỏi tên này",
        "The name server is silent about this name",
        _silence,
    ),
    "dns-bogus": _says(
        "Tên dẫn tới địa chỉ vô nghĩa 0.0.0.0",
        "The name leads to the meaningless address 0.0.0.0",
        _bogus,
    ),
    "dns-truncated": _says(
        "Câu trả lời DNS qua UDP bị cắt ngắn, qua TCP thì đủ (vẫn dùng được)",
        "The DNS answer is truncated over UDP and complete over TCP (healthy in the end)",
        _truncated,
    ),
    "dns-one-dead-address": _says(
        "Tên có hai địa chỉ: địa chỉ đầu không phản hồi, địa chỉ sau vẫn tốt",
        "The name has two addresses: the first is a black hole, the second is good",
        DeadFirst(),
    ),
    "dns-malformed": _says(
        "Máy chủ tên miền trả lời bằng dữ liệu hỏng",
        "The name server answers with garbage",
        _garbage,
    ),
}
