"""Which kinds of feedback does the hotline take, and what does each ask for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from twin.hotline.intake import APPLICANTS, CHANNELS

_GROUP = "Tổng đài 1022"


def _service(code: str, name: str, description: str, keywords: str) -> Mapping[str, Any]:
    return {
        "service_code": code,
        "service_name": name,
        "description": description,
        "metadata": True,
        "type": "batch",
        "keywords": keywords,
        "group": _GROUP,
    }


SERVICES = (
    _service(
        "phan-anh-hien-truong",
        "Phản ánh hiện trường",
        "Hạ tầng, môi trường, trật tự tại nơi ở",
        "đường,điện,nước,rác",
    ),
    _service(
        "thu-tuc-hanh-chinh",
        "Phản ánh thủ tục hành chính",
        "Tiếp nhận và trả kết quả tại Trung tâm Phục vụ hành chính công",
        "hồ sơ,thủ tục",
    ),
)
OF_ANOTHER_CITY = (
    _service("gop-y-thanh-pho-khac", "Góp ý", "Tổng đài của thành phố khác", "khác"),
)
CODES = frozenset(str(service["service_code"]) for service in SERVICES)


def definition(code: str) -> Mapping[str, Any]:
    """What that service asks for (GeoReport v2: "GET Service Definition")."""
    return {"service_code": code, "attributes": [_unit(), *_choices()]}


def _unit() -> Mapping[str, Any]:
    about = {"variable": True, "code": "unit", "datatype": "string", "required": True}
    told = {"datatype_description": None, "order": 1}
    return about | told | {"description": "Mã đơn vị hành chính tiếp nhận"}


def _choices() -> Iterator[Mapping[str, Any]]:
    """What may be told beside it."""
    asked = (("channel", "Kênh tiếp nhận", CHANNELS), ("applicant", "Người gửi", APPLICANTS))
    for order, (code, about, values) in enumerate(asked, 2):
        yield {
            "variable": True,
            "code": code,
            "datatype": "singlevaluelist",
            "required": False,
            "datatype_description": None,
            "order": order,
            "description": about,
            "values": [{"key": value, "name": value} for value in values],
        }
