"""Which arguments do several commands share?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehearsal.journal import URL_VARIABLE

Out = Annotated[Path, typer.Option(help="Thư mục báo cáo và nhật ký / reports and journal")]
Database = Annotated[
    str | None,
    typer.Option(envvar=URL_VARIABLE, help="URL của nhật ký / the journal's URL"),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON ra stdout / JSON on stdout")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Không hiện tiến độ / no progress")]
Twin = Annotated[
    str | None, typer.Option(help="Thành phố mô phỏng, kịch bản / twin city, scenario")
]
Units = Annotated[str, typer.Option(help="hai-an,thuy-nguyen")]
Only = Annotated[str, typer.Option(help="bridge.reach,...")]
At = Annotated[str, typer.Option(help='"2025-06-20 07:30", giờ thành phố')]
Resume = Annotated[str | None, typer.Option(help="RUN")]
Server = Annotated[str | None, typer.Option(envvar="PREFECT_API_URL", help="API của Prefect")]
NoPrefect = Annotated[bool, typer.Option("--no-prefect")]
CriteriaFile = Annotated[
    Path | None,
    typer.Option("--criteria", help="criteria.yaml; mặc định / default: cạnh danh mục, beside"),
]
InventoryFile = Annotated[Path, typer.Option("--inventory", help="bridges.yaml")]
