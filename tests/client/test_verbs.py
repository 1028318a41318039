"""The verbs by a server: the views and the errors that they have over a store."""

import asyncio
from datetime import UTC, datetime, time

import pytest

from tests.client.conftest import Doors
from tests.house import every
from tests.server.conftest import PASSWORD, Site
from tickwork import errors
from tickwork.boards.board import load_board
from tickwork.client import AsyncClient
from tickwork.core.channels import Channel, Mail, Quiet, Template, Webhook
from tickwork.core.clock import Instant
from tickwork.core.ids import JobId
from tickwork.core.model import Command, Job, Origin, Scope, Shell
from tickwork.core.people import KeyKind
from tickwork.core.roles import Permission, Role
from tickwork.core.rules import Occasion, Rule
from tickwork.core.states import Reason, State
from tickwork.operations.views import JobDetailView, RunDetailView
from tickwork.store.protocol import Chunk, LogWrite, Stream

SHELL = {"shell": "make report"}


async def ended(site: Site, state: State = State.SUCCEEDED, reason: Reason | None = None) -> None:
    """Everything that is queued runs, and ends like this."""
    session = await site.house.session()
    for claim in await site.house.claim(session):
        await site.house.start(claim)
        await site.house.finish(claim, state, reason)


# --- jobs -------------------------------------------------------------------------------------------------


async def test_a_job_is_made_seen_changed_and_deleted(site: Site, root: AsyncClient) -> None:
    made = await root.jobs.create("report", {**SHELL, "every": "1h"})
    assert isinstance(made, JobDetailView)
    assert (made.job.id, made.job.revision) == ("report", 1)
    patched = await root.jobs.patch("report", {"timeout": "2h"}, revision=1)
    assert patched.job.revision == 2
    assert (await root.jobs.definition("report"))["timeout"] == "2h"
    with pytest.raises(errors.Conflict, match="revision 2, not 1"):
        await root.jobs.replace("report", SHELL, revision=1)
    assert await root.jobs.edit("report", ["timeout=2h", "retries=3"]) == ["retries"]
    assert [revision.revision for revision in await root.jobs.revisions("report")] == [1, 2, 3]
    assert [job.id async for job in root.jobs.list()] == ["report"]
    await root.jobs.patch("report", {"tags": ["nightly", "eu"]})
    assert [job.tags async for job in root.jobs.list(tags=["eu", "nightly"])] == [["nightly", "eu"]]
    assert [job.id async for job in root.jobs.list(tags=["eu", "weekly"])] == []
    await root.jobs.delete("report")
    with pytest.raises(errors.NotFound, match="there is no job 'report'"):
        await root.jobs.get("report")


async def test_a_name_is_enough_where_one_job_has_it(site: Site, root: AsyncClient) -> None:
    for project in ("etl", "web"):
        await root.jobs.create("load", SHELL, project=project)
    await root.jobs.create("tidy", SHELL, project="etl")

    assert await root.jobs.find("tidy") == "etl:tidy"
    assert (await root.jobs.run("tidy")).job == "etl:tidy"
    with pytest.raises(errors.Conflict, match=r"2 jobs are called .load.*etl:load, web:load"):
        await root.jobs.get("load")


async def test_what_is_wrong_with_a_definition_is_told_by_field(root: AsyncClient) -> None:
    with pytest.raises(errors.InvalidBoard) as board:
        await root.jobs.create("report", {"shell": "x", "timeout": "soon"})
    assert any("timeout" in problem for problem in board.value.problems)
    with pytest.raises(errors.InvalidRequest) as request:
        await root.jobs.next("report", count=0) if await root.jobs.create("report", SHELL) else None
    assert "query.count" in request.value.fields
    with pytest.raises(errors.InvalidSchedule, match="has no zone"):
        await root.jobs.why("report", at=datetime(2026, 1, 1))


async def test_what_a_job_does_next_and_did_is_looked_at(site: Site, root: AsyncClient) -> None:
    await site.job("hourly", every(3600))
    await site.house.pass_time(7200, step=600)
    start = datetime.fromtimestamp(0, UTC)

    assert len(await root.jobs.next("hourly", count=3)) == 3
    assert [view.job for view in await root.next(count=4)] == ["hourly"] * 4
    ledger = await root.jobs.ledger("hourly", start=start, end=site.house.clock.now())
    assert {entry.entry for entry in ledger} <= {"run", "gap"}
    assert (await root.jobs.why("hourly")).sentence
    assert (await root.jobs.graph("hourly")).job == "hourly"
    assert len((await root.forecast(days=1)).hours) >= 24
    assert (await root.today()).queued + len((await root.today()).running) >= 1
    end = Instant(site.house.clock.now() + 4 * 3_600_000_000)
    made = await root.jobs.backfill("hourly", start=site.house.clock.now(), end=end, again=True)
    assert {run.origin for run in made} == {Origin.BACKFILL}
    assert (await root.runs.group(made[0].id)).runs[0].group == made[0].group


