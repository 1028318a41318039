"""The end of a run is told to whom the rules say, once."""

import pytest

from tests.house import drain, job
from tests.runtime.notify.conftest import Noticing
from tickwork.core.channels import Channel, Mail
from tickwork.core.clock import seconds
from tickwork.core.ids import JobId
from tickwork.core.model import Retry, Scope
from tickwork.core.rules import Occasion, Rule
from tickwork.core.states import Reason, State
from tickwork.errors import StoreUnavailable
from tickwork.store.protocol import Chunk, LogWrite, RunFilter, Stream

OPS = Rule(channels=("mail:ops@example.com",))


async def test_a_failure_is_told_by_the_jobs_own_rule(noticing: Noticing):
    await noticing.house.ops.jobs.apply("board", [job(notify=(OPS,))])
    await noticing.end_runs("backup", State.FAILED, Reason.EXIT)
    await noticing.sender.send()
    [(channel, message)] = noticing.post.taken
    assert channel == "mail:ops@example.com"
    assert message.subject == "[tickwork] backup failed"
    assert "the program ended with an exit code other than 0" in message.text
    assert "started:  by hand" in message.text
    assert "https://tickwork.example/ui/runs/" in message.text
    assert await noticing.fates() == ["sent"]


async def test_rules_of_all_levels_add_up_and_each_channel_is_told_once(noticing: Noticing):
    notify = noticing.house.ops.notify
    for name in ("all", "etl"):
        await notify.put_channel(Channel(name=name, way=Mail(to=(f"{name}@example.com",))))
    await noticing.house.ops.jobs.apply("board", [job(mailto="a@b.c, d@e.f", of="dump")])
    await notify.add_rule(Scope.INSTANCE, "", Rule(channels=("all",)))
    await notify.add_rule(Scope.PROJECT, "default", Rule(channels=("etl", "all")))
    await notify.add_rule(Scope.POOL, "default", Rule(channels=("mail:pool@x.y",)))
    await notify.add_rule(Scope.TASK, "dump", Rule(channels=("mail:task@x.y",)))
    await notify.add_rule(Scope.JOB, "backup", Rule(channels=("mail:job@x.y",)))
    await notify.add_rule(Scope.PROJECT, "other", Rule(channels=("mail:other@x.y",)))
    await noticing.end_runs("backup", State.FAILED, Reason.EXIT)
    await noticing.sender.send()
    assert sorted(channel for channel, _ in noticing.post.taken) == [
        "all",
        "etl",
        "mail:a@b.c",
        "mail:d@e.f",
        "mail:job@x.y",
        "mail:pool@x.y",
        "mail:task@x.y",
    ]


async def test_a_success_is_told_to_nobody_unless_it_comes_after_a_failure(noticing: Noticing):
    rule = Rule(channels=("mail:ops@example.com",), on=(Occasion.RECOVERED,))
    await noticing.house.ops.jobs.apply("board", [job(notify=(rule,))])
    for state, reason in ((State.SUCCEEDED, None), (State.FAILED, Reason.EXIT), (State.SUCCEEDED, None)):
        await noticing.end_runs("backup", state, reason)
        noticing.house.clock.advance(1)
    await noticing.sender.send()
    assert noticing.post.subjects == ["[tickwork] backup succeeded again"]


async def test_an_event_that_comes_again_is_told_once_also_after_it_was_sent(noticing: Noticing):
    await noticing.house.ops.jobs.apply("board", [job(notify=(OPS,))])
    session = await noticing.house.session()
    await noticing.house.ops.runs.run("backup")
    [claim] = await noticing.house.claim(session)
    await noticing.house.start(claim)
    await noticing.house.finish(claim, State.FAILED, Reason.EXIT)
    promoter = noticing.house.promoter()
    noticing.house.store.fail("consume")
    with pytest.raises(StoreUnavailable):
        await promoter.tick()
    await noticing.sender.send()
    await drain(promoter)
    await noticing.later(120)
    assert len(noticing.post.taken) == 1


