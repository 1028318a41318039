"""What clients say: `{"subscribe": [{"to": "run", "id": …}, …]}` and `{"unsubscribe": […]}`."""

from enum import StrEnum
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from tickwork.core.codec import from_json
from tickwork.core.model import Run
from tickwork.errors import InvalidDefinition
from tickwork.store.protocol import Kind


class Subject(StrEnum):
    """What one can be told about."""

    RUNS = "runs"
    """All runs that one may see."""
    PROJECT = "project"
    """The runs of a project …"""
    JOB = "job"
    """… of a job …"""
    RUN = "run"
    """… or one run."""
    LOG = "log"
    """The log of a run, from behind `after` of `attempt` on."""
    PROGRESS = "progress"
    """The progress of a run."""
    WORKERS = "workers"
    DEFINITIONS = "definitions"
    """That definitions have changed, without what they are now."""


MOST = 200
"""Subscriptions in one message."""
OF_ALL = frozenset({Subject.RUNS, Subject.WORKERS, Subject.DEFINITIONS})
"""Those that take no id."""
OF_A_RUN = frozenset({Subject.RUN, Subject.LOG, Subject.PROGRESS})

_LARGEST = 2**31 - 1
_Id = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x1f]*$")]

Topic = tuple[Subject, str]
"""What a subscription is about; of each a client has one at most."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    to: Subject
    id: _Id = ""
    attempt: Annotated[int, Meta(ge=1, le=_LARGEST)] | None = None
    """Of a log: the attempt to begin with; default: the one that is under way."""
    after: Annotated[int, Meta(ge=-1, le=_LARGEST)] = -1
    """Of a log: the `seq` behind which to begin."""

    @property
    def topic(self) -> Topic:
        return self.to, self.id


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message of a client's."""

    subscribe: tuple[Subscription, ...] = ()
    unsubscribe: tuple[Subscription, ...] = ()


def parsed(text: str | bytes) -> Request:
    """Raises `InvalidDefinition` for what is no request."""
    try:
        request = from_json(text, Request)
    except msgspec.DecodeError as error:
        raise InvalidDefinition(f'not understood: {error}; say {{"subscribe": [{{"to": "runs"}}]}}') from None
    if len(request.subscribe) + len(request.unsubscribe) > MOST:
        raise InvalidDefinition(f"not understood: one message names at most {MOST} subscriptions")
    for one in request.subscribe:
        if (one.to in OF_ALL) != (not one.id):
            wrong = "takes no id" if one.id else "needs an id"
            raise InvalidDefinition(f"not understood: a subscription to {one.to} {wrong}")
    return request


class Sight(Protocol):
    """What a client may see at this moment. Asked anew for every message: rights may change while it is open."""

    def run(self, run: Run) -> bool:
        """Whether it may see the run, its log and its progress."""
        ...

    def definition(self, kind: Kind, project: str) -> bool:
        """Whether it may know that a definition of the project ("": of none) has changed."""
        ...

    def workers(self) -> bool: ...
