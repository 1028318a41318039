"""A run that was submitted, in the hands of who submitted it."""

from typing import Any

from tickwork.client.asynchronous.runs import AsyncRuns
from tickwork.core.states import State


class AsyncRemoteRun:
    """As `RunHandle`, of a run of a server."""

    def __init__(self, *, id: str, job: str, runs: AsyncRuns) -> None:
        self.id = id
        self.job = job
        self._runs = runs

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.job}>"

    async def result(self, timeout: float | None = None) -> Any:  # noqa: ASYNC109 (as `RunHandle` has it)
        """What the job returned, as JSON has it.

        Waits at most `timeout` seconds (then `TimeoutError`; the run goes on). Raises `RunFailed` for a run that was
        not successful, `PickleRefused` for a pickled result.
        """
        return await self._runs.result(self.id, timeout=timeout)

    async def state(self) -> State:
        """Where it stands now."""
        return State((await self._runs.get(self.id)).run.state)

    async def cancel(self, why: str = "") -> None:
        """Cancel it, at once if it has not begun, else by TERM, grace, KILL. One that is over stays as it is."""
        await self._runs.cancel(self.id, why=why)

    async def logs(self) -> str:
        """What it printed and logged so far, in order."""
        return await self._runs.text(self.id)
