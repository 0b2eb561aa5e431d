"""Who lives where? Every target's name, house and fault, before anything listens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from rehearsal.model import Hub, Inventory, Target, Text, Unit
from twin.fault import BelowHttp, Crowds, DeadFirst, Fault, Lapses, Names, Swaps
from twin.faults import FAULTS, HEALTHY

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_CALLED = {"sip": 5060, "sips": 5061}  # for interfaces; meetings by SIP are not played
PORTS |= _CALLED | {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}


class PlanError(ValueError):
    """What was asked for cannot be played; `problems` holds every reason."""

    def __init__(self, problems: Iterable[Text]) -> None:
        """Keep all of them: they are told at once."""
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.vi}\n  {p.en}" for p in self.problems))


@dataclass(frozen=True, slots=True)
class Place:
    """One target as it will be played. `is_secure` is what listens, not what the URL says.

    `is_api`: not its page but its interface, which takes whatever is below its path.
    """

    target: Target
    owner: str
    owner_name: str
    code: str
    host: str
    port: int
    path: str
    is_secure: bool
    fault: Fault | None
    hub: str = ""  # through which its meetings reach the others, if through any
    is_api: bool = False
    scheme: str = ""  # of the URL

    @property
    def lapse(self) -> str:
        """How its interface misbehaves; empty when it does not."""
        effect = self.fault.effect if self.fault and self.is_api else None
        return effect.how if isinstance(effect, Lapses) else ""

    @property
    def has_own_house(self) -> bool:
        """The fault lies below HTTP, so that it would strike its neighbours too."""
        return self.fault is not None and isinstance(self.fault.effect, BelowHttp)

    @property
    def has_own_name(self) -> bool:
        """The fault lies in what the name server says."""
        return self.fault is not None and isinstance(self.fault.effect, Names | DeadFirst)


@dataclass(frozen=True, slots=True)
class House:
    """What shares one address and one certificate: an owner's places, or a faulty one."""

    owner: str
    places: tuple[Place, ...]

    @property
    def ports(self) -> Mapping[int, tuple[Place, ...]]:
        """The places behind each port of a URL."""
        found: dict[int, tuple[Place, ...]] = {}
        for place in self.places:
            found[place.port] = (*found.get(place.port, ()), place)
        return found


def plan(inventory: Inventory, faults: Mapping[str, str]) -> tuple[House, ...]:
    """Put every target that speaks a protocol of ours into a house."""
    places = tuple(_places(inventory, faults))
    houses = _houses(places)
    problems = [*_unplayable(places, faults), *_shared(places), *_mixed(houses)]
    if problems:
        raise PlanError(problems)
    return houses


def _houses(places: Iterable[Place]) -> tuple[House, ...]:
    """A host has one address, whoever else has targets on it: its first owner's."""
    landlords: dict[str, str] = {}
    grouped: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        landlord = landlords.setdefault(place.host, place.owner)
        own = place.target.id if place.has_own_house else ""
        grouped.setdefault((landlord, own), []).append(place)
    return tuple(House(owner, tuple(group)) for (owner, _), group in grouped.items())


def _places(inventory: Inventory, faults: Mapping[str, str]) -> Iterable[Place]:
    owners: tuple[Unit | Hub, ...] = (*inventory.units, *inventory.hubs)
    for owner in owners:
        for target in owner.targets:
            yield from _places_of(target, owner, owner.name, faults)
    for target in inventory.systems:
        yield from _places_of(target, None, inventory.city.name, faults)


