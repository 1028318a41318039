"""What a run that is over returned."""

from typing import Any

from tickwork.app.pickling import has_pickles
from tickwork.core.states import State
from tickwork.errors import PickleRefused, RunFailed
from tickwork.operations.views import RunDetailView


def result_of(detail: RunDetailView) -> Any:
    """JSON, as the job returned it. Raises `RunFailed` for a run without success, `PickleRefused` for a pickle."""
    run = detail.run
    if run.state != State.SUCCEEDED:
        reason = f" ({run.reason})" if run.reason is not None else ""
        raise RunFailed(
            f"run {run.id} of {run.job} {run.state}{reason}" + (f": {run.note}" if run.note else ""),
            run=run.id,
            state=run.state,
            reason=run.reason,
            error=detail.error,
        )
    if has_pickles(detail.result):
        raise PickleRefused(
            f"the result of run {run.id} of {run.job} is pickled; it is only unpickled beside the store, for who "
            "submits the decorated function"
        )
    return detail.result
