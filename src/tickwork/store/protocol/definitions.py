"""Definitions as a store keeps them: documents with revisions, and who changed them."""

from enum import StrEnum

from tickwork.core.clock import Instant
from tickwork.core.model import Actor
from tickwork.store.protocol.record import Record


class Kind(StrEnum):
    """Kinds of definitions. Whatever kinds come later travel through the same verbs."""

    JOB = "job"
    TASK = "task"
    PROJECT = "project"
    POOL = "pool"
    CALENDAR = "calendar"
    SWITCH = "switch"
    BOARD = "board"
    RUNNER = "runner"
    MARK = "mark"
    """What a part of the house notes for itself (the boot it has handled)."""
    LINKS = "links"
    """The jobs that stand on, or come after, the job of this id (operations/wiring.py)."""
    OVERRIDE = "override"
    """What people changed about the board's job of this id (operations/overrides.py)."""
    USER = "user"
    """Bodies of users, groups, keys and secrets hold hashes and sealed values only (core/people.py)."""
    GROUP = "group"
    KEY = "key"
    SECRET = "secret"  # noqa: S105 (a word, no secret)
    """Of a project; its id is `<project>/<name>` (operations/secrets.py)."""
    CHANNEL = "channel"
    """Where notices go (core/channels.py)."""
    CHECKIN = "checkin"
    """A URL by which the job of this name is told of (operations/checkins.py); the body holds the secret's hash."""
    NOTIFY = "notify"
    """Which channels are told of what, at a level; its id is `<scope>:<target>` (operations/notify/rules.py)."""


class Said(StrEnum):
    """Members that few bodies have, and that are looked for: an index leads to the documents that have one."""

    KEEP = "keep"


class Document(Record, frozen=True, kw_only=True):
    """One revision of one definition."""

    kind: Kind
    id: str
    revision: int
    """1, 2, 3 … within (kind, id); a deletion is a revision too, and so is a new beginning after it."""
    body: bytes | None
    """JSON; None: deleted."""
    project: str
    name: str
    owner: str
    """The board that made it, or "" for one made by a person."""
    changed: Instant
    by: Actor


class Put(Record, frozen=True, kw_only=True):
    """A change of one document. `body=None` deletes it (its revisions stay)."""

    kind: Kind
    id: str
    body: bytes | None
    project: str = ""
    name: str = ""
    owner: str = ""
    expect: int | None = None
    """The revision it must have now (0: it must not exist; None: whatever)."""


class Audited(Record, frozen=True, kw_only=True):
    """What was done to which object, where no document says it."""

    verb: str
    kind: str
    id: str
    note: str | None = None


class AuditEntry(Record, frozen=True, kw_only=True):
    """Who did what to which object. Append-only."""

    seq: int
    at: Instant
    by: Actor
    verb: str
    kind: str
    id: str
    revision: int | None
    note: str | None
