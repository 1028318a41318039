"""A store in front of a store, that announces what its verbs have changed: the ids, not the values.

Whoever follows (the live feed) reads the values from the store, which is the truth. Nothing here is on the way of a
verb: ids are collected after it, and leave together a moment later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

import msgspec

from tickwork.core.ids import JobId, RunId, SessionId
from tickwork.core.model import Fence, Overlap, Run
from tickwork.core.states import State
from tickwork.store.protocol import (
    LONGEST_ANNOUNCEMENT,
    Born,
    CancelOutcome,
    Capability,
    Claim,
    ClaimLost,
    Finish,
    Fire,
    Kind,
    LogWrite,
    NewRun,
    Part,
    ProgressWrite,
    Put,
    Session,
    Start,
    Store,
    Unblock,
)

T = TypeVar("T")

TOGETHER = 0.05
"""Seconds for which changes are collected."""
MOST = 500
"""So many ids are told at once; of more it is only told that there are many."""
_SHOWN = frozenset({Kind.JOB, Kind.TASK, Kind.PROJECT, Kind.POOL, Kind.CALENDAR, Kind.SWITCH, Kind.BOARD, Kind.RUNNER})


class Announcement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one store object has changed in a moment. A hint: it may be lost or come twice."""

    by: str
    """The store object …"""
    n: int
    """… and its count of announcements, from 1: who misses a number has missed something."""
    runs: tuple[RunId, ...] = ()
    logs: tuple[RunId, ...] = ()
    """Runs whose log or progress has grown."""
    jobs: tuple[JobId, ...] = ()
    """Jobs of which also earlier runs have changed, nobody knows which."""
    documents: tuple[tuple[Kind, str, str], ...] = ()
    """Kind, id and project of definitions."""
    workers: bool = False
    many: bool = False
    """More than can be told."""


def announcing(store: Store, *, by: str) -> Store:
    """`store`, announcing. `by`: an id that no other store object has."""
    return cast("Store", AnnouncingStore(store, by=by))  # the verbs that it does not define are the store's own


class AnnouncingStore:
    """See `announcing`. Verbs that change nothing which is shown are the store's own, at no cost."""

    def __init__(self, store: Store, *, by: str) -> None:
        self._store = store
        self._news = News(by=by, announce=store.announce)
        for name in dir(store):
            if not name.startswith("_") and not hasattr(type(self), name):
                setattr(self, name, getattr(store, name))  # in the instance: there `isinstance` of a protocol looks

    @property
    def url(self) -> str:
        return self._store.url

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._store.capabilities

    async def close(self) -> None:
        self._news.flush()
        await self._store.close()

    # -- definitions --

    async def put(self, puts: Sequence[Put], **how: Any) -> list[int]:
        revisions = await self._store.put(puts, **how)
        self._news.documents((put.kind, put.id, put.project) for put in puts if put.kind in _SHOWN)
        self._fired(how.get("fires", ()))
        return revisions

    # -- runs --

    async def fire(self, fires: Sequence[Fire], **how: Any) -> list[list[Born] | None]:
        born = await self._store.fire(fires, **how)
        self._fired(fire for fire, outcome in zip(fires, born, strict=True) if outcome)
        return born

    def _fired(self, fires: Iterable[Fire]) -> None:
        for fire in fires:
            self._born(fire.runs)

    async def enqueue(self, runs: Sequence[NewRun], **how: Any) -> list[Born]:
        born = await self._store.enqueue(runs, **how)
        self._born(runs)
        return born

    def _born(self, runs: Sequence[NewRun]) -> None:
        self._news.runs(new.run.id for new in runs)
        self._news.jobs(new.run.job for new in runs if new.overlap is Overlap.REPLACE)

    async def claim(self, session: SessionId, **how: Any) -> list[Claim]:
        claims = await self._store.claim(session, **how)
        self._news.runs(claim.run.id for claim in claims)
        return claims

    async def start(self, starts: Sequence[Start]) -> list[ClaimLost]:
        return await self._runs(self._store.start(starts), (start.run for start in starts))

    async def finish(self, finishes: Sequence[Finish]) -> list[ClaimLost]:
        return await self._runs(self._store.finish(finishes), (finish.run for finish in finishes))

    async def release(self, claims: Sequence[tuple[RunId, Fence]], **how: Any) -> list[ClaimLost]:
        return await self._runs(self._store.release(claims, **how), (run for run, _ in claims))

    async def cancel(self, runs: Sequence[RunId], **how: Any) -> list[CancelOutcome]:
        return await self._runs(self._store.cancel(runs, **how), runs)

    async def miss(self, runs: Sequence[RunId], **how: Any) -> list[RunId]:
        return await self._runs(self._store.miss(runs, **how), runs)

    async def unblock(self, items: Sequence[Unblock], **how: Any) -> list[State | None]:
        return await self._runs(self._store.unblock(items, **how), (item.run for item in items))

    async def _runs(self, verb: Awaitable[T], runs: Iterable[RunId]) -> T:
        answer = await verb
        self._news.runs(runs)
        return answer

    # -- workers --

    async def open_session(self, session: Session) -> None:
        await self._store.open_session(session)
        self._news.workers()

    async def close_session(self, session: SessionId, **how: Any) -> None:
        await self._store.close_session(session, **how)
        self._news.workers()

    async def settle(self, session: SessionId, **how: Any) -> list[Run] | None:
        settled = await self._store.settle(session, **how)
        if settled is not None:
            self._news.workers()
            self._news.runs(run.id for run in settled)
        return settled

    # -- streams --

    async def append_log(self, writes: Sequence[LogWrite]) -> list[ClaimLost]:
        lost = await self._store.append_log(writes)
        self._news.logs(write.run for write in writes)
        return lost

    async def progress(self, writes: Sequence[ProgressWrite]) -> list[ClaimLost]:
        lost = await self._store.progress(writes)
        self._news.logs(write.run for write in writes)
        return lost

    # -- moving house --

    async def load(self, part: Part, records: Sequence[bytes]) -> int:
        loaded = await self._store.load(part, records)
        self._news.many()
        return loaded


