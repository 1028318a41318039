"""Bodies of definitions that claims bring: a revision never changes, so it is read once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from threading import Lock

from tickwork.core.ids import JobId
from tickwork.core.model import Epoch

Revision = tuple[Epoch, JobId, int]
"""With the epoch: a store that has lost its tail gives a number anew."""
_MOST_BYTES = 8 << 20


class Bodies:
    """The newest of them, for all threads of a store."""

    def __init__(self, *, most: int = _MOST_BYTES) -> None:
        """`most`: bytes that are kept."""
        self._most = most
        self._size = 0
        self._kept: dict[Revision, bytes] = {}
        self._lock = Lock()

    def of(
        self, revisions: Iterable[Revision], *, read: Callable[[Collection[Revision]], Mapping[Revision, bytes]]
    ) -> Mapping[Revision, bytes]:
        """`read` is asked for those that are not kept."""
        wanted = set(revisions)
        found = {revision: body for revision in wanted if (body := self._kept.get(revision)) is not None}
        if missing := wanted - found.keys():
            fresh = read(missing)
            self._keep(fresh)
            found |= fresh
        return found

    def _keep(self, fresh: Mapping[Revision, bytes]) -> None:
        with self._lock:
            for revision in fresh.keys() - self._kept.keys():
                self._kept[revision] = fresh[revision]
                self._size += len(fresh[revision])
            while self._size > self._most:
                self._size -= len(self._kept.pop(next(iter(self._kept))))
