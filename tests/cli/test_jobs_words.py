"""The words of the Jobs scheduler, over the same jobs."""

import io
import json

import pytest
import yaml

from tests.cli.conftest import lines
from tickwork.cli.jobs_words import UNITS


@pytest.fixture
def stdin(monkeypatch):
    """What is piped into the next command."""

    def pipe(value) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return pipe


def dumped(tickwork, name):
    (job,) = tickwork("dump", name, "--json").json
    return job


def test_put_creates_a_job_and_changes_it(tickwork, url):
    assert tickwork("put", "my job", "console", "hello world", "--minutes", "3", "--seconds", "5").code == 0
    assert dumped(tickwork, "my job") == {
        "id": "my job",
        "runner": "console",
        "payload": "hello world",
        "seconds": 185,
    }
    assert tickwork("put", "my job", "shell", "date", "--hours", "1").code == 0
    assert dumped(tickwork, "my job")["runner"] == "shell"
    assert [job["id"] for job in tickwork("ls", "--json").json] == ["my job"]


def test_every_unit_counts_and_all_are_added_up(tickwork, url):
    one_each = [part for unit in UNITS for part in (f"--{unit}", "1")]
    tickwork("put", "all", "console", "x", *one_each)
    day = 86_400
    month = 30.4375 * day
    expected = 1 + 60 + 3600 + day + 7 * day + month + 13 * 7 * day + 12 * month
    assert dumped(tickwork, "all")["seconds"] == expected


def test_decay_limits_and_times_are_kept(tickwork, url):
    answer = tickwork(
        "put", "a", "console", "x", "--seconds", "5", "--lambda", "2", "--step", "10", "--from", "2026-11-26T00:00Z",
        "--until", "1800000000", "--repeat", "9",
    )  # fmt: skip
    assert answer.code == 0
    job = dumped(tickwork, "a")
    assert (job["lambda"], job["step"], job["repeat"]) == (2, 10, 9)
    assert (job["from"], job["until"]) == ("2026-11-26T00:00:00Z", "2027-01-15T08:00:00Z")
    tickwork("put", "a", "console", "x", "--days", "1", "--duration", "1w")
    assert dumped(tickwork, "a")["duration"] == 7 * 86_400


def test_a_decaying_interval_is_due_as_its_formula_says(tickwork, url):
    start = "2100-01-01T00:00:00Z"
    tickwork("put", "a", "console", "x", "--seconds", "5", "--lambda", "2", "--step", "10", "--from", start)
    slots = [view["slot"][17:19] for view in tickwork("next", "a", "--count", "5", "--json").json]
    assert slots == ["00", "05", "10", "20", "40"]


def test_create_never_changes_a_job(tickwork, url):
    assert tickwork("create", "a", "console", "x", "--days", "1").code == 0
    for payload in ("x", "y"):
        answer = tickwork("create", "a", "console", payload, "--days", "1")
        assert (answer.code, "job a exists" in answer.err) == (4, True)
    assert dumped(tickwork, "a")["payload"] == "x"


def test_a_job_of_a_board_is_not_taken_over(tickwork, board):
    answer = tickwork("put", "backup", "shell", "rm", "--days", "1")
    assert (answer.code, "was made by board" in answer.err) == (4, True)


def test_arguments_come_as_json_from_stdin_too(tickwork, url, stdin):
    stdin({"id": "a", "runner": "shell", "payload": "date", "minutes": 3, "lambda": 0.5, "step": "1d", "repeat": 4})
    assert tickwork("put", "--seconds", "5").code == 0
    job = dumped(tickwork, "a")
    assert (job["seconds"], job["lambda"], job["step"], job["repeat"]) == (185, 0.5, 86_400, 4)
    stdin({"id": "b", "runner": "console", "payload": {"n": 1}, "days": 1})
    assert tickwork("create", "-").code == 0
    assert dumped(tickwork, "b")["payload"] == '{"n":1}'


def test_dump_is_yaml_that_says_what_put_said(tickwork, board):
    tickwork("put", "a", "console", "x", "--days", "1")
    jobs = {job["id"]: job for job in yaml.safe_load(tickwork("dump").out)}
    assert jobs["a"] == {"id": "a", "runner": "console", "payload": "x", "seconds": 86_400}
    assert jobs["hourly"]["seconds"] == 3600
    assert jobs["backup"]["when"] == ["at 02:30 (Europe/Berlin)"]


