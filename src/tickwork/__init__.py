"""Tickwork: the job scheduler that accounts for every due moment. This is what jobs and applications import."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tickwork.app.current import current_run
    from tickwork.app.decorators import job, task
    from tickwork.app.linking import result_of
    from tickwork.app.progress import report_progress
    from tickwork.app.signals import Retry, Skip
    from tickwork.app.timing import at, cron, every
    from tickwork.client import AsyncClient, Client
    from tickwork.embedded import RunHandle, Tickwork
    from tickwork.errors import RunFailed, TickworkError

__all__ = [
    "AsyncClient",
    "Client",
    "Retry",
    "RunFailed",
    "RunHandle",
    "Skip",
    "Tickwork",
    "TickworkError",
    "at",
    "cron",
    "current_run",
    "every",
    "job",
    "report_progress",
    "result_of",
    "task",
]

_HOMES = {
    "AsyncClient": "tickwork.client",
    "Client": "tickwork.client",
    "Retry": "tickwork.app.signals",
    "RunFailed": "tickwork.errors",
    "RunHandle": "tickwork.embedded",
    "Skip": "tickwork.app.signals",
    "Tickwork": "tickwork.embedded",
    "TickworkError": "tickwork.errors",
    "at": "tickwork.app.timing",
    "cron": "tickwork.app.timing",
    "current_run": "tickwork.app.current",
    "every": "tickwork.app.timing",
    "job": "tickwork.app.decorators",
    "report_progress": "tickwork.app.progress",
    "result_of": "tickwork.app.linking",
    "task": "tickwork.app.decorators",
}


def __getattr__(name: str) -> Any:
    """Each name is imported at its first use: a command or a process that needs none of them pays for none."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
