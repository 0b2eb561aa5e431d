"""What holds for every test: under CI nothing is skipped, and no crowd spoils a measurement."""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

IS_CI = os.environ.get("CI") == "true"
# These compare times, or judge a whole trial: late by our own fault they would be wrong.
ALONE = (
    *("tests/e2e/", "tests/rules/test_examples.py", "tests/servers/test_phase_one.py"),
    *("tests/rehearsal/test_observe.py", "tests/rehearsal/test_run.py"),
    *("tests/rehearsal/net/test_hostile.py", "tests/rehearsal/net/test_observer.py"),
    *("tests/rehearsal/net/test_ndt7.py", "tests/rehearsal/net/test_rtp.py"),
    *("tests/net_lab/test_line.py", "tests/net_lab/test_one_line.py", "tests/twin/media/"),
    *("tests/net_lab/test_media.py", "tests/servers/test_janus_media.py"),
    *("tests/servers/test_roll_call.py", "tests/servers/test_bridges.py"),
    "tests/rehearsal/net/voice/test_number.py",
)
# Files that share a server which costs more to start than they to run; and such folders.
SERVED = {f"tests/flows/test_{name}.py" for name in ("deployments", "follow", "orchestra")}
SHARING = {"tests/rehearsal/journal", "tests/rehearsal/net", "tests/twin"}


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items):
    """What is alone runs when nothing else does: `make tests` asks for it by itself."""
    for item in items:
        if item.nodeid.startswith(ALONE):
            item.add_marker("alone")


def pytest_configure(config):
    """Name the marker."""
    config.addinivalue_line("markers", "alone: it measures as if the machine were its own")


class Lanes(LoadScopeScheduling):
    """A worker is given a file, or those files that share."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        if file in SERVED:
            return "served"
        return folder if folder in SHARING else file


def pytest_xdist_make_scheduler(config, log):
    """For `--dist loadscope`."""
    return Lanes(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Turn a skip into a failure where everything must run."""
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped under CI: {report.longrepr}"
    return report
