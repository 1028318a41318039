"""What a call finds around it: environment and working folder. What one call left of them, the next does not find."""

import os
from functools import lru_cache
from pathlib import Path

from tickwork.errors import LaunchFailed


class Surroundings:
    """The process as it was made; each call has its own on top."""

    def __init__(self) -> None:
        # What `os.environ` itself looks into: its own methods translate each name and value at each look, which was
        # half of the time of a call that does nothing.
        self._env: dict[bytes, bytes] = os.environ._data  # type: ignore[attr-defined]  # noqa: SLF001
        self._own = dict(self._env)
        self._cwd = str(Path.cwd())

    def enter(self, env: dict[str, str], cwd: str | None) -> None:
        """Whatever the call before has left. Raises `LaunchFailed` where the folder cannot be entered."""
        self._become(self._own | {_encoded(name): os.fsencode(value) for name, value in env.items()})
        try:
            os.chdir(cwd or self._cwd)
        except OSError as error:
            if cwd is not None:
                raise LaunchFailed(f"cannot enter the working folder {cwd!r}: {error.strerror}") from None
            os.chdir("/")  # somebody removed it

    def leave(self) -> None:
        """Undo what the last call was given, and what it changed itself."""
        self._become(self._own)

    def _become(self, wanted: dict[bytes, bytes]) -> None:
        """Only what differs is touched: calls of one job have most of it in common."""
        for name in self._env.keys() - wanted.keys():
            os.unsetenv(name)
            del self._env[name]
        for name, value in wanted.items():
            if self._env.get(name) != value:
                os.putenv(name, value)
                self._env[name] = value


@lru_cache(maxsize=1000)
def _encoded(name: str) -> bytes:
    return os.fsencode(name)
