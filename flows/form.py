"""What may somebody ask of a trial through Prefect's form or API?

The patterns travel in the JSON Schema, so that the server refuses a wrong order (409)
before a trial begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rehearsal.options import DOSSIERS_MAX
from rehearsal.order import Order
from rehearsal.plan import RECHECK

SECONDS = {"s": 1, "m": 60, "h": 3600}
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
HOLD = (  # 1 s to 4 h: a rehearsed meeting lasts 45 minutes at most
    r"^(([1-9]\d{0,3}|1[0-3]\d{3}|14[0-3]\d{2}|14400)s"
    r"|([1-9]\d?|1\d\d|2[0-3]\d|240)m|[1-4]h)$"
)
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CHECK = r"^[a-z0-9_]+(\.[a-z0-9_]+)*$"
# whoever may open the page may not read or write outside the directory that is served
BELOW = r"^[\w-][\w.-]*(/[\w-][\w.-]*)*$"

RUN = r"^[a-z0-9]+(-[a-z0-9]+)*$"  # it becomes a folder

RunId = Annotated[str, Field(pattern=RUN, max_length=80)]
Slug = Annotated[str, Field(pattern=SLUG, max_length=60)]
CheckName = Annotated[str, Field(pattern=CHECK, max_length=60)]
Below = Annotated[str, Field(pattern=BELOW, max_length=200)]


class Asked(BaseModel):
    """What a trial and a recheck of it can be asked alike."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    phase: ClassVar[str]

    units: list[Slug] = Field(
        default_factory=list,
        max_length=4000,
        title="Đơn vị / Units",
        description="Mã chữ của đơn vị, ví dụ hai-an; bỏ trống: tất cả"
        " / Slugs of units, such as hai-an; empty: all",
    )
    only: list[CheckName] = Field(
        default_factory=list,
        max_length=100,
        title="Chỉ các phép kiểm / Only checks",
        description="Ví dụ bridge.reach; bỏ trống: tất cả / Such as bridge.reach; empty: all",
    )
    twin: Below | None = Field(
        default=None,
        title="Thành phố mô phỏng / Twin city",
        description="Kịch bản của thành phố mô phỏng, ví dụ june-20;"
        " bỏ trống: đo hệ thống thật / Scenario of the twin, such as june-20;"
        " empty: the real systems are measured",
    )
    out: Below = Field(
        default="runs",
        title="Nơi ghi báo cáo / Reports",
        description="Thư mục trong thư mục máy chủ phục vụ"
        " / A directory below the one that the server serves",
    )

    def order(self, database: str | None = None) -> Order:
        """The same in plain values; `database` is the server's business, not the form's."""
        return Order(
            phase=self.phase,
            twin=self.twin,
            units=tuple(self.units),
            only=tuple(self.only),
            out=self.out,
            database=database,
        )


class Form(Asked):
    """What every trial can be asked."""

    at: datetime | None = Field(
        default=None,
        title="Bắt đầu lúc / Start at",
        description="Giờ Việt Nam nếu không ghi múi giờ; bỏ trống: ngay bây giờ"
        " / Vietnam time unless a zone is given; empty: now",
    )
    inventory: Below = Field(
        default="bridges.yaml",
        title="Danh mục điểm cầu / Inventory",
        description="Tệp trong thư mục máy chủ phục vụ"
        " / A file below the directory that the server serves",
    )
    criteria: Below | None = Field(
        default=None,
        title="Tiêu chí / Criteria",
        description="Tệp trong thư mục máy chủ phục vụ; bỏ trống: cạnh danh mục điểm cầu"
        " / A file below the directory that the server serves; empty: beside the inventory",
    )

    @field_validator("at")
    @classmethod
    def _in_vietnam(cls, at: datetime | None) -> datetime | None:
        return at.replace(tzinfo=LOCAL) if at and at.tzinfo is None else at

    def order(self, database: str | None = None) -> Order:
        """The same in plain values, with its inventory, its criteria and its date."""
        own = replace(super().order(database), inventory=self.inventory, at=self.at)
        return replace(own, criteria=self.criteria)


