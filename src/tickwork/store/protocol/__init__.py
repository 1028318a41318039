"""The contract of a store: four small protocols, each verb one atomic transition, in batches.

`tests/conformance` holds every store to the docstrings here. Conventions:

* A verb either happened as a whole or not at all, and is durable when it returns.
* Times come from the caller (`at`), never from the database.
* Verbs that take a fence change nothing for a claim that is gone; they return `ClaimLost` for it and
  carry out the rest of the batch.
* `StoreUnavailable` means: nothing is known to have happened, the same call may be made again. Every
  writing verb is idempotent by key for that reason (ids come from the caller).
* After its commit a verb wakes the listeners of the topics named in its docstring. Wakes are hints.
"""

from collections.abc import Callable
from typing import Protocol

from tickwork.store.protocol.claims import Claim, ClaimLost, Finish, Orders, Queued, Session, Start
from tickwork.store.protocol.definitions import Audited, AuditEntry, Document, Kind, Put, Said
from tickwork.store.protocol.documents import Documents
from tickwork.store.protocol.history import (
    ID_SLACK,
    LOOK,
    LOOK_AT_ENDED,
    Crowd,
    Old,
    Olds,
    Order,
    Outdated,
    RunFilter,
    Tally,
)
from tickwork.store.protocol.ledger import Ledger
from tickwork.store.protocol.moving import (
    EARLY,
    BarRecord,
    Capability,
    Dated,
    Hearing,
    LogRecord,
    Losing,
    Loss,
    Page,
    Part,
    PlainClients,
    PrunedRecord,
    RunRecord,
    Snapshot,
    Transfer,
)
from tickwork.store.protocol.notes import Keep, Note, Notes
from tickwork.store.protocol.runs import Born, CancelOutcome, Event, NewRun, RunDetail, Unblock
from tickwork.store.protocol.streams import (
    LONGEST_ANNOUNCEMENT,
    BarRow,
    Chunk,
    Level,
    LogWrite,
    ProgressWrite,
    Stream,
    Streams,
    Topic,
)
from tickwork.store.protocol.timetable import Due, DueRow, Fire, ScheduleRow, Timetable

__all__ = [
    "EARLY",
    "ID_SLACK",
    "LONGEST_ANNOUNCEMENT",
    "LOOK",
    "LOOK_AT_ENDED",
    "AuditEntry",
    "Audited",
    "BarRecord",
    "BarRow",
    "Born",
    "CancelOutcome",
    "Capability",
    "Chunk",
    "Claim",
    "ClaimLost",
    "Crowd",
    "Dated",
    "Document",
    "Documents",
    "Due",
    "DueRow",
    "Event",
    "Finish",
    "Fire",
    "Hearing",
    "Keep",
    "Kind",
    "Ledger",
    "Level",
    "LogRecord",
    "LogWrite",
    "Losing",
    "Loss",
    "NewRun",
    "Note",
    "Notes",
    "Old",
    "Olds",
    "Order",
    "Orders",
    "Outdated",
    "Page",
    "Part",
    "PlainClients",
    "ProgressWrite",
    "PrunedRecord",
    "Put",
    "Queued",
    "RunDetail",
    "RunFilter",
    "RunRecord",
    "Said",
    "ScheduleRow",
    "Session",
    "Snapshot",
    "Start",
    "Store",
    "Stream",
    "Streams",
    "Tally",
    "Timetable",
    "Topic",
    "Transfer",
    "Unblock",
]


class Store(Documents, Ledger, Streams, Notes, Transfer, Protocol):
    """A whole store."""

    url: str
    capabilities: frozenset[Capability]

    async def open(self) -> None:
        """Connect and migrate. Raises the errors of `StoreError`."""
        ...

    async def close(self) -> None: ...

    async def serve(self) -> Callable[[], None] | None:
        """Take the one seat of a server, where the store has one (SQLite): returns its release, or None if
        another server sits there. Stores for many servers always answer with a release."""
        ...
