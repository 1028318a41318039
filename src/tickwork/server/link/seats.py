"""The sessions that a server serves: a seat for each, made anew from the store where another server began it."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from tickwork.core.clock import DAY, Clock, Duration, later
from tickwork.core.ids import SessionId
from tickwork.core.model import Fence
from tickwork.errors import NotAllowed
from tickwork.store.protocol import Keep, Note, Session, Store
from tickwork.worker.store_link import StoreLink

_SPACE: Final = "link"
"""Of the notes that say whose session it is."""
_KEPT: Final = Duration(30 * DAY)
_MOST_SEATS: Final = 2000
_MOST_PAST: Final = 10_000
"""Claims of a session that have ended and are still known as its own: their last log lines may come late."""


@dataclass(slots=True, kw_only=True)
class Seat:
    """A session that is served here."""

    session: Session
    key: str
    link: StoreLink
    said: int = 1
    """Its hellos, as far as they were heard here."""
    own: OrderedDict[Fence, None] = field(default_factory=OrderedDict)
    """Claims that are known to be (or to have been) the session's."""

    def know(self, fences: Iterable[Fence]) -> None:
        self.own.update(dict.fromkeys(fences))
        while len(self.own) > _MOST_PAST:
            self.own.popitem(last=False)


class Seats:
    """`link`: a new one to the store."""

    def __init__(self, *, store: Store, clock: Clock, link: Callable[[], StoreLink]) -> None:
        self._store = store
        self._clock = clock
        self._link = link
        self.here: OrderedDict[SessionId, Seat] = OrderedDict()
        """The one that was heard last is the last."""

    async def of_new(self, session: Session, key: str) -> Seat:
        """For a session that says hello; it sits down when `take` says so. Raises `NotAllowed` for another key's."""
        note = Note(space=_SPACE, key=session.id, body=key.encode(), expires=later(self._clock.now(), _KEPT))
        [new] = await self._store.keep([Keep(note=note, new=True)], at=self._clock.now())
        if not new and await self._holder(session.id) != key:
            raise NotAllowed(f"session {session.id} is another worker's")
        return self.here.get(session.id) or Seat(session=session, key=key, link=self._link())

    async def of(self, session: SessionId, key: str) -> Seat | None:
        """None: the session is over. Raises `NotAllowed` for another key's."""
        seat = self.here.get(session)
        if seat is None:
            if await self._holder(session) != key:
                raise NotAllowed(f"session {session} is not of this worker's key")
            found = await self.found(session)
            if found is None:
                return None
            link = self._link()
            link.resume(found)
            seat = Seat(session=found, key=key, link=link)
            self.take(seat)
        if seat.key != key:
            raise NotAllowed(f"session {session} is not of this worker's key")
        self.here.move_to_end(session)
        return seat

    async def found(self, session: SessionId) -> Session | None:
        """As it stands in the ledger; None: it is over."""
        return next((one for one in await self._store.sessions() if one.id == session), None)

    def take(self, seat: Seat) -> None:
        old = self.here.pop(seat.session.id, None)
        if old is not None and old is not seat:
            old.link.leave()
        self.here[seat.session.id] = seat
        if len(self.here) > _MOST_SEATS:
            _session, longest_unheard = self.here.popitem(last=False)
            longest_unheard.link.leave()

    def leave(self, session: SessionId) -> None:
        """The session has ended."""
        self.here.pop(session, None)

    def close(self) -> None:
        """Hear no more hints; the sessions go on without us."""
        for seat in self.here.values():
            seat.link.leave()
        self.here.clear()

    async def _holder(self, session: SessionId) -> str | None:
        note = (await self._store.notes(_SPACE, [session], at=self._clock.now())).get(session)
        return None if note is None else note.body.decode()
