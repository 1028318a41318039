"""Jobs that others wait for and that do not exist: told when the jobs are brought, not when they are due."""

import pytest

from tests.house import a_house, job
from tests.runtime.linked import following, needing


@pytest.fixture
async def house():
    async with a_house() as house:
        yield house


async def told(house, *jobs, **options) -> list[str]:
    return [str(absent) for absent in await house.ops.jobs.absent(list(jobs), **options)]


async def test_who_waits_for_what_does_not_exist_is_told_with_similar_names(house):
    await house.ops.jobs.apply("other", [job("crawl"), job("prices")])
    assert await told(house, needing("report", "crawll"), following("tidy", nothing="success")) == [
        "job report: needs crawll, which does not exist; until it does, it cannot run; did you mean crawl?",
        "job tidy: after nothing, which does not exist; until it does, nothing starts it so",
    ]


async def test_a_job_of_the_same_board_or_of_another_one_exists(house):
    await house.ops.jobs.apply("other", [job("etl:crawl", project="etl")])
    assert await told(house, needing("report", "etl:crawl"), following("tidy", report="any")) == []


async def test_they_are_accepted_and_wait_for_a_board_that_comes_later(house):
    report = needing("report", "crawl")
    await house.ops.jobs.apply("first", [report])
    assert len(await told(house, report)) == 1
    await house.ops.jobs.apply("second", [job("crawl")])
    assert await told(house, report) == []


async def test_a_job_that_is_looked_at_tells_what_it_lacks(house):
    await house.ops.jobs.apply("first", [needing("report", "crawll"), job("crawl")])
    [absent] = (await house.ops.reads.job("report")).absent
    assert (absent.absent, absent.similar) == ("crawll", ["crawl"])
    assert (await house.ops.reads.job("report", sees=lambda _project: False)).absent[0].similar == []
    assert (await house.ops.reads.job("crawl")).absent == []


async def test_names_that_the_asker_does_not_see_are_not_suggested(house):
    await house.ops.jobs.apply("other", [job("secret:crawl", project="secret")])
    [open_] = await told(house, needing("report", "secret:crawll"))
    [closed] = await told(house, needing("report", "secret:crawll"), sees=lambda project: project == "default")
    assert ("did you mean secret:crawl?" in open_, "mean" in closed) == (True, False)
