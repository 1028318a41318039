"""Whether a run that waits for others may go on: (its job, what the others are like now) → a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from tickwork.core.dependencies import Need, Pins
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Job, Origin, Run
from tickwork.core.outdated import Successes
from tickwork.core.states import TERMINAL, State


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
