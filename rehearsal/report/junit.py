"""How do a build server's eyes see a trial?"""

from collections.abc import Iterable
from itertools import chain
from xml.etree import ElementTree as ET

from rehearsal.report.document import Document
from rehearsal.report.safe import visible

_TAGS = {"fail": "failure", "unknown": "error", "blocked": "skipped"}


def junit_xml(document: Document) -> bytes:
    """Return JUnit XML of a results document: a suite for each owner, a case for each check.

    A failed check is a failure, an unknown one an error (never a pass), a blocked one
    skipped (its cause is counted where it lies), a warning a pass that says so.
    """
    owners = list(chain(document["hubs"], document["units"], document["systems"]))
    root = ET.Element("testsuites", _attributes(document["run"]["id"], _checks(owners)))
    for owner in owners:
        _suite(root, owner)
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _checks(owners: Iterable[Document]) -> list[Document]:
    return [check for owner in owners for check in owner["checks"]]


def _attributes(name: str, checks: list[Document]) -> dict[str, str]:
    outcomes = [check["outcome"] for check in checks]
    counts = {
        tag + "s": outcomes.count(word) for word, tag in _TAGS.items() if tag != "skipped"
    }
    counts |= {"tests": len(checks), "skipped": outcomes.count("blocked")}
    seconds = sum(check["elapsed_s"] or 0 for check in checks)
    return {
        "name": visible(name),
        **{key: str(count) for key, count in counts.items()},
        "time": f"{seconds:.3f}",
    }


def _suite(root: ET.Element, owner: Document) -> None:
    attributes = _attributes(owner["name"], owner["checks"])
    suite = ET.SubElement(root, "testsuite", attributes)
    for check in owner["checks"]:
        _case(suite, check)


def _case(suite: ET.Element, check: Document) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": check["target"],
            "name": check["id"],
            "time": f"{check['elapsed_s'] or 0:.3f}",
        },
    )
    if (tag := _TAGS.get(check["outcome"])) is not None:
        told = ET.SubElement(case, tag, {"message": _message(check)})
        told.text = (check["failure"] or {}).get("detail") or None
    elif check["outcome"] == "warn":
        ET.SubElement(case, "system-out").text = _message(check)


def _message(check: Document) -> str:
    if check["blocked_by"]:
        where = check["blocked_at"]
        return f"blocked by {check['blocked_by']}" + (f" of {where}" if where else "")
    codes = ", ".join(finding["code"] for finding in check["findings"])
    return codes or "not measured"
