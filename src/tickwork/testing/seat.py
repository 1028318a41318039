"""One worker's seat without a process: runs are claimed, called right here, and finished as a worker would."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tickwork.app.current import CurrentRun, within
from tickwork.app.definition import JobFunction
from tickwork.core.clock import SECOND, Clock
from tickwork.core.codec import from_json
from tickwork.core.ids import JobId, SessionId, randomness
from tickwork.core.model import Call, Job
from tickwork.core.progress import Bar
from tickwork.errors import LaunchFailed
from tickwork.store.protocol import Chunk, Claim, Finish, LogWrite, ProgressWrite, Session, Start, Store, Stream
from tickwork.worker.ends import Held, finish_of
from tickwork.worker.environment import own_variables
from tickwork.worker.link import Ended
from tickwork.worker.process.calling import JSON, Caller, Ending, Form, signed_pickle
from tickwork.worker.process.loading import loaded
from tickwork.worker.process.outcomes import not_launched
from tickwork.worker.process.values import opened
from tickwork.worker.results import with_results
from tickwork.worker.runners.python import filled_arguments

_MOST = 100


class Seat:
    """`functions`: what is called for which job; `key`: signs pickled results."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        session: SessionId,
        functions: Mapping[JobId, JobFunction[..., Any]],
        key: bytes,
        seed: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._functions = functions
        self._key = key
        self._random = randomness(seed)
        now = clock.now()
        self._session = Session(
            id=session,
            worker="inline",
            pools=tuple(sorted({function.definition(target="inline:f").pool for function in functions.values()})),
            concurrency=1,
            lease=15.0,
            version="",
            containment="none",
            host="",
            pid=0,
            opened=now,
            seen=now,
        )

    async def open(self) -> None:
        await self._store.open_session(self._session)

    async def claim(self) -> list[Claim]:
        """What can run at this moment; each is said to have begun."""
        now = self._clock.now()
        claims = await self._store.claim(self._session.id, pools=self._session.pools, n=_MOST, at=now)
        await self._store.start([Start(run=claim.run.id, fence=claim.fence, at=now) for claim in claims])
        return [await with_results(self._store, claim, from_json(claim.body, Job)) for claim in claims]

    def call(self, claim: Claim) -> tuple[Ending, list[Bar]]:
        """In this thread; on a thread of its own where one is needed for another event loop."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._called(claim)
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(self._called, claim).result()

    def _called(self, claim: Claim) -> tuple[Ending, list[Bar]]:
        job, bars, caller = from_json(claim.body, Job), list[Bar](), Caller()
        run = CurrentRun(
            variables=own_variables(job, claim, claim.run.attempt + 1, {}),
            timeout=None if job.timeout is None else job.timeout / SECOND,
            report=bars.append,
        )
        try:
            ready = loaded(job.id, self._functions[job.id].function)
            args, kwargs = ready.fit(*self._arguments(job, claim))
            with within(run):
                return caller.call(ready.function, args, kwargs, self._form(job)), bars
        except LaunchFailed as error:
            return Ending(not_launched(str(error))), bars
        finally:
            caller.close()

    def _arguments(self, job: Job, claim: Claim) -> tuple[Sequence[Any], dict[str, Any]]:
        assert isinstance(job.task, Call)
        args, kwargs = filled_arguments(job.task, claim)
        given = {} if claim.params is None else from_json(claim.params, dict[str, Any])
        return opened(args, kwargs | given, key=self._key) if job.task.pickle else (args, kwargs | given)

    def _form(self, job: Job) -> Form:
        assert isinstance(job.task, Call)
        return signed_pickle(self._key, job=job.id) if job.task.pickle else JSON

    async def finish(self, claim: Claim, ending: Ending, bars: list[Bar]) -> None:
        now, run, fence, attempt = self._clock.now(), claim.run.id, claim.fence, claim.run.attempt + 1
        if bars:
            write = ProgressWrite(run=run, attempt=attempt, fence=fence, at=now, bars=tuple(bars))
            await self._store.progress([write])
        if ending.frames is not None:
            chunk = Chunk(seq=0, at=now, stream=Stream.FRAMES, data=ending.frames)
            await self._store.append_log([LogWrite(run=run, attempt=attempt, fence=fence, chunks=(chunk,))])
        await self._store.finish([self._finish(claim, ending, attempt)])

    def _finish(self, claim: Claim, ending: Ending, attempt: int) -> Finish:
        now = self._clock.now()
        held = Held(claim=claim, job=from_json(claim.body, Job), cancel=None)
        ended = Ended(
            run=claim.run.id, fence=claim.fence, attempt=attempt, started=now, finished=now, outcome=ending.outcome
        )
        return finish_of(held, ended, session=self._session, now=now, random=self._random)