async def test_switches_of_every_level(site: Site, root: AsyncClient) -> None:
    await site.job("backup")
    await root.jobs.pause("backup", why="moving house")
    assert "moving house" in ((await root.jobs.get("backup")).job.paused or "")
    assert (await root.jobs.resume("backup")).was_paused
    assert await root.switches.pause(Scope.PROJECT, "default") == "default"
    assert [switch.scope for switch in await root.switches.list()] == ["project"]
    assert (await root.switches.resume(Scope.PROJECT, "default")).was_paused


# --- runs -------------------------------------------------------------------------------------------------


async def test_a_run_is_submitted_waited_for_and_returns(site: Site, root: AsyncClient) -> None:
    await site.job("backup")
    run = await root.submit("backup", day="2026-11-26")
    assert await run.state() is State.QUEUED
    with pytest.raises(TimeoutError, match="is queued after"):
        await run.result(timeout=0.01)
    waiting = asyncio.create_task(run.result(timeout=60))
    await ended(site)
    assert await waiting is None
    detail = await root.runs.get(run.id[:15])
    assert isinstance(detail, RunDetailView)
    assert (detail.run.id, detail.params) == (run.id, {"day": "2026-11-26"})


async def test_a_run_without_success_raises_what_became_of_it(site: Site, root: AsyncClient) -> None:
    await site.job("backup")
    run = await root.submit("backup")
    await ended(site, State.FAILED, Reason.LOST)
    with pytest.raises(errors.RunFailed, match=r"failed \(lost\)") as failed:
        await run.result()
    assert (failed.value.run, failed.value.reason) == (run.id, "lost")


async def test_a_run_is_cancelled_and_run_again(site: Site, root: AsyncClient) -> None:
    await site.job("backup")
    run = await root.submit("backup")
    await run.cancel("a test")
    assert (await root.runs.get(run.id)).run.note == "killed by root by test@127.0.0.1: a test"
    site.house.clock.advance(1)  # two runs of one millisecond begin alike
    again = await root.runs.retry(run.id)
    assert (again.job, again.id != run.id) == ("backup", True)
    assert await root.runs.newest("backup") == run.id  # of those that have begun, or were ended
    assert await root.runs.run_or_newest(again.id[:18]) == again.id
    changed = await root.runs.change("cancel", [again.id, "nothing"])
    assert [one.done for one in changed] == [True, False]


async def test_a_list_goes_on_over_its_pages(site: Site, root: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickwork.client.asynchronous.http._PAGE", 2)
    await site.job("backup")
    made = [(await root.jobs.run("backup")).id for _ in range(5)]

    assert [run.id async for run in root.runs.list(oldest_first=True)] == made
    assert [run.id async for run in root.runs.list(limit=3)] == made[:1:-1]
    assert [run.id async for run in root.runs.list(states=[State.FAILED])] == []
    assert [run.id async for run in root.runs.list(origin=Origin.API, job="backup", limit=1)] == made[-1:]


async def test_a_log_comes_as_bytes_and_is_followed_to_the_end(site: Site, root: AsyncClient) -> None:
    await site.job("backup")
    run = await root.submit("backup")
    session = await site.house.session()
    (claim,) = await site.house.claim(session)
    await site.house.start(claim)

    async def say(seq: int, data: bytes) -> None:
        chunk = Chunk(seq=seq, at=site.house.clock.now(), stream=Stream.STDOUT, data=data)
        await site.house.store.append_log([LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=(chunk,))])

    await say(0, b"out \xff\n")
    followed = root.runs.log(run.id, follow=True)
    assert (await anext(followed)).data == b"out \xff\n"
    coming = asyncio.create_task(anext(followed))
    await say(1, "grün\n".encode())
    assert (await coming).text == "grün\n"
    await site.house.finish(claim)
    assert [chunk async for chunk in followed] == []
    assert (await run.logs()).endswith("grün\n")


# --- the others -------------------------------------------------------------------------------------------


