"""Are defaults, overrides and templates joined as the file says?"""

from dataclasses import FrozenInstanceError
from hashlib import sha256

import pytest

from rehearsal.inventory import InventoryError, load
from rehearsal.model import Account, Bridge, Line, PublicPage, Relay, Responsible, TargetKind

DECLARED = "  declared: {zalo: {name: Zalo}}\n"
EDXML = 'contract: edxml, url: "https://a.example/"'
OTHER = "former_province: p, tile: [0, 0]"


@pytest.fixture
def load_after(write, sound):
    def loaded(old, new):
        assert old in sound
        return load(write(sound.replace(old, new, 1)))

    return loaded


def targets_of(owner):
    return {target.id.partition("/")[2]: target for target in owner.targets}


def test_templates_are_filled_for_each_owner(load_after):
    """The same line serves every unit and hub."""
    inventory = load_after("version: 1", "version: 1")

    assert [t.url for t in inventory.targets()] == [
        "wss://central.b.example/janus",
        "wss://mot.b.example/janus",
        "https://mot.mail.example/",
        "https://mot.front.example/",
        "wss://hai.b.example/janus",
        "https://hai.mail.example/",
        "https://hai.front.example/",
        "https://1022.example/",
    ]
    assert targets_of(inventory.units[1])["mail"].expect.contains == "00002"


def test_an_override_changes_only_its_keys(load_after):
    """A unit writes down what differs, however deep it lies."""
    override = "bridge: {room: 9}, systems: {mail: {expect: {status: 204}}}"
    unit = load_after(OTHER, f"{OTHER}, {override}").units[0]

    mail = targets_of(unit)["mail"]
    assert (mail.expect.status, mail.expect.contains) == (204, "00001")
    assert mail.url == "https://mot.mail.example/"
    assert targets_of(unit)["bridge"].room == 9


def test_null_removes_a_system_or_the_bridge(load_after):
    """What a unit does not have is not probed."""
    unit = load_after(OTHER, f"{OTHER}, bridge: null, systems: {{mail: null}}").units[0]

    assert list(targets_of(unit)) == ["front"]


def test_a_unit_may_have_a_system_of_its_own(load_after):
    """A system that only one unit has stands on that unit's line."""
    extra = 'systems: {kiosk: {bloc: government, url: "http://kiosk.example:8080/"}}'
    unit = load_after(OTHER, f"{OTHER}, {extra}").units[0]

    assert targets_of(unit)["kiosk"].protocol == "http"


@pytest.mark.parametrize(
    ("protocol", "url"),
    [
        ("sip", "sips:mot@sip.example:5061;transport=tls"),
        ("h323", "h323:mot@gk.example"),
        ("other", "https://mot.example/"),
        ("sip", "sip:[2001:db8::1]"),
    ],
)
def test_a_unit_may_speak_another_protocol(protocol, url, load_after):
    """The national requirement names SIP, H.323 and WebRTC."""
    bridge = f'bridge: {{protocol: {protocol}, url: "{url}", room: null}}'
    target = targets_of(load_after(OTHER, f"{OTHER}, {bridge}").units[0])["bridge"]

    assert (target.protocol, target.url, target.room) == (protocol, url, None)


def test_doubled_braces_are_plain_ones(load_after):
    """A marker can be a piece of JSON."""
    hotline = load_after("contains: ok", "contains: '{{\"ok\":1}}'").systems[0]

    assert hotline.expect.contains == '{"ok":1}'


@pytest.mark.parametrize(
    ("host", "is_placeholder"),
    [
        ("1022.example", True),
        ("1022.example.com", True),
        ("EXAMPLE.org", True),
        ("1022.haiphong.gov.vn", False),
        ("myexample", False),
        ("example.vn", False),
        ("10.0.0.1", False),
    ],
)
def test_reserved_names_are_placeholders(host, is_placeholder, load_after):
    """RFC 2606 names belong to nobody, so there is nothing to measure."""
    hotline = load_after("//1022.example", f"//{host}").systems[0]

    assert hotline.placeholder is is_placeholder


