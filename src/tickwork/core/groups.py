"""What runs that belong together are like as a whole."""

from collections.abc import Collection

from tickwork.core.states import LIVE, State


def state_of_group(states: Collection[State], *, needed: int | None = None) -> State:
    """running while one of its runs is not over; then succeeded if `needed` of them succeeded (None: all that were not
    skipped), else failed. So `all` is None, `any` is 1."""
    if any(state in LIVE for state in states):
        return State.RUNNING
    succeeded = sum(1 for state in states if state is State.SUCCEEDED)
    skipped = sum(1 for state in states if state is State.SKIPPED)
    wanted = len(states) - skipped if needed is None else needed
    return State.SUCCEEDED if succeeded >= wanted else State.FAILED
