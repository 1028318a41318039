"""Users, groups and keys."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from pydantic import Field
from starlette.responses import Response

from tickwork.core.clock import SECOND, Duration
from tickwork.core.people import KeyKind, PrincipalKind, may
from tickwork.core.roles import Permission, Role
from tickwork.errors import NotAllowed, NotFound
from tickwork.operations.people.links import TTL
from tickwork.operations.people.views import KeyView, MadeKey, UserGroupView, UserView
from tickwork.server.bodies import LONGEST, Body, Name
from tickwork.server.call import Call, Caller, refusal
from tickwork.server.document.headers import LOCATION
from tickwork.server.routing import Routes, json_response

routes = Routes("people")
_LONGEST_LINK = 30 * 24 * 3600
_Text = Annotated[str, Field(max_length=200)]
_Lasts = Annotated[
    float | None, Field(gt=0, le=LONGEST, description="Seconds until it is good for nothing; null: for ever.")
]


class NewUser(Body):
    name: Name
    display: _Text = ""
    email: _Text = ""
    password: Annotated[str | None, Field(max_length=1024)] = None
    superuser: bool = False


class UserChange(Body):
    display: _Text | None = None
    email: _Text | None = None
    active: bool | None = None
    superuser: bool | None = None
    password: Annotated[str | None, Field(max_length=1024)] = None


class GroupSaid(Body):
    members: list[Name] = Field(default=[], max_length=10_000)
    roles: dict[str, Annotated[Role, Field(strict=False)]] = Field(default={}, examples=[{"etl": "operator"}])


class NewKey(Body):
    """A key with the rights of whoever makes it, within its scopes."""

    name: Name
    scopes: list[Annotated[Permission, Field(strict=False)]] = Field(min_length=1, examples=[["read", "operate"]])
    project: Name | None = None
    lasts: _Lasts = None


class LinkWanted(Body):
    lasts: Annotated[float, Field(gt=0, le=_LONGEST_LINK, description="Seconds.")] = TTL / SECOND


class NewWorkerKey(Body):
    name: Name
    pools: list[Name] = Field(min_length=1, max_length=1000)
    lasts: _Lasts = None


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Signs its user in, once."""

    token: str
    path: str


@routes.get("/users", returns=list[UserView])
async def list_users(call: Caller) -> list[UserView]:
    """Everybody who can sign in, by name."""
    return await call.ops.people.users.list()


@routes.post("/users", returns=UserView, status=HTTPStatus.CREATED, headers=(LOCATION,))
async def create_user(call: Caller, body: NewUser) -> Response:
    """Without a password they sign in by a link."""
    user = await call.ops.people.users.create(
        body.name, display=body.display, email=body.email, password=body.password, superuser=body.superuser
    )
    return json_response(user, HTTPStatus.CREATED, location=f"users/{user.name}")


@routes.get("/users/{name}", returns=UserView)
async def get_user(call: Caller, name: str) -> UserView:
    """One user."""
    return await call.ops.people.users.show(name)


@routes.patch("/users/{name}", returns=UserView)
async def change_user(call: Caller, name: str, body: UserChange) -> UserView:
    """Change what is given. Another password, and being switched off or on, ends their sessions."""
    if body.password is not None:
        await call.ops.people.users.set_password(name, body.password)
    return await call.ops.people.users.set(
        name, display=body.display, email=body.email, active=body.active, superuser=body.superuser
    )


@routes.delete("/users/{name}")
async def delete_user(call: Caller, name: str) -> None:
    """Their keys end, and they leave their groups."""
    await call.ops.people.users.delete(name)


@routes.post("/users/{name}/link", returns=Link)
async def make_sign_in_link(call: Caller, name: str, body: LinkWanted | None = None) -> Link:
    """A link that signs them in, once, within a quarter of an hour or as long as is asked for."""
    ttl = Duration(round((body or LinkWanted()).lasts * SECOND))
    token = await call.ops.people.links.make(name, ttl=ttl)
    return Link(token=token, path=f"/ui/#sign-in={token}")


@routes.delete("/users/{name}/password")
async def remove_user_password(call: Caller, name: str) -> None:
    """They sign in by a link from now on. Ends all of their sessions."""
    await call.ops.people.users.set_password(name, None)


