"""What holds for every test: under CI nothing is skipped, and no crowd spoils a measurement.

With xdist the first worker runs what measures, one file after another, while the others
run the rest beside it and yield to it.
"""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

IS_CI = os.environ.get("CI") == "true"
FIRST = "gw0"
YIELDS = 5  # nice(2): beside the first worker each other gets a third of what it does
# These compare times, or judge a whole trial: late by our own fault they would be wrong.
ALONE = (
    *("tests/e2e/", "tests/rules/test_examples.py", "tests/servers/test_phase_one.py"),
    *("tests/rehearsal/test_observe.py", "tests/rehearsal/test_run.py"),
    *("tests/rehearsal/net/test_hostile.py", "tests/rehearsal/net/test_observer.py"),
    *("tests/rehearsal/net/test_ndt7.py", "tests/net_lab/test_line.py", "tests/twin/media/"),
    *("tests/net_lab/test_media.py", "tests/servers/test_janus_media.py"),
    *("tests/servers/test_roll_call.py", "tests/servers/test_bridges.py"),
)
# The files of such a folder share a server that costs more to start than they to run.
SHARING = ("tests/flows", "tests/rehearsal/journal", "tests/rehearsal/net", "tests/twin")


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items):
    """What is alone runs when nothing else does: `make tests` asks for it by itself."""
    for item in items:
        if item.nodeid.startswith(ALONE):
            item.add_marker("alone")


def pytest_configure(config):
    """Let the first worker go first."""
    config.addinivalue_line("markers", "alone: it measures as if the machine were its own")
    if os.environ.get("PYTEST_XDIST_WORKER", FIRST) != FIRST:
        os.nice(YIELDS)


class Lanes(LoadScopeScheduling):
    """A worker is given a file, or a folder that shares; only the first what is alone."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        return folder if folder in SHARING and not file.startswith(ALONE) else file

    def _assign_work_unit(self, node):
        is_first = node.gateway.id == min(each.gateway.id for each in self.nodes)
        scopes = sorted(self.workqueue, key=lambda scope: not scope.startswith(ALONE))
        if not is_first:
            scopes = [scope for scope in scopes if not scope.startswith(ALONE)]
        if not scopes:
            node.shutdown()  # it still ends what it has
            return
        self.workqueue.move_to_end(scopes[0], last=False)
        super()._assign_work_unit(node)


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
