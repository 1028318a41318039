"""The end of a run is told to whom the rules say, once."""

import pytest

from tests.house import drain, job
from tests.runtime.notify.conftest import Noticing
from tickwork.core.channels import Channel, Mail
from tickwork.core.model import Scope
from tickwork.core.rules import Occasion, Rule
from tickwork.core.states import Reason, State
from tickwork.errors import StoreUnavailable

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
