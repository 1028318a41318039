"""Runners: each turns a job's task into what the processes understand.

A runner is a function of one `Assignment`; the table below is the whole registry. It raises `LaunchFailed` where
it can already see that the run cannot begin.
"""

from collections.abc import Callable
from typing import Any

from tickwork.core.model import Call, Command, Console, Http, Script, Shell
from tickwork.worker.processes import CallSpec, SpawnSpec
from tickwork.worker.runners.command import command
from tickwork.worker.runners.console import console
from tickwork.worker.runners.http import http
from tickwork.worker.runners.python import python
from tickwork.worker.runners.script import script
from tickwork.worker.runners.shell import shell

# Any: each runner takes the assignment of its own kind of task, the key it stands under
RUNNERS: dict[type, Callable[[Any], SpawnSpec | CallSpec]] = {
    Shell: shell,
    Script: script,
    Console: console,
    Command: command,
    Call: python,
    Http: http,
}
