"""How does the catalogue read as a page? `python -m rehearsal.kinds.reference` prints it."""

from __future__ import annotations

import sys

from rehearsal.kinds.catalogue import CHAPTERS
from rehearsal.kinds.ours import UNFORESEEN
from rehearsal.kinds.spec import Chapter, KindSpec

_HEAD = """\
# Vì sao một phép đo không thành · Why a measurement failed

Trang này được sinh ra từ `rehearsal/kinds`; không sửa bằng tay.
Mỗi loại lỗi có tên cố định: báo cáo, tệp kết quả và người trao đổi đều dùng tên ấy.
`fail`: phía được đo cần xử lý. `unknown`: lỗi có thể ở phía máy đo, nên không kết luận gì
về đơn vị. Tên có ngoặc nhọn đại diện cho mọi mã không có dòng riêng.

This page is generated from `rehearsal/kinds`; do not edit it by hand.
Each kind has a permanent name, which reports, result files and people quote.
`fail`: the measured side has work to do. `unknown`: the fault may be ours, so nothing is
said of the unit. A name in angle brackets stands for any code that has no row of its own.
"""
_COLUMNS = """\
| loại · kind | kết quả, nhóm · outcome, group | Tiếng Việt | English |
| --- | --- | --- | --- |
"""
_REST = """
## Loại lỗi chưa có trong danh mục này · Kinds that are not listed

"""


def page() -> str:
    """The whole catalogue in Markdown."""
    sections = (_section(chapter) for chapter in CHAPTERS)
    return "".join((_HEAD, *sections, _REST, _COLUMNS, _row("…", UNFORESEEN)))


def _section(chapter: Chapter) -> str:
    title = ", ".join(chapter.steps)
    rows = [_row(f"`{kind}`", spec) for kind, spec in chapter.kinds.items()]
    rows += [_row(f"`{kind}` ({step})", spec) for (step, kind), spec in chapter.on_step.items()]
    return f"\n## {title}\n\n{_COLUMNS}{''.join(rows)}"


def _row(name: str, spec: KindSpec) -> str:
    vi = f"{spec.says.vi}<br>{spec.do.vi}"
    en = f"{spec.says.en}<br>{spec.do.en}"
    return f"| {name} | {spec.outcome.word}, {spec.group} | {vi} | {en} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
