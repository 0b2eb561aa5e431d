"""What may targets share that makes them fail together?"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from rehearsal.model import Failure, Level, Measurement, Rung, Step, Text, Unit, Verdict

Term = tuple[str, str]
"""The name of a trait, and its value at some targets."""
Terms = tuple[Term, ...]
SYSTEM, UNIT, VANTAGE = "system", "unit", "vantage"
VALUE_MAX_CHARS = 200  # of what a peer tells of itself: longer names tell no more
# A moment explains what a moment does: no certificate expires for a second.
_LASTING = (
    *("certificate_", "client_certificate", "nxdomain", "no_answer"),
    *("peer_", "protocol_version", "redirect_", "unauthorized", "wrong_content"),
    *("no_such_room", "join_denied", "no_codec", "credentials_", "address_is_placeholder"),
)
_PREFIX_BITS = {4: 24, 6: 48}  # what one site is usually given (RFC 6177 for IPv6)


@dataclass(frozen=True, slots=True)
class Trait:
    """What it is called, on which level a fault in it lies, and how unlikely a cause it is.

    `doubt` is in nats: a place on the map or a second breaks nothing by itself, and is
    named where nothing else is shared.
    """

    label: Text
    level: Level
    doubt: float = 0.0


TRAITS: Mapping[str, Trait] = {
    SYSTEM: Trait(Text("Hệ thống", "System"), Level.SHARED_SYSTEM),
    "hub": Trait(Text("Điểm cầu chính", "Hub"), Level.HUB),
    "supplier": Trait(Text("Nhà cung cấp", "Supplier"), Level.ATTRIBUTE),
    "provider": Trait(Text("Nhà mạng", "Line provider"), Level.ATTRIBUTE),
    UNIT: Trait(Text("Đơn vị", "Unit"), Level.UNIT, 0.5),
    "issuer": Trait(Text("Nơi cấp chứng thư", "Issuer"), Level.ATTRIBUTE, 0.5),
    "name_server": Trait(Text("Máy chủ tên miền", "Name server"), Level.ATTRIBUTE, 0.5),
    "prefix": Trait(Text("Dải địa chỉ", "Address prefix"), Level.ATTRIBUTE, 1.0),
    VANTAGE: Trait(Text("Nơi đo", "Vantage"), Level.VANTAGE, 1.0),
    "former_province": Trait(
        Text("Địa bàn tỉnh, thành cũ", "Former province"), Level.ATTRIBUTE, 1.5
    ),
    "bloc": Trait(Text("Khối", "Bloc"), Level.ATTRIBUTE, 1.5),
    "start_second": Trait(Text("Giây bắt đầu đo", "Start second"), Level.VANTAGE, 3.0),
}


def traits_of(verdict: Verdict, units: Mapping[str, Unit]) -> Terms:
    """What is known of this measurement's target, and of how it was measured, each once."""
    target, measured = verdict.target, verdict.measurement
    unit = units.get(target.owner)
    known = [
        (SYSTEM, target.key),
        ("supplier", target.supplier),
        ("bloc", target.bloc or ""),
        *(_of_unit(unit) if unit else ()),
        *(_measured(measured) if measured else ()),
    ]
    return tuple(dict.fromkeys((name, value) for name, value in known if value))


def _of_unit(unit: Unit) -> Iterable[Term]:
    return (
        (UNIT, unit.slug),
        ("hub", unit.hub or ""),
        ("provider", unit.provider),
        ("former_province", unit.former_province),
    )


def _measured(measured: Measurement[object]) -> Iterator[Term]:
    yield VANTAGE, measured.vantage
    if not _lasts(measured.failure):
        second = measured.started_at.astimezone(UTC).replace(microsecond=0)
        yield "start_second", second.isoformat()
    for rung in measured.attempts[-1].rungs if measured.attempts else ():
        yield from _noted(rung)


def _lasts(failure: Failure | None) -> bool:
    """Whether it is the same in any second: those who are asked again share one by chance."""
    return failure is not None and failure.kind.startswith(_LASTING)


def _noted(rung: Rung) -> Iterator[Term]:
    """What a step of the ladder noted: of names, of addresses, of certificates."""
    if rung.step is Step.RESOLVE:
        told = (reply.partition(": ")[0] for reply in _texts(rung.facts.get("rcodes")))
        yield from (("name_server", server) for server in told if server != "none")
    if rung.step is Step.CONNECT:
        addresses = _texts(rung.facts.get("addresses"))
        yield from (("prefix", prefix_of(address)) for address in addresses)
    if rung.step is Step.TLS_HANDSHAKE and isinstance(rung.facts.get("issuer"), str):
        yield "issuer", str(rung.facts["issuer"])[:VALUE_MAX_CHARS]


def _texts(noted: object) -> Sequence[str]:
    """The words of a list, or the names in a mapping, as a rung notes them."""
    return [w for w in noted if isinstance(w, str)] if isinstance(noted, Iterable) else []


@functools.lru_cache(maxsize=65_536)  # one for each address of a country's bridges
def prefix_of(address: str) -> str:
    """The network of one site; nothing for what is no address, or leads to ourselves."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.is_loopback:
        return ""
    return str(ipaddress.ip_network((ip, _PREFIX_BITS[ip.version]), strict=False))
