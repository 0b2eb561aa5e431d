"""A build server reads the same outcomes."""

from xml.etree import ElementTree as ET

from rehearsal.model import Assessment
from rehearsal.report import results_document
from rehearsal.report.junit import junit_xml
from tests.rehearsal.report.hostile import hostile


def test_counts_agree_with_the_document(assessment: Assessment):
    """Failures fail, unknown is an error, blocked is skipped; a warning passes."""
    document = results_document(assessment)
    root = ET.fromstring(junit_xml(document))
    owners = (*document["hubs"], *document["units"], *document["systems"])
    outcomes = [check["outcome"] for owner in owners for check in owner["checks"]]

    assert len(root.findall(".//testcase")) == len(outcomes) == int(root.attrib["tests"])
    for tag, outcome in (("failure", "fail"), ("error", "unknown"), ("skipped", "blocked")):
        assert len(root.findall(f".//{tag}")) == outcomes.count(outcome) > 0
    assert int(root.attrib["failures"]) == outcomes.count("fail")
    assert int(root.attrib["errors"]) == outcomes.count("unknown")


def test_hostile_text_parses_back(assessment: Assessment):
    """Control characters are no XML, so they are spelled out."""
    root = ET.fromstring(junit_xml(results_document(hostile(assessment))))

    assert len(root.findall("testsuite")) == 2 + 114 + 2
