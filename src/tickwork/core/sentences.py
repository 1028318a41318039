"""One sentence per ledger entry: what happened and why. `explain`, `ledger`, pages and mails share it."""

from tickwork.core.clock import SECOND, Duration, Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.lanes import ELSEWHERE
from tickwork.core.model import Gap, Origin, Run
from tickwork.core.states import Reason, State, Wait
from tickwork.core.timing.text import format_duration

# Every (terminal state, reason) has its words here; a test holds this table against `REASONS`.
_ENDED: dict[tuple[State, Reason | None], str] = {
    (State.SUCCEEDED, None): "ran and succeeded",
    (State.FAILED, Reason.EXIT): "failed: the program ended with an exit code other than 0",
    (State.FAILED, Reason.SIGNAL): "failed: the process was ended by a signal",
    (State.FAILED, Reason.EXCEPTION): "failed: the function raised an exception",
    (State.FAILED, Reason.TIMEOUT): "failed: it ran longer than its timeout and was killed",
    (State.FAILED, Reason.LOST): "failed: the worker that ran it was lost",
    (State.FAILED, Reason.LAUNCH): "failed: it could not be started",
    (State.FAILED, Reason.RESULT): "failed: its result could not be kept",
    (State.FAILED, Reason.RESOURCE): "failed: it used more than its limits allow",
    (State.FAILED, Reason.UPSTREAM): "failed: something that it needs did not succeed",
    (State.SKIPPED, Reason.OVERLAP): "was skipped: an earlier run of the job was not over",
    (State.SKIPPED, Reason.EXCLUDED): "was skipped: the moment is excluded by the schedule",
    (State.SKIPPED, Reason.PAUSED): "was skipped: the job was off",
    (State.SKIPPED, Reason.GAP): "was skipped: its local time did not exist that day (the clocks went forward)",
    (State.SKIPPED, Reason.UP_TO_DATE): "was skipped: nothing that it depends on had changed",
    (State.SKIPPED, Reason.BY_JOB): "was skipped by the job itself",
    (State.SKIPPED, Reason.UPSTREAM): "was skipped: the run it follows ended differently",
    (State.MISSED, Reason.DOWN): "was missed: no scheduler was running",
    (State.MISSED, Reason.DEADLINE): "was missed: it could not start before its start deadline",
    (State.MISSED, Reason.COALESCED): "was folded into another run of the job, due at the same instant",
    (State.MISSED, Reason.CAPPED): "was missed: more had come due than the catch-up policy makes up for",
    (State.MISSED, Reason.NO_WORKER): "was missed: no worker could take it",
    (State.CANCELLED, Reason.USER): "was cancelled by a person",
    (State.CANCELLED, Reason.REPLACED): "was cancelled: a newer run of the job replaced it",
    (State.CANCELLED, Reason.JOB_DELETED): "was cancelled: its job was deleted",
    (State.CANCELLED, Reason.PARENT): "was cancelled together with the run it belongs to",
}
_WAITS: dict[Wait, str] = {
    Wait.OVERLAP: "waits until the job's earlier run is over",
    Wait.UPSTREAM: "waits for the runs that it needs",
    Wait.DEFERRED: "asked to go on later",
}


_ASKED_BY: dict[Origin, str] = {
    Origin.MANUAL: "started by ",
    Origin.API: "started by ",
    Origin.GRAPH: "started by ",
    Origin.REPLAY: "replay by ",
    Origin.BACKFILL: "backfill by ",
}
"""How the note of a run begins that says who asked for it (while nothing else is to be noted): it is said in front."""
_AGAIN: dict[Origin, str] = {Origin.REPLAY: "replayed", Origin.BACKFILL: "backfilled"}
_UNASKED: dict[Origin, str] = {
    Origin.SCHEDULE: "started by its schedule at",
    Origin.AFTER: "set off by another job at",
    Origin.GRAPH: "run together with the jobs around it at",
    Origin.MAP: "an item of a map, made at",
    Origin.CLEANUP: "cleaning up behind an old run at",
}


def entry_words(state: State, reason: Reason | None) -> str:
    """What became of an ended entry."""
    return _ENDED[state, reason]


