"""A server that really listens, over a file, on the machine's clock, with a bit of everything in its store.

Its objects are called as the examples of the OpenAPI document call them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.server.conftest import PASSWORD
from tickwork.config import Settings
from tickwork.core.channels import Channel, Program
from tickwork.core.clock import SystemClock, later, seconds
from tickwork.core.dependencies import Need
from tickwork.core.ids import Ids, JobId, SessionId
from tickwork.core.model import Attempt, Job, Pool, Scope, Shell
from tickwork.core.people import KeyKind
from tickwork.core.progress import Bar
from tickwork.core.roles import SCOPES, Role
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.keyring import Keyring
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.server.backend import Backend
from tickwork.server.web import Web
from tickwork.store.protocol import Chunk, Claim, Finish, LogWrite, ProgressWrite, Session, Start, Stream

POOL = "default"


@dataclass
class Running:
    """What listens, and how it is spoken to."""

    backend: Backend
    web: Web
    ids: dict[str, list[str | int]] = field(default_factory=dict)
    """What is there, by the name of the path's parameter."""

    @property
    def url(self) -> str:
        return self.web.url

    @property
    def ops(self) -> Operations:
        return self.backend.system

    async def key(self, name: str, **fields) -> str:
        """Of a user whom there is."""
        _key, secret = await self.ops.people.keys.create("a key", owner=name, scopes=SCOPES, **fields)
        return secret

    async def session(self, name: str) -> Mapping[str, str]:
        """Headers of a browser in which somebody has signed in."""
        token, _session = await self.ops.people.sessions.open(name)
        return {"cookie": f"tickwork_session={token}", "origin": self.url}


@asynccontextmanager
async def a_running_server(folder: Path, **settings) -> AsyncIterator[Running]:
    """With nothing in its store."""
    clock = SystemClock()
    store = make_store(f"sqlite:///{folder}/tickwork.db", clock=clock)
    await store.open()
    backend = Backend(
        store=store,
        clock=clock,
        ids=Ids(clock=clock),
        settings=Settings(store=store.url, port=0, **settings),
        keyring=Keyring(texts=["test"]),
    )
    web = Web(backend=backend)
    try:
        web.listen()
        tasks = [asyncio.create_task(service.run()) for service in web.services]
        tasks.append(asyncio.create_task(web.serve()))
        web.watch(web.services)
        yield Running(backend=backend, web=web)
        web.stop()
        for service in web.services:
            service.stop()
        async with asyncio.timeout(30):
            await asyncio.gather(*tasks)
    finally:
        web.close()
        await store.close()


# -- what is in it --


async def populate(running: Running) -> None:
    """A bit of everything, under the names of the document's examples."""
    ops = running.ops
    await _people(running)
    await ops.projects.put("etl", description="What fills the warehouse.")
    await ops.calendars.put("holidays", days=["2026-12-25"])
    await ops.pools.put(Pool(name=POOL, description="What may reach the database."))
    await ops.secrets.set("etl", "DB_PASSWORD", "hunter2")
    await ops.notify.put_channel(Channel(name="ops", way=Program(argv=("true",))))
    await _jobs(ops)
    await _runs(running)
    await ops.switches.pause(Scope.JOB, "etl:load", why="the database is being moved")
    names = ("ann", "ben", "etl-operators", "holidays", "ops", POOL, "db-1", "etl", "DB_PASSWORD", "mailer")
    running.ids["name"] = [*names, *running.ids["key"]]
    running.ids["job"] = ["etl:extract", "etl:load", "etl:report", "etl:clean"]
    running.ids["project"] = ["etl"]
    running.ids["token"] = [(await ops.checkins.make("etl:report"))]
    running.ids["word"] = ["start", "success", "fail", "3"]
    await running.session("ann")
    running.ids["id"] = list(await ops.people.sessions.list("ann"))
    running.ids["seq"] = [entry.seq for entry in await ops.audit.entries(limit=5)]


