"""Which targets does each owner have, once defaults, overrides and templates are joined?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.inventory.addresses import (
    CONTRACTS,
    SCHEMES,
    TemplateError,
    canonical,
    filled,
    is_reserved,
    problem_of,
)
from rehearsal.inventory.faults import Path
from rehearsal.inventory.ledger import Ledger
from rehearsal.inventory.shape import (
    BridgeEntry,
    DeclaredEntry,
    Document,
    HubEntry,
    LineEntry,
    SystemEntry,
    UnitEntry,
)
from rehearsal.model import (
    Account,
    Api,
    Bridge,
    Expect,
    Hub,
    Line,
    PublicPage,
    Relay,
    Target,
    TargetKind,
    Text,
    Unit,
)

Spec = dict[str, Any]  # an entry as plain keys and values, being merged
_COMMON: Path = ("defaults", "systems")
_HOTLINE = "hotline"
_BRIDGE = "bridge"
_LINE = "line"
_PROTOCOLS = ", ".join(name for name in SCHEMES if name not in ("system", _LINE))
_CONTRACTS = ", ".join(CONTRACTS)
_SORTS = ("contact", "listed", "closed")
_BY_PEOPLE = "people"  # the protocol of what only they can tell of
_HAS_ROOMS = ("janus", "xmpp")  # at the others the address itself is what one calls
_USER = Text("khoá user: tên đăng nhập", "the key user: a login name")
_A_BRIDGE = Text("một điểm cầu, hoặc bridge: null", "a bridge, or bridge: null")
_NEEDED = {
    "protocol": Text(f"một giao thức: {_PROTOCOLS}", f"a protocol: {_PROTOCOLS}"),
    "url": Text("địa chỉ của mục tiêu", "the address of the target"),
    "room": Text("phòng họp của cuộc diễn tập", "the room of the trial"),
    "contract": Text(f"một giao diện: {_CONTRACTS}", f"a contract: {_CONTRACTS}"),
    "sort": Text(f"một loại trang: {', '.join(_SORTS)}", f"a sort: {', '.join(_SORTS)}"),
    "leads_to": Text(
        "địa chỉ mà trang đã đóng phải dẫn tới", "the address that a closed page leads to"
    ),
}
_OF_A_UNIT = Text(
    "khoá page chỉ dùng cho hệ thống của đơn vị", "the key page only in a unit's system"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose target is built, and where its keys stand: its own, or the common ones."""

    owner: str
    key: str
    own: Path
    common: Path
    fields: Mapping[str, str]
    unit: str = ""


