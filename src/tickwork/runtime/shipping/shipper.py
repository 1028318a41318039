"""Ships the logs of ended runs to a sink elsewhere. While the sink is away they wait; runs wait for nothing."""

from collections.abc import Mapping
from typing import ClassVar, Final

from tickwork.core.clock import SECOND, Clock, Duration, later
from tickwork.core.ids import RunId, SessionId
from tickwork.core.model import Run
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.shipping.lines import Line, ended, said
from tickwork.runtime.shipping.sinks import Sink
from tickwork.runtime.shipping.waiting import Waiting
from tickwork.service import NAP, Service
from tickwork.store.protocol import Chunk, Keep, Note, Store
from tickwork.telemetry import Notice, Telemetry

_AT_ONCE: Final = 50
"""Runs of one look …"""
_LINES: Final = 5000
"""… and lines of one request, about."""
_PAGE: Final = 1000
_LAST_WORDS: Final = 2 * SECOND
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 300.0
_SEAT: Final = Duration(120 * SECOND)
_SPACE, _KEY = "ship.seat", "seat"


class Shipper(Service):
    """Of several servers one ships; it has the seat for two minutes after its last look."""

    name: ClassVar[str] = "shipper"

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry, sink: Sink, who: SessionId) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._waiting = Waiting(store=store, clock=clock)
        self._sink = sink
        self._who = who
        self._refused = 0
        self._next = 0.0

    async def tick(self) -> float:
        if self.clock.monotonic() < self._next or not await self._has_seat():
            return NAP
        waiting = await self._waiting.first(_AT_ONCE)
        known = await self._store.get_runs(waiting)
        runs = [run for run in waiting if run not in known or self._is_whole(known[run])]
        if not runs:
            return NAP
        try:
            await self._ship(runs, known)
        except NotDelivered as error:
            self._fall_back(error)
            return NAP
        if self._refused:
            self.telemetry.emit(Notice(text=f"logs are shipped again, after {self._refused} refusals"))
        self._refused = 0
        return 0.0 if len(runs) == _AT_ONCE else NAP

    def _is_whole(self, run: Run) -> bool:
        """Its last lines may come after its end."""
        return (run.finished or 0) <= later(self.clock.now(), -_LAST_WORDS)

    async def _has_seat(self) -> bool:
        now = self.clock.now()
        held = (await self._store.notes(_SPACE, [_KEY], at=now)).get(_KEY)
        mine = self._who.encode()
        if held is not None and held.body != mine:
            return False
        note = Note(space=_SPACE, key=_KEY, body=mine, expires=later(now, _SEAT))
        keep = Keep(note=note, new=True) if held is None else Keep(note=note, expect=mine)
        return await self._store.keep([keep], at=now) == [True]

    async def _ship(self, runs: list[RunId], known: Mapping[RunId, Run]) -> None:
        """A run is done when all its lines were taken: one whose acknowledgement got lost comes again."""
        lines, whole = list[Line](), list[RunId]()
        for run in runs:
            if run in known:
                for attempt in range(1, max(known[run].attempt, 1) + 1):
                    lines += said(known[run], attempt, await self._log(known[run], attempt))
                lines.append(ended(known[run]))
            whole.append(run)
            if len(lines) >= _LINES:
                await self._send(lines, whole)
                lines, whole = [], []
        await self._send(lines, whole)

    async def _send(self, lines: list[Line], runs: list[RunId]) -> None:
        for first in range(0, len(lines), _LINES):
            await self._sink.take(lines[first : first + _LINES])
        if runs:
            await self._waiting.done(runs)

    async def _log(self, run: Run, attempt: int) -> list[Chunk]:
        chunks: list[Chunk] = []
        while True:
            after = chunks[-1].seq if chunks else -1
            page = await self._store.read_log(run.id, attempt=attempt, after=after, limit=_PAGE)
            chunks += page
            if len(page) < _PAGE:
                return chunks

    def _fall_back(self, error: NotDelivered) -> None:
        """Later and later, but for ever; told the 1st, 2nd, 4th, 8th … time."""
        wait = min(_FIRST_WAIT * 2 ** min(self._refused, 20), _LONGEST_WAIT)
        self._next = self.clock.monotonic() + wait
        self._refused += 1
        if self._refused.bit_count() == 1:
            self.telemetry.emit(Notice(text=f"logs are not shipped ({self._refused} refusals in a row): {error}"))