async def _people(running: Running) -> None:
    people = running.ops.people
    await people.users.create("ann", password=PASSWORD, superuser=True)
    await people.users.create("ben")
    await people.groups.create("etl-operators", members=["ben"], roles={"etl": Role.OPERATOR})
    key, _secret = await people.keys.create("deploy script", owner="ben", scopes=SCOPES)
    worker, _secret = await people.keys.create("db-1", kind=KeyKind.WORKER, pools=[POOL])
    running.ids["key"] = [key.id, worker.id]


async def _jobs(ops: Operations) -> None:
    nightly = Schedule(key="main", trigger=Every(interval=seconds(86_400)))
    task = Job(id=JobId("etl:backup"), project="etl", name="backup", task=Shell(command="true"))
    await ops.jobs.apply("etl.yaml", [_job("extract", nightly)], tasks=[task])
    await ops.jobs.save(_job("load", nightly, needs=(Need(job=JobId("etl:extract")),)))
    for name in ("report", "clean"):
        await ops.jobs.save(_job(name))


def _job(name: str, *schedules: Schedule, **fields) -> Job:
    task = Shell(command="true")
    return Job(id=JobId(f"etl:{name}"), project="etl", name=name, task=task, schedules=schedules, **fields)


async def _runs(running: Running) -> None:
    """One that succeeded with all that a run can leave behind, one that failed, one that goes on, and a group."""
    ops = running.ops
    started = [await ops.runs.run(f"etl:{name}") for name in ("extract", "report", "clean")]
    claims = await _claimed(running, len(started))
    await ops.store.append_log([_log(claim) for claim in claims])
    bar = Bar(group=("tables",), current=3, total=7, status="orders")
    now = running.backend.clock.now()
    await ops.store.progress(
        [ProgressWrite(run=one.run.id, attempt=1, fence=one.fence, at=now, bars=(bar,)) for one in claims]
    )
    good, bad, _goes_on = claims
    await ops.store.finish([_end(good, State.SUCCEEDED, result=b'{"rows": 18234}')])
    await ops.store.finish([_end(bad, State.FAILED, reason=Reason.EXIT, error="exit status 1")])
    group = await ops.graphs.run("etl:load", deps=True)
    running.ids["run"] = [run.id for run in started]
    running.ids["group"] = [group.group or group.id]


async def _claimed(running: Running, n: int) -> Sequence[Claim]:
    store, now = running.backend.store, running.backend.clock.now()
    session = Session(
        id=running.backend.ids.session(),
        worker="db-1",
        pools=(POOL,),
        concurrency=n,
        lease=600.0,
        version="0",
        containment="none",
        host="db-1.tickwork.example",
        pid=1,
        opened=now,
        seen=now,
    )
    await store.open_session(session)
    claims = await store.claim(session.id, pools=[POOL], n=n, at=now)
    await store.start([Start(run=claim.run.id, fence=claim.fence, at=now) for claim in claims])
    return claims


def _log(claim: Claim) -> LogWrite:
    record = b'{"level": "WARNING", "logger": "shop", "message": "slow"}'
    chunks = (
        Chunk(seq=0, at=claim.run.created, stream=Stream.STDOUT, data=b"18234 rows\xff loaded\n"),
        Chunk(seq=1, at=claim.run.created, stream=Stream.RECORD, data=record),
        Chunk(seq=2, at=claim.run.created, stream=Stream.SYSTEM, data=b"[tickwork: 5 bytes left out here]\n"),
    )
    return LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=chunks)


def _end(claim: Claim, state: State, *, reason: Reason | None = None, **fields) -> Finish:
    attempt = Attempt(
        run=claim.run.id,
        n=1,
        fence=claim.fence,
        session=claim.run.session or SessionId(""),
        worker="db-1",
        started=claim.run.created,
        finished=later(claim.run.created, seconds(760)),
        outcome=state,
        reason=reason,
        exit_code=0 if reason is None else 1,
    )
    return Finish(run=claim.run.id, fence=claim.fence, state=state, reason=reason, attempt=attempt, **fields)
