"""A small bounded cache of decoded definitions."""

from collections.abc import Callable

from tickwork.core.codec import from_json
from tickwork.core.model import Job


class DefinitionCache:
    """Decodes (job, revision) once. A revision never changes, so nothing here can be stale; the oldest go first."""

    def __init__(self, *, size: int = 4096, decode: Callable[[bytes], Job] | None = None) -> None:
        self._size = size
        self._decode = decode or (lambda body: from_json(body, Job))
        self._jobs: dict[tuple[str, int], Job] = {}

    def peek(self, job: str, revision: int) -> Job | None:
        """The job, if it was decoded before."""
        return self._jobs.get((job, revision))

    def get(self, job: str, revision: int, body: bytes) -> Job:
        key = (job, revision)
        found = self._jobs.get(key)
        if found is None:
            if len(self._jobs) >= self._size:
                del self._jobs[next(iter(self._jobs))]
            found = self._jobs[key] = self._decode(body)
        return found
