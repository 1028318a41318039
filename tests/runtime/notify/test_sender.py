"""Storms become digests, and a channel that is dead loses nothing."""

from datetime import time

from tests.house import job
from tests.runtime.notify.conftest import Noticing
from tickwork.core.channels import Channel, Mail, Quiet, Template
from tickwork.core.clock import SECOND, Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.model import Scope
from tickwork.core.notices import Notice, delivery
from tickwork.core.rules import Occasion, Rule
from tickwork.core.states import Reason, State
from tickwork.operations.notify.outgoing import Outgoing


async def channel(noticing: Noticing, **fields) -> None:
    notify = noticing.house.ops.notify
    await notify.put_channel(Channel(name="ops", way=Mail(to=("ops@example.com",)), **fields))
    await notify.add_rule(Scope.INSTANCE, "", Rule(channels=("ops",)))
    await noticing.house.ops.jobs.apply("board", [job()])


async def put_on_way(noticing: Noticing, n: int, *, first: int = 0) -> None:
    clock = noticing.house.clock
    notices = [
        Notice(
            occasion=Occasion.FAILED,
            about=str(number),
            at=clock.now(),
            title="backup failed",
            sentence=f"backup failed, number {number}",
            job=JobId("backup"),
        )
        for number in range(first, first + n)
    ]
    await Outgoing(store=noticing.house.store, clock=clock).add(delivery("ops", notice) for notice in notices)


async def test_a_thousand_failures_in_a_minute_are_five_messages_and_a_digest(noticing: Noticing):
    await channel(noticing)
    for tenth in range(10):
        await put_on_way(noticing, 100, first=100 * tenth)
        await noticing.later(5)
    assert len(noticing.post.taken) == 5
    waits = [one.note for one in await noticing.house.ops.notify.deliveries() if one.fate == "waiting"]
    assert (len(waits), set(waits)) == (995, {"goes out with others at 2026-01-01T00:01:05Z"})
    await noticing.later(60)
    assert len(noticing.post.taken) == 6
    _, digest = noticing.post.taken[-1]
    assert digest.subject == "[tickwork] 995 notices"
    assert "995 × backup failed" in digest.text
    await noticing.later(600)
    assert len(noticing.post.taken) == 6
    fates = await noticing.fates()
    assert (fates.count("sent"), fates.count("digested"), len(fates)) == (5, 995, 1000)


async def test_a_storm_of_real_failures_ends_in_the_same_way(noticing: Noticing):
    await channel(noticing)
    await noticing.end_runs("backup", State.FAILED, Reason.EXIT, n=30)
    await noticing.sender.send()
    await noticing.later(61)
    assert noticing.post.subjects == ["[tickwork] backup failed"] * 5 + ["[tickwork] 25 notices"]


async def test_after_a_storm_single_notices_go_out_at_once_again(noticing: Noticing):
    await channel(noticing)
    await put_on_way(noticing, 7)
    await noticing.sender.send()
    await noticing.later(61)
    await noticing.later(61)
    await put_on_way(noticing, 1, first=100)
    await noticing.sender.send()
    assert noticing.post.subjects[-2:] == ["[tickwork] 2 notices", "[tickwork] backup failed"]


async def test_a_dead_channel_loses_nothing(noticing: Noticing):
    await channel(noticing)
    noticing.post.fault = "connection refused"
    for number in range(3):
        await put_on_way(noticing, 1, first=number)
        await noticing.later(100)
    [view] = await noticing.house.ops.notify.channels()
    assert (view.waiting, view.error) == (3, "connection refused")
    [*waiting] = await noticing.house.ops.notify.deliveries()
    assert {(one.fate, one.note) for one in waiting} == {("waiting", "connection refused")}
    noticing.post.fault = ""
    await noticing.later(900)
    assert [message.text.split("\n")[0] for _, message in noticing.post.taken] == [
        "backup failed, number 0",
        "backup failed, number 1",
        "backup failed, number 2",
    ]
    await noticing.later(900)
    assert len(noticing.post.taken) == 3


async def test_each_delivery_knows_its_tries_through_restarts_and_tells_when_the_next_one_is(noticing: Noticing):
    await channel(noticing)
    noticing.post.fault = "connection refused"
    await put_on_way(noticing, 2)
    for _ in range(3):  # at once, after 5 s and after 10 s more
        await noticing.later(11)
    noticing = Noticing(noticing.house, noticing.post)  # another server: all of this is in the store
    first, second = await noticing.house.ops.notify.deliveries()
    now = noticing.house.clock.now()
    assert (first.fate, first.tries, first.error) == ("waiting", 3, "connection refused")
    assert (second.tries, second.error) == (0, None), "it waits behind the first one"
    assert first.next_try == second.next_try == iso(Instant(now + 20 * SECOND))
    noticing.post.fault = ""
    await noticing.later(20)
    later, first = await noticing.house.ops.notify.deliveries()
    assert (first.fate, first.tries, first.error, first.next_try) == ("sent", 4, "connection refused", None)
    assert (later.fate, later.tries, later.error) == ("sent", 1, None)


