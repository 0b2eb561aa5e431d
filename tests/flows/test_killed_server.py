"""Does `rehearse serve` begin anew after a `kill -9`?"""

from tests.flows.served import children_of, ended, holds, is_running, running, serve


def test_a_killed_server_leaves_nothing_and_begins_anew(tmp_path):
    """`kill -9` takes the running trial along; the next start does not wait for it."""
    home = tmp_path / ".prefect"
    first = serve(home, tmp_path / "first")
    running(first, first.order(hold="1h", out="lost").json()["id"])
    below = children_of(first.process.pid)
    assert len(below) >= 2  # the server, and the flow's own process
    first.kill()
    assert holds(lambda: not any(is_running(pid) for pid in below))

    again = serve(home, tmp_path / "again")
    state = ended(again, again.order(hold="1s", out="anew").json()["id"])

    assert state["type"] == "COMPLETED"
    assert again.stop() == 0
