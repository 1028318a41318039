"""Decorated functions: still functions, and definitions beside it."""

import inspect
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from tickwork import at, cron, every, job, task
from tickwork.app.registry import distinct, jobs_of
from tickwork.core.clock import DAY, SECOND, from_datetime
from tickwork.core.lanes import Limit
from tickwork.core.model import Call, Delivery, Everywhere, Mode, Overlap, Retry
from tickwork.core.parameters import Parameter, Signature
from tickwork.core.retention import Retention
from tickwork.core.rules import Occasion, Rule
from tickwork.core.states import State
from tickwork.core.timing.schedule import (
    At,
    CatchUp,
    Cron,
    Every,
    Exclusion,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    Roll,
    Weekday,
    Window,
)
from tickwork.errors import InvalidDefinition, InvalidParameter, InvalidSchedule, NotConnected


@job(schedule=every("5s"), project="shop", retries=3, timeout="1m", mode="thread")
def tally(day: str = "today", *, limit: int = 10) -> int:
    """Counts what was sold."""
    return len(day) + limit


@task
def plain(a, b=1):
    return a, b


@task(name="script")
class Script:
    def __init__(self, path: str) -> None:
        self.path = path

    def __call__(self, info) -> str:
        return self.path


NAMELESS = lambda: None

monthly = tally.job("tally_month", schedule=cron("0 0 1 * *"), kwargs={"day": "month"}, timeout="1h")


def test_a_decorated_function_is_called_like_any_other():
    assert tally("abc", limit=2) == 5
    assert plain(1) == (1, 1)
    assert Script("x")(None) == "x"
    assert tally.__doc__ == "Counts what was sold."
    assert str(inspect.signature(tally)) == "(day: str = 'today', *, limit: int = 10) -> int"


def test_its_definition_says_what_a_board_would_say():
    made = tally.definition()
    assert (made.id, made.name, made.project) == ("shop:tally", "tally", "shop")
    assert made.description == "Counts what was sold."
    assert (made.retry, made.timeout) == (Retry(count=3), 60 * SECOND)
    assert isinstance(made.task, Call)
    assert made.task.target == f"{__name__}:tally"
    assert made.task.mode is Mode.THREAD
    assert made.task.signature == Signature(
        parameters=(
            Parameter(name="day", type="str", required=False),
            Parameter(name="limit", type="int", required=False),
        )
    )
    [schedule] = made.schedules
    assert (schedule.key, schedule.trigger) == ("main", Every(interval=5 * SECOND))


def test_another_job_of_the_same_function_has_its_own_arguments_and_policies():
    made = monthly.definition()
    assert (made.id, made.timeout, made.retry) == ("shop:tally_month", 3600 * SECOND, Retry(count=3))
    assert made.task.kwargs == {"day": "month"}
    assert made.schedules[0].trigger == Cron(expression="0 0 1 * *")


def test_a_class_takes_its_options_as_parameters():
    assert Script.definition().task.signature == Signature(parameters=(Parameter(name="path", type="str"),))


def test_the_folder_of_the_code_is_where_its_module_is_imported_from():
    folder = Path(plain.definition().task.path)
    assert folder.joinpath(*__name__.split(".")).with_suffix(".py") == Path(__file__)


def test_a_module_has_the_jobs_that_were_made_in_it():
    assert [one.name for one in jobs_of(__name__)] == ["tally", "plain", "script", "tally_month"]


