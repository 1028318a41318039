"""The first page over REST: what runs, what is next, what needs somebody; switches and the fleet."""

from tests.house import drain, every
from tests.server.conftest import Site
from tickwork.core.clock import DAY, iso, later
from tickwork.core.roles import Role
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import At, Exclusion, Schedule


async def ran(site: Site, job: str, state: State = State.SUCCEEDED, reason: Reason | None = None) -> str:
    """Run a job by hand to its end."""
    run = await site.house.ops.runs.run(job)
    session = await site.house.session()
    [claim] = await site.house.claim(session)
    await site.house.start(claim)
    site.house.clock.advance(2)
    await site.house.finish(claim, state, reason)
    return run.id


async def test_what_failed_needs_somebody_until_it_works_again(site: Site) -> None:
    await site.job("backup")
    root = await site.superuser()
    failed = await ran(site, "backup", State.FAILED, Reason.EXIT)

    needs = (await root.get("today")).json()["needs"]
    assert [(need["kind"], need["project"], need["job"], need["run"]) for need in needs] == [
        ("failed", "default", "backup", failed)
    ]
    assert "failed" in needs[0]["sentence"]

    await ran(site, "backup")
    assert (await root.get("today")).json()["needs"] == []


async def test_what_runs_is_shown_beside_what_is_usual(site: Site) -> None:
    await site.job("backup")
    root = await site.superuser()
    await ran(site, "backup")
    await site.house.ops.runs.run("backup")
    [claim] = await site.house.claim(await site.house.session())
    await site.house.start(claim)

    running = (await root.get("today")).json()["running"]

    assert [(one["run"]["id"], one["usual"], one["share"]) for one in running] == [(claim.run.id, 2.0, None)]


async def test_today_is_about_what_the_caller_sees(site: Site) -> None:
    await site.job("etl:load", every(3600), project="etl")
    await site.job("web:ping", every(60), project="web")
    await ran(site, "web:ping", State.FAILED, Reason.EXIT)
    ann = await site.person("ann", roles={"etl": Role.VIEWER})

    today = (await ann.get("today")).json()

    assert [one["job"] for one in today["next"]] == ["etl:load"]
    assert today["needs"] == []
    assert (await ann.get("today", params={"project": "web"})).status_code == 404


async def test_a_run_that_nobody_begins_is_late(site: Site) -> None:
    await site.job("backup")
    root = await site.superuser()
    run = await site.house.ops.runs.run("backup")

    assert (await root.get("today")).json()["needs"] == []
    site.house.clock.advance(61)
    needs = (await root.get("today")).json()["needs"]

    assert [(need["kind"], need["run"]) for need in needs] == [("late", run.id)]


async def test_an_operator_turns_their_project_off_and_nobody_elses(site: Site) -> None:
    await site.job("etl:load", project="etl")
    await site.job("web:ping", project="web")
    ann = await site.person("ann", roles={"etl": Role.OPERATOR})

    assert (
        await ann.post("switches/off", json={"scope": "project", "target": "etl", "why": "moving"})
    ).status_code == 204
    for scope, target in (("project", "web"), ("instance", ""), ("pool", "default"), ("job", "web:ping")):
        refused = await ann.post("switches/off", json={"scope": scope, "target": target})
        assert refused.status_code in {403, 404}, (scope, refused.text)

    switches = (await ann.get("switches")).json()
    assert [(one["scope"], one["target"], one["why"]) for one in switches] == [("project", "etl", "moving")]
    assert (await ann.post("switches/on", json={"scope": "project", "target": "etl"})).json()["was_paused"] is True


async def test_a_worker_is_drained(site: Site) -> None:
    root = await site.superuser()
    await site.house.session()

    assert (await root.post("workers/hand/drain", json={"why": "patching"})).status_code == 204
    [worker] = (await root.get("workers")).json()
    assert "patching" in worker["paused"]
    assert (await root.post("workers/hand/undrain")).status_code == 204
    [worker] = (await root.get("workers")).json()
    assert worker["paused"] is None


async def test_the_last_results_of_many_jobs_come_at_once(site: Site) -> None:
    await site.job("etl:load", project="etl")
    await site.job("web:ping", project="web")
    first, second = await ran(site, "etl:load"), await ran(site, "etl:load", State.FAILED, Reason.EXIT)
    await ran(site, "web:ping")
    ann = await site.person("ann", roles={"etl": Role.VIEWER})

    results = (await ann.get("results", params={"job": ["etl:load", "web:ping", "gone"]})).json()

    assert {job: [one["id"] for one in found] for job, found in results.items()} == {"etl:load": [first, second]}
    assert [one["state"] for one in results["etl:load"]] == ["succeeded", "failed"]


