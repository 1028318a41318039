"""A log is read once for all who follow it; who is too slow misses something, and is told how much."""

import pytest

from tests.conformance.world import at
from tests.server.live.conftest import Eyes, Feed, events, texts
from tickwork.core.progress import Bar
from tickwork.core.states import State
from tickwork.server.live import window
from tickwork.server.live.hub import MOST_LOGS
from tickwork.server.live.subscription import Request, Subscription, Topic
from tickwork.store.protocol import Chunk, Claim, LogWrite, ProgressWrite, Stream


def log_of(claim: Claim, **fields) -> Subscription:
    return Subscription(topic=Topic.RUN, log=True, id=claim.run.id, **fields)


async def running(feed: Feed, session: str = "s1") -> Claim:
    return await feed.world.running(await feed.world.session(session))


async def test_who_comes_late_gets_what_was_written_before_and_then_what_is_written(feed: Feed) -> None:
    claim = await running(feed)
    await feed.write(claim, "one\n", "two\n")
    watcher = await feed.watcher(log_of(claim))
    told = await feed.told(watcher)
    assert texts(told) == "one\ntwo\n"
    await feed.write(claim, "three\n", first=2)
    [grown] = await feed.told(watcher)
    assert grown == {
        "event": "log",
        "run": claim.run.id,
        "attempt": 1,
        "lines": [{"seq": 2, "at": "1970-01-01T00:00:12Z", "stream": "stdout", "text": "three\n"}],
    }


async def test_who_has_read_a_part_already_goes_on_behind_it(feed: Feed) -> None:
    claim = await running(feed)
    await feed.write(claim, *"abcdef")
    watcher = await feed.watcher(log_of(claim, attempt=1, after=2))
    assert texts(await feed.told(watcher)) == "def"
    other = await feed.watcher(log_of(claim, attempt=1, after=4))
    assert texts(await feed.told(other)) == "f"


async def test_all_who_follow_share_one_reader(feed: Feed) -> None:
    claim = await running(feed)
    watchers = [await feed.watcher(log_of(claim)) for _ in range(5)]
    for watcher in watchers:
        await feed.told(watcher)
    feed.store.calls.clear()
    await feed.write(claim, "new\n")
    for watcher in watchers:
        assert texts(await feed.told(watcher)) == "new\n"
    assert feed.store.calls.count("read_log") == 2  # the page, and that there is none behind it


async def test_a_line_of_which_nobody_has_heard_is_read_a_second_later(feed: Feed) -> None:
    claim = await running(feed)
    watcher = await feed.watcher(log_of(claim))
    await feed.told(watcher)
    await feed.tick()
    feed.hub._announcements.read = lambda payload: None
    await feed.write(claim, "unheard\n")
    assert await feed.told(watcher) == []
    feed.clock.advance(1)
    assert texts(await feed.told(watcher)) == "unheard\n"


async def test_who_reads_too_slowly_goes_on_where_the_window_begins_and_is_told_how_much_was_left_out(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "MOST_PIECES", 2)
    claim = await running(feed)
    slow, quick = await feed.watcher(log_of(claim)), await feed.watcher(log_of(claim))
    await feed.told(slow)
    await feed.told(quick)
    for n in range(5):
        await feed.write(claim, f"{n}\n", first=n)
        assert texts(await feed.told(quick)) == f"{n}\n"
    told = await feed.told(slow)
    assert told[0] == {"event": "skipped", "run": claim.run.id, "attempt": 1, "lines": 3}
    assert texts(told) == "3\n4\n"


async def test_the_window_of_a_log_is_bounded_in_bytes(feed: Feed) -> None:
    claim = await running(feed)
    watcher = await feed.watcher(log_of(claim))
    await feed.told(watcher)
    for n in range(20):
        await feed.write(claim, "x" * 32_000, first=n)
        await feed.tick()
    [tail] = feed.hub.tails._tails.values()
    assert tail.window is not None
    assert tail.window._bytes <= window.MOST_BYTES
    assert 0 < len(texts(await feed.told(watcher))) <= window.MOST_BYTES


async def test_a_hole_that_the_ring_has_left_is_said(feed: Feed) -> None:
    claim = await running(feed)
    watcher = await feed.watcher(log_of(claim))
    await feed.write(claim, "0\n", "1\n")
    await feed.told(watcher)
    await feed.write(claim, "9\n", first=9)
    told = await feed.told(watcher)
    assert [line["stream"] for one in told for line in one["lines"]] == ["system", "stdout"]
    await feed.write(claim, "[tickwork: 5 bytes left out here]\n", first=10, stream=Stream.SYSTEM)
    await feed.write(claim, "20\n", first=20)  # this one says itself why
    assert texts(await feed.told(watcher)) == "[tickwork: 5 bytes left out here]\n20\n"


async def test_attempts_follow_each_other_and_the_end_is_told_once(feed: Feed) -> None:
    session = await feed.world.session()
    first = await feed.world.running(session)
    watcher = await feed.watcher(log_of(first))
    await feed.write(first, "first\n")
    assert texts(await feed.told(watcher)) == "first\n"
    await feed.world.finish(first, state=State.QUEUED, ready_at=at(20))
    [second] = await feed.world.claim(session, second=20)
    await feed.world.start(second, second=21)
    await feed.write(second, "second\n", attempt=2)
    told = await feed.told(watcher)
    assert [(one["attempt"], texts([one])) for one in told if one["event"] == "log"] == [(2, "second\n")]
    await feed.world.finish(second, attempt=2)
    feed.announce(runs=(first.run.id,))
    assert sorted(events(await feed.told(watcher))) == ["end", "run"]
    feed.clock.advance(5)
    assert await feed.told(watcher) == []


