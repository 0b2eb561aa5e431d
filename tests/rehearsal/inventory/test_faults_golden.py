"""Is each kind of fault told once, at its exact line and path, with what was expected?"""

import pytest

from rehearsal.inventory import examine

UNIT = 'code: "00001", slug: mot'
TILE = "tile: [0, 0]"
MAIL_URL = "defaults.systems.mail.url"
FRONT_URL = "defaults.systems.front.url"
BRIDGE_URL = "defaults.bridge.url"

GOLDEN = {
    "unknown key": ("version: 1", "version: 1\ncolour: red", 2, "colour", "one of the keys"),
    "missing key": ("kind: ward, ", "", 11, "units[0].kind", "this value"),
    "wrong version": ("version: 1", "version: 2", 1, "version", "1 or less"),
    "version true": ("version: 1", "version: true", 1, "version", "a whole number"),
    "not a mapping": (
        "{slug: central, name: Trung tâm, role: central}",
        "central",
        9,
        "hubs[0]",
        "a mapping",
    ),
    "bad choice": ("kind: ward", "kind: town", 11, "units[0].kind", "'ward', 'commune' or"),
    "bad slug": ("slug: mot", "slug: Một", 11, "units[0].slug", "a slug of"),
    "bare code": ('"00001"', "10001", 11, "units[0].code", "text in quotes"),
    "bare zero": ('"00001"', "00001", 11, "units[0].code", "a code in quotes"),
    "short code": ('"00001"', '"123"', 11, "units[0].code", "of 5 digits"),
    "code 1e3": ('"00001"', "1e3", 11, "units[0].code", "of 5 digits"),
    "code true": ('"00001"', "true", 11, "units[0].code", "text in quotes"),
    "bad date": ("2025-07-01", "01/07/2025", 2, "city.go_live", "a date"),
    "no such day": ("2025-07-01", "2025-02-30", 2, "city.go_live", "a date"),
    "bad zone": ("Asia/Ho_Chi_Minh", "Asia", 2, "city.timezone", "IANA"),
    "both counts": ("expect: {u", "register: x, expect: {u", 2, "city", "exactly one of"),
    "no counts": (", expect: {units: 2, hubs: 1}", "", 2, "city", "exactly one of"),
    "no register": (
        "expect: {units: 2, hubs: 1}",
        "register: nowhere",
        2,
        "city.register",
        "one of hai-phong-2025",
    ),
    "units count": ("units: 2", "units: 3", 10, "units", "exactly 3 entries"),
    "hubs count": ("hubs: 1", "hubs: 2", 8, "hubs", "exactly 2 entries"),
    "same code": ('"00002"', '"00001"', 12, "units[1].code", "line 11 has it"),
    "same slug": ("slug: hai", "slug: mot", 12, "units[1].slug", "line 11 has it"),
    "hub's slug": ("slug: hai", "slug: central", 12, "units[1].slug", "line 9 has it"),
    "same name": ("name: Hai", "name: một", 12, "units[1].name", "line 11 has it"),
    "same tile": ("[0, 1]", "[0, 0]", 12, "units[1].tile", "line 11 has it"),
    "tile below 0": (TILE, "tile: [-1, 0]", 11, "units[0].tile[0]", "0 or more"),
    "reserved slug": ("slug: mot", "slug: city", 11, "units[0].slug", "city is reserved"),
    "reserved system": (
        "    front:",
        "    bridge:",
        7,
        "defaults.systems.bridge",
        "bridge is reserved",
    ),
    "wrong scheme": ('"wss://', '"https://', 4, BRIDGE_URL, "begins with wss:"),
    "mail by ftp": ('"https://{slug}.m', '"ftp://{slug}.m', 6, MAIL_URL, "https:"),
    "unknown field": ("{slug}.m", "{slugg}.m", 6, MAIL_URL, "{slug}, {code}"),
    "left open": ("{slug}.m", "{{slug}}.m", 6, MAIL_URL, "no {…} left"),
    "hub has no code": ("{slug}.b", "{code}.b", 4, BRIDGE_URL, "only the fields {slug}"),
    "shared field": ("//1022", "//{slug}", 14, "systems.hotline.url", "in a shared system"),
    "same address": ("{slug}.front", "{slug}.mail", 7, FRONT_URL, "of its own"),
    "password": ("//1022", "//a:b@1022", 14, "systems.hotline.url", "without user name"),
    "bad port": ("1022.example", "1022.example:99999", 14, "systems.hotline.url", "host name"),
    "bad host": ("1022.example", "-x.example", 14, "systems.hotline.url", "host name"),
    "fragment": ("1022.example/", "1022.example/#x", 14, "systems.hotline.url", "# part"),
    "wrong bloc": ("bloc: front, ", "bloc: x, ", 7, "defaults.systems.front.bloc", "front"),
    "no room": (", room: 7", "", 4, "defaults.bridge.room", "the room of the trial"),
    "limit is no number": (
        "version: 1",
        "version: 1\nlimits: {p: {c: {l: true}}}",
        2,
        "limits.p.c.l",
        "a number",
    ),
    "resolver by name": (
        "version: 1",
        'version: 1\nnetwork: {nameservers: ["dns.x:53"]}',
        2,
        "network.nameservers[0]",
        "an IP address",
    ),
    "no such file": (
        "version: 1",
        "version: 1\nnetwork: {trust: [nowhere.pem]}",
        2,
        "network.trust[0]",
        "a PEM file that exists",
    ),
    "port out of range": (
        "version: 1",
        "version: 1\nnetwork: {ports: {443: 70000}}",
        2,
        "network.ports[443]",
        "65535 or less",
    ),
    "resolver's port": (
        "version: 1",
        'version: 1\nnetwork: {nameservers: ["::1", "1.1.1.1:0"]}',
        2,
        "network.nameservers[1]",
        "an IP address",
    ),
    "no resolver": (
        "version: 1",
        'version: 1\nnetwork: {nameservers: [""]}',
        2,
        "network.nameservers[0]",
        "an IP address",
    ),
    "broken count": ("hubs: 1", "hubs: one", 2, "city.expect.hubs", "a whole number"),
    "own system bridge": (
        TILE,
        f'{TILE}, systems: {{bridge: {{bloc: party, url: "https://x.example/"}}}}',
        11,
        "units[0].systems.bridge",
        "bridge is reserved",
    ),
    "no SIP address": (
        TILE,
        f'{TILE}, bridge: {{protocol: sip, url: "sip:"}}',
        11,
        "units[0].bridge.url",
        "host name",
    ),
    "anchor": ("name: Hai", "name: &x Hai", 12, "units[1].name", "no anchors"),
    "tag": ("name: Hai", "name: !!str Hai", 12, "units[1].name", "no type tags"),
    "key twice": (UNIT, f"{UNIT}, slug: x", 11, "units[0].slug", "line 11 has it"),
    "NUL": ("name: Hai", r'name: "a\0"', 12, "units[1].name", "printable"),
    "lone surrogate": ("name: Hai", r'name: "\ud800"', 12, "units[1].name", "printable"),
    "key no text": ("version: 1", "version: 1\n1.5: x", 2, "?", "a key that is text"),
    "two documents": ("hubs:\n", "---\nhubs:\n", 8, "", "a single YAML document"),
    "syntax": ("hubs:\n", "hubs: ]\n", 8, "", "well-formed YAML"),
    "escape too far": ("name: Hai", r'name: "\UFFFFFFFF"', 12, "", "well-formed"),
}  # fmt: skip


