"""A small bounded cache of decoded definitions."""

from collections.abc import Callable

from tickwork.core.codec import from_json
from tickwork.core.model import Job


class DefinitionCache:
    """Decodes a text once; the oldest go first. By the text, and not by its revision: a store that was restored, or has
    lost its tail, gives the number of a revision anew."""

    def __init__(self, *, size: int = 4096, decode: Callable[[bytes], Job] | None = None) -> None:
        self._size = size
        self._decode = decode or (lambda body: from_json(body, Job))
        self._jobs: dict[bytes, Job] = {}

    def get(self, body: bytes) -> Job:
        found = self._jobs.get(body)
        if found is None:
            if len(self._jobs) >= self._size:
                del self._jobs[next(iter(self._jobs))]
            found = self._jobs[body] = self._decode(body)
        return found
