"""What clients say: `{"subscribe": [{"topic": "run", "id": …, "log": true}, …]}` and `{"unsubscribe": […]}`."""

from enum import StrEnum
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from tickwork.core.codec import from_json
from tickwork.core.model import Run
from tickwork.errors import InvalidDefinition
from tickwork.store.protocol import Kind

MOST = 200
"""Subscriptions in one message."""
LARGEST_SEQ = 2**31 - 1
"""Of chunks and attempts: what every store has room for."""
_Id = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]*$")]


class Topic(StrEnum):
    """What clients may ask for."""

    RUNS = "runs"
    """Runs that one may see: all, those of a `project`, or those of a `job`."""
    RUN = "run"
    """One run, with its progress; with `log` also its log."""
    WORKERS = "workers"
    DEFINITIONS = "definitions"
    """That definitions have changed, without what they are now."""


class Subject(StrEnum):
    """What a subscription is about."""

    RUNS = "runs"
    PROJECT = "project"
    JOB = "job"
    RUN = "run"
    LOG = "log"
    """A run with its log."""
    WORKERS = "workers"
    DEFINITIONS = "definitions"


Key = tuple[Subject, str]
"""Of each a client has one subscription at most."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    topic: Topic
    id: _Id | None = None
    project: _Id | None = None
    job: _Id | None = None
    log: bool = False
    attempt: Annotated[int, Meta(ge=1, le=LARGEST_SEQ)] | None = None
    """Of a log: the attempt to begin with; default: the one that is under way."""
    after: Annotated[int, Meta(ge=-1, le=LARGEST_SEQ)] = -1
    """Of a log of which an attempt was named: the `seq` behind which to begin."""

    def __post_init__(self) -> None:
        """`msgspec` makes a `ValidationError` of what is raised here."""
        given = [name for name in ("id", "project", "job") if getattr(self, name) is not None]
        allowed = {Topic.RUN: ("id",), Topic.RUNS: ("project", "job")}.get(self.topic, ())
        if unfit := [name for name in given if name not in allowed]:
            raise ValueError(f"the topic {self.topic} takes no {unfit[0]}")
        if len(given) > 1:
            raise ValueError("name a project or a job, not both")
        if self.topic is Topic.RUN and not given:
            raise ValueError("the topic run needs the id of a run")
        if self.topic is not Topic.RUN and (self.log or self.attempt is not None):
            raise ValueError("only the topic run has a log")

    @property
    def key(self) -> Key:
        if self.topic is Topic.RUN:
            return (Subject.LOG if self.log else Subject.RUN, self.id or "")
        if self.project is not None:
            return Subject.PROJECT, self.project
        if self.job is not None:
            return Subject.JOB, self.job
        return Subject(self.topic), ""


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message of a client's."""

    subscribe: tuple[Subscription, ...] = ()
    unsubscribe: tuple[Subscription, ...] = ()


def parsed(text: str | bytes) -> Request:
    """Raises `InvalidDefinition` for what is no request."""
    try:
        request = from_json(text, Request)
    except msgspec.DecodeError as error:
        raise InvalidDefinition(f'not understood: {error}; say {{"subscribe": [{{"topic": "runs"}}]}}') from None
    if len(request.subscribe) + len(request.unsubscribe) > MOST:
        raise InvalidDefinition(f"not understood: one message names at most {MOST} subscriptions")
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
