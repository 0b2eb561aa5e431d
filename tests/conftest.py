"""What holds for every test: under CI nothing is skipped, and crowds spoil no measurement.

With xdist the first worker runs all that is marked `alone`, one after another, while the
others run the rest and are nice to it.
"""

import os

import pytest
from xdist.scheduler import LoadGroupScheduling

IS_CI = os.environ.get("CI") == "true"
FIRST = "gw0"
NICE = 5  # nice(2): beside the first worker each other gets a third of what it does
ALONE = "alone-"
SHARING = {"flows", "journal", "net", "twin"}  # folders whose tests share costly servers


def pytest_configure(config):
    """Stand back if others measure."""
    config.addinivalue_line("markers", "alone: it measures as if the machine were its own")
    if os.environ.get("PYTEST_XDIST_WORKER", FIRST) != FIRST:
        os.nice(NICE)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """What measures comes first; tests that share a server stay together."""
    items.sort(key=lambda item: item.get_closest_marker("alone") is None)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))


def group_of(item):
    """The tests of a group run in one worker."""
    place = item.path.parent if item.path.parent.name in SHARING else item.path
    name = str(place.relative_to(item.config.rootpath))
    return name if item.get_closest_marker("alone") is None else ALONE + name


class Lanes(LoadGroupScheduling):
    """What is marked `alone` goes to the first worker only."""

    def _assign_work_unit(self, node):
        is_first = node.gateway.id == min(each.gateway.id for each in self.nodes)
        fitting = (g for g in self.workqueue if is_first or not g.startswith(ALONE))
        group = next(fitting, None)
        if group is None:
            node.shutdown()
            return
        self.workqueue.move_to_end(group, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Only where groups were asked for."""
    return Lanes(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Turn a skip into a failure where everything must run."""
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped under CI: {report.longrepr}"
    return report
