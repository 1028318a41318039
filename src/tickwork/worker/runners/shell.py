"""A command line, run by the shell."""

from tickwork.core.model import Shell
from tickwork.worker.processes import SpawnSpec
from tickwork.worker.runners.assignment import Assignment, program


def shell(of: Assignment[Shell]) -> SpawnSpec:
    """`/bin/sh -c`, or the `SHELL` that the job's own `env` names, as cron does it."""
    interpreter = of.job.env.get("SHELL", "/bin/sh")
    return program(of, (interpreter, "-c", of.task.command), stdin=(of.task.stdin or "").encode())
