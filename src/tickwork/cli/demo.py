"""The store of `up --demo`: a file of its own, so that other commands can look at it, gone at the end."""

import os
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
        f"export TICKWORK_STORE={store}",
        f"{program} ls",
        f"{program} next --count 5",
        f"{program} runs",
    ]


def typed_program() -> str:
    """How this program is called from here: by its path where it is not on the shell's own PATH."""
    program = Path(sys.argv[0])
    venv = os.environ.get("VIRTUAL_ENV")
    if venv is None or not program.is_absolute() or not program.is_relative_to(venv):
        return "tickwork"
    return os.path.relpath(program) if program.is_relative_to(Path.cwd()) else str(program)
