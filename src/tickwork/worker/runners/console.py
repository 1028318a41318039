"""Prints the payload into the run's log."""

from tickwork.core.model import Console
from tickwork.worker.processes import SpawnSpec
from tickwork.worker.runners.assignment import Assignment, program


def console(of: Assignment[Console]) -> SpawnSpec:
    """A real program prints it, so that it goes the way of every other job's output."""
    return program(of, ("/bin/cat",), stdin=of.task.payload.encode() + b"\n")
