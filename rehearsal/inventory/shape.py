"""What shape has an inventory, key by key? (Pydantic, because these bytes are foreign.)"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
import zoneinfo
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CODE = r"^[0-9]{5}$"
REFERENCE = r"^(env:[A-Za-z_][A-Za-z0-9_]*|keyring:[A-Za-z0-9_.@-]+)$"
TURN = r"^turns?:[A-Za-z0-9.\-]+(:[0-9]{1,5})?(\?transport=(udp|tcp))?$"
SETTING = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
TELEPHONE = r"^\+?[0-9][0-9 .()\-]{5,}$"
DNS_PORT = 53
ROOM_MAX_CHARS = 200


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _iso_date(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("iso_date", "a date")


def _known_timezone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        raise PydanticCustomError("timezone", "an IANA time zone") from None
    return name


def _nameserver(written: str) -> str:
    """Give `host:port`, or `[host]:port` for IPv6."""
    match = re.fullmatch(r"\[(.+)\]:([0-9]{1,5})|([^:]+):([0-9]{1,5})|(.+)", written)
    if match is None:
        raise PydanticCustomError("nameserver", "an address")
    host = match[1] or match[3] or match[5]
    port = int(match[2] or match[4] or DNS_PORT)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise PydanticCustomError("nameserver", "an address") from None
    if not 1 <= port <= 65_535:  # noqa: PLR2004 - the range of a port
        raise PydanticCustomError("nameserver", "an address")
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"  # noqa: PLR2004 - IPv6


def _room(value: object) -> object:
    """A number for Janus, a name for the others; YAML's true is neither."""
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, str) and 1 <= len(value) <= ROOM_MAX_CHARS:
        return value
    raise PydanticCustomError("room", "a room")


Name = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(_nfc)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=60)]
Code = Annotated[str, StringConstraints(pattern=CODE)]
Written = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Count = Annotated[int, Field(ge=0, le=99_999)]
Room = Annotated[int | str, BeforeValidator(_room)]
SecretFrom = Annotated[str, StringConstraints(pattern=REFERENCE, max_length=120)]
Rate = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Setting = Annotated[str, StringConstraints(pattern=SETTING, max_length=60)]
Tile = Annotated[tuple[Count, Count], Field(strict=False)]


class Entry(BaseModel):
    """A mapping of the file: no unknown keys, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Counts(Entry):
    """How many units and hubs the file must have when no register names them."""

    units: Count
    hubs: Count


class CityEntry(Entry):
    """Whose go-live is rehearsed; exactly one of `register` and `expect`."""

    name: Name
    timezone: Annotated[str, AfterValidator(_known_timezone)]
    go_live: IsoDate
    register_: Slug | None = Field(None, alias="register")
    expect: Counts | None = None


class ExpectEntry(Entry):
    """What a healthy page answers; `{slug}` and `{code}` are filled in."""

    status: Annotated[int, Field(ge=100, le=599)] = 200
    contains: Written | None = None


class AccountEntry(Entry):
    """Who we are at a server; `secret` says where the password is, never what it is."""

    user: Written | None = None
    secret: SecretFrom | None = None


class RelayEntry(Entry):
    """A TURN server, by its URI (RFC 7065)."""

    url: Annotated[str, StringConstraints(pattern=TURN, max_length=500)]
    account: AccountEntry | None = None


class BridgeEntry(Entry):
    """A meeting bridge, or what a unit changes of the common one."""

    name: Name | None = None
    protocol: Literal["janus", "xmpp", "sip", "h323", "other"] | None = None
    url: Written | None = None
    room: Room | None = None
    domain: Written | None = None
    account: AccountEntry | None = None
    relays: list[RelayEntry] | None = None
    supplier: Name | None = None


class LineEntry(Entry):
    """A unit's line: its ndt7 address, and what the unit declares, from its own side."""

    url: Written | None = None
    up_mbit: Rate | None = None
    down_mbit: Rate | None = None
    provider: Name | None = None


