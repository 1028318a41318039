"""What runs that belong together are like as a whole."""

from collections.abc import Collection, Iterable
from zlib import crc32

from tickwork.core.births import lane_at_birth
from tickwork.core.lanes import parse_lane
from tickwork.core.model import Everywhere, Job, Quorum
from tickwork.core.states import LIVE, State

_FAILURES = frozenset({State.FAILED, State.MISSED, State.CANCELLED})


def is_enough(success: int | Quorum, *, succeeded: int, failed: int) -> bool:
    """Whether a group whose runs are over has succeeded. Those that were skipped count neither way."""
    match success:
        case Quorum.ALL:
            return failed == 0
        case Quorum.ANY:
            return succeeded > 0 or failed == 0
        case _:
            return succeeded >= success


def state_of_group(states: Collection[State], *, success: int | Quorum = Quorum.ALL) -> State:
    """running while one of its runs is not over; then succeeded or failed."""
    if any(state in LIVE for state in states):
        return State.RUNNING
    succeeded = sum(1 for state in states if state is State.SUCCEEDED)
    failed = sum(1 for state in states if state in _FAILURES)
    return State.SUCCEEDED if is_enough(success, succeeded=succeeded, failed=failed) else State.FAILED


def has_failed(state: State) -> bool:
    """Whether a run that ended so counts against its group."""
    return state in _FAILURES


def chosen_workers(job: Job, workers: Iterable[str], *, seed: str) -> list[str] | None:
    """Those on which an occurrence runs, by name; None if there are too few. Of more than it wants, which ones they are
    goes by `seed`, so that every worker gets its share and everybody who asks gets the same answer."""
    there = sorted(set(workers))
    if job.on is Everywhere.ALL:
        return there or None
    if len(there) < job.on:
        return None
    return sorted(sorted(there, key=lambda name: crc32(f"{seed} {name}".encode()))[: job.on])


def is_served(
    job: Job, *, pools: Collection[str], worker: str, labels: Collection[str], tasks: Collection[str]
) -> bool:
    """Whether a worker of these pools, with these labels and tasks, may run the job."""
    return job.pool in pools and parse_lane(lane_at_birth(job)).serves(worker=worker, labels=labels, tasks=tasks)
