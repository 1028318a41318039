"""A claim in this worker's hands, from being given to its end."""

from typing import TYPE_CHECKING

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.model import Call, Fence, Job, Mode, task_of
from tickwork.store.protocol import Claim
from tickwork.worker.executor import Prepared
from tickwork.worker.paces import LOOKAHEAD
from tickwork.worker.processes import CallSpec, SpawnSpec, Stop, Supervised, Terms

if TYPE_CHECKING:
    from tickwork.worker.warm_child import WarmChild

SLOTS = {Mode.PROCESS: 1, Mode.THREAD: 16, Mode.ASYNC: 256}
"""Calls that a child of each mode makes at a time. However many they are, they take one seat."""


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What calls must have in common to be made in the same child."""

    path: str | None
    """The folder of code."""
    mode: Mode = Mode.PROCESS
    cwd: str | None = None
    """Of a child that makes several calls at a time: they all work there."""
    company: int | None = None
    """At most so many calls at a time; None: as many as its mode allows."""
    terms: Terms

    @property
    def slots(self) -> int:
        """Calls that a child there makes at a time."""
        return self.company or SLOTS[self.mode]

    @property
    def shared(self) -> bool:
        """A child of its mode makes several at a time, if its company does not forbid it."""
        return SLOTS[self.mode] > 1


class Work:
    """What is known of one run here. The floor and the children write it; nobody else does."""

    __slots__ = (
        *("attempt", "began", "child", "claim", "company", "expected", "fence", "forgotten", "grace"),
        *("job", "launched", "once", "short", "spec", "start_kept", "stop", "supervised", "terms"),
    )

    def __init__(self, *, claim: Claim, prepared: Prepared, expected: float) -> None:
        self.claim = claim
        self.fence: Fence = claim.fence
        self.job: Job = prepared.job
        self.spec: SpawnSpec | CallSpec = prepared.spec
        self.terms = prepared.terms
        self.attempt = claim.run.attempt + 1
        self.expected = expected
        """Seconds that it will take, as far as earlier ones tell."""
        self.once = claim.run.once
        self.short = expected <= LOOKAHEAD and not self.once
        """A call that others may queue behind, and that may queue behind others."""
        self.start_kept: Instant | None = None
        """When the ledger was told of its start, if that came before the launch."""
        self.began: Instant | None = None
        self.launched = False
        """It was handed to the processes: from now on it ends by what they say."""
        self.stop: Stop | None = None
        """It was asked to end."""
        self.grace: float | None = None
        self.forgotten = False
        """Its claim is lost: nothing is reported any more, but it keeps its seat until it is over."""
        self.supervised: Supervised | None = None
        self.child: WarmChild | None = None
        self.company: int | None = None
        """Of one that may have crashed a child: how many calls may share the next one, itself included."""

    @property
    def home(self) -> Home:
        """What its child must have."""
        task = task_of(self.job, self.claim.run.origin)
        if not isinstance(task, Call):  # a request over HTTP, which is a call of ours
            return Home(path=None, terms=self.terms)
        cwd = None if task.mode is Mode.PROCESS else self.job.cwd
        return Home(path=task.path, mode=task.mode, cwd=cwd, company=self.company, terms=self.terms)

    @property
    def started(self) -> Instant | None:
        return self.began if self.began is not None else self.start_kept

    def ask_to_end(self, why: Stop, *, grace: float | None = None) -> None:
        """Stop it, and nothing else, now or as soon as it begins."""
        self.stop, self.grace = why, grace
        self.repeat_stop()

    def repeat_stop(self) -> None:
        """Pass on a stop that was asked for before there was a handle for it."""
        if self.stop is None:
            return
        if self.supervised is not None:
            self.supervised.stop(self.stop, grace=self.grace)
        elif self.child is not None and self.child.handle is not None:
            self.child.handle.stop(self.stop, grace=self.grace, run=self.claim.run.id)
