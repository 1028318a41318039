"""Registered programs: what jobs of a type run."""

import msgspec
from pydantic import Field

from tickwork.operations.runners import Runner
from tickwork.server.bodies import Body
from tickwork.server.call import Caller
from tickwork.server.routing import Routes

routes = Routes("runners")


class RunnerSaid(Body):
    command: str = Field(min_length=1, max_length=10_000, examples=["/usr/local/bin/mailer --json"])


class RunnerPut(msgspec.Struct, frozen=True, kw_only=True):
    """A registered program, and what follows from registering it."""

    type: str
    command: str
    jobs: list[str]
    """The ids of the jobs that run it from now on and ran another one."""


@routes.get("/runners", returns=list[Runner])
async def list_runners(call: Caller) -> list[Runner]:
    """The programs, by type."""
    return await call.ops.runners.all()


@routes.put("/runners/{name}", returns=RunnerPut)
async def put_runner(call: Caller, name: str, body: RunnerSaid) -> RunnerPut:
    """Register the program for a type; the jobs of that type, in all projects, run it from now on."""
    changed = await call.ops.runners.put(name, body.command)
    return RunnerPut(type=name, command=body.command, jobs=[job.id for job in changed])


@routes.delete("/runners/{name}")
async def delete_runner(call: Caller, name: str) -> None:
    """Forget a type; the jobs that have it keep their program."""
    await call.ops.runners.delete(name)
