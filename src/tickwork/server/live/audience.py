"""Who watches what."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol

from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.server.live.outbox import Outbox
from tickwork.server.live.subscription import Sight, Subject, Topic

_NOBODY: frozenset["Listener"] = frozenset()
_FEEDS = (Subject.RUNS, Subject.PROJECT, Subject.JOB)


class Listener(Protocol):
    """A client, as those see it who have something to tell."""

    @property
    def sight(self) -> Sight: ...

    @property
    def outbox(self) -> Outbox: ...


class Audience:
    """An index of the subscriptions of all clients."""

    def __init__(self) -> None:
        self._of: dict[Topic, set[Listener]] = {}

    def add(self, topic: Topic, listener: Listener) -> None:
        self._of.setdefault(topic, set()).add(listener)

    def remove(self, topic: Topic, listener: Listener) -> None:
        listeners = self._of.get(topic)
        if listeners is not None:
            listeners.discard(listener)
            if not listeners:
                del self._of[topic]

    def of(self, topic: Topic) -> AbstractSet[Listener]:
        return self._of.get(topic, _NOBODY)

    def of_run(self, run: Run) -> set[Listener]:
        """Who has asked for this run in any way, whether they may see it or not."""
        topics = ((Subject.RUNS, ""), (Subject.PROJECT, run.project), (Subject.JOB, run.job), (Subject.RUN, run.id))
        return set().union(*(self.of(topic) for topic in topics))

    def of_feeds(self) -> set[Listener]:
        """Who wants to know of runs that nobody knows yet."""
        return {one for (subject, _), listeners in self._of.items() if subject in _FEEDS for one in listeners}

    def runs(self) -> Iterator[RunId]:
        """The runs that somebody has asked for by their ids."""
        return (RunId(name) for subject, name in self._of if subject is Subject.RUN)

    @property
    def wants_runs(self) -> bool:
        return any(subject is Subject.RUN or subject in _FEEDS for subject, _ in self._of)
