"""Who watches what."""

from collections.abc import Iterator, Set as AbstractSet
from typing import Protocol

from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.server.live.outbox import Outbox
from tickwork.server.live.subscription import Key, Sight, Subject

_NOBODY: frozenset["Listener"] = frozenset()
_FEEDS = (Subject.RUNS, Subject.PROJECT, Subject.JOB)
_ONE = (Subject.RUN, Subject.LOG)


class Listener(Protocol):
    """A client, as those see it who have something to tell."""

    @property
    def sight(self) -> Sight: ...

    @property
    def outbox(self) -> Outbox: ...


class Audience:
    """An index of the subscriptions of all clients."""

    def __init__(self) -> None:
        self._of: dict[Key, set[Listener]] = {}

    def add(self, key: Key, listener: Listener) -> None:
        self._of.setdefault(key, set()).add(listener)

    def remove(self, key: Key, listener: Listener) -> None:
        listeners = self._of.get(key)
        if listeners is not None:
            listeners.discard(listener)
            if not listeners:
                del self._of[key]

    def of(self, key: Key) -> AbstractSet[Listener]:
        return self._of.get(key, _NOBODY)

    def of_run(self, run: Run) -> set[Listener]:
        """Who has asked for this run in any way, whether they may see it or not."""
        feeds = ((Subject.RUNS, ""), (Subject.PROJECT, run.project), (Subject.JOB, run.job))
        return self.of_id(run.id).union(*(self.of(key) for key in feeds))

    def of_id(self, run: RunId) -> set[Listener]:
        """Who has asked for the run by its id."""
        return {*self.of((Subject.RUN, run)), *self.of((Subject.LOG, run))}

    def of_feeds(self) -> set[Listener]:
        """Who wants to know of runs that nobody knows yet."""
        return {one for (subject, _), listeners in self._of.items() if subject in _FEEDS for one in listeners}

    def runs(self) -> Iterator[RunId]:
        """The runs that somebody has asked for by their ids."""
        return (RunId(name) for subject, name in self._of if subject in _ONE)

    @property
    def wants_runs(self) -> bool:
        return any(subject in _ONE or subject in _FEEDS for subject, _ in self._of)
