"""Decorators tie jobs together by name or by function."""

import pytest

from tickwork import every, job, result_of, task
from tickwork.core.dependencies import After, Dependants, Map, Need, On
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidDefinition


def remove(run, result):
    """Cleans up."""


@task(project="etl", cleanup=remove, protected=True)
def extract() -> list[str]:
    return ["a", "b"]


@task
def settings() -> dict:
    return {}


@job(
    schedule=every("1h"),
    project="etl",
    needs=[extract, "default:settings", {"job": "prices", "within": "2h"}],
    args=[result_of(extract), {"deep": [result_of("default:settings")]}],
    kwargs={"prices": result_of("prices")},
)
def transform(rows: list[str], options: dict, *, prices: int):
    pass


@task(project="etl", needs=extract, map={"over": extract, "parallel": 2, "dependants": "successful"})
def load(row: str):
    pass


@task(project="etl", after={"load": "any"})
def mail():
    pass


@task(project="etl", after=[load, mail])
def last():
    pass


def test_names_are_of_the_jobs_own_project_and_functions_are_themselves():
    made = transform.definition()
    assert made.needs == (
        Need(job="etl:extract"),
        Need(job="settings"),
        Need(job="etl:prices", within=parse_duration("2h", what="")),
    )
    assert made.task.args == ({"!retval": "etl:extract"}, {"deep": [{"!retval": "settings"}]})
    assert made.task.kwargs == {"prices": {"!retval": "etl:prices"}}


def test_a_map_chains_cleanup_and_protection():
    assert load.definition().map == Map(over="etl:extract", parallel=2, dependants=Dependants.SUCCESSFUL)
    assert mail.definition().after == (After(job="etl:load", on=On.ANY),)
    assert last.definition().after == (After(job="etl:load"), After(job="etl:mail"))
    assert extract.definition().cleanup == f"{__name__}:remove"
    assert extract.definition().protected


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"needs": 5}, "write the name of a job"),
        ({"needs": {"within": "2h"}}, "is not accepted: it does not say 'job', the name of a job"),
        ({"after": {"a": "sometimes"}}, "{'a': 'sometimes'} is not accepted: write one of success, failure, any"),
        ({"needs": ""}, "write the name of a job"),
        ({"map": {"over": "a", "parallel": 0}}, "parallel must be 1 or more"),
        ({"map": {"parallel": 2}}, "is not accepted: it does not say 'over', the name of a job"),
        ({"map": {"over": "a", "parallel": "many"}}, "int"),
        ({"cleanup": 5}, "write a function"),
        ({"cleanup": lambda: None}, "no name at the top"),
        ({"protected": "yes"}, "must be bool"),
    ],
)
def test_what_does_not_fit_is_named(options, problem):
    with pytest.raises(InvalidDefinition, match=problem):
        task(**options)(remove)


def test_the_result_of_what_is_no_job_is_asked_for_in_vain():
    with pytest.raises(InvalidDefinition, match=r"result_of\(<function remove .*\): write the name of a job, or the"):
        result_of(remove)
