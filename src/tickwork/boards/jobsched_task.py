"""Runs a task class of Jobsched as it was written: `Class(**options)(info)`.

Boards that were imported from a `catalog.cfg` call this; it runs in a worker's child.
"""

import functools
import importlib.util
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any


class Info(dict[str, Any]):
    """What the task is told about its job: `id` and `timeout` (seconds or None), as keys and as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def run(*, file: str, cls: str, options: dict[str, str], timeout: float | None = None) -> Any:
    """Load the class from its file, make an instance with the catalogue's options and call it."""
    sys.modules.setdefault("jobsched", ModuleType("jobsched"))
    sys.modules.setdefault("jobsched.watchdog", _watchdog_module())
    module = _load(Path(file))
    if not hasattr(module, cls):
        raise LookupError(f"{file} has no class {cls!r}")
    return getattr(module, cls)(**options)(Info(id=os.environ.get("TICKWORK_JOB", ""), timeout=timeout))


def watchdog(limit: float | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Jobsched's decorator: the process ends after `limit` seconds. Without a limit the job's own timeout holds."""

    def decorate(call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if limit is None:
                return call(*args, **kwargs)
            before = signal.signal(signal.SIGALRM, signal.SIG_DFL)  # which ends the process, whatever it is in
            signal.setitimer(signal.ITIMER_REAL, limit)
            try:
                return call(*args, **kwargs)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)

        return watched

    return decorate


def _watchdog_module() -> ModuleType:
    module = ModuleType("jobsched.watchdog")
    module.__dict__["watchdog"] = watchdog
    return module


def _load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise FileNotFoundError(f"{file}: there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
