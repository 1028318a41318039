"""A registered program that is told about the run."""

import os
import shlex
import shutil
from pathlib import Path

from tickwork.core.clock import iso
from tickwork.core.codec import to_json
from tickwork.core.model import Command
from tickwork.errors import LaunchFailed
from tickwork.worker.processes import SpawnSpec
from tickwork.worker.runners.assignment import Assignment, program

PLACEHOLDER = "{payload}"


def command(of: Assignment[Command]) -> SpawnSpec:
    """With `{payload}` in its command line the program gets the payload there, as one argument; else the run as
    one JSON object on its standard input."""
    words = _words(of.task.program)
    if not any(PLACEHOLDER in word for word in words):
        return program(of, _found(words, of), stdin=_metadata(of))
    return program(of, _found([word.replace(PLACEHOLDER, of.task.payload) for word in words], of))


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise LaunchFailed(f"program {line!r} cannot be read as a command line: {error}") from None
    if not words:
        raise LaunchFailed("program is empty; name the program to run")
    for word in words:
        # Inside a longer argument that another program parses (`sh -c '… {payload}'`) the payload would be code.
        if PLACEHOLDER in word and any(c.isspace() for c in word):
            raise LaunchFailed(
                f"program {line!r}: {PLACEHOLDER} must stand as an argument of its own; "
                f"for a shell write sh -c '… \"$1\" …' sh {PLACEHOLDER}"
            )
    return words


def _found(words: list[str], of: Assignment[Command]) -> tuple[str, ...]:
    """The words with the program's path in front. Looks where the job itself would look."""
    name = words[0]
    path = Path(of.cwd, name) if "/" in name else _in_path(name, of.env["PATH"])
    if path is None or not path.exists():
        raise LaunchFailed(f"program {name!r} was not found; install it on this worker or write its full path")
    if path.is_dir():
        raise LaunchFailed(f"program {name!r} is a folder; name the program in it")
    if not os.access(path, os.X_OK):
        raise LaunchFailed(f"program {name!r} is not executable; run chmod +x {path}")
    return (str(path), *words[1:])


def _in_path(name: str, search: str) -> Path | None:
    found = shutil.which(name, path=search)
    return None if found is None else Path(found)


def _metadata(of: Assignment[Command]) -> bytes:
    run = of.claim.run
    about = {
        "id": run.id,
        "job": run.job,
        "project": run.project,
        "slot": iso(run.slot),
        "attempt": of.attempt,
        "params": of.params(),
        "payload": of.task.payload,
    }
    return to_json(about) + b"\n"
