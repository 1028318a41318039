"""Who watches is told of runs, workers and definitions as they are now, once, and of nothing that they may not see."""

import pytest

from tests.conformance.world import at
from tests.server.live.conftest import Eyes, Feed, events
from tickwork.errors import Conflict, StoreUnavailable
from tickwork.server.live.hub import MOST_SUBSCRIPTIONS
from tickwork.server.live.subscription import Request, Subscription, Topic
from tickwork.store.protocol import Kind

RUNS = Subscription(topic=Topic.RUNS)
WORKERS = Subscription(topic=Topic.WORKERS)
DEFINITIONS = Subscription(topic=Topic.DEFINITIONS)


def of_run(id: str) -> Subscription:
    return Subscription(topic=Topic.RUN, id=id)


async def test_a_run_that_changed_is_told_as_it_is_now(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    assert events(await feed.told(watcher)) == ["subscribed"]
    run = await feed.world.queued()
    feed.announce(runs=(run,))
    [told] = await feed.told(watcher)
    assert (told["event"], told["run"]["id"], told["run"]["state"]) == ("run", run, "queued")


async def test_changes_that_were_not_read_yet_are_one(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    claim = await feed.world.claimed(await feed.world.session())
    feed.announce(runs=(claim.run.id,))
    await feed.tick()
    await feed.world.start(claim)
    feed.announce(runs=(claim.run.id,))
    told = await feed.told(watcher)
    assert [one["run"]["state"] for one in told if one["event"] == "run"] == ["running"]


async def test_all_runs_that_changed_are_read_at_once_for_everybody(feed: Feed) -> None:
    watchers = [await feed.watcher(RUNS) for _ in range(3)]
    await feed.tick()
    runs = [await feed.world.queued() for _ in range(50)]
    feed.announce(runs=tuple(runs))
    feed.store.calls.clear()
    await feed.hub.changes.tick()
    assert feed.store.calls == ["get_runs"]
    for watcher in watchers:
        assert [one["run"]["id"] for one in await feed.told(watcher) if one["event"] == "run"] == runs


async def test_nothing_is_read_while_nobody_watches(feed: Feed) -> None:
    run = await feed.world.queued()
    feed.store.calls.clear()
    feed.announce(runs=(run,), logs=(run,), workers=True, many=True)
    await feed.tick()
    assert feed.store.calls == []


@pytest.mark.parametrize(
    "subscription",
    [
        Subscription(topic=Topic.RUNS, project="default"),
        Subscription(topic=Topic.RUNS, job="backup"),
    ],
)
async def test_who_asks_for_a_project_or_a_job_is_told_of_its_runs_only(feed: Feed, subscription: Subscription) -> None:
    watcher = await feed.watcher(subscription)
    await feed.told(watcher)
    await feed.world.job("other", project="home")
    mine, others = await feed.world.queued(), await feed.world.queued("other", project="home")
    feed.announce(runs=(mine, others))
    assert [one["run"]["id"] for one in await feed.told(watcher)] == [mine]


async def test_runs_of_other_projects_are_told_to_nobody_who_may_not_see_them(feed: Feed) -> None:
    eyes = Eyes({"home"})
    watcher = await feed.watcher(RUNS, Subscription(topic=Topic.RUNS, job="backup"), eyes=eyes)
    await feed.told(watcher)
    run = await feed.world.queued()
    feed.announce(runs=(run,))
    assert await feed.told(watcher) == []
    eyes.projects.add("default")  # a role was given while it was open …
    feed.announce(runs=(run,))
    assert events(await feed.told(watcher)) == ["run"]
    eyes.projects.clear()  # … and taken again
    feed.announce(runs=(run,))
    assert await feed.told(watcher) == []


async def test_who_asks_for_one_run_is_told_at_once_what_it_is(feed: Feed) -> None:
    run = await feed.world.queued()
    watcher = await feed.watcher(of_run(run))
    told = await feed.told(watcher)
    assert events(told) == ["run", "subscribed"]
    assert told[0]["run"]["state"] == "queued"


async def test_a_run_that_one_may_not_see_is_one_that_is_not_there(feed: Feed) -> None:
    await feed.world.job("other", project="home")
    foreign = await feed.world.queued("other", project="home")
    whys = []
    for run in (foreign, "ghost"):
        for log in (False, True):
            watcher = await feed.watcher(Subscription(topic=Topic.RUN, id=run, log=log))
            refused, subscribed = await feed.told(watcher)
            assert (refused["subscription"]["id"], subscribed["count"]) == (run, 0)
            whys.append(refused["why"].replace(run, "X"))
    assert set(whys) == {"there is no run 'X'"}


async def test_a_project_that_one_may_not_see_is_one_that_is_not_there(feed: Feed) -> None:
    watcher = await feed.watcher(Subscription(topic=Topic.RUNS, project="home"))
    refused, _ = await feed.told(watcher)
    assert refused["why"] == "there is no project 'home'"


async def test_what_is_unsubscribed_is_not_told_any_more(feed: Feed) -> None:
    run = await feed.world.queued()
    watcher = await feed.watcher(RUNS, of_run(run))
    await feed.told(watcher)
    await feed.hub.answer(watcher, Request(unsubscribe=(RUNS, of_run(run))))
    feed.announce(runs=(run,))
    assert await feed.told(watcher) == [{"event": "subscribed", "count": 0, "messages": 0}]


async def test_a_client_has_a_bounded_number_of_subscriptions(feed: Feed) -> None:
    jobs = [Subscription(topic=Topic.RUNS, job=f"job{n}") for n in range(MOST_SUBSCRIPTIONS + 1)]
    watcher = await feed.watcher(*jobs)
    refused, subscribed = await feed.told(watcher)
    assert refused["subscription"]["job"] == jobs[-1].job
    assert subscribed["count"] == MOST_SUBSCRIPTIONS


async def test_the_server_has_a_bounded_number_of_clients(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickwork.server.live.hub.MOST_WATCHERS", 1)
    first = feed.hub.join(Eyes())
    with pytest.raises(Conflict):
        feed.hub.join(Eyes())
    feed.hub.leave(first)
    feed.hub.join(Eyes())


# -- what is missed --


async def test_many_changes_are_told_as_one_and_single_runs_still_one_by_one(feed: Feed) -> None:
    run = await feed.world.queued()
    all_, one = await feed.watcher(RUNS), await feed.watcher(of_run(run))
    await feed.told(all_)
    await feed.told(one)
    await feed.world.claim(await feed.world.session())
    feed.announce(many=True)
    assert events(await feed.told(all_))[0] == "resync"
    [told] = await feed.told(one)
    assert told["run"]["state"] == "claimed"


async def test_fetching_anew_is_asked_for_once_a_second_at_most_and_the_last_time_too(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    await feed.told(watcher)
    feed.announce(many=True)
    assert events(await feed.told(watcher)) == ["resync"]
    for _ in range(3):
        feed.announce(many=True)
        assert await feed.told(watcher) == []
    feed.clock.advance(1)
    assert events(await feed.told(watcher)) == ["resync"]
    feed.clock.advance(1)
    assert await feed.told(watcher) == []


async def test_a_hole_in_what_a_process_announces_counts_as_many(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    await feed.told(watcher)
    for n in (5, 6, 6, 5):
        feed.announce(n=n)
    assert await feed.told(watcher) == []
    feed.announce(n=8)
    assert events(await feed.told(watcher)) == ["resync"]


async def test_what_the_store_says_was_missed_counts_as_many(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    await feed.told(watcher)
    feed.hub._hear(b"")
    assert events(await feed.told(watcher)) == ["resync"]


async def test_what_is_not_understood_changes_nothing(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    await feed.told(watcher)
    feed.hub._hear(b"\x01")
    feed.hub._hear(b'{"later": 1}')
    assert await feed.told(watcher) == []


async def test_a_change_of_which_nobody_has_heard_is_seen_two_seconds_later(feed: Feed) -> None:
    run = await feed.world.queued()
    watcher = await feed.watcher(RUNS)
    assert events(await feed.told(watcher)) == ["subscribed"]
    await feed.world.claim(await feed.world.session())
    assert await feed.told(watcher) == []
    feed.clock.advance(2)
    [told] = await feed.told(watcher)
    assert (told["run"]["id"], told["run"]["state"]) == (run, "claimed")
    feed.clock.advance(2)
    assert await feed.told(watcher) == []


async def test_runs_that_another_one_replaced_are_found_by_their_job(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    await feed.told(watcher)
    run = await feed.world.queued()
    feed.announce(jobs=("backup",))
    assert [one["run"]["id"] for one in await feed.told(watcher)] == [run]


async def test_what_was_heard_while_the_store_was_away_has_to_be_fetched_anew(feed: Feed) -> None:
    watcher = await feed.watcher(RUNS)
    await feed.told(watcher)
    feed.store.fail("get_runs")
    feed.announce(runs=("some",))
    with pytest.raises(StoreUnavailable):
        await feed.hub.changes.tick()
    assert events(await feed.told(watcher)) == ["resync"]


async def test_more_than_can_be_handed_out_is_not_handed_out(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickwork.server.live.changes._MOST_TOLD", 5)
    watchers = [await feed.watcher(RUNS) for _ in range(2)]
    for watcher in watchers:
        await feed.told(watcher)
    feed.announce(runs=tuple([await feed.world.queued() for _ in range(3)]))
    for watcher in watchers:
        assert events(await feed.told(watcher)) == ["resync"]


# -- workers and definitions --


async def test_workers_are_told_when_they_come_and_go_and_not_at_each_beat(feed: Feed) -> None:
    first = await feed.world.session()
    watcher = await feed.watcher(WORKERS)
    told = await feed.told(watcher)
    assert [(one["worker"]["session"], one["gone"]) for one in told if one["event"] == "worker"] == [(first, False)]
    second = await feed.world.session("s2")
    feed.announce(workers=True)
    assert [one["worker"]["session"] for one in await feed.told(watcher)] == [second]
    await feed.store.beat(first, at=at(50))
    feed.clock.advance(2)
    assert await feed.told(watcher) == []
    await feed.store.close_session(second, at=at(60))
    feed.clock.advance(2)  # nobody has said so
    assert [(one["worker"]["session"], one["gone"]) for one in await feed.told(watcher)] == [(second, True)]


async def test_workers_are_told_to_nobody_who_may_not_see_them(feed: Feed) -> None:
    await feed.world.session()
    eyes = Eyes(sees_workers=False)
    watcher = await feed.watcher(WORKERS, eyes=eyes)
    assert events(await feed.told(watcher)) == ["refused", "subscribed"]
    eyes.sees_workers = True
    await feed.ask(watcher, WORKERS)
    assert sorted(events(await feed.told(watcher))) == ["subscribed", "worker"]


async def test_definitions_that_changed_are_told_by_kind_and_id(feed: Feed) -> None:
    watcher = await feed.watcher(DEFINITIONS)
    await feed.told(watcher)
    feed.announce(documents=((Kind.JOB, "backup", "default"), (Kind.JOB, "secret", "home")))
    assert await feed.told(watcher) == [{"event": "definition", "kind": "job", "id": "backup"}]
