"""`current_run`: what a job can know about the run it is in."""

import logging
import os
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from typing import Any

from tickwork.core.codec import from_json
from tickwork.core.progress import Bar
from tickwork.errors import NoCurrentRun

_RUN_ID = "TICKWORK_RUN_ID"


class CurrentRun:
    """Facts of one attempt of one run. Made from its variables: `TICKWORK_RUN_ID`, …"""

    def __init__(
        self, *, variables: Mapping[str, str], timeout: float | None, report: Callable[[Bar], None] | None = None
    ) -> None:
        self._variables = variables
        self._report = report
        self.timeout = timeout
        """Seconds, from the beginning of the call."""
        self.cancelled = False
        """Somebody asked for its end (a cancel, the time-out, a stopping worker): tidy up and return."""

    @property
    def env(self) -> Mapping[str, str]:
        """The run's variables, its secrets among them: where calls share a process they are not in `os.environ`."""
        return self._variables

    @property
    def id(self) -> str:
        return self._variables[_RUN_ID]

    @property
    def job(self) -> str:
        return self._variables["TICKWORK_JOB"]

    @property
    def project(self) -> str:
        return self._variables["TICKWORK_PROJECT"]

    @property
    def attempt(self) -> int:
        """1 for the first."""
        return int(self._variables["TICKWORK_ATTEMPT"])

    @property
    def fence(self) -> str:
        """Grows with every claim: a resource that remembers the greatest it saw refuses a worker that lost its own."""
        return self._variables["TICKWORK_FENCE"]

    @property
    def slot(self) -> datetime | None:
        """The due moment that it is for; None for a run without one."""
        text = self._variables["TICKWORK_SLOT"]
        return datetime.fromisoformat(text) if text else None

    @cached_property
    def params(self) -> dict[str, Any]:
        """What the run was started with, by name."""
        return from_json(self._variables["TICKWORK_PARAMS"], dict[str, Any])

    @property
    def log(self) -> logging.Logger:
        """A logger with the job's name."""
        return logging.getLogger(self.job)

    def progress(self, bar: Bar) -> None:
        """Tell how far a part of it is; see `report_progress`."""
        if self._report is not None:
            self._report(bar)


_of_context: ContextVar[CurrentRun | None] = ContextVar("tickwork_run", default=None)
_of_process: CurrentRun | None = None
"""Where a process makes one call at a time: also for threads that the job starts."""


class within:  # noqa: N801 (used like a function; a generator would take a call three times as long)
    """What is called inside is in `run`: in this thread or coroutine."""

    __slots__ = ("_run", "_token")

    def __init__(self, run: CurrentRun) -> None:
        self._run = run

    def __enter__(self) -> CurrentRun:
        self._token = _of_context.set(self._run)
        return self._run

    def __exit__(self, *_error: object) -> None:
        _of_context.reset(self._token)


def enter_process(run: CurrentRun | None) -> None:
    """The whole process is in `run` from now on; None: in no run."""
    global _of_process  # noqa: PLW0603 (a process has one run, as it has one environment)
    _of_process = run


def found() -> CurrentRun | None:
    """The run that the caller is in: a program that a job started finds it by its variables."""
    run = _of_context.get() or _of_process
    if run is None and _RUN_ID in os.environ:
        return CurrentRun(variables=os.environ, timeout=None)
    return run


class _Proxy:
    """`current_run.id`, `current_run.params["day"]`, …: of the run that the caller is in. `if current_run:` tells
    whether there is one; `current_run()` gives it."""

    def __call__(self) -> CurrentRun:
        run = found()
        if run is None:
            raise NoCurrentRun("current_run is only there inside a run; `if current_run:` tells whether it is")
        return run

    def __bool__(self) -> bool:
        return found() is not None

    def __getattr__(self, name: str) -> Any:
        return getattr(self(), name)


current_run = _Proxy()
