"""Where workers are served: a seat per session, on whichever server its messages arrive.

A server remembers what it gave out, and looks up in the store what another server did: a load balancer may send every
message elsewhere. Whatever a worker says is taken for what its own session holds, and for nothing else.
"""

import asyncio
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

import msgspec

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import Clock, Duration
from tickwork.core.ids import Ids, SessionId
from tickwork.core.model import Fence, Run
from tickwork.core.people import Principal, PrincipalKind
from tickwork.core.states import State
from tickwork.errors import NotAllowed
from tickwork.keyring import Keyring
from tickwork.server.link.seats import Seat, Seats
from tickwork.service import came
from tickwork.store.protocol import (
    Claim,
    ClaimLost,
    Kind,
    LogWrite,
    Orders,
    ProgressWrite,
    Start,
    Store,
    Topic,
)
from tickwork.telemetry import StaleWriteRefused, Telemetry
from tickwork.worker.link import Ended, Receipt, Report
from tickwork.worker.store_link import StoreLink
from tickwork.worker.wire import Hello, Welcome, check_versions

_OfClaim = Start | LogWrite | ProgressWrite | Ended
_LOST: Final = Receipt(lost=(), orders=Orders(lost=True, cancels=[]))


class Desk:
    """One per node."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        ids: Ids,
        telemetry: Telemetry,
        keyring: Keyring | None = None,
        job_timeout: Duration | None = None,
    ) -> None:
        """`keyring`: opens the secrets that runs are given; `job_timeout`: of jobs for which nobody says one."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._telemetry = telemetry
        self._keyring = keyring
        self._job_timeout = job_timeout
        self._definitions = DefinitionCache()
        self._seats = Seats(store=store, clock=clock, link=self._link)
        self._orders = asyncio.Event()
        self._deaf: Callable[[], None] | None = None
        self._ending = False

    # -- what workers say --

    async def hello(self, who: Principal, hello: Hello) -> Welcome:
        """Raises `NotAllowed` for a version that is too far away, or pools that the key is not for."""
        ours = version("tickwork")
        check_versions(worker=hello.session.version, server=ours, protocol=hello.protocol)
        key, session = _key_of(who), hello.session
        if foreign := sorted(set(session.pools) - set(who.pools)):
            raise NotAllowed(
                f"the key is for the pools {', '.join(who.pools)}, not for {foreign[0]}; make one for it: "
                f"`tickwork key add NAME --worker --pool {foreign[0]}`"
            )
        seat = await self._seats.of_new(session, key)
        lease = await seat.link.hello(session)
        seat.session, seat.said = session, hello.said
        self._seats.take(seat)
        return Welcome(version=ours, lease=lease)

    async def claim(
        self,
        who: Principal,
        session: SessionId,
        *,
        free: int,
        wait: float,
        knows: Sequence[Fence] | None,
        said: int = 1,
    ) -> list[Claim]:
        """`knows`: after an answer that got lost, what the worker knows of; the rest of what it holds comes first.
        `said`: its hellos, which another server may have heard."""
        seat = await self._seats.of(session, _key_of(who))
        if seat is None:
            return []
        if said > seat.said and (found := await self._seats.found(session)) is not None:
            seat.session, seat.said = found, said
            seat.link.resume(found)
        if knows is not None and (again := await self._given_before(seat, set(knows))):
            return again[:free]
        claims = await seat.link.claim(free, wait)
        seat.know(claim.fence for claim in claims)
        return claims

    async def report(self, who: Principal, session: SessionId, batch: Report, *, renew: bool) -> Receipt:
        seat = await self._seats.of(session, _key_of(who))
        if seat is None:
            return msgspec.structs.replace(_LOST, lost=tuple(_claims_in(batch)))
        strangers = await self._strangers(seat, batch)
        for lost in strangers.values():
            self._telemetry.emit(StaleWriteRefused(run=lost.run, fence=str(lost.fence)))
        receipt = await seat.link.report(_without(batch, strangers), renew=renew)
        return msgspec.structs.replace(receipt, lost=(*strangers.values(), *receipt.lost))

    async def orders(self, who: Principal, session: SessionId, *, wait: float) -> bool:
        """Whether orders may be waiting for it, once that is so or after `wait` seconds."""
        await self._seats.of(session, _key_of(who))
        if self._deaf is None:
            self._deaf = self._store.listen([Topic.ORDERS], lambda _topic: self._hinted())
        return await came(self._orders, within=0 if self._ending else wait)

    async def bye(self, who: Principal, session: SessionId) -> None:
        seat = await self._seats.of(session, _key_of(who))
        if seat is not None:
            await seat.link.bye()
            self._seats.leave(session)

    def hang_up(self) -> None:
        """Answer who waits for orders: the server is about to end, and would wait for them."""
        self._ending = True
        self._hinted()

    def close(self) -> None:
        """Hear no more hints."""
        self._seats.close()
        if self._deaf is not None:
            self._deaf()

    def _link(self) -> StoreLink:
        return StoreLink(
            store=self._store,
            clock=self._clock,
            ids=self._ids,
            telemetry=self._telemetry,
            definitions=self._definitions,
            keyring=self._keyring,
            job_timeout=self._job_timeout,
        )

    def _hinted(self) -> None:
        self._orders.set()
        self._orders = asyncio.Event()

    # -- whose claim it is --

    async def _given_before(self, seat: Seat, knows: set[Fence]) -> list[Claim]:
        held = await self._store.held_by(seat.session.id)
        lost = [run for run in held if run.state is State.CLAIMED and run.fence not in knows]
        claims = [claim for run in lost if (claim := await self._claim_of(run)) is not None]
        seat.know(claim.fence for claim in claims)
        return await seat.link.adopt(claims)

    async def _strangers(self, seat: Seat, batch: Report) -> dict[Fence, ClaimLost]:
        """The claims in a report that are not, and never were, this session's."""
        again = {end.fence for end in batch.ends if not seat.link.holds(end.fence)}  # an end that was told before
        unknown = {
            claim.fence: claim for claim in _claims_in(batch) if claim.fence not in seat.own or claim.fence in again
        }
        if not unknown:
            return {}
        runs = await self._store.get_runs([claim.run for claim in unknown.values()])
        for claim in list(unknown.values()):
            run = runs.get(claim.run)
            if run is not None and await self._is_own(seat, run, claim.fence):
                del unknown[claim.fence]
                await self._take_up(seat, run, claim.fence)
        return unknown

    async def _is_own(self, seat: Seat, run: Run, fence: Fence) -> bool:
        if run.session == seat.session.id and run.fence == fence:
            return True
        attempts = await self._store.attempts(run.id)
        return any(attempt.fence == fence and attempt.session == seat.session.id for attempt in attempts)

    async def _take_up(self, seat: Seat, run: Run, fence: Fence) -> None:
        """What another server gave out is followed up here from now on."""
        claim = await self._claim_of(msgspec.structs.replace(run, fence=fence))
        if claim is not None:
            await seat.link.adopt([claim])
        seat.know([fence])

    async def _claim_of(self, run: Run) -> Claim | None:
        document = await self._store.get(Kind.JOB, run.job, run.revision)
        detail = await self._store.run(run.id)
        if document is None or document.body is None or detail is None or run.fence is None:
            return None
        return Claim(run=run, fence=run.fence, body=document.body, params=detail.params, pins=detail.pins)


def _key_of(who: Principal) -> str:
    if who.kind is not PrincipalKind.WORKER or who.key is None:
        raise NotAllowed("this is for workers: it takes a worker's key (tww_…), `tickwork key add NAME --worker`")
    return who.key


def _claims_in(batch: Report) -> list[ClaimLost]:
    """Every claim that the report says something of, once."""
    items: tuple[_OfClaim, ...] = (*batch.starts, *batch.logs, *batch.progress, *batch.ends)
    named = {item.fence: item.run for item in items} | {fence: run for run, fence in batch.releases}
    return [ClaimLost(run=run, fence=fence) for fence, run in named.items()]


def _without(batch: Report, strangers: dict[Fence, ClaimLost]) -> Report:
    if not strangers:
        return batch
    return msgspec.structs.replace(
        batch,
        starts=tuple(item for item in batch.starts if item.fence not in strangers),
        logs=tuple(item for item in batch.logs if item.fence not in strangers),
        progress=tuple(item for item in batch.progress if item.fence not in strangers),
        ends=tuple(item for item in batch.ends if item.fence not in strangers),
        releases=tuple((run, fence) for run, fence in batch.releases if fence not in strangers),
    )