def test_two_jobs_of_one_name_are_refused():
    def other():
        pass

    with pytest.raises(InvalidDefinition, match="two jobs are called plain"):
        distinct([plain, task(name="plain")(other)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeuot": 3}, "there is no option 'timeuot'; there are timeout, grace"),
        ({"timeout": "soon"}, "timeout: 'soon' is not a length"),
        ({"retries": "many"}, "retries='many' is not accepted: write a number or"),
        ({"retries": -1}, "retries=-1 is not accepted"),
        ({"priority": True}, "priority=True is not accepted: it must be a whole number from -1000 to 1000"),
        ({"overlap": "sometimes"}, "overlap='sometimes' is not accepted"),
        ({"tags": "two words"}, "tags='two words' is not accepted: 'two words' cannot be a tag: it begins with"),
        ({"timeout": 0}, "job .*: timeout: 0 must be longer than nothing"),
        ({"retries": {"count": -3}}, "its count must be 0 or more"),
        ({"resources": {"memory": "much"}}, "memory is a size, like '512 MB'"),
        ({"umask": "rwx"}, "umask='rwx' is not accepted: write it like '027'"),
        ({"labels": 3}, "labels=3 is not accepted: write a label, or a list of them"),
        ({"nice": 20}, "nice=20 is not accepted: it must be a whole number from -20 to 19"),
        ({"retry": 3}, "there is no option 'retry'; there are .*; did you mean retries?"),
        ({"job": "x"}, "there is no option 'job'"),
        ({"every": "5s"}, r"there is no option 'every'; a schedule is written @job\(schedule=every\(…\)\)"),
        ({"overlap": "sometimes"}, "is not accepted: write one of skip, queue, allow, replace"),
        ({"delivery": "maybe"}, "delivery='maybe' is not accepted: write one of at_least_once, at_most_once"),
        ({"env": ["A=1"]}, r"env=\['A=1'\] is not accepted: write {'NAME': 'value'}"),
        ({"name": 3}, "name=3 is not accepted: a name is a text"),
        ({"name": "a/b"}, "name: 'a/b' cannot be a name: no ':', '#', '/'"),
        ({"name": ""}, "name: '' cannot be a name"),
        ({"project": "a:b"}, "project: 'a:b' cannot be a name"),
        ({"args": "abc"}, "args='abc' is not accepted: write a list of values"),
        ({"args": 3}, "args=3 is not accepted: write a list of values"),
        ({"kwargs": ["a"]}, r"kwargs=\['a'\] is not accepted: write {'name': value}"),
        ({"pickle": "yes"}, "pickle='yes' is not accepted: write True or False"),
        ({"tags": [f"t{n}" for n in range(21)]}, "is not accepted: 21 are too many; a job has 20 at most"),
    ],
)
def test_a_wrong_option_is_named(options, words):
    with pytest.raises(InvalidDefinition, match=words):
        task(**options)(lambda: None)


def test_every_option_reaches_the_definition():
    @task(
        retries={"count": 2, "delay": "10s", "backoff": "exponential"},
        overlap="allow",
        delivery="at_most_once",
        env={"A": 1},
        cwd=Path("/tmp"),
        pool="big",
        priority=5,
        grace="3s",
        tags=["nightly", "eu", "nightly"],
    )
    def options():
        pass

    fields = options.policies.fields
    assert fields["retry"] == Retry(count=2, delay=10 * SECOND, backoff="exponential")
    assert (fields["overlap"], fields["delivery"]) == (Overlap.ALLOW, Delivery.AT_MOST_ONCE)
    assert fields["tags"] == ("nightly", "eu")
    assert (fields["env"], fields["cwd"], fields["pool"], fields["priority"]) == ({"A": "1"}, "/tmp", "big", 5)


def test_a_function_inside_a_function_cannot_be_found_by_another_process():
    @task
    def hidden():
        pass

    with pytest.raises(InvalidDefinition, match="move it to the top of a module"):
        hidden.definition()


def test_a_scheduled_job_that_lacks_a_parameter_is_refused():
    made = plain.job("scheduled", schedule=every("1s"))
    with pytest.raises(InvalidParameter, match="job scheduled needs the parameter 'a'"):
        made.definition()
    assert plain.job("given", schedule=every("1s"), args=[1]).definition().task.args == (1,)


def test_several_schedules_have_keys_of_their_own():
    @job(schedule=[every("1h"), cron("@daily", zone="Europe/Amsterdam"), at("2030-01-01T12:00", key="once")])
    def often():
        pass

    assert [one.key for one in often.schedules] == ["main", "s2", "once"]


def test_moments_are_read_in_their_zone():
    schedule = at("2026-07-01T12:00", datetime(2026, 7, 2, tzinfo=UTC), zone="Europe/Amsterdam", catch_up="all")
    noon = from_datetime(datetime(2026, 7, 1, 10, tzinfo=UTC))
    assert schedule.trigger == At(times=(noon, from_datetime(datetime(2026, 7, 2, tzinfo=UTC))))
    assert schedule.catch_up is CatchUp.ALL


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: job(schedule="5s")(lambda: None), r"schedule: '5s' is none; write every\("),
        (lambda: job(schedule=["1h"])(lambda: None), r"schedule: \['1h'\] is none; write every\("),
        (lambda: task(mode="asnc")(with_kwargs), "job with_kwargs: mode: 'asnc' is none of process, thread, async"),
        (lambda: job(schedule=5)(with_kwargs), r"schedule: 5 is none; write every\("),
        (lambda: cron(5), "cron: 5 is no text; write it like"),
        (lambda: at(5), "at: '5' is not a time"),
        (lambda: every("1h", catch_up="lates"), "catch_up: 'lates' is none of latest, all, none"),
        (lambda: at("2030-01-01", zone="Mars/Base"), "zone: 'Mars/Base' is not in the tz database"),
        (
            lambda: job(schedule=cron("61 * * * *"))(with_kwargs).definition(),
            "job with_kwargs: schedule main: minute: 61 is not in 0-59",
        ),
        (lambda: task(args=[1, 2])(with_kwargs).definition(), "job with_kwargs: args and kwargs: too many positional"),
        (lambda: task(kwargs={"b": 1})(with_kwargs).definition(), "args and kwargs: got an unexpected .*'b'; it takes"),
        (lambda: task(args=["x"])(with_kwargs).definition(), "with_kwargs: parameter 'a' must be int, but 'x' is str"),
        (lambda: task(kwargs={"a": "x"})(with_kwargs).definition(), "parameter 'a' must be int, but 'x' is str"),
        (lambda: task(args=[object()])(with_kwargs).definition(), "type builtins.object have no form in JSON"),
        (lambda: task(NAMELESS).definition(), "a lambda has no name by which another process could import it"),
    ],
)
def test_a_mistake_is_named_with_its_value_and_what_would_be_right(make, words):
    with pytest.raises(InvalidDefinition, match=words):
        make()


