"""Is the shipped inventory the real city, and is the legal list kept to?"""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from rehearsal.inventory import examine, json_schema, load
from rehearsal.inventory.register import register_named, same
from rehearsal.model import TargetKind

ROOT = Path(__file__).parents[3]
CITY = ROOT / "bridges.yaml"
SCHEMA = ROOT / "docs" / "bridges.schema.json"


@pytest.fixture(scope="module")
def city():
    return load(CITY)


@pytest.fixture
def faults_in_city(write):
    def examined(old, new):
        text = CITY.read_text("utf-8")
        assert text.count(old) >= 1
        return [
            (f.path, f.expected.en, f.found)
            for f in examine(write(text.replace(old, new, 1)))[1]
        ]

    return examined


def test_the_city_has_116_bridges(city):
    """2 hubs and 114 units connect at once."""
    bridges = [t for t in city.targets() if t.kind is TargetKind.BRIDGE]

    assert (len(city.hubs), len(city.units), len(bridges)) == (2, 114, 116)


def test_the_city_has_its_kinds_and_provinces(city):
    """67 communes, 45 wards, 2 special zones; 50 from Hai Phong, 64 from Hai Duong."""
    kinds = [unit.kind for unit in city.units]
    provinces = [unit.former_province for unit in city.units]

    assert [kinds.count(k) for k in ("commune", "ward", "special-zone")] == [67, 45, 2]
    assert [provinces.count(p) for p in ("hai-phong", "hai-duong")] == [50, 64]


def test_every_unit_serves_three_blocs(city):
    """Party, government and Fatherland Front try their systems in each unit."""
    for unit in city.units:
        assert {t.bloc for t in unit.targets if t.bloc} == {"party", "government", "front"}


def test_every_host_is_a_placeholder(city):
    """No real host is known, and the file says so in both languages."""
    text = CITY.read_text("utf-8")

    assert all(target.placeholder for target in city.targets() if target.url)
    assert "GIẢ ĐỊNH (.example, RFC 2606)" in text
    assert "PLACEHOLDER (.example, RFC 2606)" in text


def test_a_page_must_hold_the_unit_s_own_code(city):
    """Another unit's page, or a login page, is not this unit's."""
    unit = city.units[0]

    systems = [t for t in unit.targets if t.bloc and t.kind is TargetKind.SYSTEM]
    assert {t.expect.contains for t in systems} == {unit.code}


def test_a_unit_s_pages_for_citizens_know_whose_they_are(city):
    """A list of units must show this one, and an old interface lead where all now go."""
    unit = city.units[0]
    pages = {t.page.sort: t for t in unit.targets if t.kind is TargetKind.PAGE}

    assert sorted(pages) == ["closed", "contact", "listed"]
    assert {t.page.unit for t in pages.values()} == {unit.name}
    assert unit.code in pages["listed"].url
    assert pages["closed"].page.leads_to == "https://dichvucong.national.example/"


def test_what_no_instrument_can_try_is_listed_for_people(city):
    """With a name for them, and no address for us."""
    unit = city.units[0]
    said = {t.key: t for t in unit.targets if t.kind is TargetKind.DECLARED}

    assert {"land-data", "civil-status", "zalo"} <= set(said)
    assert all(t.name != t.key and not t.url and not t.placeholder for t in said.values())


def test_the_hotline_is_the_city_s(city):
    """1022 is one shared target of its own kind."""
    hotlines = [t.id for t in city.targets() if t.kind is TargetKind.HOTLINE]

    assert hotlines == ["city/hotline"]


def test_the_committed_schema_is_the_generated_one():
    """The editor's completion knows what the loader knows."""
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema()


def test_the_schema_accepts_the_city():
    """An editor shows no error in a sound file."""
    document = yaml.load(CITY.read_text("utf-8"), Loader=yaml.BaseLoader)
    document |= {"version": 1, "defaults": {}, "systems": {}}  # BaseLoader: all is text
    for unit in document["units"]:
        unit["tile"] = [int(number) for number in unit["tile"]]
        for rate in {"up_mbit", "down_mbit"} & unit.get("line", {}).keys():
            unit["line"][rate] = float(unit["line"][rate])

    jsonschema.validate(document, json_schema())


def test_another_tone_placement_is_the_same_name(faults_in_city):
    """Thủy and Thuỷ are both written; the law's list is met by either."""
    assert same("Thuỷ Nguyên") == same("Thủy Nguyên") == same("Thu\u0309y Nguyên")
    assert faults_in_city("name: Thủy Nguyên", "name: Thuỷ Nguyên") == []


def test_another_tone_is_another_name(faults_in_city):
    """Cẩm Giang and Cẩm Giàng are two communes: the word that differs is named."""
    [(path, expected, found)] = faults_in_city("name: Cẩm Giang,", "name: Cẩm Giáng,")

    assert path.endswith(".name")
    assert "“Cẩm Giang” as in hai-phong-2025 (it differs at “Giang”)" in expected
    assert found == "'Cẩm Giáng'"


def test_a_missing_unit_is_named(faults_in_city):
    """Not only that one of 114 is missing, but which."""
    line = next(row for row in CITY.read_text("utf-8").splitlines() if "hai-an," in row)

    [(path, expected, found)] = faults_in_city(line + "\n", "")

    assert (path, found) == ("units", "")
    assert "all 114 units of hai-phong-2025, with ward Hải An, code 11413" in expected


def test_a_wrong_code_of_a_right_name_is_one_fault(faults_in_city):
    """A typing error in a code is told as such, not as one missing and one too many."""
    [fault] = faults_in_city('"11413"', '"99999"')

    assert fault[1:] == ('one of "11413"', "'99999'")


def test_a_superfluous_unit_is_named(faults_in_city):
    """A unit that no law knows has no place in the trial."""
    extra = (
        'units:\n  - {code: "99999", slug: x, name: X, kind: ward, former_province: hai-phong}'
    )

    [fault] = faults_in_city("units:", extra)

    assert fault == ("units[0].code", "a code that is in hai-phong-2025", "'99999'")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("kind: special-zone", "kind: ward", ".kind"),
        (
            "ward, former_province: hai-duong",
            "ward, former_province: hai-phong",
            ".former_province",
        ),
        (
            (
                "  - {slug: main-hai-duong, name: Điểm cầu chính Hải Dương, role: main, "
                "serves: {former_province: hai-duong}}\n"
            ),
            "",
            "hubs",
        ),
    ],
)
def test_the_register_is_kept_to(old, new, path, faults_in_city):
    """Kind, former province and the number of hubs are the law's."""
    assert [fault[0].endswith(path) for fault in faults_in_city(old, new)] == [True]


def test_a_hub_serves_a_province_that_has_units(faults_in_city):
    """A misspelt one would be served by nobody, and nobody would be blocked."""
    faults = faults_in_city(
        "serves: {former_province: hai-duong}", "serves: {former_province: x}"
    )

    assert [fault[0].endswith("serves.former_province") for fault in faults] == [True]


def test_the_register_holds_the_resolution_s_units():
    """114 units with 5-digit codes, and the two hubs."""
    register = register_named("hai-phong-2025")

    assert (len(register.units), register.hubs) == (114, 2)
    assert all(len(code) == 5 and code.isdigit() for code in register.units)