def _places_of(
    target: Target, owner: Unit | Hub | None, name: str, faults: Mapping[str, str]
) -> Iterable[Place]:
    """Its page and its interface; none for a protocol that the twin does not speak."""
    fault = FAULTS.get(faults.get(target.id, HEALTHY))
    page = _place(target, target.url, owner, name, fault)
    if page is not None:
        yield page
    if target.api is None:
        return
    mailbox = target.api.settings.get("imap", "") if target.api.contract == "mail" else ""
    for address in (target.api.url, mailbox):
        interface = _place(target, address, owner, name, fault, is_api=True)
        if interface is None:
            continue
        is_elsewhere = page is None or interface.host != page.host
        is_its_own = fault is not None and isinstance(fault.effect, Lapses | Crowds)
        if is_elsewhere and not is_its_own:  # what strikes the page strikes its own host
            interface = replace(interface, fault=None)
        yield interface


def _place(
    target: Target,
    address: str,
    owner: Unit | Hub | None,
    name: str,
    fault: Fault | None,
    *,
    is_api: bool = False,
) -> Place | None:
    url = _parts(address)
    if url.scheme not in PORTS or url.hostname is None:
        return None
    if url.scheme in _CALLED and not is_api:
        return None
    is_swapped = fault is not None and isinstance(fault.effect, Swaps)
    return Place(
        target=target,
        owner=owner.slug if owner else "city",
        owner_name=name,
        code=owner.code if isinstance(owner, Unit) else "",
        host=url.hostname.lower(),
        port=url.port or PORTS[url.scheme],
        path=url.path.rstrip("/") if is_api else url.path or "/",
        is_secure=(url.scheme in {"https", "wss", "sips"}) != is_swapped,
        fault=fault,
        hub=(owner.hub or "") if isinstance(owner, Unit) else "",
        is_api=is_api,
        scheme=url.scheme,
    )


def _parts(address: str) -> SplitResult:
    """A URL, or a SIP address as if it had slashes (RFC 3261 19.1.1)."""
    scheme, _, rest = address.partition(":")
    if scheme not in _CALLED:
        return urlsplit(address)
    is_secure = ";transport=tls" in rest.lower()
    return urlsplit(f"{'sips' if is_secure else scheme}://{rest.partition(';')[0]}")


def _unplayable(places: Iterable[Place], faults: Mapping[str, str]) -> Iterable[Text]:
    """Faults that do not exist, or that do not suit their target."""
    by_id = {place.target.id: place for place in places}
    for target_id, name in faults.items():
        place = by_id.get(target_id)
        if name not in FAULTS:
            yield unknown_fault(target_id, name)
        elif place is None:
            yield Text(
                f"{target_id}: không có đối tượng này, hoặc thành phố mô phỏng không dựng được",
                f"{target_id}: no such target, or none that the twin can play",
            )
        elif place.fault and not place.fault.suits(place.target):
            yield Text(
                f"{target_id}: lỗi {name} không áp dụng được cho {place.target.url}",
                f"{target_id}: {name} does not suit {place.target.url}",
            )


def unknown_fault(where: str, name: str) -> Text:
    """The sentence for a name that is in no table of faults."""
    return Text(
        f"{where}: không có lỗi {name!r}; xem --faults",
        f"{where}: unknown fault {name!r}; see --faults",
    )


def _shared(places: Iterable[Place]) -> Iterable[Text]:
    """A fault of a name or an address would strike all targets on the host."""
    hosts: dict[str, list[Place]] = {}
    for place in places:
        hosts.setdefault(place.host, []).append(place)
    for host, group in hosts.items():
        here = len({place.target.id for place in group})
        if here > 1 and any(p.has_own_house or p.has_own_name for p in group):
            yield Text(
                f"{host}: lỗi dưới tầng HTTP sẽ ảnh hưởng cả {here} đối tượng ở đây",
                f"{host}: a fault below HTTP would strike all {here} targets there",
            )


def _mixed(houses: Iterable[House]) -> Iterable[Text]:
    """One port cannot speak with and without TLS."""
    for house in houses:
        for port, places in house.ports.items():
            if len({place.is_secure for place in places}) > 1:
                yield Text(
                    f"{house.owner}: cổng {port} vừa có TLS vừa không",
                    f"{house.owner}: port {port} is asked for with and without TLS",
                )
