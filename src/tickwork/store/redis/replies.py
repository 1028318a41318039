"""Replies of the functions as values."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any, Protocol, TypeVar

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Fence
from tickwork.core.progress import Bar, Group
from tickwork.core.states import State
from tickwork.store.protocol import (
    BarRow,
    Born,
    Claim,
    ClaimLost,
    Crowd,
    Due,
    DueRow,
    Event,
    Kind,
    NewRun,
    Orders,
    Queued,
    RunDetail,
    Session,
)
from tickwork.store.redis import packing
from tickwork.store.redis.documents import body_of, document_of
from tickwork.store.redis.packing import epoch_of, reason_of, state_of

T = TypeVar("T")
Read = Callable[..., Awaitable[Any]]
_NAMES = 1000
_AS_WISHED = 1


def sliced(names: Sequence[T]) -> list[list[T]]:
    """So many as one call of the server looks at: during it nobody else is answered."""
    return [list(names[first : first + _NAMES]) for first in range(0, len(names), _NAMES)]


def padded(names: Sequence[T], values: Sequence[Any]) -> Iterable[tuple[T, Any]]:
    """Pairs. A Lua array ends before its trailing nils."""
    return zip_longest(names, values[: len(names)])


def born(outcomes: Sequence[Any], wished: Sequence[NewRun]) -> list[Born]:
    return [
        Born(run=new.run.id, state=new.run.state, reason=new.run.reason, existing=False)
        if outcome == _AS_WISHED
        else _otherwise(*outcome)
        for outcome, new in zip(outcomes, wished, strict=True)
    ]


def _otherwise(run: bytes, state: bytes, reason: bytes | None = None, existing: int | None = None) -> Born:
    return Born(
        run=RunId(run.decode()),
        state=state_of(state.decode()),
        reason=None if reason is None else reason_of(reason.decode()),
        existing=bool(existing),
    )


class OfClaim(Protocol):
    """What somebody says of a run that they hold."""

    @property
    def run(self) -> RunId: ...
    @property
    def fence(self) -> Fence: ...


def lost(refused: Sequence[int], said: Sequence[OfClaim]) -> list[ClaimLost]:
    """`refused`: which of what was said, as Lua counts, from 1."""
    return [ClaimLost(run=said[number - 1].run, fence=said[number - 1].fence) for number in refused]


def claims(reply: Sequence[Any]) -> list[Claim]:
    packed, params, numbers, texts, pins = reply
    bodies = [body_of(text) for text in texts]
    found = []
    for one, given, number, pinned in zip_longest(packed, params[: len(packed)], numbers, pins[: len(packed)]):
        run = packing.run_of(one)
        assert run.fence is not None  # it was given one just now
        found.append(Claim(run=run, fence=run.fence, body=bodies[number - 1], params=given, pins=pinned))
    return found


def due(reply: Sequence[Any]) -> Due:
    packed, gaps, texts, next_due, (ids, switches), version = reply
    rows = [packing.schedule_of(row, gap) for row, gap in padded(packed, gaps)]
    return Due(
        rows=[DueRow(row=row, body=body_of(text)) for row, text in zip(rows, texts, strict=True)],
        next_due=Instant(int(next_due)) if next_due else None,
        switches=[document_of(Kind.SWITCH, name.decode(), text) for name, text in zip(ids, switches, strict=True)],
        switch_version=version,
    )


def crowd(reply: Sequence[Any]) -> Crowd:
    jobs, projects, *more = reply
    found = [(JobId(job.decode()), project.decode()) for job, project in zip(jobs, projects, strict=True)]
    return Crowd(jobs=found, through=JobId(more[0].decode()) if more else None)


def orders(reply: Sequence[Any]) -> Orders:
    lost, cancels = reply
    return Orders(
        lost=bool(lost),
        cancels=[
            (RunId(run.decode()), Fence(epoch_of(epoch), n), cancel.decode()) for run, epoch, n, cancel in cancels
        ],
    )


def sessions(reply: Sequence[Any]) -> list[Session]:
    records, beats, seen, *others = reply
    found = [
        packing.session_of(record, int(beat), int(at), end, load, has)
        for record, beat, at, end, load, has in zip_longest(
            records, beats, seen, *(values[: len(records)] for values in others)
        )
    ]
    return sorted(found, key=lambda session: (session.opened, session.id))


def queues(reply: Sequence[bytes]) -> list[Queued]:
    found = [
        Queued(lane=lane.decode(), ready_at=Instant(int(ready_at)))
        for lane, ready_at in zip(reply[::2], reply[1::2], strict=True)
    ]
    return sorted(found, key=lambda queue: queue.lane)


def depths(reply: Sequence[Any]) -> dict[str, int]:
    return {lane.decode(): int(count) for lane, count in zip(reply[::2], reply[1::2], strict=True)}


def events(reply: Sequence[Any]) -> list[Event]:
    found = []
    for seq, packed in zip(*reply, strict=True):
        run = packing.run_of(packed)
        assert run.finished is not None  # only what ended is in the outbox
        found.append(Event(seq=int(seq), run=run.id, job=run.job, state=run.state, at=run.finished))
    return found


def detail(reply: Sequence[Any]) -> RunDetail | None:
    packed, params, result, error, pins = reply
    if packed is None:
        return None
    told = None if error is None else error.decode()
    return RunDetail(run=packing.run_of(packed), params=params, result=result, error=told, pins=pins)


def bars(reply: Sequence[bytes]) -> list[BarRow]:
    found = [(packing.unpack(packed), group) for group, packed in zip(reply[::2], reply[1::2], strict=True)]
    return [bar_row(packed, group) for packed, group in sorted(found)]


def bar_row(row: Sequence[Any], group: bytes) -> BarRow:
    _place, began, at, current, total, status = row
    # Lua writes whole numbers as integers
    bar = Bar(group=from_json(group, Group), current=float(current), total=float(total), status=status)
    return BarRow(bar=bar, began=began, at=at)


def counts(reply: Sequence[Any]) -> dict[State, int]:
    found = dict.fromkeys(State, 0)
    for state, n in zip(reply[::2], reply[1::2], strict=True):
        found[state_of(state.decode())] += int(n)
    return found