def test_a_program_responds_to_jobs_of_its_type(tickwork, url, tmp_path):
    assert tickwork("put", "a", "mail", "x", "--days", "1").code == 3
    assert tickwork("respond", "mail", "/bin/cat").code == 0
    assert tickwork("put", "a", "mail", "x", "--days", "1").code == 0
    assert tickwork("show", "a", "--json").json["definition"]["task"] == {
        "runner": "command",
        "program": "/bin/cat",
        "payload": "x",
    }
    (tmp_path / "board.yaml").write_text("jobs: {b: {command: mail, payload: y}}")
    tickwork("apply", "board.yaml")
    again = tickwork("respond", "mail", "/bin/echo {payload}")
    assert "2 jobs of that type run it from now on" in again.out
    programs = [tickwork("show", name, "--json").json["definition"]["task"]["program"] for name in "ab"]
    assert programs == ["/bin/echo {payload}"] * 2
    assert tickwork("apply", "board.yaml").out.strip() == "nothing to change; 1 job on the board"
    assert tickwork("respond", "--json").json == [{"type": "mail", "command": "/bin/echo {payload}"}]
    assert tickwork("respond", "mail", "--remove").code == 0
    assert tickwork("respond", "--json").json == []


def test_submit_runs_once_and_leaves_no_job(tickwork, url, stdin):
    run = tickwork("submit", "shell", "echo once", "--json").json
    assert (run["state"], run["origin"]) == ("queued", "manual")
    assert tickwork("ls", "--json").json == []
    assert [found["id"] for found in tickwork("runs", "--json").json] == [run["id"]]
    stdin({"id": "report", "runner": "console", "payload": "x"})
    assert "of report is queued" in tickwork("submit").out


def test_a_tick_decides_what_is_due(tickwork, url, board):
    tickwork("put", "now", "console", "x", "--seconds", "0.001")
    assert int(tickwork("tick").out.split()[0]) >= 1
    for _ in range(3):
        tickwork("run", "byhand")
    tickwork("submit", "console", "the newest")
    assert tickwork("tick", "--trim", "1", "--json").json["trimmed"] >= 1
    queued = tickwork("runs", "--state", "queued", "--json").json
    assert [run["job"][:5] for run in queued] == ["once-"]


def test_remove_and_init_say_what_they_did(tickwork, board, url):
    assert lines(tickwork("remove", "backup", "hourly").out) == ["removed backup", "removed hourly"]
    assert tickwork("remove", "byhand", "nothing").code == 3
    assert [job["id"] for job in tickwork("ls", "--json").json] == ["byhand"]
    assert tickwork("init").out.strip() == f"ready: {url}"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["put", "a", "shell", "x"], 2, "how often?"),
        (["put", "a", "shell", "x", "--days", "-1"], 2, "--days -1 is not an amount of time"),
        (["put", "a", "shell", "x", "--days", "0"], 2, "interval: "),
        (["put", "a", "shell", "--days", "1"], 2, "runner 'shell' needs a payload"),
        (["put", "a", "--days", "1"], 2, "which runner?"),
        (["put", "a", "fax", "x", "--days", "1"], 3, "there is no runner 'fax'"),
        (["put", "a\nb", "shell", "x", "--days", "1"], 2, "an id is up to 200 printable characters"),
        (["put", "a", "shell", "x", "--days", "1", "--lambda", "2"], 2, "--lambda and --step go together"),
        (["put", "a", "shell", "x", "--days", "1", "--from", "soon"], 2, "--from: 'soon'"),
        (["put", "a", "shell", "x", "--days", "1", "--step", "x", "--lambda", "1"], 2, "--step: 'x'"),
        (["respond", "shell", "x"], 2, "runner 'shell' is built in"),
        (["respond", "mail", "'"], 2, "cannot be read as a command line"),
        (["respond", "mail"], 2, "say which program responds"),
        (["respond", "mail", "--remove"], 3, "there is no runner 'mail'"),
        (["dump", "nothing"], 3, "there is no job 'nothing'"),
        (["tick", "--trim", "-1"], 2, "'--trim'"),
    ],
)
def test_a_mistake_is_told_in_one_line(tickwork, url, arguments, code, told):
    answer = tickwork(*arguments)
    assert (answer.code, answer.raw) == (code, b"")
    (line,) = lines(answer.err)
    assert told in line


@pytest.mark.parametrize("text", ["", "[]", '{"id": 1}', '{"idd": "a"}', "{"])
def test_what_is_no_such_object_on_stdin_is_told(tickwork, url, stdin, text):
    stdin(text)
    answer = tickwork("put")
    assert answer.code == 2
    assert "stdin: " in answer.err
    assert len(lines(answer.err)) == 1