async def test_the_log_of_a_run_that_is_over_is_told_to_its_end(feed: Feed) -> None:
    claim = await running(feed)
    await feed.write(claim, "all\n")
    await feed.world.finish(claim)
    watcher = await feed.watcher(log_of(claim))
    told = await feed.told(watcher)
    assert sorted(events(told)) == ["end", "log", "run", "subscribed"]
    assert events(told).index("log") < events(told).index("end")


async def test_records_have_a_level_and_frames_are_not_part_of_what_was_said(feed: Feed) -> None:
    claim = await running(feed)
    watcher = await feed.watcher(log_of(claim))
    await feed.told(watcher)
    record = '{"level": "WARNING", "logger": "shop", "message": "hm", "exception": "Traceback"}'
    await feed.write(claim, record, stream=Stream.RECORD)
    await feed.write(claim, "[]", first=1, stream=Stream.FRAMES)
    await feed.write(claim, "no json", first=2, stream=Stream.RECORD)
    lines = [line for one in await feed.told(watcher) for line in one["lines"]]
    assert [(line["text"], line.get("level")) for line in lines] == [
        ("shop: hm\nTraceback\n", "WARNING"),
        ("no json", None),
    ]


async def test_a_character_divided_between_two_chunks_is_one(feed: Feed) -> None:
    claim = await running(feed)
    watcher = await feed.watcher(log_of(claim))
    await feed.told(watcher)
    euro = "€".encode()
    for n, data in enumerate((b"10 " + euro[:1], euro[1:] + b"\n", b"\xff\n")):
        await feed.store.append_log([_write(claim, n, data)])
    feed.announce(logs=(claim.run.id,))
    assert texts(await feed.told(watcher)) == "10 €\n\N{REPLACEMENT CHARACTER}\n"


def _write(claim: Claim, seq: int, data: bytes) -> LogWrite:
    chunk = Chunk(seq=seq, at=at(12), stream=Stream.STDOUT, data=data)
    return LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=(chunk,))


async def test_who_may_not_see_the_run_any_more_is_told_nothing_of_its_log(feed: Feed) -> None:
    claim = await running(feed)
    eyes = Eyes()
    watcher = await feed.watcher(log_of(claim), eyes=eyes)
    await feed.told(watcher)
    eyes.projects.clear()
    await feed.write(claim, "secret\n")
    assert events(await feed.told(watcher)) == ["refused"]
    assert await feed.told(watcher) == []


async def test_a_client_reads_a_bounded_number_of_logs(feed: Feed) -> None:
    session = await feed.world.session()
    claims = [await feed.world.running(session) for _ in range(MOST_LOGS + 1)]
    watcher = await feed.watcher(*map(log_of, claims))
    refused = [one for one in await feed.told(watcher) if one["event"] == "refused"]
    assert [one["subscription"]["id"] for one in refused] == [claims[-1].run.id]


async def test_the_server_follows_a_bounded_number_of_logs(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickwork.server.live.tails.MOST", 1)
    session = await feed.world.session()
    one, other = await feed.world.running(session), await feed.world.running(session)
    first = await feed.watcher(log_of(one))
    second = await feed.watcher(log_of(one), log_of(other))
    assert [told["subscription"]["id"] for told in await feed.told(second) if told["event"] == "refused"] == [
        other.run.id
    ]
    for watcher in (first, second):
        feed.hub.leave(watcher)
    third = await feed.watcher(log_of(other))
    assert "refused" not in events(await feed.told(third))


async def test_a_log_that_nobody_follows_any_more_is_not_read(feed: Feed) -> None:
    claim = await running(feed)
    watcher = await feed.watcher(log_of(claim))
    await feed.told(watcher)
    await feed.hub.answer(watcher, Request(unsubscribe=(log_of(claim),)))
    feed.store.calls.clear()
    await feed.write(claim, "unseen\n")
    feed.clock.advance(5)
    await feed.told(watcher)
    assert feed.store.calls == ["append_log"]


async def test_states_and_logs_take_turns(feed: Feed) -> None:
    claim = await running(feed)
    watcher = await feed.watcher(log_of(claim), Subscription(topic=Topic.RUNS))
    await feed.told(watcher)
    for n in range(3):
        await feed.write(claim, f"{n}\n", first=n)
        feed.announce(runs=(await feed.world.queued(),))
        await feed.tick()
    told = events(await feed.told(watcher))
    assert sorted(told) == ["log"] * 3 + ["run"] * 3
    assert told[:4] in (["run", "log"] * 2, ["log", "run"] * 2)


async def test_progress_is_told_when_it_moves(feed: Feed) -> None:
    claim = await running(feed)

    async def report(current: float) -> None:
        bar = Bar(current=current, total=10)
        await feed.store.progress(
            [ProgressWrite(run=claim.run.id, attempt=1, fence=claim.fence, at=at(13), bars=(bar,))]
        )
        feed.announce(logs=(claim.run.id,))

    await report(1)
    subscription = Subscription(topic=Topic.RUN, id=claim.run.id)
    watcher = await feed.watcher(subscription)
    told = await feed.told(watcher)
    assert sorted(events(told)) == ["progress", "run", "subscribed"]
    await report(1)
    assert await feed.told(watcher) == []
    await report(5)
    [moved] = await feed.told(watcher)
    assert (moved["run"], moved["progress"]["share"]) == (claim.run.id, 0.5)
    newcomer = await feed.watcher(subscription)
    assert "progress" in events(await feed.told(newcomer))