def test_name_servers_of_its_own_make_reserved_names_real(load_after):
    """A test bed resolves .example itself."""
    route = (
        'version: 1\nnetwork: {nameservers: ["127.0.0.1:5300", "8.8.8.8", "::1", "[::1]:54"]}'
    )
    inventory = load_after("version: 1", route)

    assert not any(target.placeholder for target in inventory.targets())
    assert inventory.network.nameservers == (
        "127.0.0.1:5300",
        "8.8.8.8:53",
        "[::1]:53",
        "[::1]:54",
    )


def test_trust_is_found_beside_the_file(load_after, tmp_path):
    """A path in the file means the same wherever the command is started."""
    (tmp_path / "ca.pem").write_text("")
    inventory = load_after(
        "version: 1", "version: 1\nnetwork: {trust: [ca.pem], ports: {443: 44300}}"
    )

    assert inventory.network.trust == (str(tmp_path / "ca.pem"),)
    assert inventory.network.ports == {443: 44300}


def test_limits_are_numbers_by_phase_check_and_name(load_after):
    """What a city overrides reaches the judges unchanged, and cannot be changed later."""
    limits = load_after("version: 1", "version: 1\nlimits: {p: {c: {l: 0.02, m: 3}}}").limits

    assert limits["p"]["c"] == {"l": 0.02, "m": 3}
    with pytest.raises(TypeError):
        limits["p"]["c"]["l"] = 1


def test_the_digest_is_the_file_s(write, sound):
    """A report names exactly what it measured."""
    inventory = load(write(sound))

    assert inventory.digest == sha256(sound.encode()).hexdigest()
    with pytest.raises(FrozenInstanceError):
        inventory.digest = ""


def test_a_bridge_says_who_we_are_and_who_relays(load_after):
    """An account is named by its user and where its secret is, filled in for each unit."""
    bridge = (
        'bridge: {protocol: xmpp, url: "wss://mot.example/xmpp", room: hop, '
        'domain: "{slug}.example", account: {user: "{slug}", secret: "env:HOP"}, '
        'relays: [{url: "turn:turn.example:3478?transport=tcp", account: {user: a}}]}'
    )
    unit = load_after(OTHER, f"{OTHER}, {bridge}").units[0]
    target = targets_of(unit)["bridge"]

    assert target.room == "hop"
    assert target.bridge == Bridge(
        f"{unit.slug}.example",
        Account(unit.slug, "env:HOP"),
        (Relay("turn:turn.example:3478?transport=tcp", Account("a")),),
    )


def test_a_line_is_a_target_with_what_is_declared(load_after):
    """What a unit declares of its line travels with where the line is measured."""
    line = 'line: {url: "wss://{slug}.line.example/ndt/v7", up_mbit: 20, down_mbit: 50}'
    unit = load_after(OTHER, f"{OTHER}, {line}").units[0]
    target = targets_of(unit)["line"]

    assert (target.kind, target.protocol) == (TargetKind.LINE, "line")
    assert target.url == f"wss://{unit.slug}.line.example/ndt/v7"
    assert target.line == Line(20.0, 50.0)


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ("bridge: {account: {user: a, secret: hunter2}}", "units[0].bridge.account.secret"),
        ("bridge: {account: {secret: env:A}}", "units[0].bridge.account"),
        ("bridge: {relays: [{url: stun:x.example}]}", "units[0].bridge.relays[0].url"),
        ("bridge: {room: true}", "units[0].bridge.room"),
        ("line: {up_mbit: 5}", "units[0].line.url"),
        ('line: {url: "wss://a.example/", up_mbit: 0}', "units[0].line.up_mbit"),
    ],
)
def test_a_wrong_word_about_the_bridge_is_one_fault(extra, path, load_after):
    """Each is told at its place, and a secret that was written down is never shown."""
    with pytest.raises(InventoryError) as caught:
        load_after(OTHER, f"{OTHER}, {extra}")

    assert [fault.path for fault in caught.value.faults] == [path]
    assert "hunter2" not in str(caught.value)