def run_sentence(run: Run, *, now: Instant) -> str:
    """The whole sentence for a run, with the facts that the run itself holds."""
    head = _head(run)
    match run.state:
        case State.WAITING:
            return f"{head} {_WAITS[run.wait] if run.wait is not None else 'waits'}{_note(run)}"
        case State.QUEUED:
            return f"{head} {_queued(run, now)}"
        case State.CLAIMED:
            return f"{head} was taken by worker {run.worker} and is about to start"
        case State.RUNNING:
            return f"{head} has been running on worker {run.worker} since {iso(run.started)} (attempt {run.attempt})"
        case _:
            return f"{head} {_ended(run)}{_facts(run)}{_note(run)}"


def late_sentence(run: Run) -> str:
    """The whole sentence for a run that is ready and that nobody has begun for too long."""
    ready = iso(run.ready_at)
    return f"{_head(run)} is late: it could have begun at {ready}, and no worker of pool {run.pool} has taken it"


def pool_sentence(pool: str, since: Instant) -> str:
    """The whole sentence for a pool that nobody serves."""
    return f"pool {pool} has had no worker since {iso(since)}, and runs are queued in it"


def never_sentence(job: JobId, why: str) -> str:
    """The whole sentence for a job that nothing is due of any more."""
    return f"{job} is never due again: {why}"


def _queued(run: Run, now: Instant) -> str:
    if run.ready_at > now and run.attempt:
        wait = format_duration(max(0, run.ready_at - now) // SECOND * SECOND)
        return f"failed at attempt {run.attempt} and is tried again in {wait}{_note(run)}"
    if run.pool == ELSEWHERE:
        return f"runs elsewhere and has not checked in yet: it is missed if it does not by {iso(run.start_by)}"
    return f"is queued in pool {run.pool}{_note(run)}"


def _ended(run: Run) -> str:
    if run.pool == ELSEWHERE and run.reason is Reason.DEADLINE:
        return f"was missed: it runs elsewhere and did not check in by {iso(run.start_by)}"
    if run.reason is Reason.EXIT and run.exit_code is not None:
        return f"failed: the program ended with exit code {run.exit_code}"
    if run.reason is Reason.OVERLAP and run.about is not None:
        return f"was skipped: an earlier run of the job, {run.about}, was not over"
    return entry_words(run.state, run.reason)


def gap_sentence(gap: Gap) -> str:
    """The whole sentence for a gap."""
    words = gap_words(gap)
    if gap.count == 1:
        return f"{gap.job}, due {iso(gap.first)}, {words}"
    many = words.replace("was ", "were ", 1)
    return f"{gap.job}: {gap.count} due moments from {iso(gap.first)} to {iso(gap.last)} {many}"


def gap_words(gap: Gap) -> str:
    """What became of one of its moments."""
    return f"{entry_words(gap.state, gap.reason)}{f' ({gap.note})' if gap.note else ''}"


def _head(run: Run) -> str:
    """The job, and which of its runs it is."""
    asker = _asker(run)
    by = "" if asker is None else f" by {asker}"
    if run.slot is not None:
        due = f"{_AGAIN[run.origin]}{by} for" if run.origin in _AGAIN else "due"
        return f"{run.job}, {due} {iso(run.slot)},"
    return f"{run.job}, {f'started{by} at' if by else _UNASKED.get(run.origin, 'asked for at')} {iso(run.created)},"


def _asker(run: Run) -> str | None:
    """Who asked for it, where its note says that and nothing else."""
    begin = _ASKED_BY.get(run.origin)
    return run.note.removeprefix(begin) if begin and run.note and run.note.startswith(begin) else None


def _facts(run: Run) -> str:
    facts = []
    if run.started is not None and run.finished is not None and run.finished > run.started:
        facts.append(f"after {_length(Duration(run.finished - run.started))}")
    if run.attempt > 1:
        facts.append(f"attempt {run.attempt}")
    if run.about is not None and run.reason is not Reason.OVERLAP and run.about not in (run.note or ""):
        facts.append(f"see run {run.about}")
    return f" ({', '.join(facts)})" if facts else ""


def _length(exact: Duration) -> str:
    """As exact as it matters: `22ms`, `1s400ms`, `23s`, `1h2m5s`."""
    step = SECOND if exact >= 10 * SECOND else SECOND // 10 if exact >= SECOND else SECOND // 1000
    return format_duration(max(step, exact // step * step))


def _note(run: Run) -> str:
    """What the note says beyond the rest of the sentence."""
    said = {None, "", f"exit status {run.exit_code}", f"run {run.about} was not over"}
    return "" if run.note in said or _asker(run) is not None else f": {run.note}"