class Methods:
    def one(self):
        pass

    @staticmethod
    def other(a):
        return a


class NotCalled:
    pass


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        ("nightly", r"'nightly' cannot be a job: a name is written @task\(name='nightly'\)"),
        (every("5s"), r"a schedule cannot be a job: write @job\(schedule=every\(\"1h\"\)\)"),
        (plain, r"it is one already; plain.job\(\"other name\", …\) makes another one"),
        (partial(plain.function, 1), "it has no name of its own; decorate the function, with args= and kwargs="),
        (staticmethod(plain.function), "it belongs to a class; move the function to the top of a module"),
        (Methods.one, "it is a method, and there is nothing to call it on"),
        (NotCalled, "its instances are called for each run; give it a method __call__"),
        (Script(""), "it has no name of its own; decorate its class"),
        (3, "3 cannot be a job: it is no function"),
    ],
)
def test_what_cannot_be_a_job_is_told_with_what_to_write(thing, words):
    for decorate in (task, job, task(timeout="1m")):
        with pytest.raises(InvalidDefinition, match=words):
            decorate(thing)


def test_a_function_that_only_stands_in_a_class_is_one():
    assert task(Methods.other).definition().task.target == f"{__name__}:Methods.other"


def test_arguments_become_what_a_board_would_have():
    given = {"args": [datetime(2026, 7, 1, tzinfo=UTC)], "kwargs": {"b": {"path": Path("/tmp")}}}
    call = task(name="dated", **given)(plain.function).definition().task
    assert (call.args, call.kwargs) == (("2026-07-01T00:00:00Z",), {"b": {"path": "/tmp"}})


def with_kwargs(a: int = 1):
    return a


def test_lengths_may_be_timedeltas():
    assert task(timeout=timedelta(minutes=5))(with_kwargs).policies.fields["timeout"] == 300 * SECOND
    assert every(timedelta(hours=1)).trigger == Every(interval=3600 * SECOND)


def test_a_wrong_length_is_named():
    with pytest.raises(InvalidSchedule, match="every: 'often' is not a length"):
        every("often")


def test_submitting_needs_a_tickwork():
    with pytest.raises(NotConnected, match="no Tickwork is at work in this process"):
        plain.submit(a=1)


def test_where_a_job_runs_and_how_many_of_it_is_said_in_the_words_of_a_board():
    @task(on="all", success=2, labels=["gpu", "linux", "gpu"], max_running=3, shares={"key": "db", "max": 1})
    def spread():
        pass

    fields = spread.policies.fields
    assert (fields["on"], fields["success"], fields["labels"]) == (Everywhere.ALL, 2, ("gpu", "linux"))
    assert (fields["max_running"], fields["shares"]) == (3, (Limit(key="db", max=1),))
    assert task(on="one")(lambda: None).policies.fields["on"] == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"on": "some"}, "on='some' is not accepted: write one of all"),
        ({"on": 0}, "on=0 is not accepted: it must be a whole number from 1 on"),
        ({"success": None}, "success=None is not accepted: write a number or one of all, any"),
        ({"max_running": True}, "max_running=True is not accepted"),
        ({"shares": {"key": "db"}}, "missing required field `max`"),
    ],
)
def test_a_wrong_word_about_workers_is_named(options, words):
    with pytest.raises(InvalidDefinition, match=words):
        task(**options)(lambda: None)


