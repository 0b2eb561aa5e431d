"""What goes wrong at a system only when many come at once?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Crowds, Fault, has_contract

_MANY = 3  # requests under way at one host; who goes step by step never is as many
_takes_crowds = has_contract("dossiers", "open311")

FAULTS: Mapping[str, Fault] = {
    "crowd-slow": Fault(
        "Đông người cùng lúc thì mỗi yêu cầu chậm hơn một giây",
        "With many at once each request takes over a second longer",
        Crowds(_MANY, wait_s=1.4),
        _takes_crowds,
    ),
    "crowd-fails": Fault(
        "Đông người cùng lúc thì báo lỗi 503",
        "With many at once requests are answered with 503",
        Crowds(_MANY, status=503),
        _takes_crowds,
    ),
    "gives-out": Fault(
        "Sau một số yêu cầu thì chỉ còn báo lỗi 503",
        "After some requests everything is answered with 503",
        Crowds(1_000, each_s=0.0, status=503, lasts=90),
        _takes_crowds,
    ),
}
