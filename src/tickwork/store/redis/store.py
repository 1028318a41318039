"""The store on Redis or Valkey. What each verb promises stands in `store/protocol/`; what each does, in
`functions/<verb>.lua`."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Self

from tickwork.core.clock import Clock, Duration, Instant, iso
from tickwork.core.ids import Ids, JobId, RunId, ScheduleId, SessionId
from tickwork.core.lanes import Limit, bare_lane
from tickwork.core.model import Actor, Attempt, Fence, Gap, Run
from tickwork.core.states import Reason, State
from tickwork.store import ways
from tickwork.store.protocol import (
    Audited,
    AuditEntry,
    BarRow,
    Born,
    CancelOutcome,
    Capability,
    Chunk,
    Claim,
    ClaimLost,
    Crowd,
    Document,
    Due,
    Event,
    Finish,
    Fire,
    Keep,
    Kind,
    Level,
    LogWrite,
    Loss,
    NewRun,
    Note,
    Olds,
    Orders,
    Outdated,
    Part,
    ProgressWrite,
    Put,
    Queued,
    RunDetail,
    RunFilter,
    Said,
    ScheduleRow,
    Session,
    Snapshot,
    Start,
    Tally,
    Timetable,
    Topic,
    Unblock,
)
from tickwork.store.redis import calls, history, notes, packing, replies, transfer
from tickwork.store.redis.caller import Caller
from tickwork.store.redis.connection import Address
from tickwork.store.redis.documents import document_of
from tickwork.store.redis.indexes import Indexes
from tickwork.store.redis.saving import Save, in_order, parted, save_parts
from tickwork.store.redis.server import Server


class RedisStore:
    """A `Store`. `accept_loss`: work on a server that may evict or forget."""

    def __init__(self, *, url: str, clock: Clock, ids: Ids, accept_loss: bool = False) -> None:
        address = Address.parse(url)
        self.url = address.shown
        self.capabilities = frozenset({Capability.MANY_SERVERS})
        self._clock = clock
        self._ids = ids
        self._server: Server | None = None
        self._caller = Caller(
            address=address, clock=clock, ids=ids, accept_loss=accept_loss or address.accept_loss, met=self._met
        )
        self._read, self._write = self._caller.read, self._caller.write
        self._indexes = Indexes(read=self._read, write=self._write)

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
        return Instant(int(await self._read("time")))

    async def losses(self) -> list[Loss]:
        """See `store.protocol.Losing`."""
        found = [] if self._server is None else self._server.losses()
        for packed in await self._read("losses"):
            at, lost = packing.unpack(packed)
            told = f"it lost at least {lost} writes before {iso(at)}; claims from before were ended"
            found.append(Loss(told=told, mend="look for runs of that time that are missing: `tickwork verify`"))
        return found

    async def publish_commands(self) -> dict[str, str]:
        """Writes the hash `commands` and returns it: what to call by EVALSHA. See `store.protocol.PlainClients`."""
        return await self._caller.publish_commands()

    # -- documents --

    async def put(
        self,
        puts: Sequence[Put],
        *,
        by: Actor,
        at: Instant,
        verb: str = "put",
        note: str | None = None,
        timetable: Sequence[Timetable] = (),
        fires: Sequence[Fire] = (),
    ) -> list[int]:
        save, parts = Save(by=by, at=at, verb=verb, note=note), parted(puts, timetable, fires)
        if len(parts) > 1:
            return await save_parts(save, parts, token=self._ids.run(), write=self._write, read=self._read)
        args, blobs = save.packed(parts[0])
        return in_order(parts, [await self._write("put", *args, blobs=blobs, once=True)])

    async def get(self, kind: Kind, id: str, revision: int | None = None) -> Document | None:
        [text] = await self._read("get", kind, [id], packing.field(revision)) or [None]
        return None if text is None else document_of(kind, id, text)

    async def get_many(self, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for some in replies.sliced(ids):
            texts = await self._read("get", kind, some, packing.field(None))
            found |= {
                one: document_of(kind, one, text) for one, text in replies.padded(some, texts) if text is not None
            }
        return found

    async def find(
        self,
        kind: Kind,
        *,
        project: str | None = None,
        name: str | None = None,
        owner: str | None = None,
        tags: Sequence[str] = (),
        after: str | None = None,
        deleted: bool = False,
        limit: int = 1000,
    ) -> list[Document]:
        found: list[Document] = []
        where = [packing.field(project), packing.field(name), packing.field(owner)]
        behind: str | None = after or ""
        while behind is not None and len(found) < limit:
            ids, texts, *more = await self._read("find", kind, *where, behind, deleted, limit - len(found), list(tags))
            found += [document_of(kind, id_.decode(), text) for id_, text in zip(ids, texts, strict=True)]
            behind = more[0].decode() if more else None
        return found

    async def saying(self, kind: Kind, what: Said, *, after: str | None = None, limit: int = 1000) -> list[Document]:
        return await self._indexes.saying(kind, what, after=after or "", limit=limit)

    async def revisions(self, kind: Kind, id: str) -> list[Document]:
        return [document_of(kind, id, text) for text in await self._read("revisions", kind, id)]

    async def audit(
        self,
        *,
        kind: str | None = None,
        id: str | None = None,
        by: str | None = None,
        verb: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        found: list[AuditEntry] = []
        below = before
        while len(found) < limit:
            where = [packing.field(given) for given in (kind, id, below, by, verb, since, until)]
            seqs, packed, *more = await self._read("audit", *where, limit - len(found))
            found += [packing.audit_of(int(seq), entry) for seq, entry in zip(seqs, packed, strict=True)]
            if not more:
                break
            below = int(more[0])
        return found

    async def record(self, entries: Sequence[Audited], *, by: Actor, at: Instant) -> None:
        packed = [[one.verb, one.kind, one.id, packing.field(one.note)] for one in entries]
        await self._write("record", packed, [by.kind, by.name], at, once=True)

    # -- the ledger: timetable --

    async def due(self, at: Instant, *, limit: int) -> Due:
        return replies.due(await self._read("due", at, limit))

    async def fire(
        self, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None
    ) -> list[list[Born] | None]:
        blobs = calls.Blobs()
        packed = [calls.fire(fire, blobs) for fire in fires]
        outcomes = await self._write("fire", packed, at, packing.field(switch_version), blobs=blobs.all, once=True)
        return [
            None if outcome == 0 else replies.born(outcome, fire.runs)
            for fire, outcome in zip(fires, outcomes, strict=True)
        ]

    async def timetable(self, jobs: Sequence[JobId]) -> list[ScheduleRow]:
        found = list[ScheduleRow]()
        for some in replies.sliced(jobs):
            rows, gaps = await self._read("timetable", some)
            found += [packing.schedule_of(row, gap) for row, gap in replies.padded(rows, gaps)]
        return sorted(found, key=lambda row: row.schedule)

    async def upcoming(self, *, limit: int, project: str | None = None) -> list[ScheduleRow]:
        return await replies.upcoming(self._read, limit=limit, project=project)

    async def idle(
        self, *, projects: Sequence[str] | None = None, after: ScheduleId | None = None, limit: int = 1000
    ) -> list[ScheduleRow]:
        within = packing.field(None if projects is None else list(projects))
        return await self._indexes.idle(within, after=after or "", limit=limit)

    # -- the ledger: runs and claims --

    async def enqueue(
        self, runs: Sequence[NewRun], *, at: Instant, by: Actor | None = None, verb: str = "run"
    ) -> list[Born]:
        blobs = calls.Blobs()
        actor = False if by is None else [by.kind, by.name]
        packed = [calls.new_run(new, blobs) for new in runs]
        return replies.born(await self._write("enqueue", packed, at, actor, verb, blobs=blobs.all), runs)

    async def open_session(self, session: Session) -> None:
        blobs = calls.Blobs()
        await self._write("open_session", *calls.session(session, blobs), blobs=blobs.all)

    async def close_session(self, session: SessionId, *, at: Instant) -> None:
        await self._write("close_session", session, at)

    async def claim(
        self, session: SessionId, *, pools: Sequence[str], n: int, at: Instant, limits: Sequence[Limit] = ()
    ) -> list[Claim]:
        rooms = [[bare_lane(limit.key), limit.max] for limit in limits]  # as lanes write the names of pools
        return replies.claims(await self._write("claim", session, list(pools), n, at, self._ids.run(), rooms))

    async def queues(self) -> list[Queued]:
        return replies.queues(await self._read("queues"))

    async def depths(self) -> dict[str, int]:
        return replies.depths(await self._read("depths"))

    async def miss(self, runs: Sequence[RunId], *, note: str, at: Instant) -> list[RunId]:
        return [RunId(run.decode()) for run in await self._write("miss", list(runs), note, at, once=True)]

    async def start(self, starts: Sequence[Start]) -> list[ClaimLost]:
        lost = await self._write("start", [[s.run, s.fence.epoch, s.fence.n, s.at] for s in starts])
        return [ClaimLost(run=starts[i - 1].run, fence=starts[i - 1].fence) for i in lost]

    async def finish(self, finishes: Sequence[Finish]) -> list[ClaimLost]:
        blobs = calls.Blobs()
        packed = [calls.finish(one, blobs) for one in finishes]
        lost = await self._write("finish", packed, blobs=blobs.all)
        return [ClaimLost(run=finishes[i - 1].run, fence=finishes[i - 1].fence) for i in lost]

    async def release(self, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
        packed = [[run, fence.epoch, fence.n] for run, fence in claims]
        lost = await self._write("release", packed, at, once=True)
        return [ClaimLost(run=claims[i - 1][0], fence=claims[i - 1][1]) for i in lost]

    async def beat(self, session: SessionId, *, at: Instant, load: float | None = None) -> Orders:
        return replies.orders(await self._write("beat", session, at, packing.field(load)))

    async def cancel(
        self, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None = None
    ) -> list[CancelOutcome]:
        actor = False if by is None else [by.kind, by.name]
        outcomes = await self._write("cancel", list(runs), reason, note, at, actor, once=True)
        return [CancelOutcome(outcome.decode()) for outcome in outcomes]

    async def sessions(self, *, ended_since: Instant | None = None) -> list[Session]:
        return replies.sessions(await self._read("sessions", packing.field(ended_since)))

    async def settle(
        self, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str
    ) -> list[Run] | None:
        settled = await self._write("settle", session, beat, max_losses, at, note, once=True)
        return None if settled == 0 else [packing.run_of(packed) for packed in settled]

    async def promote(self, *, at: Instant) -> Instant | None:
        upcoming = await self._write("promote", at)
        return Instant(int(upcoming)) if upcoming else None

    async def unblock(self, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
        blobs = calls.Blobs()
        packed = [calls.unblock(item, blobs) for item in items]
        states = await self._write("unblock", packed, at, blobs=blobs.all, once=True)
        return [None if state is None else State(state.decode()) for state in states]

    async def outbox(self, *, limit: int) -> list[Event]:
        return replies.events(await self._read("outbox", limit))

    async def consume(self, seqs: Sequence[int]) -> None:
        await self._write("consume", list(seqs))

    # -- the ledger: reading, pruning --

    async def run(self, id: RunId) -> RunDetail | None:
        return replies.detail(await self._read("run", id))

    async def held_by(self, session: SessionId) -> list[Run]:
        return [packing.run_of(packed) for packed in await self._read("held_by", session)]

    async def get_runs(self, ids: Sequence[RunId]) -> dict[RunId, Run]:
        found = [packing.run_of(packed) for packed in await self._read("get_runs", list(ids))]
        return {run.id: run for run in found}

    async def resolve(self, prefix: str, *, limit: int = 2) -> list[RunId]:
        return [RunId(run.decode()) for run in await self._read("resolve", prefix, limit)]

    async def runs(self, where: RunFilter, *, after: RunId | None = None, limit: int = 100) -> list[Run]:
        return await history.runs(self._read, where, after=after, limit=limit)

    async def latest(
        self, jobs: Sequence[JobId], *, n: int = 1, states: Sequence[State] = ()
    ) -> dict[JobId, list[Run]]:
        found = await self._read("latest", list(jobs), n, list(states))
        return {job: [packing.run_of(one) for one in packed] for job, packed in zip(jobs, found, strict=True)}

    async def gaps(
        self,
        *,
        job: JobId | None = None,
        schedule: ScheduleId | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        projects: Sequence[str] | None = None,
        newest: bool = False,
        limit: int = 1000,
    ) -> list[Gap]:
        where = [packing.field(given) for given in (job, schedule, since, until)]
        return await history.gaps(self._read, where, projects=projects, newest=newest, limit=limit)

    async def attempts(self, run: RunId) -> list[Attempt]:
        return [packing.attempt_of(packed) for packed in await self._read("attempts", run)]

    async def counts(self, *, project: str | None = None, since: Instant | None = None) -> dict[State, int]:
        return await history.counts(self._read, project=project, since=since)

    async def tally(
        self, *, since: Instant, until: Instant, width: Duration, projects: Sequence[str] | None = None
    ) -> list[Tally]:
        return await history.tally(self._read, ways.stretches(since, until, width), projects=projects)

    async def outcomes(self) -> list[tuple[str, State]]:
        found = [text.decode() for text in await self._read("outcomes")]
        return [(project, State(state)) for project, state in zip(found[::2], found[1::2], strict=True)]

    async def outdated(self, which: Outdated, *, after: RunId | None = None, look: int = 1000) -> Olds:
        return await history.outdated(self._read, which, after=after, look=look)

    async def nth_newest(self, jobs: Sequence[JobId], *, n: int) -> dict[JobId, RunId]:
        found = replies.padded(jobs, await self._read("nth_newest", list(jobs), n)) if jobs else []
        return {job: RunId(run.decode()) for job, run in found if run is not None}

    async def crowded(self, *, n: int, after: JobId | None = None, look: int = 1000) -> Crowd:
        return replies.crowd(await self._read("crowded", n, after or "", look))

    async def log_sizes(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        sizes = await self._read("log_sizes", list(runs)) if runs else []
        return {run: size for run, size in zip(runs, sizes, strict=True) if size}

    async def prune_gaps(self, *, before: Instant, limit: int) -> int:
        return int(await self._write("prune_gaps", before, limit))

    async def forget(self, runs: Sequence[RunId], *, at: Instant | None = None, by: Actor | None = None) -> int:
        actor = False if by is None else [by.kind, by.name]
        return int(await self._write("forget", list(runs), packing.field(at), actor, once=True))

    async def pruned(self, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
        found = replies.padded(jobs, await self._read("pruned", list(jobs)))
        return {job: Instant(int(instant)) for job, instant in found if instant is not None}

    # -- notes --

    async def keep(self, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
        blobs = calls.Blobs()
        packed = [notes.packed(keep, blobs) for keep in keeps]
        kept = await self._write("keep", packed, at, blobs=blobs.all, once=True)
        return [one == 1 for one in kept]

    async def notes(self, space: str, keys: Sequence[str], *, at: Instant) -> dict[str, Note]:
        return await notes.notes(self._read, space, keys, at=at)

    async def notes_under(
        self, space: str, prefix: str, *, at: Instant, after: str = "", limit: int = 1000
    ) -> list[Note]:
        return await notes.notes_under(self._read, space, prefix, at=at, after=after, limit=limit)

    async def drop(self, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
        return [one == 1 for one in await self._write("drop", space, list(keys), at, once=True)]

    async def sweep(self, *, at: Instant, limit: int) -> int:
        return int(await self._write("sweep", at, limit, once=True))

    # -- streams --

    async def append_log(self, writes: Sequence[LogWrite]) -> list[ClaimLost]:
        blobs = calls.Blobs()
        packed = [calls.log_write(write, blobs) for write in writes]
        lost = await self._write("append_log", packed, blobs=blobs.all)
        return [ClaimLost(run=writes[i - 1].run, fence=writes[i - 1].fence) for i in lost]

    async def read_log(
        self, run: RunId, *, attempt: int | None = None, after: int = -1, limit: int = 1000
    ) -> list[Chunk]:
        packed = await self._read("read_log", run, packing.field(attempt), after, limit)
        return [packing.chunk_of(one) for one in packed]

    async def trim_log(self, runs: Sequence[RunId], *, before: Mapping[Level, Instant]) -> int:
        return int(await self._write("trim_log", list(runs), dict(before), once=True))

    async def progress(self, writes: Sequence[ProgressWrite]) -> list[ClaimLost]:
        lost = await self._write("progress", [calls.progress(write) for write in writes])
        return [ClaimLost(run=writes[i - 1].run, fence=writes[i - 1].fence) for i in lost]

    async def read_progress(self, run: RunId, *, attempt: int | None = None) -> list[BarRow]:
        return replies.bars(await self._read("read_progress", run, packing.field(attempt)))

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        return self._caller.listen(topics, wake)

    def hears(self) -> bool | None:
        return self._caller.hears()

    def notify(self, *topics: Topic) -> None:
        self._caller.notify(topics)

    def announce(self, payloads: Sequence[bytes]) -> None:
        self._caller.announce(payloads)

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        return self._caller.follow(hear)

    # -- moving house --

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        return transfer.snapshot(self._read)

    async def load(self, part: Part, records: Sequence[bytes]) -> int:
        return await transfer.load(self._write, part, records)

    async def renew_epoch(self) -> None:
        await self._write(
            "renew_epoch", self._caller.fresh_epoch(), self._clock.now(), "the store was loaded or restored"
        )