def test_there_is_an_option_for_every_policy_of_a_board():
    from tickwork.app.policies import _OPTIONS
    from tickwork.boards.dependency_keys import DEPENDENCIES
    from tickwork.boards.keys import POLICIES

    assert set(_OPTIONS) == {*POLICIES, *DEPENDENCIES}


def test_how_long_its_runs_are_kept_and_who_is_told_is_said_in_the_words_of_a_board():
    @task(
        keep={"for": "90d", "failed": "1w", "at_least": 5},
        notify=["ops", {"channels": "mail:a@example.com", "on": ["failed", "late"]}],
        mailto="b@example.com",
        late_after="5m",
        too_long="1h",
        description="Keeps the books.",
    )
    def kept():
        pass

    fields = kept.policies.fields
    assert fields["keep"] == Retention(age=90 * DAY, states={State.FAILED: 7 * DAY}, least=5)
    assert fields["notify"] == (
        Rule(channels=("ops",)),
        Rule(channels=("mail:a@example.com",), on=(Occasion.FAILED, Occasion.LATE)),
    )
    assert (fields["mailto"], fields["late_after"]) == ("b@example.com", 300 * SECOND)
    assert task(keep="90d", description="Other.")(with_kwargs).definition().description == "Other."


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"keep": "long"}, "keep: 'long' is not a length"),
        ({"keep": {"fro": "1d"}}, "there is no 'fro'; there are for, cancelled, failed,"),
        ({"keep": {"at_least": 9, "at_most": 3}}, "it keeps at least 9 and at most 3 runs; raise at_most"),
        ({"keep": {"at_most": "many"}}, "at_least and at_most are whole numbers of runs"),
        ({"notify": {"on": "failed"}}, "write a channel's name, or"),
        ({"notify": {"channels": "ops", "on": "faild"}}, "write one of .*failed"),
    ],
)
def test_a_wrong_word_about_history_is_named(options, words):
    with pytest.raises(InvalidDefinition, match=words):
        task(**options)(with_kwargs)


def test_there_is_a_word_for_every_policy_of_a_board_s_schedules():
    from tickwork.app.timing import _READERS
    from tickwork.boards.timing_keys import CATCH_UP, TIMING

    said = {"start" if name == "from" else name for name in TIMING} | (set(CATCH_UP) - {"policy"})
    assert set(_READERS) == said | {"key"}


def test_a_schedule_takes_its_policies_in_the_words_of_a_board():
    made = cron(
        "0 8 * * *",
        zone="Europe/Amsterdam",
        start="2026-01-01T00:00",
        until=datetime(2027, 1, 1),
        repeat=9,
        gap="skip",
        fold="both",
        exclude={"windows": "22:00-06:00", "weekdays": ["sat", "sun"], "days": ["2026-12-25"], "roll": "next"},
        spread="5m",
        catch_up="all",
        max_count=3,
        max_age="1d",
    )
    assert (made.start, made.until) == (
        from_datetime(datetime(2025, 12, 31, 23, tzinfo=UTC)),
        from_datetime(datetime(2026, 12, 31, 23, tzinfo=UTC)),
    )
    assert made.exclude == Exclusion(
        windows=(Window(start=time(22), end=time(6)),),
        weekdays=(Weekday.SAT, Weekday.SUN),
        days=(date(2026, 12, 25),),
        roll=Roll.NEXT,
    )
    assert (made.repeat, made.gap, made.fold, made.spread) == (9, GapPolicy.SKIP, FoldPolicy.BOTH, 300 * SECOND)
    assert (made.catch_up, made.max_count, made.max_age) == (CatchUp.ALL, 3, DAY)
    assert every("1h", interval="wall").interval is IntervalPolicy.WALL


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        ({"zon": "UTC"}, "a schedule has no 'zon'; it has zone, start, until"),
        ({"gap": "jump"}, "gap: 'jump' is none of cron, shift, skip"),
        ({"until": "soon"}, "until: 'soon' is not a time; write it as"),
        ({"repeat": 0}, "repeat: 0 is not accepted; write a whole number from 1 on"),
        ({"key": 3}, "key: 3 is no name"),
        ({"exclude": {"weekday": "sat"}}, "exclude: {'weekday': 'sat'} is not accepted: write {'windows'"),
        ({"exclude": {"weekdays": "saturday"}}, "exclude: .* is not accepted: Invalid enum value 'saturday'"),
        ({"exclude": {"windows": "at night"}}, "'at night' is no part of a day; write"),
    ],
)
def test_a_wrong_word_of_a_schedule_is_named(timing, words):
    with pytest.raises(InvalidSchedule, match=words):
        every("1h", **timing)
