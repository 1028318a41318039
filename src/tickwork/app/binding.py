"""Which `Tickwork` a job's `submit` goes to: the one that was started last in this process."""

from typing import Any, Protocol

from tickwork.errors import NotConnected


class RunHandle(Protocol):
    """A run that was submitted, wherever it runs."""

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the end, at most `timeout` seconds (then `TimeoutError`). Raises `RunFailed`."""
        ...

    async def aresult(self, timeout: float | None = None) -> Any:  # noqa: ASYNC109 (concurrent.futures' own word)
        """`result`, for coroutines."""
        ...


class Submitter(Protocol):
    """What takes runs of jobs."""

    def submit(self, job: Any, /, **params: Any) -> RunHandle: ...

    async def asubmit(self, job: Any, /, **params: Any) -> RunHandle: ...


_active: list[Submitter] = []


def activate(submitter: Submitter) -> None:
    _active.append(submitter)


def deactivate(submitter: Submitter) -> None:
    if submitter in _active:
        _active.remove(submitter)


def active() -> Submitter:
    if not _active:
        raise NotConnected(
            "no Tickwork is at work in this process: submit jobs inside `with Tickwork(…)` or `async with "
            "Tickwork(…)`; to call the function itself, call it"
        )
    return _active[-1]