class News:
    """What has changed since the last flush. On one event loop."""

    def __init__(self, *, by: str, announce: Callable[[Sequence[bytes]], None]) -> None:
        self._by = by
        self._announce = announce
        self._n = 0
        self._timer: asyncio.TimerHandle | None = None
        self._clear()

    def _clear(self) -> None:
        self._changed: dict[str, set[Any]] = {"runs": set(), "logs": set(), "jobs": set(), "documents": set()}
        self._workers = self._many = False

    def runs(self, runs: Iterable[RunId]) -> None:
        self._add("runs", runs)

    def logs(self, runs: Iterable[RunId]) -> None:
        self._add("logs", runs)

    def jobs(self, jobs: Iterable[JobId]) -> None:
        self._add("jobs", jobs)

    def documents(self, documents: Iterable[tuple[Kind, str, str]]) -> None:
        self._add("documents", documents)

    def workers(self) -> None:
        self._workers = True
        self._arm()

    def many(self) -> None:
        self._many = True
        self._arm()

    def _add(self, what: str, entries: Iterable[Any]) -> None:
        changed = self._changed[what]
        if len(changed) <= MOST:  # else they are many: one more makes no difference
            changed.update(entries)
            if changed:
                self._arm()

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOGETHER, self.flush)

    def flush(self) -> None:
        """Announce what there is."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        entries = [(what, value) for what, values in self._changed.items() for value in self._told(values)]
        payloads = list(self._payloads(entries))
        self._clear()
        self._announce(payloads)

    def _told(self, values: set[Any]) -> set[Any]:
        if len(values) <= MOST:
            return values
        self._many = True
        return set()

    def _payloads(self, entries: Sequence[tuple[str, Any]]) -> Iterator[bytes]:
        """In as many parts as have to be for each to fit."""
        payload = self._payload(entries)
        if len(payload) <= LONGEST_ANNOUNCEMENT:
            self._n += 1
            self._workers = self._many = False  # told
            yield payload
        elif len(entries) > 1:
            half = len(entries) // 2
            yield from self._payloads(entries[:half])
            yield from self._payloads(entries[half:])
        else:
            self._many = True
            yield from self._payloads(())

    def _payload(self, entries: Sequence[tuple[str, Any]]) -> bytes:
        told: dict[str, list[Any]] = {}
        for what, value in entries:
            told.setdefault(what, []).append(value)
        lists = {what: tuple(values) for what, values in told.items()}
        return msgspec.json.encode(
            Announcement(by=self._by, n=self._n + 1, workers=self._workers, many=self._many, **lists)
        )
