"""Every key of a board, and what it becomes."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from tickwork.boards.keys import BOARD, DEFAULTS, JOB
from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND
from tickwork.core.dependencies import After, Dependants, Map, Need, On
from tickwork.core.lanes import Limit
from tickwork.core.model import (
    Backoff,
    Call,
    Command,
    Console,
    Delivery,
    Mode,
    Overlap,
    Resources,
    Retry,
    Script,
    SecretUse,
    Shell,
)
from tickwork.core.retention import Retention
from tickwork.core.rules import Occasion, Rule
from tickwork.core.states import State
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
    Weekday,
    Window,
)

CHRISTMAS_EVE = 1_798_135_200_000_000  # 2026-12-24T18:00Z
NEW_YEAR = 1_767_225_600_000_000  # 2026-01-01T00:00Z

JOB_KEYS: list[tuple[str, str, Any]] = [
    ("description: Nightly *dump*", "description", "Nightly *dump*"),
    ("enabled: false", "enabled", False),
    ("secrets: [A, {B: C}]", "secrets", (SecretUse(name="A", env="A"), SecretUse(name="B", env="C"))),
    ("env: {A: x, PORT: 8080, EMPTY: ''}", "env", {"A": "x", "PORT": "8080", "EMPTY": ""}),
    ("cwd: /srv", "cwd", "/srv"),
    ("cwd: null", "cwd", None),
    ("user: etl", "user", "etl"),
    ("resources: {memory: 512 MB}", "resources", Resources(memory=512 * 1024**2)),
    ("resources: {memory: 2GiB, cpu: 90s}", "resources", Resources(memory=2 * 1024**3, cpu=90 * SECOND)),
    (
        "resources: {memory: 33554432, files: 64, processes: 5}",
        "resources",
        Resources(memory=2**25, files=64, processes=5),
    ),
    ("nice: 10", "nice", 10),
    ('umask: "027"', "umask", 0o27),
    ("timeout: 90", "timeout", 90 * SECOND),
    ("timeout: 1h30m", "timeout", 90 * MINUTE),
    ("timeout: null", "timeout", None),
    ("grace: 3s", "grace", 3 * SECOND),
    ("grace: 0", "grace", 0),
    ("retries: 3", "retry", Retry(count=3)),
    (
        "retries: {count: 2, delay: 5s, backoff: exponential, cap: 1h, jitter: 0.5, on_exit: [75, 111]}",
        "retry",
        Retry(count=2, delay=5 * SECOND, backoff=Backoff.EXPONENTIAL, cap=HOUR, jitter=0.5, on_exit=(75, 111)),
    ),
    ("retries: {count: 1, on_exception: OSError}", "retry", Retry(count=1, on_exception=("OSError",))),
    ("overlap: queue", "overlap", Overlap.QUEUE),
    ("delivery: at_most_once", "delivery", Delivery.AT_MOST_ONCE),
    ("pool: gpu", "pool", "gpu"),
    ("labels: gpu", "labels", ("gpu",)),
    ("tags: nightly", "tags", ("nightly",)),
    ("tags: [nightly, billing]", "tags", ("nightly", "billing")),
    ("max_running: 2", "max_running", 2),
    ("shares: [{key: db, max: 2}]", "shares", (Limit(key="db", max=2),)),
    ("disable_after_failures: 3", "disable_after_failures", 3),
    ("priority: -5", "priority", -5),
    ("mailto: ops@example.com", "mailto", "ops@example.com"),
    ("mailto: ''", "mailto", ""),
    ("notify: ops", "notify", (Rule(channels=("ops",)),)),
    ("notify: {channels: ops, on: [late]}", "notify", (Rule(channels=("ops",), on=(Occasion.LATE,)),)),
    ("late_after: 5m", "late_after", 300_000_000),
    ("too_long: 2h", "too_long", 7_200_000_000),
    ("max_log_bytes: 4096", "max_log_bytes", 4096),
    ("keep: 90d", "keep", Retention(age=90 * DAY)),
    (
        "keep: {for: 90d, failed: 730d, at_least: 5, at_most: 100}",
        "keep",
        Retention(age=90 * DAY, states={State.FAILED: 730 * DAY}, least=5, most=100),
    ),
    ("cleanup: 'm:remove'", "cleanup", "m:remove"),
    ("protected: true", "protected", True),
    ("needs: crawl", "needs", (Need(job="crawl"),)),
    (
        "needs: [crawl, {job: 'etl:load', within: 2h}, {job: parse, same_slot: true}]",
        "needs",
        (
            Need(job="crawl"),
            Need(job="etl:load", within=2 * HOUR),
            Need(job="parse", same_slot=True),
        ),
    ),
    ("after: crawl", "after", (After(job="crawl"),)),
    ("after: [a, b]", "after", (After(job="a"), After(job="b"))),
    ("after: {a: failure, 'default:b': any}", "after", (After(job="a", on=On.FAILURE), After(job="b", on=On.ANY))),
    ("map: crawl", "map", Map(over="crawl")),
    (
        "map: {over: crawl, parallel: 4, dependants: successful}",
        "map",
        Map(over="crawl", parallel=4, dependants=Dependants.SUCCESSFUL),
    ),
]

TRIGGERS: list[tuple[str, Any]] = [
    ("cron: '30  2 * * *'", Cron(expression="30 2 * * *")),
    ("cron: '@daily'", Cron(expression="@daily")),
    ("cron: '@reboot'", Reboot()),
    ("every: 2s", Every(interval=2 * SECOND)),
    ("every: 0.5", Every(interval=SECOND // 2)),
    ("every: {hours: 1, minutes: 30}", Every(interval=90 * MINUTE)),
    ("every: {months: 1}", Every(interval=2_629_800 * SECOND)),
    ("every: {quarters: 1}", Every(interval=91 * DAY)),
    ("every: {interval: 1h, anchor: 2026-01-01}", Every(interval=HOUR, anchor=NEW_YEAR)),
    (
        "every: {seconds: 5, decay: {factor: 2, step: 10s}}",
        Every(interval=5 * SECOND, decay=Decay(factor=2.0, step=10 * SECOND)),
    ),
    ("months: 3", Months(months=3)),
    (
        "months: {months: 1, anchor: 2026-01-01, month_end: skip}",
        Months(months=1, anchor=NEW_YEAR, month_end=MonthEnd.SKIP),
    ),
    ("at: 2026-12-24T18:00", At(times=(CHRISTMAS_EVE,))),
    ("at: [2026-12-24T19:00+01:00, 2026-01-01]", At(times=(NEW_YEAR, CHRISTMAS_EVE))),
    ("after_completion: 5m", AfterCompletion(delay=5 * MINUTE)),
]

TIMING: list[tuple[str, str, Any]] = [
    ("zone: Europe/Amsterdam", "zone", "Europe/Amsterdam"),
    ("from: 2026-01-01", "start", NEW_YEAR),
    ("until: 2026-12-24T18:00Z", "until", CHRISTMAS_EVE),
    ("duration: 10d", "duration", 10 * DAY),
    ("repeat: 5", "repeat", 5),
    ("gap: shift", "gap", GapPolicy.SHIFT),
    ("fold: both", "fold", FoldPolicy.BOTH),
    ("spread: 10m", "spread", 10 * MINUTE),
    ("jitter: 10s", "jitter", 10 * SECOND),
    ("catch_up: none", "catch_up", CatchUp.NONE),
    ("catch_up: {policy: all, max_count: 3}", "max_count", 3),
    ("catch_up: {max_age: 1d}", "max_age", DAY),
    ("start_deadline: 5m", "start_deadline", 5 * MINUTE),
    ("exclude: {weekdays: [sat, sun]}", "exclude", Exclusion(weekdays=(Weekday.SAT, Weekday.SUN))),
    ("exclude: {windows: 22:00-06:00}", "exclude", Exclusion(windows=(Window(start=time(22), end=time(6)),))),
    (
        "exclude: {windows: [{start: '12:00', end: '12:30', note: lunch}], days: 2026-12-25, roll: next}",
        "exclude",
        Exclusion(
            windows=(Window(start=time(12), end=time(12, 30), note="lunch"),),
            days=(date(2026, 12, 25),),
            roll=Roll.NEXT,
        ),
    ),
]


@pytest.mark.parametrize(("line", "field", "value"), JOB_KEYS)
def test_a_key_of_a_job_becomes_its_field(load, line: str, field: str, value: Any) -> None:
    board = load(f"jobs:\n  backup:\n    shell: tar\n    {line}\n")

    assert getattr(board.jobs[0], field) == value


@pytest.mark.parametrize(("line", "trigger"), TRIGGERS)
def test_a_trigger_becomes_the_schedule_main(load, line: str, trigger: Any) -> None:
    (job,) = load(f"jobs:\n  backup:\n    shell: tar\n    {line}\n").jobs

    assert [(schedule.key, schedule.trigger) for schedule in job.schedules] == [("main", trigger)]


@pytest.mark.parametrize(("line", "field", "value"), TIMING)
def test_a_timing_key_becomes_the_field_of_its_schedule(load, line: str, field: str, value: Any) -> None:
    (job,) = load(f"jobs:\n  backup:\n    shell: tar\n    cron: 0 7 * * *\n    {line}\n").jobs

    assert getattr(job.schedules[0], field) == value


def test_intervals_may_count_by_the_wall_clock(load) -> None:
    (job,) = load("jobs: {backup: {shell: tar, every: 1d, interval: wall}}").jobs

    assert job.schedules[0].interval is IntervalPolicy.WALL


@pytest.mark.parametrize(
    ("line", "task"),
    [
        ("shell: tar czf x", Shell(command="tar czf x")),
        ("{shell: cat, stdin: hello}", Shell(command="cat", stdin="hello")),
        ("script: 'echo hi'", Script(text="echo hi")),
        ("{script: cat, stdin: hello}", Script(text="cat", stdin="hello")),
        ("console: hello", Console(payload="hello")),
        ("command: mailer", Command(program="mailer")),
        ("{command: mailer, payload: '7'}", Command(program="mailer", payload="7")),
        ("{call: 'shop.jobs:send', path: null}", Call(target="shop.jobs:send")),
        ("{call: 'm:f', path: null, mode: async}", Call(target="m:f", mode=Mode.ASYNC)),
        ("{call: 'm:f', path: null, pickle: true, app: m}", Call(target="m:f", pickle=True, app="m")),
        (
            "{call: 'm:f', args: [1, {a: [true]}], kwargs: {x: null}, path: /lib}",
            Call(target="m:f", args=(1, {"a": [True]}), kwargs={"x": None}, path="/lib"),
        ),
    ],
)
def test_a_runner_becomes_the_task(load, line: str, task: Any) -> None:
    (job,) = load(f"jobs:\n  backup: {line if line.startswith('{') else '{' + line + '}'}\n").jobs

    assert job.task == task


def test_every_key_has_a_case_above() -> None:
    cases = "\n".join([line for line, *_ in JOB_KEYS] + [line for line, _ in TRIGGERS] + [line for line, *_ in TIMING])
    elsewhere = {
        "shell",
        "script",
        "call",
        "console",
        "command",
        "args",
        "kwargs",
        "path",
        "stdin",
        "payload",
        "mode",
        "pickle",
        "app",
        *("http", "success"),  # test_fleet.py
        "elsewhere",  # tests/server/test_checkins.py
    }

    untested = {key for key in JOB if f"{key}:" not in cases} - elsewhere - {"schedules", "interval", "task"}

    assert not untested


# --- the whole board ------------------------------------------------------------------------------------


def test_a_board_is_its_file_its_project_and_its_jobs(load, tmp_path: Path) -> None:
    board = load("""
        project: shop
        jobs:
          backup: {shell: tar}
          report: {call: 'jobs:report'}
    """)

    path = tmp_path / "tickwork.yaml"
    assert (board.name, board.project, board.path, board.files) == (str(path), "shop", path, (path,))
    assert [job.id for job in board.jobs] == ["shop:backup", "shop:report"]
    assert board.warnings == ()


def test_a_board_may_give_itself_a_name_that_stays_when_the_file_moves(load) -> None:
    assert load("board: shop-prod\njobs: {}").name == "shop-prod"


def test_timing_without_a_schedule_is_worth_a_warning(load, tmp_path: Path) -> None:
    board = load("jobs:\n  a:\n    shell: a\n    zone: Europe/Amsterdam\n")

    where = f"{tmp_path / 'tickwork.yaml'}:4: jobs.a.zone"
    assert board.warnings == (f"{where}: has no effect: the job has no schedule",)


def test_jobs_run_and_are_imported_from_the_folder_of_their_board(load, tmp_path: Path) -> None:
    there, below = load("jobs: {a: {call: 'jobs:a'}, b: {shell: b, cwd: sub/dir}}").jobs

    assert there.cwd == str(tmp_path)
    assert there.task.path == str(tmp_path)
    assert below.cwd == str(tmp_path / "sub/dir")


def test_a_job_without_a_schedule_is_only_started_by_hand(load) -> None:
    assert load("jobs: {deploy: {shell: ./deploy}}").jobs[0].schedules == ()


def test_a_board_may_hold_no_jobs(load) -> None:
    assert load("jobs: {}").jobs == ()


def test_schedules_have_keys_and_take_over_what_the_job_says(load) -> None:
    (job,) = load("""
        zone: Europe/Amsterdam
        jobs:
          backup:
            shell: tar
            catch_up: none
            schedules:
              - cron: 0 3 * * *
              - {at: 2026-12-24T18:00, zone: UTC, key: christmas}
              - {every: 1d, catch_up: all}
    """).jobs

    assert [schedule.key for schedule in job.schedules] == ["main", "christmas", "s3"]
    assert [schedule.zone for schedule in job.schedules] == ["Europe/Amsterdam", "UTC", "Europe/Amsterdam"]
    assert [schedule.catch_up for schedule in job.schedules] == [CatchUp.NONE, CatchUp.NONE, CatchUp.ALL]


def test_times_are_meant_in_the_zone_of_their_schedule(load) -> None:
    (job,) = load("jobs: {a: {shell: a, at: '2026-12-24T19:00', zone: Europe/Amsterdam}}").jobs

    assert job.schedules[0].trigger == At(times=(CHRISTMAS_EVE,))


def test_defaults_hold_unless_a_job_says_otherwise_and_variables_add_up(load) -> None:
    one, other = load("""
        env: {A: board, B: board, C: board}
        defaults: {timeout: 1h, pool: gpu, env: {B: defaults, C: defaults}}
        jobs:
          one: {shell: a}
          other: {shell: b, timeout: null, pool: cpu, env: {C: job}}
    """).jobs

    assert (one.timeout, one.pool, one.env) == (HOUR, "gpu", {"A": "board", "B": "defaults", "C": "defaults"})
    assert (other.timeout, other.pool, other.env) == (None, "cpu", {"A": "board", "B": "defaults", "C": "job"})


def test_every_key_says_what_it_is_for() -> None:
    assert all(key.doc.endswith((".", "…")) for table in (BOARD, DEFAULTS, JOB) for key in table.values())


def test_a_default_holds_for_the_jobs_whose_trigger_it_fits(load) -> None:
    board = load("""
        defaults:
          gap: shift
          fold: second
          interval: wall
          exclude: {days: 2026-12-25, roll: next}
          spread: 1m
        jobs:
          nightly: {shell: x, cron: 30 2 * * *}
          often: {shell: x, every: 90s, interval: elapsed}
          boot: {shell: x, cron: "@reboot"}
          again: {shell: x, after_completion: 5m}
    """)
    nightly, often, boot, again = (job.schedules[0] for job in board.jobs)

    assert (nightly.gap, nightly.fold, nightly.interval) == (GapPolicy.SHIFT, FoldPolicy.SECOND, IntervalPolicy.ELAPSED)
    assert (often.gap, often.fold, often.exclude) == (
        GapPolicy.CRON,
        FoldPolicy.CRON,
        Exclusion(days=(date(2026, 12, 25),)),
    )
    assert [(schedule.exclude, schedule.spread) for schedule in (boot, again)] == [(None, None)] * 2


def test_calendars_are_the_stores_to_know(load) -> None:
    (job,) = load("jobs: {a: {shell: x, cron: '@daily', exclude: {calendars: holidays}}}").jobs

    assert job.schedules[0].exclude == Exclusion(calendars=("holidays",))
