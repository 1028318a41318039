"""The verb set: everything that a person or a program can do, once. CLI, boards and later REST are thin over it.

ops.jobs      apply and plan a board, save, delete, find, look ahead
ops.edits     change single fields of a job, also of a board's
ops.switches  pause and resume at every level
ops.replay    run past slots: replay, backfill
ops.runs      run, submit, kill, trim, wait, find, logs, delete
ops.retention which runs stay, how long a project's history is kept
ops.graphs    run a job with what it needs or what needs it; what waits for what
ops.reruns    run again what failed
ops.runners   programs that run jobs of their type
ops.reads     what listings and pages show
ops.today     what runs, what is next, what needs somebody
ops.strip     the day that was and the day to come, planned against actual
ops.ledger    planned against actual
ops.explain   why
ops.verify    whether the ledger is whole
ops.ahead     the load to come, what a board would change about what comes next
ops.pools     what is known of pools, and who may use them
ops.calendars named calendars, which schedules exclude
ops.people    users, groups, keys, sessions; who is at the door
ops.projects  what jobs, secrets and roles belong to
ops.secrets   what jobs are given and nobody reads back
ops.notify    who is told of what, and whether they were
ops.shadow    tell of runs that happen elsewhere
ops.checkins  … by a URL alone
ops.audit     who did what to which object
"""

from typing import Self

from tickwork.config import Settings, patience_of, retention_of
from tickwork.core.clock import Clock
from tickwork.core.ids import Ids
from tickwork.core.lease import PATIENCE, Patience
from tickwork.core.model import Actor
from tickwork.core.retention import Retention
from tickwork.keyring import Keyring
from tickwork.operations.ahead import Ahead
from tickwork.operations.audit import Audit
from tickwork.operations.calendars import CalendarVerbs
from tickwork.operations.checkins import Checkins
from tickwork.operations.context import Context
from tickwork.operations.edits import Edits
from tickwork.operations.explain import Explain
from tickwork.operations.graphs import Graphs
from tickwork.operations.jobs import Jobs
from tickwork.operations.ledger import LedgerReads
from tickwork.operations.notify import Notify
from tickwork.operations.people import People
from tickwork.operations.pools import PoolVerbs
from tickwork.operations.projects import Projects
from tickwork.operations.reads import Reads
from tickwork.operations.replay import Replay
from tickwork.operations.reruns import Reruns
from tickwork.operations.retention import RetentionVerbs
from tickwork.operations.runners import Runners
from tickwork.operations.runs import Runs
from tickwork.operations.secrets import Secrets
from tickwork.operations.shadow import Shadow
from tickwork.operations.strip import Strip
from tickwork.operations.switches import SwitchVerbs
from tickwork.operations.today import Today
from tickwork.operations.verify import Verify
from tickwork.store.protocol import Store


class Operations:
    """All verbs over one store, in the name of one actor."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        ids: Ids,
        actor: Actor,
        keyring: Keyring | None = None,
        patience: Patience = PATIENCE,
        retention: Retention | None = None,
    ) -> None:
        """Without a keyring, tokens and secrets that are made here are good here only. `patience`: with workers;
        `retention`: what the instance says (None: as where nobody has set anything)."""
        context = Context(
            store=store,
            clock=clock,
            ids=ids,
            actor=actor,
            keyring=keyring or Keyring(),
            patience=patience,
            retention=retention or retention_of(Settings()),
        )
        self.store = store
        self.clock = clock
        self.jobs = Jobs(context)
        self.edits = Edits(context)
        self.runs = Runs(context, self.jobs)
        self.retention = RetentionVerbs(context, self.runs)
        self.graphs = Graphs(context, self.jobs, self.runs)
        self.reruns = Reruns(context, self.runs)
        self.runners = Runners(context, self.jobs)
        self.reads = Reads(context, self.jobs)
        self.today = Today(context, self.reads)
        self.ledger = LedgerReads(context)
        self.replay = Replay(context, self.jobs, self.ledger)
        self.switches = SwitchVerbs(context, self.jobs, self.replay)
        self.explain = Explain(context, self.jobs, self.runs, self.ledger)
        self.verify = Verify(context, self.jobs)
        self.ahead = Ahead(context, self.jobs)
        self.strip = Strip(context, self.ahead)
        self.pools = PoolVerbs(context, self.jobs)
        self.calendars = CalendarVerbs(context, self.jobs)
        self.people = People(context)
        self.projects = Projects(context)
        self.audit = Audit(context)
        self.secrets = Secrets(context, self.jobs)
        self.notify = Notify(context)
        self.shadow = Shadow(context, self.jobs)
        self.checkins = Checkins(context, self.jobs, self.shadow)

    @classmethod
    def as_set(
        cls, settings: Settings, *, store: Store, clock: Clock, ids: Ids, actor: Actor, keyring: Keyring
    ) -> Self:
        """With what the settings say of workers and of history."""
        return cls(
            store=store,
            clock=clock,
            ids=ids,
            actor=actor,
            keyring=keyring,
            patience=patience_of(settings),
            retention=retention_of(settings),
        )
