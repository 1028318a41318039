"""A script's text, run by its `#!` line."""

from tickwork.core.model import Script
from tickwork.worker.processes import SpawnSpec
from tickwork.worker.runners.assignment import Assignment, program


def script(of: Assignment[Script]) -> SpawnSpec:
    """The processes write the text to a file and read its `#!` line: it needs no x bit."""
    return program(of, ("{script}",), stdin=(of.task.stdin or "").encode(), script=of.task.text.encode())
