"""Decorated functions: still functions, and definitions beside it."""

import inspect
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tickwork import at, cron, every, job, task
from tickwork.app.registry import distinct, jobs_of
from tickwork.core.clock import SECOND, from_datetime
from tickwork.core.lanes import Limit
from tickwork.core.model import Call, Delivery, Everywhere, Mode, Overlap, Retry
from tickwork.core.parameters import Parameter, Signature
from tickwork.core.timing.schedule import At, CatchUp, Cron, Every
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
        ({"priority": True}, "priority=True is not accepted: it must be int"),
        ({"overlap": "sometimes"}, "overlap='sometimes' is not accepted"),
        ({"tags": "two words"}, "tags='two words' is not accepted: 'two words' cannot be a tag: it begins with"),
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
        (lambda: every("1h", catch_up="lates"), "catch_up: 'lates' is none of latest, all, none"),
        (lambda: at("2030-01-01", zone="Mars/Base"), "zone: 'Mars/Base' is not in the tz database"),
        (
            lambda: job(schedule=cron("61 * * * *"))(with_kwargs).definition(),
            "job with_kwargs: schedule main: minute: 61 is not in 0-59",
        ),
        (lambda: task(args=[1, 2])(with_kwargs).definition(), "job with_kwargs: args and kwargs: too many positional"),
        (lambda: task(kwargs={"b": 1})(with_kwargs).definition(), "args and kwargs: got an unexpected .*'b'; it takes"),
    ],
)
def test_a_mistake_is_named_with_its_value_and_what_would_be_right(make, words):
    with pytest.raises(InvalidDefinition, match=words):
        make()


def with_kwargs(a: int = 1):
    return a


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
        ({"on": "some"}, "on='some' is not accepted"),
        ({"on": 0}, "on=0 is not accepted: it must be a whole number from 1 on"),
        ({"success": None}, "success=None is not accepted: write a number or one of all, any"),
        ({"max_running": True}, "max_running=True is not accepted"),
        ({"shares": {"key": "db"}}, "missing required field `max`"),
    ],
)
def test_a_wrong_word_about_workers_is_named(options, words):
    with pytest.raises(InvalidDefinition, match=words):
        task(**options)(lambda: None)