class PhaseOne(Form):
    """Đợt diễn tập giai đoạn 1 / A Phase 1 trial."""

    phase: ClassVar[str] = "phase-1"

    hold: str = Field(
        default="60s",
        pattern=HOLD,
        title="Thời gian giữ họp / Hold",
        description="Giữ phòng họp trong bao lâu, từ 1s đến 4h: 60s, 2m, 45m"
        " / How long the meeting is held, from 1s to 4h",
    )
    media: str = Field(
        default="15s",
        pattern=HOLD,
        title="Nghe mỗi điểm cầu / Listening",
        description="Đo âm thanh của mỗi điểm cầu trong bao lâu"
        " / How long each bridge's sound is measured",
    )
    line: str = Field(
        default="5s",
        pattern=HOLD,
        title="Tải đường truyền / Line load",
        description="Đo mỗi chiều của đường truyền trong bao lâu"
        " / How long each way of a line is loaded",
    )

    @field_validator("hold", "media", "line", mode="before")
    @classmethod
    def _in_words(cls, lasts: object) -> object:
        return _worded(lasts)

    def order(self, database: str | None = None) -> Order:
        """The same in plain values, with how long things last."""
        return replace(
            super().order(database),
            hold_s=_seconds(self.hold),
            media_s=_seconds(self.media),
            line_s=_seconds(self.line),
        )


class PhaseTwo(Form):
    """Đợt diễn tập giai đoạn 2 / A Phase 2 trial."""

    phase: ClassVar[str] = "phase-2"

    dossiers: int = Field(
        default=2_000,
        ge=1,
        le=DOSSIERS_MAX,
        title="Hồ sơ giờ cao điểm / Dossiers of the surge",
        description="Số hồ sơ thử của giờ mở cửa, chia cho các đơn vị"
        " / How many are handed in within an opening hour, over all units",
    )
    surge: str = Field(
        default="120s",
        pattern=HOLD,
        title="Nén giờ cao điểm còn / Surge lasts",
        description="Giờ mở cửa được nén lại trong bao lâu: 120s, 10m, 1h"
        " / To how long the opening hour is compressed",
    )

    @field_validator("surge", mode="before")
    @classmethod
    def _in_words(cls, lasts: object) -> object:
        return _worded(lasts)

    def order(self, database: str | None = None) -> Order:
        """The same in plain values, with the size of the surge."""
        surge_s = _seconds(self.surge)
        return replace(super().order(database), dossiers=self.dossiers, surge_s=surge_s)


class Review(BaseModel):
    """Rà soát cả hai đợt diễn tập / A review of both trials."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phase_1: RunId | None = Field(
        default=None,
        title="Đợt giai đoạn 1 / The Phase 1 trial",
        description="Mã của đợt; bỏ trống: đợt cuối của cả thành phố"
        " / The id of its run; empty: the last one of the whole city",
    )
    phase_2: RunId | None = Field(
        default=None,
        title="Đợt giai đoạn 2 / The Phase 2 trial",
        description="Mã của đợt; bỏ trống: đợt cuối của cả thành phố"
        " / The id of its run; empty: the last one of the whole city",
    )
    out: Below = Field(
        default="runs",
        title="Nơi ghi báo cáo / Reports",
        description="Thư mục trong thư mục máy chủ phục vụ"
        " / A directory below the one that the server serves",
    )


class Recheck(Asked):
    """Đo lại một đợt diễn tập / What is not well yet of a trial, measured again."""

    phase: ClassVar[str] = RECHECK

    run: RunId = Field(
        title="Đợt diễn tập / Trial",
        description="Mã của đợt, ví dụ phase-1-20250620-073000-1a2b"
        " / The id of its run, such as phase-1-20250620-073000-1a2b",
    )
    inventory: Below | None = Field(
        default=None,
        title="Danh mục đã sửa / Mended inventory",
        description="Tệp trong thư mục máy chủ phục vụ; bỏ trống: danh mục của đợt đó"
        " / A file below the directory that the server serves; empty: that trial's own",
    )

    def order(self, database: str | None = None) -> Order:
        """The same in plain values, with the run that is asked again."""
        inventory = self.inventory or ""
        return replace(super().order(database), recheck=self.run, inventory=inventory)


FORMS: Mapping[str, type[Asked]] = {form.phase: form for form in (PhaseOne, PhaseTwo, Recheck)}


def _worded(lasts: object) -> object:
    return f"{lasts:g}s" if isinstance(lasts, int | float) else lasts


def _seconds(written: str) -> float:
    return float(int(written[:-1]) * SECONDS[written[-1]])


def parameters(order: Order) -> dict[str, Any]:
    """The order as Prefect's parameters; not checked here, the server does."""
    own: dict[str, dict[str, Any]] = {
        "phase-1": {
            "hold": f"{order.hold_s:g}s",
            "media": f"{order.media_s:g}s",
            "line": f"{order.line_s:g}s",
            "criteria": order.criteria,
        },
        "phase-2": {
            "dossiers": order.dossiers,
            "surge": f"{order.surge_s:g}s",
            "criteria": order.criteria,
        },
        RECHECK: {"run": order.recheck},
    }
    common = {
        "units": list(order.units),
        "only": list(order.only),
        "twin": order.twin,
        "inventory": order.inventory or None,
        "out": order.out,
    }
    return {**own[order.phase], **common}