async def test_failures_in_a_row_that_switch_a_job_off_are_told(noticing: Noticing):
    rule = Rule(channels=("mail:ops@example.com",), on=(Occasion.DISABLED,))
    await noticing.house.ops.jobs.apply("board", [job(notify=(rule,), disable_after_failures=2)])
    await noticing.end_runs("backup", State.FAILED, Reason.EXIT, n=2)
    await noticing.sender.send()
    [(_, message)] = noticing.post.taken
    assert "2 runs in a row have failed" in message.text


async def test_a_run_that_printed_nothing_is_no_news(noticing: Noticing):
    rule = Rule(channels=("mail:ops@example.com",), on=(Occasion.OUTPUT,))
    await noticing.house.ops.jobs.apply("board", [job(notify=(rule,))])
    await noticing.end_runs("backup", State.SUCCEEDED)
    await noticing.later(1)
    assert await noticing.fates() == ["waiting"], "its last lines may still come"
    await noticing.later(3)
    assert noticing.post.taken == []
    assert await noticing.fates() == ["dropped"]


async def test_what_a_run_printed_is_told_as_it_was_printed(noticing: Noticing):
    rule = Rule(channels=("mail:ops@example.com",), on=(Occasion.OUTPUT,))
    house = noticing.house
    await house.ops.jobs.apply("board", [job(notify=(rule,))])
    await house.ops.runs.run("backup")
    [claim] = await house.claim(await house.session())
    await house.start(claim)
    said = (Chunk(seq=0, at=house.clock.now(), stream=Stream.STDOUT, data="3 Zeilen gelöscht\n".encode()),)
    await house.store.append_log([LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=said)])
    await house.finish(claim)
    await drain(house.promoter())
    await noticing.later(4)
    [(_, message)] = noticing.post.taken
    assert message.subject == "[tickwork] backup printed something"
    assert message.text.startswith("3 Zeilen gelöscht\n")


async def test_a_failure_says_who_killed_the_run_and_how_often_it_was_tried(noticing: Noticing):
    house = noticing.house
    await house.ops.jobs.apply("board", [job(notify=(OPS,), retry=Retry(count=1, delay=seconds(1)))])
    session = await house.session()
    run = await house.ops.runs.run("backup")
    [claim] = await house.claim(session)
    await house.start(claim)
    await house.finish(claim, State.QUEUED, again_in=seconds(1))
    house.clock.advance(2)
    await drain(house.promoter())
    [claim] = await house.claim(session)
    await house.start(claim)
    await house.ops.runs.kill(run.id, why="it hangs")
    await house.finish(claim, State.CANCELLED, Reason.USER, note="killed by ann: it hangs")
    await drain(house.promoter())
    await noticing.sender.send()
    [(_, message)] = noticing.post.taken
    assert message.subject == "[tickwork] backup was killed"
    assert "killed by ann: it hangs" in message.text
    assert "attempts: 2" in message.text
    assert "killed:   yes" in message.text
    assert (message.data["manual"], message.data["killed"], message.data["attempts"]) == (True, True, 2)


async def test_who_is_told_of_a_run_is_seen_at_the_run(noticing: Noticing):
    house = noticing.house
    await house.ops.jobs.apply("board", [job(notify=(OPS,), mailto="ann@example.com")])
    await noticing.end_runs("backup", State.FAILED, Reason.EXIT)
    house.clock.advance(1)
    await noticing.end_runs("backup", State.FAILED, Reason.EXIT)
    second, first = await house.store.runs(RunFilter(job=JobId("backup")), limit=2)
    about = await house.ops.notify.about(first)
    assert {(one.channel, one.fate, one.run) for one in about} == {
        ("mail:ops@example.com", "waiting", first.id),
        ("mail:ann@example.com", "waiting", first.id),
    }
    noticing.post.fault = "connection refused"
    await noticing.sender.send()
    assert {one.note for one in await house.ops.notify.about(first)} == {"connection refused"}
    noticing.post.fault = ""
    await noticing.later(10)
    assert [one.fate for one in await house.ops.notify.about(first)] == ["sent", "sent"]
    assert {one.run for one in await house.ops.notify.about(second)} == {second.id}
