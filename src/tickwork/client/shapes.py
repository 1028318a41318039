"""What a server answers that is no view of `operations`: pages, keys as they are made, what became of one of many.

The server has its own; a test holds them against each other, field by field.
"""

from typing import Any, Generic, TypeVar

import msgspec

from tickwork.core.people import PrincipalKind
from tickwork.core.roles import Permission, Role
from tickwork.operations.absent import Absent
from tickwork.operations.ahead import Preview
from tickwork.operations.changes import Change
from tickwork.operations.verify import VerifyReport
from tickwork.operations.views import ChunkView

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; `next` leads to the one behind it."""

    items: list[T]
    next: str | None


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a log; what follows comes `after` the chunk `next`."""

    chunks: list[ChunkView]
    next: int
    more: bool
    """Whether there is more at once; else whatever comes later."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one of many."""

    id: str
    done: bool
    run: str | None = None
    """The run that this queued."""
    problem: str | None = None
    """Why it was not done."""


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    gone: bool


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Signs its user in, once."""

    token: str
    path: str


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    sealed: int
    """So many secrets are sealed by the current key now."""


class RunnerPut(msgspec.Struct, frozen=True, kw_only=True):
    """A registered program, and what follows from registering it."""

    type: str
    command: str
    jobs: list[str]
    """The ids of the jobs that run it from now on and ran another one."""


class VerifyPage(VerifyReport, frozen=True, kw_only=True):
    """What was looked at in some jobs; those behind `next` are yet to be asked for."""

    next: str | None


class BoardPlan(msgspec.Struct, frozen=True, kw_only=True):
    changes: list[Preview]
    absent: list[Absent] = []


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    changes: list[Change]
    absent: list[Absent] = []


class AboutView(msgspec.Struct, frozen=True, kw_only=True):
    """Which server this is."""

    version: str
    store: str
    """What kind of store it stands on: sqlite, postgresql, redis."""
    now: str


class MeView(msgspec.Struct, frozen=True, kw_only=True):
    """Who the server takes the client for, and what they may."""

    kind: PrincipalKind
    name: str
    display: str
    superuser: bool
    password: bool
    roles: dict[str, Role]
    """By project; `*`: in all of them."""
    scopes: list[Permission] | None
    """Of a key; None: everything that the roles allow."""
    project: str | None
    """Of a key: the only one that it is good in."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str = ""
    status: int = 0
    detail: str = ""
    errors: list[dict[str, Any]] = []
