"""What is written loads back to the same definitions."""

from datetime import date, time
from pathlib import Path
from string import printable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tickwork.boards.board import load_board
from tickwork.boards.crontab import parse_crontab
from tickwork.boards.keys import wrong_name
from tickwork.boards.write import write_board
from tickwork.core.clock import DAY, HOUR, SECOND
from tickwork.core.ids import JobId, job_id
from tickwork.core.lanes import Limit
from tickwork.core.model import (
    Backoff,
    Call,
    Command,
    Console,
    Delivery,
    Everywhere,
    Http,
    Job,
    Mode,
    Overlap,
    Quorum,
    Resources,
    Retry,
    Script,
    Shell,
)
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    CatchUp,
    Cron,
    Decay,
    Every,
    Exclusion,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    MonthEnd,
    Months,
    Reboot,
    Roll,
    Schedule,
    Weekday,
    Window,
)
from tickwork.errors import InvalidDefinition, InvalidSchedule

EXAMPLE = Path(__file__).parents[2] / "examples" / "system-crontab"
FOLDER = "/srv/boards"

# --- strategies -----------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    [
        "on",
        "yes",
        "null",
        "~",
        "1e5",
        "0755",
        "1:30",
        "12",
        "<<",
        "=",
        "- a",
        "a: b",
        "#x",
        "line\nline\n",
        " lead",
        "é\u2028\x85",
    ]
)
filled = texts.filter(str.strip)
names = st.text(printable + "éß", min_size=1, max_size=12).filter(lambda name: not wrong_name(name)) | st.sampled_from(
    ["on", "12", "null", "<<x", "a b", "-"]
)
lengths = st.integers(1, 400 * 365 * DAY) | st.integers(1, 3 * HOUR)
moments = st.integers(0, 4_000_000_000 * SECOND)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


tasks = st.one_of(
    st.builds(Shell, command=filled, stdin=maybe(texts)),
    st.builds(Script, text=filled, stdin=maybe(texts)),
    st.builds(Console, payload=texts),
    st.builds(Command, program=filled, payload=texts),
    st.builds(
        Call,
        mode=st.sampled_from(Mode),
        pickle=st.booleans(),
        app=st.none() | st.just("shop.jobs"),
        target=st.sampled_from(["jobs:send", "a.b:c.d"]),
        args=st.lists(json_values, max_size=3).map(tuple),
        kwargs=st.dictionaries(texts, json_values, max_size=3),
        path=st.sampled_from([None, FOLDER, "/elsewhere"]),
    ),
    st.builds(
        Http,
        url=st.sampled_from(["https://example.org/ping?a=b%20c", "http://[::1]:8080/"]),
        method=st.sampled_from(["GET", "POST", "DELETE"]),
        headers=st.dictionaries(st.sampled_from(["Accept", "X-Key"]), st.sampled_from(["a", "1", "yes", "a: b"])),
        body=maybe(texts),
        expect=st.lists(st.integers(100, 599), max_size=2).map(tuple),
    ),
)
retries = st.builds(
    Retry,
    count=st.integers(0, 10),
    delay=st.just(0) | lengths,
    backoff=st.sampled_from(Backoff),
    cap=lengths,
    jitter=st.floats(0, 1),
    on_exit=st.lists(st.integers(0, 255), max_size=3).map(tuple),
    on_exception=st.lists(filled, max_size=2).map(tuple),
)
triggers = st.one_of(
    st.sampled_from(
        [Cron(expression="30 2 * * *"), Cron(expression="@daily"), Cron(expression="*/5 * * * * *"), Reboot()]
    ),
    st.builds(Every, interval=st.integers(SECOND, 30 * DAY), anchor=maybe(moments)),
    st.builds(
        Every,
        interval=st.integers(SECOND, DAY),
        decay=st.builds(Decay, factor=st.floats(0.5, 3), step=st.integers(DAY, 30 * DAY)),
    ),
    st.builds(Months, months=st.integers(1, 24), anchor=maybe(moments), month_end=st.sampled_from(MonthEnd)),
    st.builds(At, times=st.sets(moments, min_size=1, max_size=3).map(sorted).map(tuple)),
    st.builds(AfterCompletion, delay=lengths),
)
exclusions = st.builds(
    Exclusion,
    windows=st.lists(st.builds(Window, start=st.just(time(22)), end=st.just(time(6, 30)), note=texts), max_size=1).map(
        tuple
    ),
    weekdays=st.sets(st.sampled_from(Weekday), max_size=2).map(sorted).map(tuple),
    days=st.sets(st.dates(date(2000, 1, 1), date(2050, 1, 1)), max_size=2).map(sorted).map(tuple),
    roll=st.sampled_from(Roll),
)


def acceptable(schedule: Schedule) -> bool:
    try:
        validate(schedule, JobId("job"))
    except InvalidSchedule:
        return False
    return True


schedules = st.builds(
    Schedule,
    key=st.just("main") | names,
    trigger=triggers,
    zone=st.sampled_from(["UTC", "Europe/Amsterdam"]),
    start=maybe(moments),
    until=maybe(moments),
    duration=maybe(lengths),
    repeat=maybe(st.integers(1, 100)),
    gap=st.sampled_from(GapPolicy),
    fold=st.sampled_from(FoldPolicy),
    interval=st.sampled_from(IntervalPolicy),
    exclude=maybe(exclusions),
    spread=maybe(lengths),
    jitter=maybe(lengths),
    catch_up=st.sampled_from(CatchUp),
    max_count=maybe(st.integers(1, 1000)),
    max_age=maybe(lengths),
    start_deadline=maybe(lengths),
) | st.builds(Schedule, key=st.just("main") | names, trigger=triggers)


