"""Registered programs that run jobs of their type: told about the run on stdin, or given the payload by `{payload}`."""

import shlex
from collections.abc import Sequence

import msgspec

from tickwork.core.codec import from_json, to_json
from tickwork.core.model import Command, Job
from tickwork.errors import InvalidDefinition, NotFound
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.paging import every
from tickwork.operations.saving import Saver
from tickwork.store.protocol import Kind, Put

_BUILT_IN = frozenset({"shell", "script", "console", "python"})


class Runner(msgspec.Struct, frozen=True, kw_only=True):
    """A type of jobs and the command line that runs them."""

    type: str
    command: str


class Runners:
    """The verbs on registered programs. A job of a type has the type in `of` and the command line in its task."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._store = context.store
        self._jobs = jobs
        self._saver = Saver(context)

    async def put(self, type: str, command: str) -> list[Job]:
        """Register the command line for a type; its jobs run it from now on. Returns the jobs that changed.

        Raises `InvalidDefinition`.
        """
        _check(type, command)
        jobs = [
            msgspec.structs.replace(job, task=Command(program=command, payload=job.task.payload))
            for job in map(decode_job, await self._jobs.all())
            if job.of == type and isinstance(job.task, Command)
        ]
        document = Put(kind=Kind.RUNNER, id=type, body=to_json(Runner(type=type, command=command)), name=type)
        await self._saver.save(jobs, remove=(), owner=None, also=[document], verb="respond")
        return jobs

    async def all(self) -> list[Runner]:
        """By type."""
        documents = await every(self._store, Kind.RUNNER)
        return [from_json(document.body, Runner) for document in documents if document.body is not None]

    async def delete(self, type: str) -> None:
        """Forget a type; the jobs that have it keep their command line. Raises `NotFound`."""
        await self.command(type)
        forgotten = Put(kind=Kind.RUNNER, id=type, body=None, name=type)
        await self._saver.save((), remove=(), owner=None, also=[forgotten], verb="respond")

    async def command(self, type: str) -> str:
        """The command line of a type. Raises `NotFound`."""
        document = await self._store.get(Kind.RUNNER, type)
        if document is None or document.body is None:
            raise NotFound(f"there is no runner {type!r}; `tickwork respond {type} 'COMMAND'` registers one")
        return from_json(document.body, Runner).command

    async def resolved(self, jobs: Sequence[Job]) -> list[Job]:
        """The jobs, those whose command is the name of a type with its command line."""
        if not any(isinstance(job.task, Command) for job in jobs):
            return list(jobs)
        commands = {runner.type: runner.command for runner in await self.all()}
        return [_resolved(job, commands) for job in jobs]


def _check(type: str, command: str) -> None:
    if type in _BUILT_IN:
        raise InvalidDefinition(f"runner {type!r} is built in; choose another name")
    if not type or not type.isprintable() or any(letter.isspace() for letter in type):
        raise InvalidDefinition(f"runner {type!r}: a type is one word")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InvalidDefinition(f"runner {type}: {command!r} cannot be read as a command line: {error}") from None
    if not words:
        raise InvalidDefinition(f"runner {type}: the command is empty; name the program to run")


def _resolved(job: Job, commands: dict[str, str]) -> Job:
    if not isinstance(job.task, Command) or job.task.program not in commands:
        return job
    task = Command(program=commands[job.task.program], payload=job.task.payload)
    return msgspec.structs.replace(job, task=task, of=job.of or job.task.program)
