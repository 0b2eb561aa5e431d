"""What does the same sweep cost through Prometheus' blackbox_exporter?

The client here is the cheapest that can drive it: kept-alive connections, raw bytes,
one line of the answer read. Prometheus itself does more.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.field import await_port, free_port, running
from benchmarks.spec import MARKER, Site, Sweep, Task, answer, warm_up
from benchmarks.usage import Meter, cpu_s_of, forget_peak_of, peak_mb_of

PROGRAM = shutil.which("prometheus-blackbox-exporter") or ""
_SUCCESS = b"\nprobe_success 1"


@contextmanager
def exporter(home: Path, trust: str, time_out_s: float) -> Iterator[tuple[int, int]]:
    """Run the exporter, asking what we ask; yields its process id and its port."""
    module = {
        "prober": "http",
        "timeout": f"{time_out_s}s",
        "http": {
            "fail_if_body_not_matches_regexp": [MARKER],
            "fail_if_not_ssl": True,
            "preferred_ip_protocol": "ip4",
            "tls_config": {"ca_file": trust},
        },
    }
    settings = home / "blackbox.yml"  # JSON is YAML
    settings.write_text(json.dumps({"modules": {"page": module}}), encoding="utf-8")
    port = free_port()
    options = [f"--config.file={settings}", f"--web.listen-address=127.0.0.1:{port}"]
    quiet = ["--timeout-offset=0", "--log.level=error", "--history.limit=1"]
    with running([PROGRAM, *options, *quiet]) as pid:
        await_port("127.0.0.1", port)
        yield pid, port


def _request(site: Site) -> bytes:
    target = quote(f"https://{site.address}:{site.port}/", safe="")
    query = f"module=page&target={target}&hostname={site.name}"
    return f"GET /probe?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if b"chunked" in head:
        return await reader.readuntil(b"\r\n0\r\n\r\n")
    _, _, after = head.partition(b"Content-Length: ")
    return await reader.readexactly(int(after.split(b"\r\n", 1)[0]))


async def _worker(port: int, waiting: Iterator[Site]) -> int:
    """Probe one site after the other; how many passed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    passed = 0
    for site in waiting:
        writer.write(_request(site))
        passed += _SUCCESS in await _body(reader)
    writer.close()
    return passed


async def _all(task: Task) -> int:
    waiting = iter(task.sites)
    workers = (_worker(task.exporter_port, waiting) for _ in range(task.at_once))
    return sum(await asyncio.gather(*workers))


def sweep(task: Task) -> Sweep:
    """One sweep: the client in this process, the exporter in its own."""
    asyncio.run(_all(warm_up(task)))
    forget_peak_of(task.exporter_pid)
    before_s = cpu_s_of(task.exporter_pid)
    meter = Meter()
    passed = asyncio.run(_all(task))
    wall_s, client_s = meter.wall_s(), meter.cpu_s()
    exporter_s = cpu_s_of(task.exporter_pid) - before_s
    rss_mb = peak_mb_of(task.exporter_pid)
    failed = len(task.sites) - passed
    return Sweep(wall_s, exporter_s + client_s, client_s, rss_mb, passed, failed, 0)


if __name__ == "__main__":
    answer(sweep)