resources = st.builds(
    Resources,
    memory=maybe(st.integers(2**24, 2**40)),
    cpu=maybe(lengths),
    files=maybe(st.integers(16, 2**20)),
    processes=maybe(st.integers(1, 2**20)),
)


@st.composite
def jobs(draw: st.DrawFn, project: str) -> Job:
    name = draw(names)
    return Job(
        id=job_id(project, name),
        name=name,
        project=project,
        task=draw(tasks),
        description=draw(texts),
        schedules=tuple(
            draw(st.lists(schedules.filter(acceptable), max_size=3, unique_by=lambda schedule: schedule.key))
        ),
        enabled=draw(st.booleans()),
        env=draw(st.dictionaries(st.sampled_from(["A", "B", "PATH"]), texts, max_size=3)),
        cwd=draw(st.sampled_from([None, FOLDER, "/elsewhere"])),
        user=draw(maybe(filled)),
        resources=draw(st.just(Resources()) | resources),
        nice=draw(maybe(st.integers(-20, 19))),
        umask=draw(maybe(st.integers(0, 0o777))),
        timeout=draw(maybe(lengths)),
        grace=draw(st.just(0) | lengths),
        retry=draw(st.just(Retry()) | retries),
        overlap=draw(st.sampled_from(Overlap)),
        delivery=draw(st.sampled_from(Delivery)),
        pool=draw(names),
        on=draw(st.sampled_from(Everywhere) | st.integers(1, 9)),
        success=draw(st.sampled_from(Quorum) | st.integers(1, 9)),
        labels=draw(st.lists(filled, max_size=2).map(tuple)),
        max_running=draw(maybe(st.integers(1, 99))),
        shares=draw(st.lists(st.builds(Limit, key=filled, max=st.integers(1, 99)), max_size=2).map(tuple)),
        priority=draw(st.integers(-1000, 1000)),
        mailto=draw(maybe(texts)),
        max_log_bytes=draw(st.integers(1024, 2**40)),
    )


boards = st.sampled_from(["default", "shop", "12"]).flatmap(
    lambda project: st.lists(jobs(project), max_size=3, unique_by=lambda job: job.name)
)


# --- laws -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boards") / "written.yaml"


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # a job has many parts to draw
@given(definitions=boards)
def test_a_written_board_loads_back_to_equal_definitions(scratch: Path, definitions: list[Job]) -> None:
    scratch.write_text(write_board(definitions, folder=Path(FOLDER)))

    board = load_board(scratch, folder=Path(FOLDER))

    assert board.jobs == tuple(definitions)


def test_the_imported_example_loads_back_to_equal_definitions(tmp_path: Path) -> None:
    crontab = parse_crontab(EXAMPLE.read_text(), system=True, name="system-crontab", zone="Europe/Amsterdam")
    path = tmp_path / "board.yaml"

    path.write_text(write_board(crontab.jobs, folder=tmp_path, heading="From a crontab."))

    assert load_board(path).jobs == crontab.jobs
    assert path.read_text().startswith("# From a crontab.\ndefaults:\n")


# --- how it reads ---------------------------------------------------------------------------------------


def test_a_written_board_says_only_what_is_not_the_rule() -> None:
    backup = Job(
        id=JobId("shop:backup"),
        name="backup",
        project="shop",
        task=Script(text="#!/bin/sh\nset -e\n  tar\n"),
        schedules=(Schedule(key="main", trigger=Cron(expression="0 3 * * *")),),
        cwd="/srv",
        timeout=3600 * SECOND,
        retry=Retry(count=3),
    )

    assert write_board([backup], folder=Path("/srv")) == (
        "project: shop\n"
        "jobs:\n"
        "  backup:\n"
        "    script: |\n"
        "      #!/bin/sh\n"
        "      set -e\n"
        "        tar\n"
        "    cron: 0 3 * * *\n"
        "    timeout: 1h\n"
        "    retries: 3\n"
    )


def test_what_most_jobs_say_is_said_once() -> None:
    def job(name: str, timeout: int) -> Job:
        return Job(
            id=JobId(name), name=name, task=Shell(command=name), cwd="/srv", timeout=timeout, env={"A": "1", "B": name}
        )

    written = write_board([job("a", HOUR), job("b", HOUR), job("c", DAY)], folder=Path("/srv"))

    assert written == (
        "defaults:\n"
        "  env:\n"
        "    A: '1'\n"
        "  timeout: 1h\n"
        "jobs:\n"
        "  a:\n    shell: a\n    env:\n      B: a\n"
        "  b:\n    shell: b\n    env:\n      B: b\n"
        "  c:\n    shell: c\n    env:\n      B: c\n    timeout: 1d\n"
    )


def test_a_board_holds_one_project() -> None:
    one, other = (Job(id=job_id(p, "a"), name="a", project=p, task=Shell(command="a")) for p in ("x", "y"))

    with pytest.raises(InvalidDefinition, match="a board holds one project, not x, y; write one board for each"):
        write_board([one, other], folder=Path("/srv"))


def test_a_job_with_an_id_of_its_own_cannot_be_written() -> None:
    foreign = Job(id=JobId("22bc4c4e"), name="fake", task=Shell(command="a"))

    with pytest.raises(InvalidDefinition, match="the job 'fake' has the id '22bc4c4e' of its own"):
        write_board([foreign], folder=Path("/srv"))
