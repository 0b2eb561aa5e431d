"""Do Prefect's settings keep it quiet, at home and offline?"""

from flows.environment import of_client, of_server


def test_the_server_is_ours_alone(tmp_path, monkeypatch):
    """Settings for another server must not reach the child."""
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere.example/api")
    monkeypatch.setenv("PREFECT_API_KEY", "secret")

    theirs = of_server(tmp_path)

    assert "PREFECT_API_URL" not in theirs
    assert "PREFECT_API_KEY" not in theirs
    assert theirs["PREFECT_HOME"] == str(tmp_path)


def test_nothing_is_told_to_anyone_outside(tmp_path):
    """A trial reports to the Steering Committee and to nobody else."""
    theirs = of_server(tmp_path)

    assert theirs["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert theirs["DO_NOT_TRACK"] == "1"
    assert theirs["PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"] == "false"


def test_no_proxy_comes_between(tmp_path, monkeypatch):
    """The loopback server is reached directly, whatever else the proxy is for."""
    monkeypatch.setenv("NO_PROXY", "intranet.example")

    ours = of_client(tmp_path, "http://127.0.0.1:1/api")

    assert ours["NO_PROXY"] == "intranet.example,127.0.0.1,localhost,::1"


def test_a_relative_home_is_made_absolute(tmp_path, monkeypatch):
    """The server child and a flow's process may stand in other directories."""
    monkeypatch.chdir(tmp_path)

    assert of_client(tmp_path.joinpath("x").relative_to(tmp_path), "u")["PREFECT_HOME"] == str(
        tmp_path / "x"
    )
