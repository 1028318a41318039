"""A log as text: all of it, to its end, at the pace of whoever reads."""

import asyncio

import pytest

from tests.conformance.world import at
from tests.server.live.conftest import Eyes, Feed
from tickwork.core.model import Run
from tickwork.core.states import State
from tickwork.errors import Conflict
from tickwork.server.live import window
from tickwork.server.live.following import follow_text
from tickwork.server.live.text import Prefix
from tickwork.store.protocol import Claim, Stream


async def running(feed: Feed) -> Claim:
    return await feed.world.running(await feed.world.session())


async def followed(feed: Feed, claim: Claim, eyes: Eyes | None = None, **how):
    run: Run = await feed.world.run(claim.run.id)
    return follow_text(feed.hub, run, viewer=eyes or Eyes(), clock=feed.clock, **how)


async def rest(feed: Feed, texts) -> str:
    async def all_of_it() -> str:
        return "".join([text async for text in texts])

    return await ticking(feed, all_of_it())


async def ticking(feed: Feed, work):
    """The services tick until it is done."""
    task = asyncio.ensure_future(work)
    async with asyncio.timeout(10):
        while not task.done():
            await feed.tick()
            await asyncio.wait([task], timeout=0.01)
    return task.result()


async def test_a_finished_log_is_given_from_its_beginning_to_its_end(feed: Feed) -> None:
    claim = await running(feed)
    await feed.write(claim, *(f"{n}\n" for n in range(300)))
    await feed.world.finish(claim)
    assert await rest(feed, await followed(feed, claim)) == "".join(f"{n}\n" for n in range(300))


async def test_a_log_is_given_while_it_is_written_until_the_run_is_over(feed: Feed) -> None:
    claim = await running(feed)
    await feed.write(claim, "one\n")
    texts = await followed(feed, claim)
    assert await anext(texts) == "one\n"
    await feed.write(claim, "two\n", first=1)
    assert await ticking(feed, anext(texts)) == "two\n"
    await feed.world.finish(claim)
    feed.announce(runs=(claim.run.id,))
    with pytest.raises(StopAsyncIteration):
        await ticking(feed, anext(texts))
    await feed.tick()
    assert feed.hub.tails._tails == {}


async def test_who_reads_slowly_misses_nothing(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MOST_PIECES", 1)
    claim = await running(feed)
    texts = await followed(feed, claim)
    await feed.write(claim, "0\n")
    assert await anext(texts) == "0\n"
    for n in range(1, 30):
        await feed.write(claim, f"{n}\n", first=n)
        await feed.tick()
    await feed.world.finish(claim)
    await feed.tick()
    feed.clock.advance(1)
    await feed.tick()
    assert await rest(feed, texts) == "".join(f"{n}\n" for n in range(1, 30))


async def test_only_the_attempt_that_was_asked_for_is_given_else_all_that_follow(feed: Feed) -> None:
    session = await feed.world.session()
    first = await feed.world.running(session)
    all_, only = await followed(feed, first), await followed(feed, first, attempt=1)
    await feed.write(first, "first\n")
    await feed.world.finish(first, state=State.QUEUED, ready_at=at(20))
    [second] = await feed.world.claim(session, second=20)
    await feed.world.start(second, second=21)
    await feed.write(second, "second\n", attempt=2)
    await feed.world.finish(second, attempt=2)
    await feed.tick()
    assert await rest(feed, only) == "first\n"
    assert await rest(feed, all_) == "first\nsecond\n"


async def test_records_and_own_words_are_lines_of_their_own(feed: Feed) -> None:
    claim = await running(feed)
    await feed.write(claim, "half a line")
    record = '{"level": "INFO", "logger": "shop", "message": "open"}'
    await feed.write(claim, record, first=1, stream=Stream.RECORD)
    await feed.write(claim, "killed", first=2, stream=Stream.SYSTEM)
    await feed.world.finish(claim)
    assert await rest(feed, await followed(feed, claim)) == (
        "half a line\n1970-01-01T00:00:12Z INFO    shop: open\n1970-01-01T00:00:12Z killed\n"
    )


async def test_each_line_has_the_prefix_that_was_asked_for(feed: Feed) -> None:
    claim = await running(feed)
    await feed.write(claim, "a\nb", "c\n")
    await feed.write(claim, "oops", first=2, stream=Stream.STDERR)
    await feed.write(claim, "d\n", first=3)
    await feed.world.finish(claim)
    text = await rest(feed, await followed(feed, claim, prefix=Prefix(time=True, stream=True)))
    assert text.replace("1970-01-01T00:00:12Z ", "@") == "@stdout a\n@stdout bc\n@stderr oops\n@stdout d\n"


@pytest.mark.parametrize("how", ["signed out", "not of the project any more"])
async def test_it_ends_for_who_may_not_see_it_any_more(feed: Feed, how: str) -> None:
    claim, eyes = await running(feed), Eyes()
    await feed.write(claim, "seen\n")
    texts = await followed(feed, claim, eyes)
    assert await anext(texts) == "seen\n"
    if how == "signed out":
        eyes.valid = False
    else:
        eyes.projects.clear()
    await feed.write(claim, "secret\n", first=1)
    feed.clock.advance(0.5)
    assert await rest(feed, texts) == ""


async def test_too_many_are_refused_before_the_first_text(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickwork.server.live.tails.MOST", 0)
    with pytest.raises(Conflict):
        await followed(feed, await running(feed))


async def test_one_that_was_never_read_is_forgotten(feed: Feed) -> None:
    texts = await followed(feed, await running(feed))
    assert len(feed.hub.tails._tails) == 1
    await texts.aclose()
    del texts
    await feed.tick()
    assert feed.hub.tails._tails == {}
