"""The socket's door: who is let in, and what they may see while it is open."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from tickwork.core.model import Run
from tickwork.core.people import Principal, PrincipalKind, is_run, may, may_somewhere
from tickwork.core.roles import Permission
from tickwork.errors import StoreUnavailable, TickworkError
from tickwork.server.authentication import authenticate
from tickwork.server.backend import Backend
from tickwork.server.guard import authorize
from tickwork.server.live.socket import Viewer, serve
from tickwork.server.permissions import rule_of
from tickwork.server.problems import answer, kind_of, status_of
from tickwork.store.protocol import Kind

OPERATION: Final = "open_live"


class Onlooker(Viewer):
    """Who watches. What they may is asked anew now and then, and holds for what is told until then."""

    def __init__(self, connection: HTTPConnection, *, who: Principal, backend: Backend) -> None:
        self._connection = connection
        self._who = who
        self._backend = backend

    def run(self, run: Run) -> bool:
        return may(self._who, Permission.READ, run.project) or is_run(self._who, run.id)

    def definition(self, kind: Kind, project: str) -> bool:
        if project:
            return may(self._who, Permission.READ, project)
        return kind in _SHARED and self.workers()

    def workers(self) -> bool:
        return may_somewhere(self._who, Permission.READ)

    async def still_valid(self) -> bool:
        """Also takes over roles that were given or taken meanwhile."""
        try:
            self._who = await authenticate(self._connection, self._backend)
        except StoreUnavailable:
            raise  # nobody can say; the socket stays as it is
        except TickworkError:
            return False
        return self._who.kind is not PrincipalKind.ANONYMOUS


_SHARED: Final = frozenset({Kind.POOL, Kind.CALENDAR, Kind.SWITCH})
"""Kinds of no project that everybody sees who sees any project."""


async def open_live(socket: WebSocket) -> None:
    """Let the caller in, or answer as any other route would."""
    try:
        call = await authorize(socket, rule_of(OPERATION))
    except TickworkError as error:
        await socket.send_denial_response(answer(status_of(error), str(error), kind=kind_of(error)))
        return
    await serve(socket, hub=call.backend.hub, viewer=Onlooker(socket, who=call.who, backend=call.backend))


route: Final = WebSocketRoute("/api/v1/live", open_live, name=OPERATION)
