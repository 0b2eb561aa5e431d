"""Which procedures does the twin's centre publish? As many as a ward did, all made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

# 367 in 11 fields are known of one ward; which fields those are is not: these are ours.
FIELDS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "ho-tich": ("Hộ tịch", 46),
        "chung-thuc": ("Chứng thực", 22),
        "dat-dai": ("Đất đai", 58),
        "bao-tro-xa-hoi": ("Bảo trợ xã hội", 41),
        "nguoi-co-cong": ("Người có công", 44),
        "giao-duc": ("Giáo dục và đào tạo", 37),
        "kinh-doanh": ("Hộ kinh doanh", 27),
        "xay-dung": ("Xây dựng", 33),
        "moi-truong": ("Môi trường", 19),
        "ton-giao": ("Tín ngưỡng, tôn giáo", 18),
        "nong-nghiep": ("Nông nghiệp", 22),
    }
)
_PAPERS = ("Tờ khai", "Bản sao giấy tờ tùy thân", "Giấy tờ chứng minh", "Sơ đồ, bản vẽ")
_FEE_STEP_VND = 5_000


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure: what it costs in đồng, and the documents it asks for."""

    code: str
    name: str
    field: str
    field_name: str
    fee: int
    documents: tuple[str, ...]


@cache
def procedures() -> Mapping[str, Procedure]:
    """Every procedure by its code, field after field."""
    found: dict[str, Procedure] = {}
    for field, (name, count) in FIELDS.items():
        for number in range(1, count + 1):
            made = _made(field, name, number, f"1.{len(found) + 1:06}")
            found[made.code] = made
    return MappingProxyType(found)


def _made(field: str, name: str, number: int, code: str) -> Procedure:
    papers = _PAPERS[: 2 + number % (len(_PAPERS) - 1)]
    fee = _FEE_STEP_VND * (number % 4)  # every fourth is free of charge
    return Procedure(code, f"{name}: thủ tục {number}", field, name, fee, papers)
