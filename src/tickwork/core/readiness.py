"""Whether a run that waits for others may go on: (its job, what the others are like now) → a verdict."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tickwork.core.codec import from_json
from tickwork.core.dependencies import Need, Pins
from tickwork.core.graph import Successes
from tickwork.core.ids import JobId, RunId
from tickwork.core.lanes import Lane, Limit, bare_lane
from tickwork.core.model import Call, Job, Origin, Overlap, Run
from tickwork.core.states import TERMINAL, State, Wait

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""In a limit's key: what a run's parameters, or the names of its surroundings, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """It may go on with these runs of the others."""

    pins: Pins


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """It has to wait. `by_time`: for an occurrence that is not decided yet, which no completion will announce."""

    by_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hopeless:
    """It can never go on."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpToDate:
    """Nothing that it stands on is newer than what its last successful run used."""


Verdict = Ready | NotYet | Hopeless | UpToDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known about the others."""

    newest: Successes
    members: Mapping[JobId, Run] = field(default_factory=dict)
    """The runs of its group, by job."""
    occurrences: Mapping[JobId, RunId | NotYet | None] = field(default_factory=dict)
    """For needs that go by the slot: the run that counts, whether it is still to come, or None: there is none."""


def judge(job: Job, run: Run, pins: Pins, around: Surroundings) -> Verdict:
    """`pins`: what the run was told to use at its birth; the rest is chosen here."""
    chosen: dict[JobId, RunId] = {}
    unmet: list[JobId] = []
    pending: NotYet | None = None
    for need in job.needs:
        match found := _found(need, pins, around):
            case NotYet():
                pending = pending if pending is not None and pending.by_time else found
            case Hopeless():
                return found
            case None:
                unmet.append(need.job)
            case _:
                chosen[need.job] = found
    if unmet:
        return Hopeless(why=f"dependencies not met: {', '.join(unmet)} (no successful run)")
    if pending is not None:
        return pending
    if pins.redo is None and _is_for_others_only(run) and not _is_outdated(job, chosen, around.newest):
        return UpToDate()
    return Ready(pins=msgspec.structs.replace(pins, needs=chosen))


def _found(need: Need, pins: Pins, around: Surroundings) -> RunId | NotYet | Hopeless | None:
    if need.job in pins.needs:
        return pins.needs[need.job]
    if (member := around.members.get(need.job)) is not None:
        return _of_member(member, around.newest)
    if need.job in around.occurrences:
        return around.occurrences[need.job]
    success = around.newest.get(need.job)
    return None if success is None else success.run


def _of_member(member: Run, newest: Successes) -> RunId | NotYet | Hopeless | None:
    """A run of the same group is the one that counts. If it was skipped, the last success before it does."""
    if member.state not in TERMINAL:
        return NotYet()
    if member.state is State.SUCCEEDED:
        return member.id
    if member.state is State.SKIPPED:
        success = newest.get(member.job)
        return None if success is None else success.run
    return Hopeless(why=f"{member.job} {member.state} ({member.reason}), run {member.id}")


def _is_for_others_only(run: Run) -> bool:
    """In a group only the run that it is named after was asked for; the others are there as far as needed."""
    return run.group is not None and run.group != run.id and run.origin is Origin.GRAPH


def _is_outdated(job: Job, chosen: Mapping[JobId, RunId], newest: Successes) -> bool:
    own = newest.get(job.id)
    return own is None or any(own.used.get(name, "") < run for name, run in chosen.items())


# --- births -----------------------------------------------------------------------------------------------


def state_at_birth(job: Job) -> tuple[State, Wait | None]:
    """A run of a job that needs others waits until somebody has found out whether these are there; one that is to run
    on several workers, until somebody has found these."""
    return (State.WAITING, Wait.UPSTREAM) if job.needs or job.on != 1 else (State.QUEUED, None)


def lane_at_birth(job: Job, params: bytes | None = None, *, worker: str | None = None) -> str:
    """Where a run of the job is queued; `worker`: the only one that may have it. A key's `{name}` that nothing says is
    left empty."""
    task = job.task.target if isinstance(job.task, Call) and job.task.app is not None else None
    if worker is None and task is None and not job.labels and not job.shares and job.max_running is None:
        return bare_lane(job.pool)
    limits = [Limit(key=f"key/{_key_of(limit.key, job, params)}", max=limit.max) for limit in job.shares]
    if job.max_running is not None:
        limits.append(Limit(key=f"job/{job.id}", max=job.max_running))
    return str(Lane(pool=job.pool, worker=worker, task=task, labels=job.labels, limits=tuple(limits)))


def _key_of(key: str, job: Job, params: bytes | None) -> str:
    if "{" not in key:
        return key
    said: dict[str, Any] = {} if params is None else from_json(params, dict[str, Any])
    known = job.task.kwargs if isinstance(job.task, Call) else {}
    values = {**known, **said, "job": job.id, "project": job.project, "pool": job.pool}
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), key)


def overlap_of(job: Job, origin: Origin) -> tuple[Overlap, bool]:
    """The rule for a run that is to be queued, and whether somebody asked for it: such a run never replaces others and
    is not skipped for them; it waits for its turn, unless overlap is allowed."""
    if origin in {Origin.SCHEDULE, Origin.AFTER}:
        return job.overlap, False
    return (Overlap.ALLOW if job.overlap is Overlap.ALLOW else Overlap.QUEUE), True