@pytest.mark.parametrize("case", GOLDEN)
def test_each_fault_is_told_once_at_its_place(case, faults_after):
    """One slip is one fault, with its line, its path and what was expected."""
    old, new, line, path, expected = GOLDEN[case]

    faults = faults_after(old, new)

    assert [(f.line, f.path) for f in faults] == [(line, path)]
    assert expected in faults[0].expected.en
    assert faults[0].expected.vi


def test_ten_faults_are_ten_lines(sound, write):
    """A person mends a file in one round: nothing hides behind another fault."""
    changes = ("same code", "bad date", "tile below 0", "wrong bloc", "wrong scheme",
               "password", "unknown key", "hubs count", "anchor", "bad choice")  # fmt: skip
    for case in changes:
        sound = sound.replace(*GOLDEN[case][:2], 1)

    found = {fault.path for fault in examine(write(sound))[1]}

    assert found == {GOLDEN[case][3] for case in changes}


def test_a_fault_reads_as_a_sentence_in_both_languages(faults_after):
    """File, line and path come first, so that an editor can jump there."""
    fault = faults_after('"00001"', "10001")[0]

    assert fault.says.en.endswith(
        "bridges.yaml:11: units[0].code: expected text in quotes; found 10001"
    )
    assert "cần văn bản trong ngoặc kép; thấy 10001" in fault.says.vi


@pytest.mark.parametrize("new", ["//me:s3cret@1022", "//s3cret@1022"])
def test_a_credential_is_never_repeated(new, faults_after):
    """What was found is shown without the password in it."""
    fault = faults_after("//1022", new)[0]

    assert "s3cret" not in str(fault)


def test_the_value_of_an_unknown_key_is_not_repeated(faults_after):
    """An unknown key may be a password that belongs elsewhere."""
    fault = faults_after("name: Hai", "name: Hai, password: s3cret")[0]

    assert "s3cret" not in str(fault)
    assert fault.found == "'password'"


def test_a_long_value_is_capped(faults_after):
    """A fault never floods the terminal."""
    fault = faults_after("slug: mot", f"slug: {'A' * 5000}")[0]

    assert len(fault.found) == 80


def test_a_unit_without_any_bridge_must_say_so(sound, write):
    """A bridge that was forgotten is not one that is not needed."""
    common = next(line for line in sound.splitlines() if line.startswith("  bridge:"))

    faults = examine(write(sound.replace(common + "\n", "")))[1]

    assert [fault.path for fault in faults] == [
        "hubs[0].bridge",
        "units[0].bridge",
        "units[1].bridge",
    ]
    assert {fault.expected.en for fault in faults} == {"a bridge, or bridge: null"}
