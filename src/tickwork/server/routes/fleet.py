"""Pools, workers, and the switches of every level."""

from typing import Annotated

from pydantic import Field

from tickwork.core.model import Pool, Scope
from tickwork.core.people import may
from tickwork.core.roles import EVERY, Permission
from tickwork.operations.switches import Resumed
from tickwork.operations.views import PoolView, SwitchView, WorkerView
from tickwork.server.bodies import LONGEST, WHOLE, Body, Name, TurnOff, TurnOn, Why
from tickwork.server.call import Call, Caller
from tickwork.server.routing import Routes
from tickwork.store.protocol import Kind

routes = Routes("fleet")


class PoolSaid(Body):
    description: str = Field(default="", max_length=2000)
    lease: Annotated[float | None, Field(ge=1, le=LONGEST, description="Seconds; null: as each worker is set.")] = None
    max_running: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = Field(
        default=None, description="Runs at a time, over all its workers."
    )
    job_timeout: Annotated[float | None, Field(gt=0, le=LONGEST, description="Seconds, for jobs that have none.")] = (
        None
    )
    projects: list[Name] = Field(default=[], description="Whose jobs may use it; empty: all.")


@routes.get("/pools", returns=list[PoolView])
async def list_pools(call: Caller) -> list[PoolView]:
    """All pools: described, named by jobs, or served by workers."""
    return await call.ops.pools.all()


@routes.get("/pools/{name}", returns=PoolView)
async def get_pool(call: Caller, name: str) -> PoolView:
    """One pool, and how it is now."""
    return await call.ops.pools.show(name)


@routes.put("/pools/{name}", returns=PoolView)
async def put_pool(call: Caller, name: str, body: PoolSaid) -> PoolView:
    """Describe a pool. Its limit holds from now on."""
    await call.ops.pools.put(
        Pool(
            name=name,
            description=body.description,
            lease=body.lease,
            max_running=body.max_running,
            job_timeout=body.job_timeout,
            projects=tuple(body.projects),
        )
    )
    return await call.ops.pools.show(name)


@routes.delete("/pools/{name}")
async def delete_pool(call: Caller, name: str) -> None:
    """Forget a description. 409 while something uses the pool."""
    await call.ops.pools.delete(name)


@routes.get("/workers", returns=list[WorkerView])
async def list_workers(call: Caller) -> list[WorkerView]:
    """Workers that have not ended, the oldest first."""
    return await call.ops.reads.workers()


@routes.post("/workers/{name}/drain", returns=None)
async def drain_worker(call: Caller, name: str, body: Why | None = None) -> None:
    """It takes nothing new; what runs on it goes on."""
    await call.ops.switches.pause(Scope.WORKER, name, why=(body or Why()).why)


@routes.post("/workers/{name}/undrain", returns=None)
async def undrain_worker(call: Caller, name: str) -> None:
    """It takes runs again."""
    await call.ops.switches.resume(Scope.WORKER, name)


@routes.get("/switches", returns=list[SwitchView])
async def list_switches(call: Caller) -> list[SwitchView]:
    """What is off, as far as the caller sees it: by whom, why, until when."""
    views = await call.ops.reads.switches()
    return [view for view in views if not view.project or call.sees(view.project)]


@routes.post("/switches/off", returns=None)
async def turn_off(call: Caller, body: TurnOff) -> None:
    """Turn off a project, a pool, a task, a job, a worker or everything: nothing new is queued, or claimed."""
    await _need(call, body.scope, body.target)
    await call.ops.switches.pause(body.scope, body.target, why=body.why, until=body.until)


@routes.post("/switches/on", returns=Resumed)
async def turn_on(call: Caller, body: TurnOn) -> Resumed:
    """On again, and make up for what was skipped meanwhile as asked."""
    await _need(call, body.scope, body.target)
    return await call.ops.switches.resume(body.scope, body.target, choice=body.choice, pick=body.pick)


async def _need(call: Call, scope: Scope, target: str) -> None:
    """A job's and a project's switch is its project's; the others are shared by all."""
    match scope:
        case Scope.JOB:
            document = await call.ops.store.get(Kind.JOB, target)
            project = "" if document is None else document.project
            call.need(Permission.OPERATE, project, what=f"job {target!r}")
        case Scope.PROJECT:
            call.need(Permission.OPERATE, target)
        case _:
            if not may(call.who, Permission.OPERATE, EVERY):
                call.need(Permission.OPERATE, EVERY)
