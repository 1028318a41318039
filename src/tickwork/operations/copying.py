"""Copy everything from one store to another, prove that it arrived, and nothing of the old claims with it."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable

import msgspec

from tickwork.errors import Conflict
from tickwork.store.protocol import Capability, Part, RunRecord, ScheduleRow, Snapshot, Store

PAGE = 1000
_MODULUS = 1 << 256
_SCHEDULES = msgspec.msgpack.Decoder(ScheduleRow)
_RUNS = msgspec.msgpack.Decoder(RunRecord)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a part holds: how many records, and a checksum that does not depend on their order."""

    records: int
    checksum: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a copy is."""

    part: Part
    records: int


Tallies = dict[Part, Tally]


async def copy(source: Store, target: Store, *, told: Callable[[Progress], None] = lambda _: None) -> Tallies:
    """Copy all parts, verify them by count and checksum, begin a new fence epoch in the target.

    Resumable: what is there already is left alone, so a copy that was cut short is simply repeated. The target must
    hold nothing else. Raises `Conflict` if it does, or if a source without snapshots was written to meanwhile.
    """
    async with source.snapshot() as snapshot:
        wanted = await _load_all(snapshot, target, told)
    if Capability.SNAPSHOT not in source.capabilities:
        await _refuse_a_moving_source(source, wanted)
    found = await tally(target)
    await target.renew_epoch()
    if differing := [part for part in Part if found[part] != wanted[part]]:
        raise Conflict(
            f"the copy differs from its source in: {', '.join(differing)}; {target.url} must be empty before a copy "
            "(or hold a part of this one), and nobody may work on it meanwhile"
        )
    return wanted


async def tally(store: Store) -> Tallies:
    """Count and checksum of every part."""
    async with store.snapshot() as snapshot:
        return {part: _total([_sum(part, records) async for records in _pages(snapshot, part)]) for part in Part}


async def _load_all(snapshot: Snapshot, target: Store, told: Callable[[Progress], None]) -> Tallies:
    tallies: Tallies = {}
    for part in Part:
        sums: list[tuple[int, int]] = []
        async for records in _pages(snapshot, part):
            await target.load(part, records)
            sums.append(_sum(part, records))
            told(Progress(part=part, records=sum(count for count, _ in sums)))
        tallies[part] = _total(sums)
    return tallies


async def _pages(snapshot: Snapshot, part: Part) -> AsyncIterator[list[bytes]]:
    after: str | None = None
    while True:
        page = await snapshot.page(part, after=after, limit=PAGE)
        yield page.records
        if (after := page.after) is None:
            return


async def _refuse_a_moving_source(source: Store, copied: Tallies) -> None:
    if await tally(source) != copied:
        raise Conflict(
            f"{source.url} cannot be read as of one moment, and it was written to while it was copied; "
            "stop its servers and workers, then copy again"
        )


def _sum(part: Part, records: Iterable[bytes]) -> tuple[int, int]:
    """Count and sum of digests."""
    count, total = 0, 0
    for record in records:
        same = _BARE[part](record) if part in _BARE else record
        count, total = count + 1, total + int.from_bytes(hashlib.sha256(same).digest())
    return count, total % _MODULUS


def _bare_schedule(record: bytes) -> bytes:
    return msgspec.msgpack.encode(msgspec.structs.replace(_SCHEDULES.decode(record), version=0))


def _bare_run(record: bytes) -> bytes:
    whole = _RUNS.decode(record)
    return msgspec.msgpack.encode(msgspec.structs.replace(whole, run=msgspec.structs.replace(whole.run, fence=None)))


def _total(sums: Iterable[tuple[int, int]]) -> Tally:
    count, total = 0, 0
    for records, digest in sums:
        count, total = count + records, (total + digest) % _MODULUS
    return Tally(records=count, checksum=f"{total:064x}")


_BARE: dict[Part, Callable[[bytes], bytes]] = {Part.TIMETABLE: _bare_schedule, Part.RUNS: _bare_run}
"""What does not count in a comparison: a timetable row's version and a claim's fence are the store's own."""
