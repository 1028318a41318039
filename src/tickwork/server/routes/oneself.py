"""Signing in and out, and what concerns oneself."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from tickwork.core.clock import iso
from tickwork.core.people import Principal, PrincipalKind
from tickwork.core.roles import Permission, Role
from tickwork.errors import NotSignedIn
from tickwork.operations import Operations
from tickwork.operations.people import People
from tickwork.operations.people.sessions import WebSession, id_of
from tickwork.server.authentication import COOKIE, SECURE_COOKIE, address_of, session_of
from tickwork.server.bodies import Body, Name
from tickwork.server.browsers import is_secure
from tickwork.server.call import Call, Caller
from tickwork.server.document.headers import SET_COOKIE
from tickwork.server.routing import Routes, json_response

routes = Routes("oneself")
_LONGEST = 14 * 24 * 3600
Password = Annotated[str, Field(min_length=1, max_length=1024)]


class Credentials(Body):
    name: Name
    password: Password


class LinkUse(Body):
    token: Annotated[str, Field(min_length=1, max_length=200)]


class PasswordChange(Body):
    password: Password
    """The new one."""
    current: Password | None = None
    """The present one, where there is one."""


class MeView(msgspec.Struct, frozen=True, kw_only=True):
    """Who the server takes the caller for, and what they may."""

    kind: PrincipalKind
    name: str
    display: str
    superuser: bool
    password: bool
    """Whether they can sign in by password."""
    roles: dict[str, Role]
    """By project; `*`: in all of them."""
    scopes: list[Permission] | None
    """Of a key; null: everything that the roles allow."""
    project: str | None
    """Of a key: the only one that it is good in."""


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in of the caller."""

    id: str
    here: bool
    """Whether it is the one that asks."""
    opened: str
    seen: str
    """When something was asked in it last, to a minute."""
    expires: str
    """At the latest now known: each request puts it off."""
    address: str
    agent: str
    """The browser, as it called itself."""


@routes.post("/session", returns=MeView, errors=(HTTPStatus.TOO_MANY_REQUESTS,), headers=(SET_COOKIE,))
async def sign_in(call: Caller, request: Request, body: Credentials) -> Response:
    """Sign in by password: the answer sets a session's cookie. Tried too often, it answers 429 for a while."""
    name = await _people(call).sign_in(body.name, body.password, address=address_of(request))
    return await _opened(call, request, name)


@routes.post("/session/link", returns=MeView, headers=(SET_COOKIE,))
async def sign_in_by_link(call: Caller, request: Request, body: LinkUse) -> Response:
    """Sign in by a link that the server or an administrator gave out. It is good once."""
    name = await _people(call).links.use(body.token)
    if name is None:
        raise NotSignedIn("this link was used before, or is over; `tickwork user link NAME` makes another")
    return await _opened(call, request, name)


@routes.delete("/session", headers=(SET_COOKIE,))
async def sign_out(call: Caller, request: Request) -> Response:
    """End this session, its open sockets included."""
    if (token := session_of(request)) is not None:
        await _people(call).sessions.end(token)
    response = Response(status_code=204)
    response.delete_cookie(SECURE_COOKIE if is_secure(request) else COOKIE, path="/")
    return response


@routes.get("/me", returns=MeView)
async def get_me(call: Caller) -> MeView:
    """Who the caller is, and what they may."""
    return await _me(call.ops, call.who)


@routes.put("/me/password", returns=MeView, errors=(HTTPStatus.TOO_MANY_REQUESTS,), headers=(SET_COOKIE,))
async def set_my_password(call: Caller, request: Request, body: PasswordChange) -> Response:
    """Give oneself another password: every session ends, and a new one begins here."""
    user = await call.ops.people.users.show(call.who.user)
    if user.password:
        await _people(call).sign_in(user.name, body.current or "", address=address_of(request))
    await call.ops.people.users.set_password(user.name, body.password)
    return await _opened(call, request, user.name)


@routes.get("/me/sessions", returns=list[SessionView])
async def list_my_sessions(call: Caller, request: Request) -> list[SessionView]:
    """Where the caller is signed in, newest first."""
    token = session_of(request)
    here = None if token is None else id_of(token)
    found = await call.ops.people.sessions.list(call.who.user)
    return [_session_view(one, session, here=one == here) for one, session in found.items()]


@routes.delete("/me/sessions/{id}")
async def end_my_session(call: Caller, id: str) -> None:
    """Sign out there, its open sockets included."""
    await call.ops.people.sessions.end_one(call.who.user, id)


@routes.delete("/me/sessions")
async def end_my_sessions(call: Caller) -> None:
    """Sign out everywhere."""
    await call.ops.people.sessions.end_all(call.who.user)


def _session_view(id: str, session: WebSession, *, here: bool) -> SessionView:
    return SessionView(
        id=id,
        here=here,
        opened=iso(session.opened) or "",
        seen=iso(session.seen) or "",
        expires=iso(session.expires) or "",
        address=session.address,
        agent=session.agent,
    )


def _people(call: Call) -> People:
    """In the server's own name: the caller is nobody yet."""
    return call.backend.system.people


async def _opened(call: Call, request: Request, name: str) -> Response:
    token, _session = await _people(call).sessions.open(
        name,
        address=address_of(request),
        agent=request.headers.get("user-agent", ""),
        instead_of=session_of(request),
    )
    who = await call.backend.principals.of_session(token, where=address_of(request))
    if who is None:
        raise NotSignedIn("the account was changed meanwhile; sign in again")
    secure = is_secure(request)
    response = json_response(await _me(call.ops, who))
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        token,
        max_age=_LONGEST,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def _me(ops: Operations, who: Principal) -> MeView:
    user = await ops.people.users.show(who.user) if who.user else None
    return MeView(
        kind=who.kind,
        name=who.user or who.actor.name,
        display=user.display if user is not None else "",
        superuser=who.superuser,
        password=user is not None and user.password,
        roles=who.roles,
        scopes=None if who.scopes is None else sorted(who.scopes),
        project=who.project,
    )
