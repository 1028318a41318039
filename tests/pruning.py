"""Pruning, in one step of a test."""

from collections.abc import Sequence

from tickwork.core.clock import Duration, Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.retention import Retention
from tickwork.runtime.pruner import Pruner
from tickwork.store.protocol import Outdated, Store


async def prune(store: Store, *, before: Instant, keep: int, limit: int, spare: Sequence[JobId] = ()) -> int:
    """Delete up to `limit` entries that ended before then, but for the newest `keep` of each job."""
    old: list[RunId] = []
    for project, state in await store.outcomes():
        which = Outdated(project=project, state=state, before=before, keep=keep, spare=tuple(spare))
        after = None
        while True:
            page = await store.outdated(which, after=after, look=3)
            old += [run for run, _ in page.runs]
            if (after := page.through) is None:
                break
    gone = await store.forget(old[:limit])
    return gone + await store.prune_gaps(before=before, limit=limit - gone)


async def through(pruner: Pruner) -> None:
    """Let it go through all there is, until it rests."""
    while await pruner.tick() < 1:
        pass


def keeping(age: Duration, *, least: int = 0, most: int = 0) -> Retention:
    """What an instance says that keeps ended runs for so long."""
    return Retention(age=age, least=least, most=most)
