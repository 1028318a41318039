"""What a call finds around it: environment and working folder, put back after it."""

import os
from pathlib import Path

from tickwork.errors import LaunchFailed


class Surroundings:
    """The process as it was made; each call has its own on top."""

    def __init__(self) -> None:
        self._env = dict(os.environ)
        self._cwd = Path.cwd()

    def enter(self, env: dict[str, str], cwd: str | None) -> None:
        """Raises `LaunchFailed` where the folder cannot be entered."""
        os.environ.update(env)
        if cwd is not None:
            try:
                os.chdir(cwd)
            except OSError as error:
                raise LaunchFailed(f"cannot enter the working folder {cwd!r}: {error.strerror}") from None

    def leave(self) -> None:
        """Undo what the call was given, and what it changed itself."""
        for name in os.environ.keys() - self._env.keys():
            del os.environ[name]
        for name, value in self._env.items():
            if os.environ.get(name) != value:
                os.environ[name] = value
        try:
            os.chdir(self._cwd)
        except OSError:  # somebody removed it
            os.chdir("/")
