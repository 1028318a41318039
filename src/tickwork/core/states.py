"""The one table of states, reasons and transitions.

Code, the stores' constraints (the SQL stores fill their `transition` table from `TRANSITIONS`), the docs
and the tests read this module; nothing restates it. `None` as a source means: born in that state.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a run stands. The last five are terminal."""

    WAITING = "waiting"  # for another run, or for a time that the job itself chose
    QUEUED = "queued"  # a worker may claim it from `ready_at` on
    CLAIMED = "claimed"  # a session holds it, the job has not begun
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a run that did not succeed ended as it did."""

    # failed
    EXIT = "exit"
    SIGNAL = "signal"
    EXCEPTION = "exception"
    TIMEOUT = "timeout"
    LOST = "lost"
    LAUNCH = "launch"
    RESULT = "result"
    RESOURCE = "resource"
    # failed (needs) and skipped (after)
    UPSTREAM = "upstream"
    # skipped
    OVERLAP = "overlap"
    EXCLUDED = "excluded"
    PAUSED = "paused"
    GAP = "gap"
    UP_TO_DATE = "up_to_date"
    BY_JOB = "by_job"
    # missed
    DOWN = "down"
    DEADLINE = "deadline"
    COALESCED = "coalesced"
    CAPPED = "capped"
    NO_WORKER = "no_worker"
    # cancelled
    USER = "user"
    REPLACED = "replaced"
    JOB_DELETED = "job_deleted"
    PARENT = "parent"


class Wait(StrEnum):
    """What a waiting run waits for."""

    OVERLAP = "overlap"  # the job's earlier run
    UPSTREAM = "upstream"  # runs it needs or follows
    DEFERRED = "deferred"  # the job asked to go on later


REASONS: dict[State, frozenset[Reason]] = {
    State.FAILED: frozenset(
        {
            Reason.EXIT,
            Reason.SIGNAL,
            Reason.EXCEPTION,
            Reason.TIMEOUT,
            Reason.LOST,
            Reason.LAUNCH,
            Reason.RESULT,
            Reason.RESOURCE,
            Reason.UPSTREAM,
        }
    ),
    State.SKIPPED: frozenset(
        {
            Reason.OVERLAP,
            Reason.EXCLUDED,
            Reason.PAUSED,
            Reason.GAP,
            Reason.UP_TO_DATE,
            Reason.BY_JOB,
            Reason.UPSTREAM,
        }
    ),
    State.MISSED: frozenset({Reason.DOWN, Reason.DEADLINE, Reason.COALESCED, Reason.CAPPED, Reason.NO_WORKER}),
    State.CANCELLED: frozenset({Reason.USER, Reason.REPLACED, Reason.JOB_DELETED, Reason.PARENT}),
}

TERMINAL: frozenset[State] = frozenset({State.SUCCEEDED, *REASONS})
LIVE: frozenset[State] = frozenset(State) - TERMINAL
HELD: frozenset[State] = frozenset({State.CLAIMED, State.RUNNING})
"""States in which a session holds a claim."""

_ANY_CANCEL = REASONS[State.CANCELLED]

# source -> target -> the reasons it may carry (empty: none, and none may be given)
TRANSITIONS: dict[State | None, dict[State, frozenset[Reason]]] = {
    None: {
        State.WAITING: frozenset(),
        State.QUEUED: frozenset(),
        State.SKIPPED: frozenset({Reason.OVERLAP, Reason.EXCLUDED, Reason.PAUSED, Reason.GAP, Reason.UP_TO_DATE}),
        State.MISSED: frozenset({Reason.DOWN, Reason.DEADLINE, Reason.COALESCED, Reason.CAPPED}),
    },
    State.WAITING: {
        State.QUEUED: frozenset(),
        State.SUCCEEDED: frozenset(),  # a map whose items are done
        State.FAILED: frozenset({Reason.UPSTREAM}),
        State.SKIPPED: frozenset({Reason.UPSTREAM, Reason.UP_TO_DATE, Reason.OVERLAP}),
        State.MISSED: frozenset({Reason.DEADLINE, Reason.NO_WORKER}),
        State.CANCELLED: _ANY_CANCEL,
    },
    State.QUEUED: {
        State.CLAIMED: frozenset(),
        State.MISSED: frozenset({Reason.DEADLINE, Reason.NO_WORKER}),
        State.CANCELLED: _ANY_CANCEL,
    },
    State.CLAIMED: {
        State.RUNNING: frozenset(),
        State.QUEUED: frozenset(),  # released, or its session was settled
        State.FAILED: frozenset({Reason.LAUNCH, Reason.LOST}),
        State.MISSED: frozenset({Reason.DEADLINE}),
        State.CANCELLED: _ANY_CANCEL,
    },
    State.RUNNING: {
        State.QUEUED: frozenset(),  # a retry, possibly delayed
        State.WAITING: frozenset(),  # deferred by the job
        State.SUCCEEDED: frozenset(),
        State.FAILED: REASONS[State.FAILED] - {Reason.UPSTREAM},  # launch: at_most_once records its start before exec
        State.SKIPPED: frozenset({Reason.BY_JOB, Reason.UP_TO_DATE}),
        State.CANCELLED: _ANY_CANCEL,
    },
}


def is_legal(source: State | None, target: State, reason: Reason | None) -> bool:
    """Whether a run may go from `source` (None: be born) to `target` with `reason`."""
    allowed = TRANSITIONS.get(source, {}).get(target)
    if allowed is None:
        return False
    return reason in allowed if allowed else reason is None