async def test_each_of_a_digest_was_tried_with_the_others(noticing: Noticing):
    await channel(noticing, at_once=1)
    await put_on_way(noticing, 4)
    await noticing.sender.send()
    noticing.post.fault = "connection refused"
    await noticing.later(61)
    waiting = [one for one in await noticing.house.ops.notify.deliveries() if one.fate == "waiting"]
    assert [(one.tries, one.error) for one in waiting] == [(1, "connection refused")] * 3
    noticing.post.fault = ""
    await noticing.later(61)
    over = await noticing.house.ops.notify.deliveries()
    assert sorted((one.fate, one.tries) for one in over) == [("digested", 2)] * 3 + [("sent", 1)]


async def test_a_dead_channel_is_tried_less_and_less_often_but_every_quarter_of_an_hour(noticing: Noticing):
    await channel(noticing)
    noticing.post.fault = "connection refused"
    await put_on_way(noticing, 1)
    for _ in range(3600):
        await noticing.later(1)
    assert 8 <= noticing.post.tries <= 12
    for _ in range(8):
        await noticing.later(900)
    assert noticing.post.tries >= 16


async def test_a_message_that_was_sent_as_the_server_died_keeps_its_id(noticing: Noticing):
    await channel(noticing)
    await put_on_way(noticing, 1)
    taken = noticing.post.taken
    outgoing = Outgoing(store=noticing.house.store, clock=noticing.house.clock)
    [one] = await outgoing.waiting("ops", limit=10)
    await noticing.sender.send()
    assert [message.id for _, message in taken] == [one.id]


async def test_quiet_hours_hold_everything_until_they_end(noticing: Noticing):
    begin = iso(noticing.house.clock.now())[11:16]
    hour, minute = int(begin[:2]), int(begin[3:])
    await channel(noticing, quiet=Quiet(begin=time(hour, minute), end=time((hour + 2) % 24, minute)))
    await put_on_way(noticing, 8)
    await noticing.later(3600)
    assert noticing.post.taken == []
    over = iso(Instant(noticing.house.clock.now() + 3600 * SECOND))
    assert {one.note for one in await noticing.house.ops.notify.deliveries()} == {f"quiet hours until {over}"}
    await noticing.later(3600)
    await noticing.later(61)
    assert noticing.post.subjects[-1] == "[tickwork] 3 notices"


async def test_a_channel_that_is_gone_drops_what_waits_for_it_visibly(noticing: Noticing):
    await channel(noticing)
    await put_on_way(noticing, 1)
    await noticing.house.ops.notify.set_rules(Scope.INSTANCE, "", ())
    await noticing.house.ops.notify.delete_channel("ops")
    await noticing.sender.send()
    assert await noticing.fates() == ["dropped"]


async def test_of_two_servers_one_tells_a_channel(noticing: Noticing):
    await channel(noticing)
    await put_on_way(noticing, 1)
    outgoing = Outgoing(store=noticing.house.store, clock=noticing.house.clock)
    assert await outgoing.sit("ops", "b")
    await noticing.sender.send()
    assert noticing.post.taken == []
    await noticing.later(61)
    assert len(noticing.post.taken) == 1, "the other one has died: its seat is free after a minute"


async def test_a_channels_own_words_and_a_template_that_fails(noticing: Noticing):
    templates = {"failed": Template(subject="{{ job }}!", text="{{ sentence | upper }} {{ 1 // 0 if killed }}")}
    await channel(noticing, templates=templates)
    await put_on_way(noticing, 1)
    await noticing.sender.send()
    [(_, message)] = noticing.post.taken
    assert (message.subject, message.text.strip()) == ("backup!", "BACKUP FAILED, NUMBER 0")
    broken = {"failed": Template(text="{{ job.__class__.__mro__[1].__subclasses__() }}")}
    channel_ = Channel(name="ops", way=Mail(to=("ops@example.com",)), templates=broken)
    await noticing.house.ops.notify.put_channel(channel_)
    await put_on_way(noticing, 1, first=9)
    await noticing.sender.send()
    assert "backup failed, number 9" in noticing.post.taken[-1][1].text
    assert "template failed" in noticing.post.taken[-1][1].text
