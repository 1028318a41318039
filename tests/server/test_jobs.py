"""Jobs over REST: made, changed, looked at, run."""

import msgspec

from tests.house import job
from tests.server.conftest import Site
from tickwork.core.model import Call, Retry
from tickwork.core.parameters import Signature
from tickwork.core.roles import Role

SHELL = {"shell": "make report", "cron": "0 4 * * *", "zone": "Europe/Berlin"}


async def test_a_job_is_made_shown_and_found_by_its_name(site: Site) -> None:
    root = await site.superuser()

    made = await root.post("jobs", json={"name": "report", "project": "etl", "definition": SHELL})

    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/jobs/etl:report"
    shown = await root.get("jobs/etl:report")
    assert shown.json()["job"]["schedules"] == ["at 04:00 (Europe/Berlin)"]
    assert shown.headers["etag"] == '"1"'
    assert (await root.get("jobs/etl:report/definition")).json() == SHELL
    found = (await root.get("jobs", params={"q": "REP"})).json()["items"]
    assert [item["id"] for item in found] == ["etl:report"]


async def test_jobs_are_found_by_all_of_their_tags_page_by_page(site: Site) -> None:
    root = await site.superuser()
    for name, tags in {"a": ["nightly"], "b": ["nightly", "eu"], "c": [], "d": ["eu", "nightly", "x"]}.items():
        await root.post("jobs", json={"name": name, "definition": {**SHELL, "tags": tags}})

    async def found(*tags: str, **more) -> list[str]:
        names, cursor = [], ""
        while cursor is not None:
            page = (await root.get("jobs", params={"tag": tags, "cursor": cursor or None, "limit": 1, **more})).json()
            names, cursor = names + [item["id"] for item in page["items"]], page["next"]
        return names

    assert await found("nightly") == ["a", "b", "d"]
    assert await found("nightly", "eu") == ["b", "d"]
    assert await found("nightly", q="D") == ["d"]
    assert await found("nightly", project="etl") == await found("two words") == []
    shown = (await root.get("jobs/d")).json()
    assert (shown["job"]["tags"], shown["definition"]["tags"]) == (["eu", "nightly", "x"], ["eu", "nightly", "x"])
    refused = await root.patch("jobs/d/definition", json={"changes": {"tags": ["two words"]}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "body.tags[0]"
    await root.patch("jobs/d/definition", json={"changes": {"tags": None}})
    assert await found("nightly") == ["a", "b"]


async def test_a_job_is_not_made_twice(site: Site) -> None:
    root = await site.superuser()
    body = {"name": "report", "definition": SHELL}
    await root.post("jobs", json=body)

    again = await root.post("jobs", json=body)

    assert again.status_code == 409


async def test_who_has_not_seen_the_newest_revision_changes_nothing(site: Site) -> None:
    root = await site.superuser()
    await root.post("jobs", json={"name": "report", "definition": SHELL})
    seen = (await root.get("jobs/report")).headers["etag"]
    changed = await root.patch(
        "jobs/report/definition", json={"changes": {"timeout": "2h"}}, headers={"if-match": seen}
    )
    assert changed.status_code == 200

    late = await root.put("jobs/report/definition", json={"definition": {"shell": "false"}}, headers={"if-match": seen})

    assert late.status_code == 409
    assert "revision 2, not 1" in late.json()["detail"]
    assert (await root.get("jobs/report/definition")).json()["timeout"] == "2h"


async def test_a_change_takes_the_place_of_its_alternatives(site: Site) -> None:
    root = await site.superuser()
    await root.post("jobs", json={"name": "report", "definition": SHELL})

    await root.patch("jobs/report/definition", json={"changes": {"every": "10m", "console": "hello", "zone": None}})

    assert (await root.get("jobs/report/definition")).json() == {"console": "hello", "every": "10m"}


async def test_another_runner_takes_the_arguments_of_the_one_before_with_it(site: Site) -> None:
    root = await site.superuser()
    call = {"call": "reports:daily", "kwargs": {"top": 10}, "every": "10m"}
    await root.post("jobs", json={"name": "report", "definition": call})

    changed = await root.patch("jobs/report/definition", json={"changes": {"console": "hello"}})

    assert changed.status_code == 200, changed.text
    assert (await root.get("jobs/report/definition")).json() == {"console": "hello", "every": "10m"}


async def test_revisions_tell_who_changed_what(site: Site) -> None:
    root = await site.superuser()
    await root.post("jobs", json={"name": "report", "definition": SHELL})
    await root.patch("jobs/report/definition", json={"changes": {"retries": 3}})

    revisions = (await root.get("jobs/report/revisions")).json()

    assert [one["revision"] for one in revisions] == [1, 2]
    assert "retries" not in revisions[0]["definition"]
    assert revisions[1]["definition"]["retries"] == 3
    assert "root" in revisions[1]["by"]


async def test_a_preview_shows_what_saving_would_change(site: Site) -> None:
    root = await site.superuser()
    await root.post("jobs", json={"name": "report", "definition": SHELL})

    preview = (
        await root.post("jobs/preview", json={"name": "report", "yaml": "shell: make report\nevery: 1h\nretries: 2\n"})
    ).json()

    assert set(preview["fields"]) == {"cron", "zone", "every", "retries"}
    assert preview["before"] == SHELL
    assert preview["revision"] == 1
    assert len(preview["schedule"]["next"]) == len(preview["next_before"]) == 10
    assert (await root.get("jobs/report")).headers["etag"] == '"1"'


async def test_a_wrong_yaml_is_refused_with_its_line(site: Site) -> None:
    root = await site.superuser()

    answer = await root.post("jobs/preview", json={"name": "report", "yaml": "shell: x\ncron: [1\n"})

    assert answer.status_code == 422
    assert "yaml:" in answer.json()["detail"]


async def test_a_run_is_queued_once_for_one_key(site: Site) -> None:
    await site.job("backup")
    root = await site.superuser()
    once = {"idempotency-key": "tuesday"}

    first = await root.post("jobs/backup/run", headers=once, json={})
    again = await root.post("jobs/backup/run", headers=once, json={})
    other = await root.post("jobs/backup/run", headers=once, json={"armed": True})

    assert first.status_code == again.status_code == 202
    assert first.json()["run"]["id"] == again.json()["run"]["id"]
    assert other.status_code == 409
    assert len(await site.house.runs("backup")) == 1


async def test_who_waits_gets_the_run_as_it_is_then(site: Site) -> None:
    await site.job("backup")
    root = await site.superuser()

    answer = await root.post("jobs/backup/run", params={"wait": 0.05})

    assert answer.status_code == 202
    assert answer.json()["run"]["state"] == "queued"


async def test_a_parameter_that_the_job_does_not_take_is_named(site: Site) -> None:
    await site.job("backup", retry=Retry(count=1))
    root = await site.superuser()

    answer = await root.post("jobs/backup/run", json={"params": {"x": 1}, "unknown": 2})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.unknown"


async def test_many_jobs_are_paused_and_each_is_answered_for(site: Site) -> None:
    await site.job("etl:load", project="etl")
    await site.job("web:ping", project="web")
    ann = await site.person("ann", roles={"etl": Role.OPERATOR})

    done = (
        await ann.post("jobs/bulk", json={"action": "pause", "jobs": ["etl:load", "web:ping"], "why": "tests"})
    ).json()

    assert [one["done"] for one in done] == [True, False]
    assert done[1]["problem"] == "there is no job 'web:ping'"
    assert "tests" in (await ann.get("jobs/etl:load")).json()["job"]["paused"]


async def test_a_schedule_is_put_in_words_before_it_is_saved(site: Site) -> None:
    root = await site.superuser()

    told = await root.post("schedules/describe", json={"schedule": {"cron": "30 2 * * mon-fri"}, "count": 3})

    assert told.status_code == 200, told.text
    assert len(told.json()["next"]) == 3
    assert told.json()["words"]


async def test_a_board_is_planned_and_applied(site: Site) -> None:
    root = await site.superuser()
    board = {"board": "reports", "project": "etl", "jobs": {"a": SHELL, "b": {"console": "hi"}}}

    plan = (await root.post("boards/plan", json=board)).json()["changes"]
    applied = (await root.post("boards/apply", json=board)).json()["changes"]
    again = (await root.post("boards/apply", json=board)).json()["changes"]

    assert [one["change"]["kind"] for one in plan] == [one["kind"] for one in applied] == ["added", "added"]
    assert again == []
    assert "make report" in (await root.get("projects/etl/board")).text


async def test_what_a_board_waits_for_and_does_not_exist_is_told_in_plan_and_apply(site: Site) -> None:
    root = await site.superuser()
    board = {"board": "reports", "project": "etl", "jobs": {"a": SHELL, "b": {**SHELL, "needs": ["aa"]}}}

    plan = (await root.post("boards/plan", json=board)).json()
    applied = (await root.post("boards/apply", json=board)).json()

    expected = {"job": "etl:b", "edge": "needs", "absent": "etl:aa", "similar": ["etl:a", "etl:b"]}
    assert plan["absent"] == applied["absent"] == [expected]


async def test_a_job_that_runs_what_it_ran_before_stays_one_of_its_task(site: Site) -> None:
    """Else a switch of the task would not stop it any more, and what its callable takes would be unknown."""
    root = await site.superuser()
    call = Call(target="etl:load", signature=Signature())
    await site.house.ops.jobs.apply("board", [msgspec.structs.replace(job("load", of="fetch"), task=call)])
    await root.patch("jobs/load/definition", json={"changes": {"timeout": "2h"}})
    found = await site.house.ops.jobs.find("load")
    assert (found.of, found.task, found.timeout) == ("fetch", call, 7_200_000_000)

    await root.put("jobs/load/definition", json={"definition": {"shell": "true"}})
    assert (await site.house.ops.jobs.find("load")).of is None