def test_a_page_for_citizens_knows_its_unit(load_after):
    """What it must show of the centre is the unit's own; what is closed leads on."""
    front = 'front: {page: {sort: contact, telephone: "0225 3123 456"}}'
    old = (
        'old: {url: "https://{slug}.old.example/", '
        'page: {sort: closed, leads_to: "https://new.example/{code}"}}'
    )
    unit = load_after(OTHER, f"{OTHER}, systems: {{{front}, {old}}}").units[0]
    targets = targets_of(unit)

    assert targets["front"].kind is targets["old"].kind is TargetKind.PAGE
    assert targets["front"].page == PublicPage("contact", "Một", telephone="0225 3123 456")
    assert targets["old"].page == PublicPage(
        "closed", "Một", leads_to="https://new.example/00001"
    )
    assert targets["mail"].page is None


def test_what_people_declare_has_a_name_and_no_address(write, sound):
    """Common to all, but for a unit that has none, or one more."""
    file = write(sound.replace("hubs:\n", f"{DECLARED}hubs:\n"))
    inventory = load(file)
    own = f"{OTHER}, declared: {{zalo: null, kiosk: {{name: Kiốt}}}}"
    changed = load(write(file.read_text("utf-8").replace(OTHER, own, 1))).units[0]

    for unit in inventory.units:
        zalo = targets_of(unit)["zalo"]
        assert (zalo.kind, zalo.name, zalo.url) == (TargetKind.DECLARED, "Zalo", "")
        assert (zalo.code, zalo.placeholder) == (unit.code, False)
    assert [t.name for t in changed.targets if t.kind is TargetKind.DECLARED] == ["Kiốt"]


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ("systems: {front: {page: {}}}", "units[0].systems.front.page.sort"),
        ("systems: {front: {page: {sort: blog}}}", "units[0].systems.front.page.sort"),
        ("systems: {front: {page: {sort: closed}}}", "units[0].systems.front.page.leads_to"),
        (
            "systems: {front: {page: {sort: closed, leads_to: new}}}",
            "units[0].systems.front.page.leads_to",
        ),
        (
            "systems: {front: {page: {sort: contact, telephone: call us}}}",
            "units[0].systems.front.page.telephone",
        ),
        (
            f"systems: {{front: {{api: {{{EDXML}, settings: {{Path: x}}}}}}}}",
            "units[0].systems.front.api.settings.Path",
        ),
        ("declared: {mail: {name: Thư}}", "units[0].declared.mail"),
        ("declared: {bridge: {name: x}}", "units[0].declared.bridge"),
        ("declared: {zalo: {}}", "units[0].declared.zalo.name"),
    ],
)
def test_a_wrong_word_about_a_page_or_a_declaration_is_one_fault(extra, path, load_after):
    """Each is told at its place."""
    with pytest.raises(InventoryError) as caught:
        load_after(OTHER, f"{OTHER}, {extra}")

    assert [fault.path for fault in caught.value.faults] == [path]


def test_a_shared_system_is_no_page_of_a_unit(load_after):
    """Nobody's name or code could stand on it."""
    with pytest.raises(InventoryError) as caught:
        load_after("expect: {status: 200, contains: ok}", "page: {sort: contact}")

    assert [fault.path for fault in caught.value.faults] == ["systems.hotline.page"]


def test_who_delivers_is_known_of_every_target(load_after):
    """Units that fail together may have a supplier or a line's provider in common."""
    override = "bridge: {supplier: A}, systems: {mail: {supplier: B}}, line: {provider: C}"
    unit = load_after(OTHER, f"{OTHER}, {override}").units[0]

    found = targets_of(unit)
    assert (found["bridge"].supplier, found["mail"].supplier, unit.provider) == ("A", "B", "C")
    assert (found["front"].supplier, "line" in found) == ("", False)


def test_the_narrowest_owner_counts(load_after):
    """A supplier's fault goes to the supplier, not to whoever has the whole group."""
    owners = (
        "owners: {suppliers: {B: {who: hotline of B}}, "
        "systems: {mail: {who: mail, within_h: 4}},"
        " groups: {systems: {who: software, authority: decision 1}}}\n"
    )
    found = load_after("version: 1\n", f"version: 1\n{owners}").owners

    assert found.of("systems", "mail", "B") == Responsible("hotline of B")
    assert found.of("systems", "mail") == Responsible("mail", "", 4.0)
    assert found.of("systems", "front") == Responsible("software", "decision 1")
    assert found.of("support", "front") is None
