"""Settings from a file: which wins, what is wrong, and the file of another program's worker."""

from pathlib import Path

import pytest

from tests.cli.conftest import Tickwork
from tickwork.config import load
from tickwork.config_file import read_job_runner
from tickwork.core.clock import DAY
from tickwork.errors import InvalidSetting

TOML = """
store = "sqlite:///from-file.db"
keep_for = "30d"
log_level = "debug"

[server]
port = 9000
hosts = ["tickwork.lan", "10.0.0.1"]
no_auth = false

[worker]
workers = 8
pool = "gpu"
lease = 120
log_level = "warning"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tickwork.toml"
    path.write_text(TOML)
    return path


def test_flags_win_over_the_environment_and_that_over_the_file(file: Path) -> None:
    environment = {"TICKWORK_CONFIG": str(file), "TICKWORK_WORKERS": "6", "TICKWORK_POOL": "web"}
    settings = load(environment, tables=("worker",), workers=2, pool=None)
    assert (settings.workers, settings.pool, settings.lease, settings.log_level) == (2, "web", 120.0, "warning")
    assert settings.keep_for == 30 * DAY
    assert settings.store == "sqlite:///from-file.db"


def test_a_table_counts_for_its_command_alone(file: Path) -> None:
    settings = load({}, config=str(file), tables=("server",))
    assert (settings.port, settings.hosts, settings.workers) == (9000, "tickwork.lan,10.0.0.1", 4)
    assert settings.log_level == "debug"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("workrs = 3", "workrs is no setting; did you mean workers?"),
        ("[worker]\nflavour = 'x'", r"\[worker\] flavour is no setting; `tickwork config show` lists what there is"),
        ("workers = 'many'", "workers: 'many' is not a whole number"),
        ("lease = 'long'", "lease: 'long' is not a number"),
        ("workers = 0", "workers: 0 is too small"),
        ("pool = {a = 1}", "is neither a text, a number"),
        ("worker = 3", "worker is a table"),
        ("pool =", "this is not TOML"),
    ],
)
def test_what_a_file_cannot_say_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "tickwork.toml"
    path.write_text(text)
    with pytest.raises(InvalidSetting, match=words):
        load({}, config=str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="No such file"):
        load({"TICKWORK_CONFIG": str(tmp_path / "gone.toml")})


def test_each_setting_is_shown_with_its_origin(tickwork: Tickwork, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKWORK_GRACE", "7")
    monkeypatch.setenv("TICKWORK_SECRET_KEYS", "hush")
    shown = tickwork("config", "show", "--config", str(file), "--for", "worker", "--json").json
    assert shown["workers"] == {"value": 8, "origin": str(file)}
    assert shown["grace"] == {"value": 7.0, "origin": "TICKWORK_GRACE"}
    assert shown["listen"] == {"value": "127.0.0.1", "origin": "default"}
    assert shown["secret_keys"]["value"] == "(not shown)"
    told = tickwork("config", "show")
    assert told.code == 0
    assert "hush" not in told.out


JOB_RUNNER = """
[job_runner_worker]
api_base_url=https://jobs.example/
api_key=worker1
secret=verysecret
concurrent_jobs=6
log_level=warning
max_log_bytes=1000
script_temp_path=/tmp
ws_server_hostname=ws.example
broadcaster_server_port=5556
reconnect_after_inactivity=120
colour=blue
"""


def test_the_file_of_a_job_runner_worker_is_understood_and_what_is_not_is_named(tmp_path: Path) -> None:
    path = tmp_path / "worker.ini"
    path.write_text(JOB_RUNNER)
    values, warnings = read_job_runner(path)
    settings = load({"TICKWORK_WORKERS": "2"}, given=values)
    assert (settings.server, settings.worker_name, settings.workers) == ("https://jobs.example/", "worker1", 2)
    assert (settings.log_level, settings.reconnect_after) == ("warning", 120.0)
    named = [warning.removeprefix(f"{path}: ").partition(" is ignored")[0] for warning in warnings]
    ignored = ["secret", "max_log_bytes", "script_temp_path", "ws_server_hostname", "broadcaster_server_port", "colour"]
    assert named == ignored
    assert "verysecret" not in "".join(warnings)


def test_a_secret_that_is_a_key_of_ours_is_one(tmp_path: Path) -> None:
    path = tmp_path / "worker.ini"
    path.write_text("[job_runner_worker]\nsecret=tww_a_b\n")
    assert read_job_runner(path) == ({"key": "tww_a_b"}, [])


@pytest.mark.parametrize(
    ("text", "words"), [("x=1", "no section headers"), ("[other]\n", r"there is no \[job_runner_worker\] in it")]
)
def test_another_file_is_not_taken_for_one(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "worker.ini"
    path.write_text(text)
    with pytest.raises(InvalidSetting, match=words):
        read_job_runner(path)


def test_a_worker_started_with_that_file_says_what_it_ignores(tickwork: Tickwork, tmp_path: Path) -> None:
    path = tmp_path / "worker.ini"
    path.write_text(JOB_RUNNER)
    answer = tickwork("worker", "--config-path", str(path))
    assert answer.code == 2
    assert f"{path}: colour is ignored" in answer.err
    assert "a worker of a server needs its key" in answer.err
