"""The verbs on people, by a server: oneself, users, groups, keys."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tickwork.client.shapes import MeView
from tickwork.client.synchronous.http import Connection, path
from tickwork.core.model import DEFAULT_POOL
from tickwork.core.people import KeyKind
from tickwork.core.roles import Permission, Role
from tickwork.errors import Conflict, NotFound
from tickwork.operations.people.views import EnrolmentView, KeyView, MadeKey, UserGroupView, UserView


class Users:
    def __init__(self, http: Connection) -> None:
        self._http = http

    def list(self) -> Sequence[UserView]:
        """By name."""
        return self._http.ask("GET", path("users"), list[UserView])

    def show(self, name: str) -> UserView:
        return self._http.ask("GET", path("users", name), UserView)

    def create(
        self, name: str, *, display: str = "", email: str = "", password: str | None = None, superuser: bool = False
    ) -> UserView:
        """Without a password they sign in by a link. Raises `InvalidDefinition`, `Conflict`."""
        body = {"name": name, "display": display, "email": email, "password": password, "superuser": superuser}
        return self._http.ask("POST", path("users"), UserView, body=body)

    def set(
        self,
        name: str,
        *,
        display: str | None = None,
        email: str | None = None,
        active: bool | None = None,
        superuser: bool | None = None,
    ) -> UserView:
        """Change what is given. Being switched off ends their sessions."""
        body = {"display": display, "email": email, "active": active, "superuser": superuser}
        return self._http.ask("PATCH", path("users", name), UserView, body=body)

    def set_password(self, name: str, password: str | None) -> None:
        """None: they sign in by a link only. Ends all of their sessions."""
        if password is None:
            self._http.ask("DELETE", path("users", name, "password"), type(None))
        else:
            self._http.ask("PATCH", path("users", name), UserView, body={"password": password})

    def sign_out(self, name: str) -> None:
        """End all of their sessions."""
        self._http.ask("DELETE", path("users", name, "sessions"), type(None))

    def delete(self, name: str) -> None:
        """Their keys end, and they leave their groups."""
        self._http.ask("DELETE", path("users", name), type(None))


class Groups:
    def __init__(self, http: Connection) -> None:
        self._http = http

    def list(self) -> Sequence[UserGroupView]:
        """By name."""
        return self._http.ask("GET", path("groups"), list[UserGroupView])

    def show(self, name: str) -> UserGroupView:
        return self._http.ask("GET", path("groups", name), UserGroupView)

    def create(
        self, name: str, *, members: Sequence[str] = (), roles: Mapping[str, Role] | None = None
    ) -> UserGroupView:
        """Raises `Conflict` if there is one of that name."""
        try:
            self.show(name)
        except NotFound:
            return self.put(name, members=members, roles=roles or {})
        raise Conflict(f"there is a group {name!r} already; `tickwork group set {name}` changes it")

    def put(self, name: str, *, members: Sequence[str], roles: Mapping[str, Role]) -> UserGroupView:
        """Make the group, or give it exactly these members and roles."""
        return self._http.ask("PUT", path("groups", name), UserGroupView, body={"members": members, "roles": roles})

    def set(
        self,
        name: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        roles: Mapping[str, Role | None] | None = None,
    ) -> UserGroupView:
        """Change who belongs to it, and its roles (None takes one away)."""
        old = self.show(name)
        gone = set(remove)
        members = [member for member in dict.fromkeys([*old.members, *add]) if member not in gone]
        said = {**old.roles, **(roles or {})}
        return self.put(
            name, members=members, roles={project: role for project, role in said.items() if role is not None}
        )

    def delete(self, name: str) -> None:
        """Its members lose what they were by it."""
        self._http.ask("DELETE", path("groups", name), type(None))


class Keys:
    def __init__(self, http: Connection) -> None:
        self._http = http

    def list(self, *, owner: str | None = None) -> Sequence[KeyView]:
        """One's own, a superuser's: all, or those of `owner`; revoked and expired ones too."""
        keys = self._http.ask("GET", path("keys"), list[KeyView])
        return [key for key in keys if owner is None or key.owner == owner]

    def create(
        self,
        name: str,
        *,
        kind: KeyKind = KeyKind.API,
        owner: str = "",
        project: str | None = None,
        scopes: Sequence[Permission] = (),
        pools: Sequence[str] = (),
        lasts: float | None = None,
    ) -> MadeKey:
        """A worker's key for `pools`, or one of `owner` (by default one's own) within `scopes`; good for `lasts`
        seconds (None: for ever). Raises `NotAllowed` where who asks shows a key, unless it is a superuser's."""
        if kind is KeyKind.WORKER:
            body = {"name": name, "pools": pools, "lasts": lasts}
            return self._http.ask("POST", path("keys", "workers"), MadeKey, body=body)
        me = self._http.ask("GET", path("me"), MeView)
        body = {"name": name, "scopes": scopes, "project": project, "lasts": lasts}
        own = owner in {"", me.name} and not me.superuser
        place = path("keys") if own else path("users", owner or me.name, "keys")
        return self._http.ask("POST", place, MadeKey, body=body)

    def enrol(self, *, pools: Sequence[str] = (), lasts: float | None = None) -> EnrolmentView:
        """A token with which one worker of these pools (none: the default one) gets a key of its own, once; good for
        `lasts` seconds (None: an hour)."""
        body: dict[str, Any] = {"pools": pools or [DEFAULT_POOL]}
        if lasts is not None:
            body["lasts"] = lasts
        return self._http.ask("POST", path("enrolments"), EnrolmentView, body=body)

    def revoke(self, key: str) -> KeyView:
        """It is good for nothing from now on, for ever. `key`: its id."""
        return self._http.ask("DELETE", path("keys", key), KeyView)

    def rotate(self, key: str) -> MadeKey:
        """Another secret; the old one is good for nothing from now on."""
        return self._http.ask("POST", path("keys", key, "rotate"), MadeKey)
