"""On which machine, beside which load, with which versions was it measured?"""

from __future__ import annotations

import os
import platform
import ssl
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks import exporter, plugin
from benchmarks.field import NGINX

PEERS = {
    "prometheus-blackbox-exporter": exporter.PROGRAM,
    "monitoring-plugins-basic": plugin.PROGRAM if plugin.IS_INSTALLED else "",
    "nginx-light": NGINX,
}
_LIBRARIES = ("prefect", "cryptography", "h11", "dnspython", "sqlalchemy", "jinja2")


def missing() -> tuple[str, ...]:
    """The Debian packages that are needed here and are not installed."""
    return tuple(package for package, program in PEERS.items() if not program)


def described() -> tuple[tuple[str, str], ...]:
    """What a reader must know to compare these figures with others."""
    return (
        ("cores", f"{os.cpu_count()} x {_cpu_model()}"),
        ("memory", f"{_total_mb() / 1024:.0f} GB"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("Python", f"{platform.python_version()}, {ssl.OPENSSL_VERSION}"),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)),
        ("blackbox_exporter", _first_line([exporter.PROGRAM, "--version"])),
        ("check_http", _first_line([plugin.PROGRAM, "--version"])),
        ("nginx", _first_line([NGINX, "-v"])),
    )


def load() -> str:
    """The load average of the last minute: who else wants our cores."""
    return f"{os.getloadavg()[0]:.1f}"


def _cpu_model() -> str:
    return _field("/proc/cpuinfo", "model name")


def _total_mb() -> float:
    return int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1024


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "0"


def _first_line(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = (done.stdout or done.stderr).strip()
    return told.splitlines()[0] if told else ""
