"""Which settings keep Prefect quiet, offline, and fast enough for a trial?

They are environment variables, because Prefect reads them while it is imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

OFFLINE = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # else a missing address starts a private server that loses records and leaves orphans
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
}
SERVER = {
    # both batch sizes are 1 by default: one transaction a state, 93 s behind at 3,321 units
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    # a schedule added on the page shows its run after seconds, not after a minute
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "10",
    "PREFECT_SERVER_UI_API_URL": "/api",  # else the page asks port 4200, whatever ours is
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
# for a server that lives no longer than its one trial: nothing is scheduled, paused or
# triggered there; the journal is the evidence, and task runs need no feed of events
ALONE = {
    **{
        f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false"
        for service in (
            *("SCHEDULER", "LATE_RUNS", "FOREMAN", "PAUSE_EXPIRATIONS", "REPOSSESSOR"),
            *("CANCELLATION_CLEANUP", "CLEANUP_RECONCILER", "TRIGGERS", "EVENT_PERSISTER"),
        )
    },
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "false",
    "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",  # it reads them all to hash
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}
CLIENT = {
    # stderr belongs to our own progress; Prefect's page still shows every state
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
}
# for a process that lives no longer than its one trial
BRIEF = {
    # the default, 5, costs 160 s once the server is dead; none trips over a locked database
    "PREFECT_CLIENT_MAX_RETRIES": "2",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",  # flushed at exit, when the server is gone
}
DATABASE = "REHEARSAL_DATABASE"  # it may hold a password, so it is no parameter of a flow
FOREIGN = ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE")  # another server's
LOOPBACK = "127.0.0.1,localhost,::1"
NOTHING: Mapping[str, str] = {}


def of_server(home: Path, more: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """The whole environment of a server child that keeps its database under `home`."""
    ours = {k: v for k, v in os.environ.items() if k not in FOREIGN}
    return {**ours, **OFFLINE, **SERVER, **more, "PREFECT_HOME": str(home.absolute())}


def of_client(home: Path, url: str) -> dict[str, str]:
    """What this process needs before it imports Prefect; `url` is the server's API."""
    ours = {"PREFECT_HOME": str(home.absolute()), "PREFECT_API_URL": url}
    return {**OFFLINE, **CLIENT, **ours, "NO_PROXY": _no_proxy(os.environ)}


def _no_proxy(environment: Mapping[str, str]) -> str:
    named = environment.get("NO_PROXY", environment.get("no_proxy", ""))
    return f"{named},{LOOPBACK}" if named else LOOPBACK
