"""The first page over REST: what runs, what is next, what needs somebody; switches and the fleet."""

from tests.house import every
from tests.server.conftest import Site
from tickwork.core.roles import Role
from tickwork.core.states import Reason, State


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
    assert [(need["kind"], need["job"], need["run"]) for need in needs] == [("failed", "backup", failed)]
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
