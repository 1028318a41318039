"""What is on its way to channels: kept until it is sent, and then shown for two weeks.

A delivery's id is made of what it is about. So however often it is added, it goes out once; only a server that dies
between sending and noting so sends it again, with the same id.
"""

import builtins
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tickwork.core.clock import DAY, SECOND, Clock, Instant, later
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import lowest_id
from tickwork.core.model import Run
from tickwork.core.notices import Delivery, Fate
from tickwork.core.pacing import Pace
from tickwork.store.protocol import Keep, Note, Store

KEPT_FOR: Final = 14 * DAY
SEAT: Final = 60 * SECOND
"""So long one server has a channel to itself without saying so again."""
_WAITING: Final = "notify.waiting"
_DONE: Final = "notify.done"
_PACES: Final = "notify.paces"
_SEATS: Final = "notify.seats"
_PAGE: Final = 1000
_LAST: Final = "~"
"""Behind every id."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is over."""

    delivery: Delivery
    fate: Fate
    at: Instant
    note: str = ""


class Outgoing:
    """Deliveries in a store."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, deliveries: Iterable[Delivery]) -> None:
        """Those that are neither on their way nor over."""
        by_id = {one.id: one for one in deliveries}
        if not by_id:
            return
        now = self._clock.now()
        over = await self._store.notes(_DONE, sorted(by_id), at=now)
        keeps = [
            Keep(note=Note(space=_WAITING, key=_key(one), body=to_json(one)), new=True)
            for one in by_id.values()
            if one.id not in over
        ]
        if keeps:
            await self._store.keep(keeps, at=now)

    async def channels(self) -> list[str]:
        """Those that something waits for."""
        found: list[str] = []
        after = ""
        while page := await self._store.notes_under(_WAITING, "", at=self._clock.now(), after=after, limit=1):
            found.append(_channel_of(page[0].key))
            after = f"{found[-1]}/{_LAST}"
        return found

    async def waiting(self, channel: str, *, limit: int) -> list[Delivery]:
        """Oldest first. Those that are over already (a server died before it could take them away) are taken away."""
        found: list[Delivery] = []
        while len(found) < limit:
            after = _key(found[-1]) if found else ""
            room = min(_PAGE, limit - len(found))
            page = await self._store.notes_under(_WAITING, f"{channel}/", at=self._clock.now(), after=after, limit=room)
            found += [from_json(note.body, Delivery) for note in page]
            if len(page) < room:
                break
        over = await self._over(found)
        await self._take_away([one for one in found if one.id in over])
        return [one for one in found if one.id not in over]

    async def tried(self, deliveries: Sequence[Delivery], error: str) -> None:
        """They could not be sent, and go on waiting."""
        for first in range(0, len(deliveries), _PAGE):
            again = [_once_more(one, error=error) for one in deliveries[first : first + _PAGE]]
            keeps = [Keep(note=Note(space=_WAITING, key=_key(one), body=to_json(one))) for one in again]
            await self._store.keep(keeps, at=self._clock.now())

    async def sent(self, deliveries: Sequence[Delivery], *, together: str = "") -> None:
        """They are over. `together`: the message that they were sent in, as one."""
        fate = Fate.DIGESTED if together else Fate.SENT
        note = f"{len(deliveries)} as one, {together}" if together else ""
        await self.settle([_once_more(one, error=one.error) for one in deliveries], fate, note=note)

    async def settle(self, deliveries: Sequence[Delivery], fate: Fate, *, note: str = "") -> None:
        """They are over."""
        now = self._clock.now()
        for first in range(0, len(deliveries), _PAGE):
            some = deliveries[first : first + _PAGE]
            done = [Done(delivery=one, fate=fate, at=now, note=note) for one in some]
            notes = [
                Note(space=_DONE, key=one.delivery.id, body=to_json(one), expires=later(now, KEPT_FOR)) for one in done
            ]
            await self._store.keep([Keep(note=note) for note in notes], at=now)
            await self._take_away(some)

    async def done(self, *, since: str, limit: int) -> builtins.list[Done]:
        """Those with ids behind `since`, oldest first."""
        found: list[Done] = []
        while len(found) < limit:
            after = found[-1].delivery.id if found else since
            room = min(_PAGE, limit - len(found))
            page = await self._store.notes_under(_DONE, "", at=self._clock.now(), after=after, limit=room)
            found += [from_json(note.body, Done) for note in page]
            if len(page) < room:
                break
        return found

    async def about(self, run: Run) -> tuple[builtins.list[Delivery], builtins.list[Done]]:
        """What is on its way about a run, and what is over: its notices are of moments that it has to do with."""
        moments = {moment for moment in (run.created, run.slot, run.ready_at, run.finished) if moment is not None}
        now, places = self._clock.now(), sorted({lowest_id(moment) for moment in moments})
        spaces = [(_DONE, place) for place in places]
        spaces += [(_WAITING, f"{channel}/{place}") for channel in await self.channels() for place in places]
        waiting: list[Delivery] = []
        done: list[Done] = []
        for space, place in spaces:
            for note in await self._store.notes_under(space, place, at=now, limit=_PAGE):
                if space == _DONE:
                    done.append(from_json(note.body, Done))
                else:
                    waiting.append(from_json(note.body, Delivery))
        over = {one.delivery.id for one in done}
        return (
            [one for one in waiting if one.notice.run == run.id and one.id not in over],
            [one for one in done if one.delivery.notice.run == run.id],
        )

    async def paces(self, channels: Sequence[str]) -> Mapping[str, Pace]:
        notes = await self._store.notes(_PACES, channels, at=self._clock.now())
        return {name: from_json(notes[name].body, Pace) if name in notes else Pace() for name in channels}

    async def keep_pace(self, channel: str, pace: Pace) -> None:
        now = self._clock.now()
        note = Note(space=_PACES, key=channel, body=to_json(pace), expires=later(now, KEPT_FOR))
        await self._store.keep([Keep(note=note)], at=now)

    async def sit(self, channel: str, who: str) -> bool:
        """Whether `who` has the channel to itself for the next `SEAT`: of several servers, one."""
        now = self._clock.now()
        note = Note(space=_SEATS, key=channel, body=who.encode(), expires=later(now, SEAT))
        again, anew = await self._store.keep([Keep(note=note, expect=who.encode()), Keep(note=note, new=True)], at=now)
        return again or anew

    async def leave(self, channel: str) -> None:
        await self._store.drop(_SEATS, [channel], at=self._clock.now())

    async def _over(self, deliveries: Sequence[Delivery]) -> set[str]:
        over: set[str] = set()
        for first in range(0, len(deliveries), _PAGE):
            ids = [one.id for one in deliveries[first : first + _PAGE]]
            over |= set(await self._store.notes(_DONE, ids, at=self._clock.now()))
        return over

    async def _take_away(self, deliveries: Sequence[Delivery]) -> None:
        if deliveries:
            await self._store.drop(_WAITING, [_key(one) for one in deliveries], at=self._clock.now())


def _once_more(one: Delivery, *, error: str) -> Delivery:
    return msgspec.structs.replace(one, tries=one.tries + 1, error=error)


def _key(one: Delivery) -> str:
    return f"{one.channel}/{one.id}"


def _channel_of(key: str) -> str:
    return key.rpartition("/")[0]
