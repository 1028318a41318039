"""Asking an app for its jobs, in a process of its own: nothing of it is imported here."""

import subprocess
import sys
from collections.abc import Mapping

import msgspec

from tickwork.app.describe import Described
from tickwork.errors import InvalidDefinition
from tickwork.worker.process.launching import launcher_env

PATIENCE = 60.0
"""Seconds that an app may take to be imported."""


def describe(module: str, *, folder: str, env: Mapping[str, str] | None = None) -> Described:
    """Blocks while the app is imported with `folder` in front of its path. Raises `InvalidDefinition` saying what is
    wrong with it."""
    command = [sys.executable, "-P", "-X", "utf8", "-m", "tickwork.app.describe", module, folder]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=launcher_env() | dict(env or {}),
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InvalidDefinition(f"app {module!r} was not imported within {PATIENCE:g} s") from None
    try:
        described = msgspec.json.decode(done.stdout, type=Described)
    except msgspec.DecodeError:
        told = done.stderr.decode(errors="replace").strip()
        raise InvalidDefinition(f"app {module!r} ended its process while it was imported:\n{told}") from None
    if described.error is not None:
        raise InvalidDefinition(f"app {module!r}: {described.error}")
    return described
