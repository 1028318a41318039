"""When sessions were heard: each by its own beat, on the monotonic clock of who looks. No clock of anybody else is
trusted."""

from collections.abc import Sequence

from tickwork.core.ids import SessionId
from tickwork.store.protocol import Session


class Sightings:
    """Remembers since when it has seen the beats that it still sees."""

    def __init__(self) -> None:
        self._seen: dict[SessionId, tuple[int, float]] = {}

    def look(self, sessions: Sequence[Session], now: float) -> None:
        """`now`: monotonic. Who is not among them is forgotten."""
        self._seen = {session.id: self._sighting(session, now) for session in sessions}

    def since(self, session: Session) -> float:
        """When the beat of this session was seen first."""
        return self._seen[session.id][1]

    def _sighting(self, session: Session, now: float) -> tuple[int, float]:
        before = self._seen.get(session.id)
        return before if before is not None and before[0] == session.beat else (session.beat, now)