async def test_a_board_is_planned_applied_and_written_out(site: Site, root: AsyncClient, tmp_path) -> None:
    file = tmp_path / "board.yaml"
    file.write_text(
        "tasks:\n  fetch: {shell: curl example.org}\ncalendars:\n  closed: {days: [2026-12-25]}\n"
        "jobs:\n  a: {task: fetch, every: 1h, exclude: {calendars: [closed]}}\n  b: {shell: 'true'}\n"
    )
    await root.calendars.put("closed", days=["2026-12-25"])
    assert [preview.change.kind for preview in await root.boards.plan(file)] == ["added", "added"]
    assert len(await root.boards.apply(load_board(file))) == 2
    assert list(await root.boards.apply(file)) == list(await root.boards.absent(file)) == []
    assert [task.name for task in await root.jobs.tasks()] == ["fetch"]
    await site.house.ops.switches.pause(Scope.TASK, "fetch")
    assert (await root.jobs.get("a")).job.state == "paused"
    assert "every: 1h" in await root.boards.export("default")


async def test_what_a_board_waits_for_and_does_not_exist_is_told(root: AsyncClient, tmp_path) -> None:
    file = tmp_path / "board.yaml"
    file.write_text("jobs: {a: {shell: x}, b: {shell: x, after: aa}}")
    assert [(absent.job, absent.absent) for absent in await root.boards.absent(file)] == [("b", "aa")]
    previews, absent = await root.boards.review(file)
    assert ([one.change.job for one in previews], [one.absent for one in absent]) == (["a", "b"], ["aa"])


async def test_what_all_share_is_kept(site: Site, root: AsyncClient) -> None:
    await root.pools.put("gpu", max_running=2)
    assert (await root.pools.show("gpu")).max_running == 2
    await root.calendars.put("closed", days=["2026-12-25"])
    assert [calendar.name for calendar in await root.calendars.list()] == ["closed"]
    await root.workers.drain("box7", why="repair")
    assert await root.workers.held_by("box7") == 0
    await root.workers.undrain("box7")
    assert list(await root.workers.list()) == []
    await root.pools.delete("gpu")
    await root.calendars.delete("closed")
    with pytest.raises(errors.NotFound):
        await root.calendars.show("closed")


async def test_people_keys_projects_secrets_and_the_audit(site: Site, root: AsyncClient) -> None:
    assert (await root.me()).superuser
    await root.users.create("ann", display="Ann")
    assert (await root.users.set("ann", active=False)).active is False
    await root.groups.create("night", members=["ann"], roles={"etl": Role.VIEWER})
    with pytest.raises(errors.Conflict, match="night"):
        await root.groups.create("night")
    changed = await root.groups.set("night", remove=["ann"], roles={"etl": None, "web": Role.EDITOR})
    assert (list(changed.members), changed.roles) == ([], {"web": Role.EDITOR})
    made = await root.keys.create("box7", kind=KeyKind.WORKER, pools=["gpu"])
    assert made.secret
    assert (await root.keys.revoke(made.key.id)).revoked
    await root.projects.put("etl", description="Loads.")
    await root.projects.put("default")
    await root.secrets.set("etl", "TOKEN", "hidden")
    assert [(view.project, view.name) for view in await root.secrets.list()] == [("etl", "TOKEN")]
    assert list((await root.projects.show("etl")).secrets) == ["TOKEN"]
    newest, *_ = entries = [entry async for entry in root.audit.list(limit=5)]
    assert (newest.kind, newest.who) == ("secret", "root by test")
    behind = [entry.seq async for entry in root.audit.list(before=newest.seq, limit=1)]
    assert behind == [entries[1].seq]
    assert (await root.audit.show(newest.seq)).entry == newest
    assert (await root.about()).store == "memory"


async def test_people_are_let_in_and_out_and_workers_enrolled(site: Site, root: AsyncClient) -> None:
    people = site.backend.system.people
    await root.users.create("ann", password=PASSWORD)
    token, _ = await people.sessions.open("ann")
    await root.users.sign_out("ann")
    assert await people.sessions.of(token) is None
    await root.users.set_password("ann", None)
    assert (await root.users.show("ann")).password is False
    link = await root.sign_in_link("ann", lasts=3600)
    site.house.clock.advance(3000)
    assert await people.links.use(link.partition("=")[2]) == "ann"
    made = await root.keys.create("deploy", owner="ann", scopes=[Permission.READ])
    assert (made.key.owner, list(made.key.scopes)) == ("ann", ["read"])
    enrolment = await root.keys.enrol(lasts=60)
    assert list(enrolment.pools) == ["default"]
    key, _secret = await people.enrolments.use(enrolment.token, name="box7")
    assert key.pools == ("default",)


async def test_secrets_are_sealed_anew(site: Site, root: AsyncClient) -> None:
    await site.house.ops.projects.put("default")
    await root.secrets.set("default", "TOKEN", "hidden")
    assert await root.secrets.rotate() == 1


