"""What is wrong with the inventory on the wire, and how is it told?"""

from __future__ import annotations

import asyncio
from pathlib import Path

from rehearsal.inventory import Fault, load
from rehearsal.wirefaults import wire_faults
from tests.servers.children import free_ports
from tests.servers.names import name_server

HOTLINE = "1022.example"
ZONE = {"hai-an.mail.example": "nxdomain", HOTLINE: ["127.0.0.1"]}


def faults(tmp_path: Path, city_file: Path) -> dict[str, Fault]:
    """The faults of the small city by their targets, with a name server that has two names."""
    (closed,) = free_ports(1)
    with name_server(tmp_path, ZONE) as port:
        text = city_file.read_text(encoding="utf-8")
        route = f'{{nameservers: ["127.0.0.1:{port}"], ports: {{443: {closed}}}}}'
        city_file.write_text(
            text.replace('{nameservers: ["127.0.0.1:9"]}', route), encoding="utf-8"
        )
        found = asyncio.run(wire_faults(load(city_file), city_file))
    return {fault.path: fault for fault in found}


def test_what_was_met_is_found_and_not_expected(tmp_path: Path, city_file: Path):
    """A target should let its users in; what it did instead is what was found."""
    told = faults(tmp_path, city_file)
    refused, lost = told["city/hotline"].says, told["hai-an/mail"].says

    assert "expected an address that lets its users in; found connection_refused" in refused.en
    assert "Server administrator: " in refused.en
    assert "cần một địa chỉ mà người dùng vào được; thấy connection_refused" in refused.vi
    assert "Quản trị máy chủ: " in refused.vi
    assert "found nxdomain: The server's name does not exist in the DNS. DNS adm" in lost.en