async def test_the_strip_says_of_what_was_skipped_why_after_what_is_broken(site: Site) -> None:
    await site.job("load")
    root = await site.superuser()
    failed = await ran(site, "load", State.FAILED, Reason.EXIT)
    skipped = await ran(site, "load", State.SKIPPED, Reason.BY_JOB)

    marks = (await root.get("strip")).json()["marks"]

    assert {(mark["run"], mark["state"], mark["reason"]) for mark in marks} == {
        (failed, "failed", "exit"),
        (skipped, "skipped", "by_job"),
    }


async def test_the_strip_holds_what_was_planned_against_what_became_of_it(site: Site) -> None:
    await site.job("etl:load", every(3600), project="etl")
    await site.job("web:ping", project="web")
    root = await site.superuser()
    ann = await site.person("ann", roles={"etl": Role.VIEWER})
    await ran(site, "etl:load")
    failed = await ran(site, "web:ping", State.FAILED, Reason.EXIT)

    strip = (await root.get("strip")).json()
    own = (await ann.get("strip", params={"hours": 2})).json()

    assert (len(strip["cells"]), strip["step"], len(own["cells"])) == (2 * 24 * 4, 900, 16)
    [cell] = [cell for cell in strip["cells"] if cell["actual"]]
    assert cell["actual"] == {"failed": 1, "succeeded": 1}
    assert cell["at"] <= strip["now"]
    assert sum(cell["planned"] for cell in strip["cells"] if cell["at"] > strip["now"]) in {23, 24}
    assert [(mark["run"], mark["job"], mark["state"], mark["reason"]) for mark in strip["marks"]] == [
        (failed, "web:ping", "failed", "exit")
    ]
    assert [cell["actual"] for cell in own["cells"] if cell["actual"]] == [{"succeeded": 1}]
    assert own["marks"] == []
    assert (await ann.get("strip", params={"project": "web"})).status_code == 404


async def test_a_strip_is_read_once_in_some_seconds_for_all_who_see_the_same(site: Site) -> None:
    await site.job("backup")
    root = await site.superuser()

    def shown(strip: dict) -> dict:
        return {state: n for cell in strip["cells"] for state, n in cell["actual"].items()}

    first, again = [(await root.get("strip")).json() for _ in range(2)]
    await site.house.ops.runs.run("backup")
    kept = (await root.get("strip")).json()
    site.house.clock.advance(5)
    later = (await root.get("strip")).json()

    assert first == again == kept
    assert (shown(kept), shown(later)) == ({}, {"queued": 1})


async def test_runs_are_listed_by_what_they_say_and_where_they_ran_and_by_their_ends(site: Site) -> None:
    await site.job("backup")
    await site.job("report")
    root = await site.superuser()
    failed = await ran(site, "report", State.FAILED, Reason.EXIT)
    done = await ran(site, "backup")
    queued = (await site.house.ops.runs.run("backup")).id

    async def listed(**params: object) -> list[str]:
        answer = await root.get("runs", params=params)
        assert answer.status_code == 200, answer.text
        return [run["id"] for run in answer.json()["items"]]

    assert await listed(reason="exit") == await listed(text="REPO") == [failed]
    assert await listed(worker="hand") == [done, failed]
    assert await listed(pool="default") == [queued, done, failed]
    assert await listed(pool="gpu") == []
    assert await listed(last_completed=True) == [done, failed]
    page = (await root.get("runs", params={"last_completed": True, "limit": 1})).json()
    assert await listed(last_completed=True, cursor=page["next"]) == [failed]
    assert (await root.get("runs", params={"last_completed": True, "oldest_first": True})).status_code == 422


async def test_a_job_that_is_never_due_again_needs_somebody_unless_it_was_to_end(site: Site) -> None:
    tomorrow = later(site.house.clock.now(), DAY)
    calendars = site.house.ops.calendars
    await calendars.put("off", days=["1999-01-01"])
    await site.job("lost", Schedule(key="main", trigger=At(times=(tomorrow,)), exclude=Exclusion(calendars=("off",))))
    await site.job("over", Schedule(key="main", trigger=At(times=(tomorrow,)), until=tomorrow))
    await site.job("fine", every(60))
    await calendars.put("off", days=[(iso(tomorrow) or "")[:10]])
    root = await site.superuser()

    needs = (await root.get("today")).json()["needs"]

    assert [(need["kind"], need["job"]) for need in needs] == [("never_fires", "lost")]
    assert "never due again" in needs[0]["sentence"]


async def test_the_ledger_of_a_job_is_verified(site: Site) -> None:
    await site.job("backup", every(60))
    root = await site.superuser()
    assert (await root.get("jobs/backup/verify")).json() == {"jobs": 1, "occurrences": 0, "findings": []}


async def test_what_an_outage_swallowed_is_counted_in_words(site: Site) -> None:
    root = await site.superuser()
    await site.job("backup", every(600))
    site.house.clock.advance(3 * 600)
    await drain(site.house.scheduler())

    [need] = [one for one in (await root.get("today")).json()["needs"] if one["kind"] == "missed"]

    assert need["sentence"].startswith(
        "backup: 2 due moments from 2026-01-01T00:10:00Z to 2026-01-01T00:20:00Z were missed: "
    )
