"""The link of a worker that has the store at hand. One per session of a worker; holds nothing of its agent."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import msgspec

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import SECOND, Clock, Duration, Instant
from tickwork.core.ids import Ids, randomness
from tickwork.core.model import Fence, Job, Run
from tickwork.crashpoint import crash_point
from tickwork.keyring import Keyring
from tickwork.operations.fleet import open_session
from tickwork.service import came
from tickwork.store.protocol import Claim, ClaimLost, Finish, Orders, Session, Store, Topic
from tickwork.telemetry import RunEnded, RunStarted, StaleWriteRefused, Telemetry
from tickwork.worker.ends import Held, finish_of
from tickwork.worker.grants import Grants
from tickwork.worker.link import Ended, Receipt, Report
from tickwork.worker.open_pools import Offer, OpenPools
from tickwork.worker.results import with_results

POLL = 1.0
"""Seconds between two looks at the queue, at most: no longer waits a run whose wake was lost, or a retry."""

_Claims = dict[Fence, Held]


class StoreLink:
    """`Link` over a store. See link.py for the contract."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        ids: Ids,
        telemetry: Telemetry,
        definitions: DefinitionCache | None = None,
        keyring: Keyring | None = None,
        job_timeout: Duration | None = None,
    ) -> None:
        """Without a keyring runs get no secrets and no tokens. `job_timeout`: of jobs for which nobody says one."""
        self._store = store
        self._clock = clock
        self._telemetry = telemetry
        self._random = randomness(ids.seed())
        self._definitions = definitions or DefinitionCache()
        self._job_timeout = job_timeout
        self._grants = None if keyring is None else Grants(store=store, keyring=keyring)
        self._session: Session | None = None
        self._held: _Claims = {}
        self._queued = asyncio.Event()
        self._pools = OpenPools(store=store, clock=clock)
        self._deaf: tuple[Callable[[], None], ...] = ()

    async def hello(self, session: Session) -> float:
        """Open the session, or say anew what its worker has. What an earlier session still held is gone."""
        opened = await open_session(self._store, session)
        if self._session is None or self._session.id != opened.id:
            self._held = {}
        self.resume(opened)
        self._queued.set()  # who waits for work looks for what the worker has only now
        return opened.lease

    def resume(self, session: Session) -> None:
        """Go on with a session that was opened elsewhere."""
        self._session = session
        if not self._deaf:
            hear = self._store.listen([Topic.QUEUED], lambda _topic: self._queued.set())
            self._deaf = (hear, self._pools.listen())

    async def claim(self, free: int, wait: float) -> list[Claim]:
        until = self._clock.monotonic() + wait
        while True:
            self._queued.clear()  # before looking: a run queued meanwhile is not overslept
            claims = await self._claim(free)
            if claims:
                return claims
            await self._pools.refresh()
            if (left := until - self._clock.monotonic()) <= 0:
                return []
            await came(self._queued, within=min(left, POLL))

    async def _claim(self, free: int) -> list[Claim]:
        session = self._open()
        offer = await self._pools.of(session)
        claims = await self._take(session, free, offer)
        if not claims and (more := await self._pools.news(session, offer)) is not None:
            claims = await self._take(session, free, more)
        return [await self._taken(claim) for claim in claims]

    async def _taken(self, claim: Claim) -> Claim:
        held = Held(claim=claim, job=self._decoded(claim), cancel=claim.run.cancel, since=self._clock.now())
        self._held[claim.fence] = held
        claim = await with_results(self._store, await self._timed(claim, held.job), held.job)
        return claim if self._grants is None else await self._grants.to(claim, held.job)

    async def _timed(self, claim: Claim, job: Job | None) -> Claim:
        if job is None or job.timeout is not None:
            return claim
        timeout = await self._pools.job_timeout(claim.run.pool) or self._job_timeout
        return claim if timeout is None else msgspec.structs.replace(claim, timeout=timeout)

    async def _take(self, session: Session, free: int, offer: Offer) -> list[Claim]:
        if not offer.lanes:
            return []
        now = self._clock.now()
        return await self._store.claim(session.id, pools=offer.lanes, n=free, at=now, limits=offer.limits)

    def _decoded(self, claim: Claim) -> Job | None:
        try:
            return self._definitions.get(claim.body)
        except msgspec.DecodeError:
            return None

    async def report(self, batch: Report, *, renew: bool) -> Receipt:
        """Each kind is one store call. After `StoreUnavailable` the same batch may be sent again as a whole."""
        held = self._held  # of this session, also if the next one begins meanwhile
        orders = await self._renew(batch.load) if renew else None
        stale: list[ClaimLost] = []
        if batch.starts:
            stale += await self._store.start(batch.starts)
            crash_point("worker.report.started")
        if batch.logs:
            stale += await self._store.append_log(batch.logs)
        if batch.progress:
            stale += await self._store.progress(batch.progress)
        finishes, refused = self._finishes(batch.ends, held)
        if finishes:
            refused += await self._store.finish(finishes)
            crash_point("worker.report.finished")
        released = await self._store.release(batch.releases, at=self._clock.now()) if batch.releases else []
        lost = _lost(batch, stale, refused)
        self._tell(batch, finishes, lost, held)
        for fence in _over(batch, lost):
            held.pop(fence, None)
        return Receipt(lost=(*lost, *released), orders=orders)

    async def _renew(self, load: float | None) -> Orders:
        orders = await self._store.beat(self._open().id, at=self._clock.now(), load=load)
        for _run, fence, request in orders.cancels:
            if (held := self._held.get(fence)) is not None:
                held.cancel = request
        return orders

    def _finishes(self, ends: Sequence[Ended], held: _Claims) -> tuple[list[Finish], list[ClaimLost]]:
        """What to write, and the ends whose claim is of an earlier session: those are not even asked for."""
        session, now = self._open(), self._clock.now()
        finishes, gone = [], []
        for ended in ends:
            if (claim := held.get(ended.fence)) is None:
                gone.append(ClaimLost(run=ended.run, fence=ended.fence))
            else:
                finishes.append(finish_of(claim, ended, session=session, now=now, random=self._random))
        return finishes, gone

    def _tell(self, batch: Report, finishes: Sequence[Finish], lost: Sequence[ClaimLost], held: _Claims) -> None:
        gone = {claim.fence for claim in lost}
        for start in batch.starts:
            if start.fence not in gone and (claim := held.get(start.fence)) is not None:
                run = claim.claim.run
                self._telemetry.emit(
                    RunStarted(run=run.id, job=run.job, attempt=run.attempt + 1, late=_late(run, start.at))
                )
        for finish in finishes:
            if finish.fence not in gone:
                self._telemetry.emit(_run_ended(finish, held[finish.fence]))
        for refused in lost:
            self._telemetry.emit(StaleWriteRefused(run=refused.run, fence=str(refused.fence)))

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self._store.listen([Topic.ORDERS], lambda _topic: wake())

    async def adopt(self, claims: Sequence[Claim]) -> list[Claim]:
        """Follow up claims that the session got elsewhere; returns them as `claim` would have."""
        return [await self._taken(claim) for claim in claims]

    def holds(self, fence: Fence) -> bool:
        """Whether the claim's end can be told: it was given, or adopted, and has not ended."""
        return fence in self._held

    async def bye(self) -> None:
        await self._store.close_session(self._open().id, at=self._clock.now())
        self.leave()

    def leave(self) -> None:
        """Hear no more hints; the session goes on without us."""
        for end in self._deaf:
            end()
        self._deaf = ()

    def _open(self) -> Session:
        assert self._session is not None, "hello comes first"
        return self._session


