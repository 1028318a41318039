"""The store of `up --demo`: a file of its own, so that other commands can look at it, gone at the end."""

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def demo_store(*, wanted: bool, given: str | None) -> Iterator[str | None]:
    """The store URL to use: the given one, or that of a passing store for a demo without one."""
    if not wanted or given is not None:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="tickwork-demo-"))
    try:
        yield f"sqlite:///{folder / 'demo.db'}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def things_to_try(store: str) -> list[str]:
    """Command lines for a second terminal, as they must be typed."""
    program = typed_program()
    return [
        f"export TICKWORK_STORE={shlex.quote(store)}",
        f"{program} ls",
        f"{program} next --count 5",
        f"{program} runs",
    ]


def typed_program() -> str:
    """How this program is called in a second terminal: by its name where a shell finds it, else by its path.

    A virtual environment is not on the path of a second terminal, whoever put it on this one's (`run.py` does).
    """
    program = Path(sys.argv[0]).absolute()
    venv = os.environ.get("VIRTUAL_ENV", "")
    folders = [folder for folder in os.get_exec_path() if not venv or not Path(folder).is_relative_to(venv)]
    found = shutil.which(program.name, path=os.pathsep.join(folders))
    if found is not None and Path(found).absolute() == program:
        return program.name
    shown = os.path.relpath(program) if program.is_relative_to(Path.cwd()) else str(program)
    return shlex.quote(shown)