class ApiEntry(Entry):
    """The interface through which transactions go; see `docs/contracts/`.

    `settings` maps the contract's own names of paths, fields and states to the supplier's.
    """

    contract: Literal["dossiers", "open311", "edxml", "oidc", "mail", "voice"] | None = None
    url: Written | None = None
    account: AccountEntry | None = None
    settings: dict[Setting, Written] = {}


class PageEntry(Entry):
    """A page for citizens, and what it must show; `leads_to` where a closed one leads."""

    sort: Literal["contact", "listed", "closed"] | None = None
    address: Name | None = None
    telephone: Annotated[str, StringConstraints(pattern=TELEPHONE, max_length=40)] | None = None
    leads_to: Written | None = None


class SystemEntry(Entry):
    """An information system, or what a unit changes of the common one."""

    name: Name | None = None
    bloc: Literal["party", "government", "front"] | None = None
    url: Written | None = None
    expect: ExpectEntry | None = None
    api: ApiEntry | None = None
    page: PageEntry | None = None
    supplier: Name | None = None


class DeclaredEntry(Entry):
    """What no instrument can try, by its name for people."""

    name: Name


class DefaultsEntry(Entry):
    """What units have in common; `{slug}` and `{code}` are filled in for each."""

    bridge: BridgeEntry | None = None
    line: LineEntry | None = None
    systems: dict[Slug, SystemEntry] = {}
    declared: dict[Slug, DeclaredEntry] = {}


class ServesEntry(Entry):
    """Which units a hub connects to the meeting."""

    former_province: Slug


class HubEntry(Entry):
    """A meeting bridge that no unit owns."""

    slug: Slug
    name: Name
    role: Literal["central", "main"]
    serves: ServesEntry | None = None
    bridge: BridgeEntry | None = None


class UnitEntry(Entry):
    """A unit; `bridge: null` has none, `systems: {x: null}` lacks that system.

    So does `declared: {x: null}`.
    """

    code: Code
    slug: Slug
    name: Name
    kind: Literal["ward", "commune", "special-zone"]
    former_province: Slug | None = None
    tile: Tile | None = None
    bridge: BridgeEntry | None = None
    line: LineEntry | None = None
    systems: dict[Slug, SystemEntry | None] = {}
    declared: dict[Slug, DeclaredEntry | None] = {}


class NetworkEntry(Entry):
    """How names are reached; all that differs between two routes to a city."""

    nameservers: list[Annotated[str, AfterValidator(_nameserver)]] = []
    trust: list[Written] = []
    ports: dict[Port, Port] = {}


class LoadEntry(Entry):
    """What transactions may ask; what is not said is as for everybody (`docs/inventory.md`)."""

    per_s: Rate | None = None
    at_once: Annotated[int, Field(ge=1, le=1_000)] | None = None
    in_all: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    slow_s: Rate | None = None


class LoadsEntry(Entry):
    """Of each host, and of all of the city's together."""

    host: LoadEntry = LoadEntry()
    city: LoadEntry = LoadEntry()


class ResponsibleEntry(Entry):
    """Who mends something: a person or a post, by whose authority, within how many hours."""

    who: Name
    authority: Name | None = None
    within_h: Rate | None = None


class OwnersEntry(Entry):
    """Who mends what: by supplier, by key of the system, by group of causes."""

    suppliers: dict[Name, ResponsibleEntry] = {}
    systems: dict[Slug, ResponsibleEntry] = {}
    groups: dict[
        Literal["infrastructure", "systems", "procedures-and-staff", "support"],
        ResponsibleEntry,
    ] = {}


Limits = dict[str, dict[str, dict[str, Finite]]]


class Document(Entry):
    """The inventory of a city: who takes part in the trial and what is reached."""

    version: Annotated[int, Field(ge=1, le=1)]
    city: CityEntry
    defaults: DefaultsEntry = DefaultsEntry()
    hubs: list[HubEntry] = []
    units: list[UnitEntry]
    systems: dict[Slug, SystemEntry] = {}
    limits: Limits = {}
    load: LoadsEntry = LoadsEntry()
    owners: OwnersEntry = OwnersEntry()
    network: NetworkEntry = NetworkEntry()


def json_schema() -> dict[str, object]:
    """Give the JSON Schema of an inventory, for the completion of an editor."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | Document.model_json_schema()
