"""How is an inventory checked and made?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehearsal import inventory as inventories
from rehearsal.commands.answers import (
    show_faults,
)
from rehearsal.commands.arguments import (
    AsJson,
)
from rehearsal.ending import finished, refused
from rehearsal.order import EXIT_INVENTORY
from rehearsal.wirefaults import wire_faults

app = typer.Typer(no_args_is_help=True, help="Danh mục điểm cầu / The inventory.")


@app.command("check")
def inventory_check(
    file: Annotated[Path | None, typer.Argument()] = None,
    inventory: Annotated[Path | None, typer.Option(help="như FILE / as FILE")] = None,
    *,
    network: Annotated[
        bool, typer.Option(help="Cả tên miền và chứng thư / on the wire")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra danh mục, báo mọi lỗi cùng lúc / Every fault of the inventory at once."""
    if file and inventory and file != inventory:
        raise typer.BadParameter(f"{file}, --inventory {inventory}: chỉ một tệp / one file")
    file = file or inventory or Path("bridges.yaml")
    found, faults = inventories.examine(file)
    if network and found is not None:
        faults = (*faults, *finished(wire_faults(found, file)))
    show_faults(faults, as_json=as_json)
    if faults or found is None:
        raise typer.Exit(EXIT_INVENTORY)
    if not as_json:
        count = sum(1 for t in found.targets() if t.key == "bridge")
        typer.echo(f"{file}: {count} điểm cầu, không có lỗi / bridges, no fault")
        held = sum(1 for target in found.targets() if target.placeholder)
        if held:
            typer.echo(f"{held} địa chỉ giữ chỗ sẽ không được đo / placeholders, not measured")


@app.command("generate")
def inventory_generate(
    units: Annotated[int, typer.Option(min=1, max=99_999)],
    out: Annotated[Path, typer.Option()],
    seed: Annotated[int, typer.Option()] = 0,
) -> None:
    """Sinh danh mục cỡ bất kỳ / An inventory of any size in the real shape."""
    try:
        out.write_text(inventories.generate(units, seed), encoding="utf-8")
    except OSError as problem:
        raise refused(f"{out}: {problem.strerror}", EXIT_INVENTORY) from problem
    typer.echo(f"{out}: {units}")