def _late(run: Run, at: Instant) -> float | None:
    """Of a first attempt: a retry is when it is meant to be."""
    return None if run.attempt else (at - (run.slot or run.ready_at)) / SECOND


def _run_ended(finish: Finish, held: Held) -> RunEnded:
    attempt = finish.attempt
    took = 0 if attempt.started is None else attempt.finished - attempt.started
    return RunEnded(
        run=finish.run,
        job=held.claim.run.job,
        state=finish.state,
        reason=finish.reason or attempt.reason,
        seconds=took / SECOND,
        entry=held.claim.run,
        tried=attempt,
        claimed=held.since,
    )


def _over(batch: Report, lost: Sequence[ClaimLost]) -> Iterable[Fence]:
    """The claims that need no holding any more."""
    ended = (ended.fence for ended in batch.ends)
    released = (fence for _run, fence in batch.releases)
    return chain(ended, released, (claim.fence for claim in lost))


def _lost(batch: Report, stale: Sequence[ClaimLost], refused: Sequence[ClaimLost]) -> list[ClaimLost]:
    """Each lost claim once. An end that was accepted outweighs a refused start of the same claim: the start was
    then sent a second time, after an answer that never arrived."""
    lost = {claim.fence: claim for claim in (*stale, *refused)}
    if stale:
        bad = {claim.fence for claim in refused}
        for ended in batch.ends:
            if ended.fence not in bad:
                lost.pop(ended.fence, None)
    return list(lost.values())
