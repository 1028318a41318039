"""The store on Redis or Valkey. What each verb promises stands in `store/protocol/`; what each does, in
`functions/<verb>.lua`."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Self

from tickwork.core.clock import Clock, Instant, iso
from tickwork.core.ids import Ids
from tickwork.store.listeners import Hinting
from tickwork.store.protocol import Capability, Loss, Snapshot
from tickwork.store.redis import (
    claims,
    definitions,
    flow,
    history,
    logs,
    notes as of_notes,
    packing,
    timetable as of_timetable,
    transfer,
)
from tickwork.store.redis.caller import Caller
from tickwork.store.redis.connection import Address
from tickwork.store.redis.server import Server
from tickwork.store.redis.verbs import OverCaller, calls


class RedisStore(OverCaller, Hinting):
    """A `Store`. `accept_loss`: work on a server that may evict or forget."""

    def __init__(self, *, url: str, clock: Clock, ids: Ids, accept_loss: bool = False) -> None:
        address = Address.parse(url)
        self.url = address.shown
        self.capabilities = frozenset({Capability.MANY_SERVERS})
        self._server: Server | None = None
        self._caller = Caller(
            address=address, clock=clock, ids=ids, accept_loss=accept_loss or address.accept_loss, met=self._met
        )

    @classmethod
    def from_url(cls, url: str, *, clock: Clock, ids: Ids, accept_loss: bool = False) -> Self:
        """See `Address.parse`; `?prefix=` lets several instances share a database. Raises `UnknownStore`."""
        return cls(url=url, clock=clock, ids=ids, accept_loss=accept_loss)

    # -- coming and going --

    async def open(self) -> None:
        await asyncio.to_thread(self._caller.open)

    def _met(self, server: Server) -> None:
        self._server = server
        durable = {Capability.DURABLE} if server.durable else set()
        self.capabilities = frozenset({Capability.MANY_SERVERS, *durable})

    async def close(self) -> None:
        await asyncio.to_thread(self._caller.close)

    async def serve(self) -> Callable[[], None] | None:
        return lambda: None

    async def time(self) -> Instant:
        """See `store.protocol.Dated`."""
        return Instant(int(await self._caller.read("time")))

    async def losses(self) -> list[Loss]:
        """See `store.protocol.Losing`."""
        found = [] if self._server is None else self._server.losses()
        for packed in await self._caller.read("losses"):
            at, lost = packing.unpack(packed)
            told = f"it lost at least {lost} writes before {iso(at)}; claims from before were ended"
            found.append(Loss(told=told, mend="look for runs of that time that are missing: `tickwork verify`"))
        return found

    async def publish_commands(self) -> dict[str, str]:
        """Writes the hash `commands` and returns it: what to call by EVALSHA. See `store.protocol.PlainClients`."""
        return await self._caller.publish_commands()

    # -- documents --

    put = calls(definitions.put)
    get = calls(definitions.get)
    get_many = calls(definitions.get_many)
    find = calls(definitions.find)
    saying = calls(definitions.saying)
    revisions = calls(definitions.revisions)
    audit = calls(definitions.audit)
    record = calls(definitions.record)

    # -- the ledger: timetable --

    due = calls(of_timetable.due)
    fire = calls(of_timetable.fire)
    timetable = calls(of_timetable.timetable)
    upcoming = calls(of_timetable.upcoming)
    idle = calls(of_timetable.idle)

    # -- the ledger: runs and claims --

    enqueue = calls(claims.enqueue)
    open_session = calls(claims.open_session)
    close_session = calls(claims.close_session)
    claim = calls(claims.claim)
    queues = calls(claims.queues)
    depths = calls(claims.depths)
    miss = calls(flow.miss)
    start = calls(claims.start)
    finish = calls(claims.finish)
    release = calls(claims.release)
    beat = calls(claims.beat)
    cancel = calls(flow.cancel)
    sessions = calls(claims.sessions)
    settle = calls(claims.settle)
    promote = calls(flow.promote)
    unblock = calls(flow.unblock)
    outbox = calls(flow.outbox)
    consume = calls(flow.consume)

    # -- the ledger: reading, pruning --

    run = calls(history.run)
    held_by = calls(history.held_by)
    get_runs = calls(history.get_runs)
    resolve = calls(history.resolve)
    runs = calls(history.runs)
    latest = calls(history.latest)
    gaps = calls(history.gaps)
    attempts = calls(history.attempts)
    counts = calls(history.counts)
    tally = calls(history.tally)
    outcomes = calls(history.outcomes)
    outdated = calls(history.outdated)
    nth_newest = calls(history.nth_newest)
    log_sizes = calls(history.log_sizes)
    crowded = calls(history.crowded)
    prune_gaps = calls(history.prune_gaps)
    forget = calls(history.forget)
    pruned = calls(history.pruned)

    # -- notes --

    keep = calls(of_notes.keep)
    notes = calls(of_notes.notes)
    notes_under = calls(of_notes.notes_under)
    drop = calls(of_notes.drop)
    sweep = calls(of_notes.sweep)

    # -- streams --

    append_log = calls(logs.append_log)
    read_log = calls(logs.read_log)
    trim_log = calls(logs.trim_log)
    progress = calls(logs.progress)
    read_progress = calls(logs.read_progress)

    @property
    def _hints(self) -> Caller:
        return self._caller

    # -- moving house --

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        return transfer.snapshot(self._caller.read)

    load = calls(transfer.load)
    renew_epoch = calls(transfer.renew_epoch)