async def test_programs_are_registered_for_types_and_jobs_of_them_are_put(site: Site, root: AsyncClient) -> None:
    with pytest.raises(errors.NotFound, match="respond mail"):
        await root.runners.command("mail")
    assert await root.runners.put("mail", "/bin/mail -s") == []
    job = Job(
        id=JobId("letter"),
        name="letter",
        task=Command(program=await root.runners.command("mail"), payload="x"),
        of="mail",
    )
    assert (await root.jobs.save(job)).id == "letter"
    assert await root.jobs.definitions(["letter"]) == await root.jobs.definitions() == [job]
    with pytest.raises(errors.Conflict, match="exists"):
        await root.jobs.save(job, new=True)
    assert await root.runners.put("mail", "/bin/mail") == ["letter"]
    run = await root.runs.submit(job.task, of="mail", name="once")
    assert (run.job, run.state) == ("once", "queued")
    assert [runner.command for runner in await root.runners.list()] == ["/bin/mail"]
    await root.runners.delete("mail")
    assert list(await root.runners.list()) == []


async def test_a_board_keeps_its_jobs_where_another_is_put(site: Site, root: AsyncClient, tmp_path) -> None:
    file = tmp_path / "board.yaml"
    file.write_text("jobs: {a: {shell: 'true'}}\n")
    await root.boards.apply(file)
    with pytest.raises(errors.Conflict, match=r"board\.yaml"):
        await root.jobs.save(Job(id=JobId("a"), name="a", task=Shell(command="false")))


async def test_the_ledger_is_verified_job_by_job_also_of_deleted_ones(site: Site, root: AsyncClient) -> None:
    for number in range(3):
        await site.job(f"job{number}", every(600))
    await site.house.pass_time(3600, step=600)
    await site.house.ops.jobs.delete("job1")
    for number in range(20):  # more than one page
        await site.job(f"byhand{number}")
    whole = await site.house.ops.verify.check()
    assert await root.verify() == whole
    assert (whole.jobs, whole.findings) == (23, [])
    assert (await root.verify("job1")).occurrences * 3 == whole.occurrences > 0
    with pytest.raises(errors.NotFound):
        await root.verify("nothing")


async def test_who_is_told_of_what(site: Site, root: AsyncClient) -> None:
    await site.job("backup")
    made = await root.notify.put_channel(Channel(name="chat", way=Webhook(url="https://chat.example/x", sealed="")))
    assert (made.signing_secret or "").startswith("whsec_")
    assert made.warning is None
    quiet = Quiet(begin=time(22), end=time(7), zone="Europe/Berlin")
    templates = {"failed": Template(subject="{{ job }}!")}
    mail = Channel(name="ops", way=Mail(to=("a@b.c", "d@e.f")), quiet=quiet, at_once=2, templates=templates)
    assert "SMTP_HOST" in ((await root.notify.put_channel(mail)).warning or "")
    assert await site.house.ops.notify.get_channel("ops") == mail
    rule = Rule(channels=("ops",), on=(Occasion.FAILED,))
    await root.notify.add_rule(Scope.JOB, "backup", rule)
    await root.notify.add_rule(Scope.JOB, "backup", Rule(channels=("chat",)))
    assert [(view.channels, view.on) for view in await root.notify.rules()] == [(["ops"], ["failed"]), (["chat"], [])]
    await root.notify.set_rules(Scope.JOB, "backup", [rule])
    with pytest.raises(errors.Conflict, match="job backup"):
        await root.notify.delete_channel("ops")
    assert (await root.notify.test("ops")).fault == "no mail is sent: the setting smtp_host is empty"
    await root.notify.delete_channel("chat")
    assert [view.name for view in await root.notify.channels()] == ["ops"]
    assert list(await root.notify.deliveries(channel="ops", since=datetime.fromtimestamp(0, UTC))) == []


async def test_who_may_not_is_told_so_as_over_a_store(site: Site, doors: Doors) -> None:
    await site.job("etl:load", project="etl")
    ann = await doors.person("ann", etl=Role.VIEWER)

    with pytest.raises(errors.NotAllowed, match="operator"):
        await ann.jobs.run("etl:load")
    with pytest.raises(errors.NotAllowed, match="a key"):
        await ann.keys.create("deploy", scopes=[Permission.READ])
    with pytest.raises(errors.NotAllowed, match="superuser"):
        await ann.keys.create("deploy", owner="root", scopes=[Permission.READ])
    with pytest.raises(errors.NotFound):
        await ann.jobs.get("web:load")
    with pytest.raises(errors.NotSignedIn, match="sign in first"):
        await doors.client().jobs.get("etl:load")