class Expansion:
    """Builds the targets of a draft and notes what is wrong with them.

    With `is_routed`, reserved names lead somewhere and are no placeholders.
    """

    def __init__(self, document: Document, ledger: Ledger, *, is_routed: bool) -> None:
        """Prepare the defaults once for all units."""
        self._document = document
        self._ledger = ledger
        self._is_routed = is_routed
        self._claims: dict[object, Path] = {}
        defaults = document.defaults
        self._bridge = _plain(defaults.bridge)
        self._line = _plain(defaults.line)
        self._hub_of = {h.serves.former_province: h.slug for h in document.hubs if h.serves}
        self._systems = {key: _plain(entry) for key, entry in defaults.systems.items()}

    def hubs(self) -> tuple[Hub, ...]:
        """Give every hub with its bridge."""
        return tuple(self._hub(index, entry) for index, entry in enumerate(self._document.hubs))

    def units(self) -> tuple[Unit, ...]:
        """Give every unit with its bridge and its systems."""
        return tuple(
            self._unit(index, entry) for index, entry in enumerate(self._document.units)
        )

    def shared(self) -> tuple[Target, ...]:
        """Give the systems that all units share."""
        found = (self._shared(key, entry) for key, entry in self._document.systems.items())
        return tuple(target for target in found if target)

    def _hub(self, index: int, entry: HubEntry) -> Hub:
        fields = {"slug": entry.slug}
        target = self._bridge_of(("hubs", index), entry, fields, entry.name)
        return Hub(entry.slug, entry.name, entry.role, tuple(t for t in (target,) if t))

    def _unit(self, index: int, entry: UnitEntry) -> Unit:
        fields = {"slug": entry.slug, "code": entry.code}
        path = ("units", index)
        bridge = self._bridge_of(path, entry, fields, f"Điểm cầu {entry.name}")
        line = self._line_of(path, entry, fields)
        systems = self._systems_of(path, entry, fields)
        found = (bridge, line, *systems, *self._declared_of(entry))
        targets = tuple(target for target in found if target)
        return Unit(
            code=entry.code,
            slug=entry.slug,
            name=entry.name,
            kind=entry.kind,
            former_province=entry.former_province or "",
            tile=entry.tile,
            targets=targets,
            hub=self._hub_of.get(entry.former_province or ""),
            provider=self._provider_of(entry),
        )

    def _provider_of(self, entry: UnitEntry) -> str:
        if entry.line is None and "line" in entry.model_fields_set:
            return ""
        return str(_merged(self._line, _plain(entry.line)).get("provider", ""))

    def _bridge_of(
        self, path: Path, entry: HubEntry | UnitEntry, fields: Mapping[str, str], name: str
    ) -> Target | None:
        if entry.bridge is None and "bridge" in entry.model_fields_set:
            return None
        own, common = (*path, _BRIDGE), ("defaults", _BRIDGE)
        merged = _merged(self._bridge, _plain(entry.bridge))
        if not merged and self._ledger.root.at(common) is None:
            self._ledger.note(own, _A_BRIDGE)
            return None
        spec = {"name": name} | merged
        place = _Place(entry.slug, _BRIDGE, own, common, fields)
        needed = (
            "protocol",
            "url",
            *(("room",) if spec.get("protocol") in _HAS_ROOMS else ()),
        )
        return self._target(place, spec, needed, TargetKind.BRIDGE)

    def _line_of(
        self, path: Path, entry: UnitEntry, fields: Mapping[str, str]
    ) -> Target | None:
        if entry.line is None and "line" in entry.model_fields_set:
            return None
        spec = _merged(self._line, _plain(entry.line))
        if not spec.keys() - {"provider"}:
            return None  # whose it is may be known where nobody can measure it
        place = _Place(entry.slug, _LINE, (*path, _LINE), ("defaults", _LINE), fields)
        named = {"name": f"Đường truyền {entry.name}", "protocol": _LINE} | spec
        return self._target(place, named, ("url",), TargetKind.LINE)

    def _systems_of(
        self, path: Path, entry: UnitEntry, fields: Mapping[str, str]
    ) -> Iterator[Target | None]:
        for key in dict.fromkeys((*self._systems, *entry.systems)):
            if key in entry.systems and entry.systems[key] is None:
                continue
            spec = _merged(self._systems.get(key, {}), _plain(entry.systems.get(key)))
            own, common = (*path, "systems", key), (*_COMMON, key)
            place = _Place(entry.slug, key, own, common, fields, entry.name)
            kind = TargetKind.PAGE if "page" in spec else TargetKind.SYSTEM
            yield self._target(place, spec, ("url",), kind)

    def _declared_of(self, entry: UnitEntry) -> Iterator[Target]:
        """What only people can tell of: it has a name, and no address."""
        known: dict[str, DeclaredEntry | None] = {**self._document.defaults.declared}
        for key, declared in (known | entry.declared).items():
            if declared is not None:
                yield Target(
                    id=f"{entry.slug}/{key}",
                    owner=entry.slug,
                    name=declared.name,
                    kind=TargetKind.DECLARED,
                    url="",
                    protocol=_BY_PEOPLE,
                    code=entry.code,
                )

    def _shared(self, key: str, entry: SystemEntry) -> Target | None:
        path = ("systems", key)
        if entry.page is not None:
            self._ledger.note((*path, "page"), _OF_A_UNIT)
        place = _Place("city", key, path, path, {})
        kind = TargetKind.HOTLINE if key == _HOTLINE else TargetKind.SYSTEM
        return self._target(place, _merged({}, _plain(entry)), ("url",), kind)

    def _target(
        self, place: _Place, spec: Spec, needed: tuple[str, ...], kind: TargetKind
    ) -> Target | None:
        lacking = [key for key in needed if key not in spec]
        for key in lacking:
            self._ledger.note(self._origin(place, key), _NEEDED[key])
        expect = spec.get("expect", {})
        marker = self._filled(place, ("expect", "contains"), expect.get("contains"))
        url = self._filled(place, ("url",), spec.get("url"))
        if lacking or url is None:
            return None
        protocol = spec.get("protocol") or url.partition(":")[0]
        if not self._is_sound(place, spec["url"], url, spec.get("protocol", "system")):
            return None
        return Target(
            id=f"{place.owner}/{place.key}",
            owner=place.owner,
            name=spec.get("name", place.key),
            kind=kind,
            url=url,
            protocol=protocol,
            expect=Expect(expect.get("status", 200), marker),
            room=spec.get("room"),
            bloc=spec.get("bloc"),
            placeholder=is_reserved(url) and not self._is_routed,
            bridge=self._bridge_facts(place, spec) if kind is TargetKind.BRIDGE else None,
            line=_line_facts(spec) if kind is TargetKind.LINE else None,
            api=self._api(place, spec.get("api")),
            code=place.fields.get("code", ""),
            page=self._page(place, spec["page"]) if kind is TargetKind.PAGE else None,
            supplier=spec.get("supplier", ""),
        )

    def _bridge_facts(self, place: _Place, spec: Spec) -> Bridge | None:
        """What a participant must know beside the address; None when there is nothing."""
        relays = tuple(
            Relay(relay["url"], self._account(place, ("relays", index), relay.get("account")))
            for index, relay in enumerate(spec.get("relays", ()))
        )
        account = self._account(place, (), spec.get("account"))
        domain = self._filled(place, ("domain",), spec.get("domain"))
        known = Bridge(domain, account, relays)
        return None if known == Bridge() else known

    def _api(self, place: _Place, written: Spec | None) -> Api | None:
        """How transactions reach it; None where it takes none, or when something is wrong."""
        if not written:
            return None
        lacking = [key for key in ("contract", "url") if key not in written]
        for key in lacking:
            self._ledger.note(self._origin(place, "api", key), _NEEDED[key])
        url = self._filled(place, ("api", "url"), written.get("url"))
        settings = {
            key: self._filled(place, ("api", "settings", key), value)
            for key, value in written.get("settings", {}).items()
        }
        if lacking or url is None:
            return None
        if (expected := problem_of(url, written["contract"])) is not None:
            self._ledger.note(self._origin(place, "api", "url"), expected, written["url"])
            return None
        known = {key: value for key, value in settings.items() if value is not None}
        account = self._account(place, ("api",), written.get("account"))
        is_held = is_reserved(url) and not self._is_routed
        return Api(written["contract"], url, account, known, is_held)

    def _page(self, place: _Place, written: Spec) -> PublicPage | None:
        """What it must show; None when that is not said."""
        needed = ("sort", "leads_to") if written.get("sort") == "closed" else ("sort",)
        lacking = [key for key in needed if key not in written]
        for key in lacking:
            self._ledger.note(self._origin(place, "page", key), _NEEDED[key])
        leads_to = self._filled(place, ("page", "leads_to"), written.get("leads_to"))
        if leads_to and (expected := problem_of(leads_to, "system")) is not None:
            self._ledger.note(self._origin(place, "page", "leads_to"), expected, leads_to)
            return None
        known = written | ({"leads_to": leads_to} if leads_to else {})
        return None if lacking else PublicPage(unit=place.unit, **known)

    def _account(
        self, place: _Place, keys: Path, written: Mapping[str, str] | None
    ) -> Account | None:
        if not written:
            return None
        path = (*keys, "account")
        if "user" not in written:
            self._ledger.note(self._origin(place, *path), _USER)
            return None
        user = self._filled(place, (*path, "user"), written["user"])
        return Account(user, written.get("secret")) if user else None

    def _filled(self, place: _Place, keys: Path, template: str | None) -> str | None:
        if template is None:
            return None
        try:
            return filled(template, place.fields)
        except TemplateError:
            self._ledger.note(self._origin(place, *keys), _fields(place.fields), template)
            return None

    def _is_sound(self, place: _Place, template: str, url: str, protocol: str) -> bool:
        origin = self._origin(place, "url")
        expected = problem_of(url, protocol)
        if expected is not None:
            self._ledger.note(origin, expected, template)
            return False
        if place.key != _BRIDGE:  # one conference server may serve every hall
            self._claim(canonical(url), origin, template)
        return True

    def _claim(self, address: object, origin: Path, template: str) -> None:
        """Refuse an address that two places of the file give; one default may serve many."""
        first = self._claims.setdefault(address, origin)
        if first != origin:
            line = self._ledger.root.line_of(first)
            self._ledger.note(origin, _only_once(line), template)

    def _origin(self, place: _Place, *keys: str | int) -> Path:
        """Find where a key was written: at the owner's, or among the defaults."""
        own, common = (*place.own, *keys), (*place.common, *keys)
        root = self._ledger.root
        if root.at(own) is None and root.at(common) is not None:
            return common
        return own if root.at(place.own) or not root.at(place.common) else common


def _line_facts(spec: Spec) -> Line:
    return Line(spec.get("up_mbit"), spec.get("down_mbit"))


def _plain(entry: BridgeEntry | LineEntry | SystemEntry | None) -> Spec:
    return entry.model_dump(exclude_unset=True) if entry else {}


def _merged(base: Spec, patch: Spec) -> Spec:
    """Lay a patch over a base, key by key; null removes."""
    result = {key: value for key, value in base.items() if value is not None}
    for key, value in patch.items():
        if isinstance(value, dict):
            result[key] = _merged(result.get(key, {}), value)
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result


def _fields(fields: Mapping[str, str]) -> Text:
    if not fields:
        return Text("địa chỉ dùng chung, không có chỗ trống {…}", "no {…} in a shared system")
    listed = ", ".join(f"{{{name}}}" for name in fields)
    return Text(f"mẫu chỉ có các chỗ trống {listed}", f"only the fields {listed}")


def _only_once(line: int) -> Text:
    return Text(
        f"địa chỉ riêng cho từng mục tiêu (dòng {line} cho ra cùng địa chỉ)",
        f"an address of its own for each target (line {line} gives the same)",
    )
