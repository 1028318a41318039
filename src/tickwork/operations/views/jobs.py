"""Jobs, their schedules, the tasks that they are made from."""

from typing import Any

import msgspec

from tickwork.operations.absent import Absent
from tickwork.operations.overrides import Edit
from tickwork.operations.views.ledger import GapView
from tickwork.operations.views.runs import RunView
from tickwork.operations.views.view import View


class ScheduleView(View, frozen=True, kw_only=True):
    id: str
    key: str
    words: str
    zone: str
    next: str | None
    dst: str | None
    """When the zone's offset changes next, and what happens to this schedule then."""
    over: str | None = None
    """Why it is never due again, where it is not."""


class JobView(View, frozen=True, kw_only=True):
    id: str
    name: str
    project: str
    state: str
    """running, queued, waiting, paused, disabled, or idle."""
    enabled: bool
    paused: str | None
    """The sentence why it is off."""
    schedules: list[str]
    """In words."""
    next: str | None
    last: RunView | None
    owner: str
    """The board that made it; "" for a person."""
    revision: int
    after: list[str] = msgspec.field(default_factory=list)
    """Ids of the jobs whose end sets it off."""
    tags: list[str] = msgspec.field(default_factory=list)


class KeptView(View, frozen=True, kw_only=True):
    """One thing that is said about how long the ended runs of a job are kept."""

    what: str
    """A state: how long those are kept that ended so; `at_least`, `at_most`: how many of the newest."""
    value: str
    origin: str
    """Who says it: the job, its project, or the instance."""


class CheckinView(View, frozen=True, kw_only=True):
    """That a job has a check-in URL; the URL itself nobody can look up."""

    job: str
    since: str
    """When it was made."""
    by: str


class JobDetailView(View, frozen=True, kw_only=True):
    job: JobView
    description: str
    definition: Any
    schedules: list[ScheduleView]
    runs: list[RunView]
    gaps: list[GapView]
    edits: list[Edit] = msgspec.field(default_factory=list)
    """What people changed about a board's job."""
    kept: list[KeptView] = msgspec.field(default_factory=list)
    """How long its ended runs are kept, and who says so."""
    checkin: CheckinView | None = None
    """Of what runs elsewhere: its check-in URL, if it has one."""
    absent: list[Absent] = msgspec.field(default_factory=list)
    """What it waits for, and what does not exist."""


class RevisionView(View, frozen=True, kw_only=True):
    """A definition as it was from some moment on."""

    revision: int
    changed: str
    by: str
    owner: str
    definition: Any
    """In the words of a board; None: it was deleted."""


class TaskView(View, frozen=True, kw_only=True):
    """A task of the catalogue."""

    name: str
    project: str
    description: str
    definition: dict[str, Any]
    """What a job made from it begins as; a template has {{ script }} where the job's own script goes."""


class NextView(View, frozen=True, kw_only=True):
    job: str
    slot: str
    local: str
    """The slot on the schedule's own clock, with its offset."""
    schedule: str
