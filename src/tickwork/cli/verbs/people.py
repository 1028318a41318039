"""On people, their keys, projects, secrets, and the audit."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Protocol

from tickwork.core.clock import Instant
from tickwork.core.people import KeyKind
from tickwork.core.roles import Permission, Role
from tickwork.operations.audit import AuditDetail, AuditView
from tickwork.operations.people.views import EnrolmentView, KeyView, MadeKey, UserGroupView, UserView
from tickwork.operations.projects import ProjectDetail, ProjectView
from tickwork.operations.secrets import SecretView


class UserVerbs(Protocol):
    async def list(self) -> Sequence[UserView]: ...
    async def show(self, name: str) -> UserView: ...
    async def create(
        self, name: str, *, display: str = "", email: str = "", password: str | None = None, superuser: bool = False
    ) -> UserView: ...
    async def set(
        self,
        name: str,
        *,
        display: str | None = None,
        email: str | None = None,
        active: bool | None = None,
        superuser: bool | None = None,
    ) -> UserView: ...
    async def set_password(self, name: str, password: str | None) -> None: ...
    async def sign_out(self, name: str) -> None: ...
    async def delete(self, name: str) -> None: ...


class GroupVerbs(Protocol):
    async def list(self) -> Sequence[UserGroupView]: ...
    async def create(
        self, name: str, *, members: Sequence[str] = (), roles: Mapping[str, Role] | None = None
    ) -> UserGroupView: ...
    async def set(
        self,
        name: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        roles: Mapping[str, Role | None] | None = None,
    ) -> UserGroupView: ...
    async def delete(self, name: str) -> None: ...


class KeyVerbs(Protocol):
    async def list(self, *, owner: str | None = None) -> Sequence[KeyView]: ...
    async def create(
        self,
        name: str,
        *,
        kind: KeyKind = KeyKind.API,
        owner: str = "",
        project: str | None = None,
        scopes: Sequence[Permission] = (),
        pools: Sequence[str] = (),
        lasts: float | None = None,
    ) -> MadeKey: ...
    async def revoke(self, key: str) -> KeyView: ...
    async def rotate(self, key: str) -> MadeKey: ...
    async def enrol(self, *, pools: Sequence[str] = (), lasts: float | None = None) -> EnrolmentView: ...


class ProjectVerbs(Protocol):
    async def list(self) -> Sequence[ProjectView]: ...
    async def show(self, name: str) -> ProjectDetail: ...
    async def put(self, name: str, *, description: str = "") -> ProjectView: ...
    async def keep(self, name: str, keep: str) -> None: ...
    async def delete(self, name: str) -> None: ...


class SecretVerbs(Protocol):
    async def list(self, *, project: str | None = None) -> Sequence[SecretView]: ...
    async def set(self, project: str, name: str, value: str) -> None: ...
    async def delete(self, project: str, name: str) -> None: ...
    async def rotate(self, *, forget: bool = False) -> int: ...


class AuditVerbs(Protocol):
    def list(
        self,
        *,
        kind: str | None = None,
        id: str | None = None,
        by: str | None = None,
        verb: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[AuditView]: ...
    async def show(self, seq: int) -> AuditDetail: ...
