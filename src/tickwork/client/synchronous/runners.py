"""The verbs on registered programs, by a server."""

from collections.abc import Sequence
from types import NoneType

from tickwork.client.shapes import RunnerPut
from tickwork.client.synchronous.http import Connection, path
from tickwork.errors import NotFound
from tickwork.operations.runners import Runner


class Runners:
    """`type`: of the jobs that the program runs."""

    def __init__(self, http: Connection) -> None:
        self._http = http

    def list(self) -> Sequence[Runner]:
        """By type."""
        return self._http.ask("GET", path("runners"), list[Runner])

    def command(self, type: str) -> str:
        """The command line of a type. Raises `NotFound`."""
        for runner in self.list():
            if runner.type == type:
                return runner.command
        raise NotFound(f"there is no runner {type!r}; `tickwork respond {type} 'COMMAND'` registers one")

    def put(self, type: str, command: str) -> Sequence[str]:
        """Register the command line for a type. Returns the ids of the jobs that run it from now on."""
        return (self._http.ask("PUT", path("runners", type), RunnerPut, body={"command": command})).jobs

    def delete(self, type: str) -> None:
        """Forget a type; the jobs that have it keep their command line."""
        self._http.ask("DELETE", path("runners", type), NoneType)