@routes.delete("/users/{name}/sessions")
async def end_user_sessions(call: Caller, name: str) -> None:
    """Sign them out everywhere, their open sockets included."""
    await call.ops.people.users.sign_out(name)


@routes.post("/users/{name}/keys", returns=MadeKey, status=HTTPStatus.CREATED)
async def create_user_key(call: Caller, name: str, body: NewKey) -> MadeKey:
    """A key with the rights of this user, within its scopes."""
    key, secret = await call.ops.people.keys.create(
        body.name, owner=name, scopes=body.scopes, project=body.project, lasts=_length(body.lasts)
    )
    return MadeKey(key=key, secret=secret)


@routes.get("/groups", returns=list[UserGroupView])
async def list_groups(call: Caller) -> list[UserGroupView]:
    """All groups, by name."""
    return await call.ops.people.groups.list()


@routes.get("/groups/{name}", returns=UserGroupView)
async def get_group(call: Caller, name: str) -> UserGroupView:
    """One group: its members, and what they are in projects by belonging to it."""
    return await call.ops.people.groups.show(name)


@routes.put("/groups/{name}", returns=UserGroupView)
async def put_group(call: Caller, name: str, body: GroupSaid) -> UserGroupView:
    """Make the group, or give it these members and roles."""
    groups = call.ops.people.groups
    try:
        old = await groups.show(name)
    except NotFound:
        return await groups.create(name, members=body.members, roles=body.roles)
    gone = set(old.members) - set(body.members)
    return await groups.set(name, add=body.members, remove=gone, roles={**dict.fromkeys(old.roles), **body.roles})


@routes.delete("/groups/{name}")
async def delete_group(call: Caller, name: str) -> None:
    """Its members lose what they were by it."""
    await call.ops.people.groups.delete(name)


@routes.get("/keys", returns=list[KeyView])
async def list_keys(call: Caller) -> list[KeyView]:
    """One's own keys; a superuser sees all of them."""
    everybodys = may(call.who, Permission.INSTANCE, None)
    return await call.ops.people.keys.list(owner=None if everybodys else call.who.user)


@routes.post("/keys", returns=MadeKey, status=HTTPStatus.CREATED)
async def create_key(call: Caller, body: NewKey) -> MadeKey:
    """A key for a program of one's own. A key does not make other keys."""
    key, secret = await call.ops.people.keys.create(
        body.name, owner=call.who.user, scopes=body.scopes, project=body.project, lasts=_length(body.lasts)
    )
    return MadeKey(key=key, secret=secret)


@routes.post("/keys/workers", returns=MadeKey, status=HTTPStatus.CREATED)
async def create_worker_key(call: Caller, body: NewWorkerKey) -> MadeKey:
    """A key for a worker of these pools."""
    key, secret = await call.ops.people.keys.create(
        body.name, kind=KeyKind.WORKER, pools=body.pools, lasts=_length(body.lasts)
    )
    return MadeKey(key=key, secret=secret)


@routes.post("/keys/{name}/rotate", returns=MadeKey)
async def rotate_key(call: Caller, name: str) -> MadeKey:
    """Another secret; the old one is good for nothing from now on."""
    await _own_key(call, name)
    key, secret = await call.ops.people.keys.rotate(name)
    return MadeKey(key=key, secret=secret)


@routes.delete("/keys/{name}", returns=KeyView)
async def revoke_key(call: Caller, name: str) -> KeyView:
    """It is good for nothing from now on, for ever."""
    await _own_key(call, name)
    return await call.ops.people.keys.revoke(name)


async def _own_key(call: Call, id: str) -> None:
    """Others' keys are a superuser's business, and nobody else knows that they are there."""
    if may(call.who, Permission.INSTANCE, None):
        return
    key = await call.ops.people.keys.show(id)
    if key.owner != call.who.user or not key.owner:
        raise NotFound(f"there is no key {id!r}")
    if call.who.kind is not PrincipalKind.USER:
        raise NotAllowed(refusal(Permission.INSTANCE, None))


def _length(seconds: float | None) -> Duration | None:
    return None if seconds is None else Duration(round(seconds * SECOND))
