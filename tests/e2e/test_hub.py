"""A hub that is cut off: one failure with those behind it, not one of each."""

from rehearsal.inventory import generate
from tests.e2e.driving import rehearse, results

UNITS = 6
SCENARIO = """\
version: 1
name: {vi: Cầu chính bị cắt, en: The hub is cut}
seed: 1
go_live_in_days: 11
faults:
  - {fault: hub-cut, targets: [main/bridge], why: {vi: a, en: b}}
"""


def test_a_cut_hub_blocks_those_behind_it(tmp_path):
    """The hub fails; its units are blocked by it, and would be freed with it."""
    city, scenario = tmp_path / "bridges.yaml", tmp_path / "scenario.yaml"
    text = generate(UNITS)
    province = province_of(text)
    served = f"role: main, serves: {{former_province: {province}}}}}"
    city.write_text(text.replace("role: main}", served), encoding="utf-8")
    scenario.write_text(SCENARIO, encoding="utf-8")

    rehearse(
        *("phase-1", "--no-prefect", "--inventory", str(city), "--twin", str(scenario)),
        *("--only", "bridge.reach,bridge.roll_call", "--hold", "8s", "--out", str(tmp_path)),
    )

    document = results(tmp_path)
    called = {
        check["target"]: check
        for owner in (*document["hubs"], *document["units"])
        for check in owner["checks"]
        if check["id"] == "bridge.roll_call"
    }
    behind = [u["slug"] for u in document["units"] if is_in(province, u["slug"], text)]
    beside = [u["slug"] for u in document["units"] if u["slug"] not in behind]
    assert behind
    assert beside
    assert called["main/bridge"]["outcome"] in {"fail", "blocked"}
    assert {called[f"{slug}/bridge"]["outcome"] for slug in behind} == {"blocked"}
    assert {called[f"{slug}/bridge"]["blocked_at"] for slug in behind} == {"main/bridge"}
    assert {called[f"{slug}/bridge"]["outcome"] for slug in beside} == {"pass"}
    assert max(cause["frees"] for cause in document["causes"]) == len(behind)


def province_of(text):
    """The former province of the first unit."""
    return text.partition("former_province: ")[2].partition(",")[0]


def is_in(province, slug, text):
    """Whether that unit's row names the province."""
    row = next(line for line in text.splitlines() if f"slug: {slug}," in line)
    return f"former_province: {province}," in row
