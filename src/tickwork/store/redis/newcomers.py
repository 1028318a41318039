"""Jobs that are written for the first time: made ready here as they will stand on the server, whose one thread is
everybody's. What only the server knows (numbers of the audit, versions of rows) functions/lib/newcomers.lua puts in."""

from collections.abc import Sequence
from typing import NamedTuple

from tickwork.core.clock import SECOND, Instant
from tickwork.core.codec import to_json
from tickwork.core.model import Actor
from tickwork.store.protocol import Kind, Put, Timetable
from tickwork.store.redis.door import view_of
from tickwork.store.redis.packing import field, pack, texts

_FIRST = 1
"""The revision of what is new."""
_ROWS = b"\x91\x97"
"""How the packed rows of a job begin that has one: an array of one array of seven. The server adds the last two."""


class Newcomer(NamedTuple):
    """A job that was never there, as its put says, with its only row of the timetable."""

    put: Put
    row: Timetable | None


def newcomers(puts: Sequence[Put], changes: Sequence[Timetable]) -> dict[str, Newcomer]:
    """By id. New jobs that are not so simple (with two schedules, say) are not among them."""
    rows: dict[str, Timetable] = {}
    found: dict[str, Newcomer] = {}
    others: set[str] = set()
    for change in changes:
        if change.job in rows or not _is_first(change):
            others.add(change.job)
        rows[change.job] = change
    for put in puts:
        if put.kind is Kind.JOB:
            if put.id in found or put.expect != 0 or put.body is None:
                others.add(put.id)
            found[put.id] = Newcomer(put, rows.get(put.id))
    return {job: one for job, one in found.items() if job not in others} if others else found


def _is_first(change: Timetable) -> bool:
    """Of a schedule that is called as the server expects it (timetable.lua)."""
    return (
        change.expect is None
        and change.revision is None
        and not change.remove
        and change.schedule.rpartition("#")[0] == change.job
    )


def columns(found: Sequence[Newcomer], *, by: Actor, at: Instant, verb: str, note: str | None) -> bytes:
    """What functions/lib/newcomers.lua takes."""
    who = b",%d,%b,%b," % (at, to_json(by.kind), to_json(by.name))
    before = b"\x98" + b"".join(map(pack, (at, by.kind, by.name, verb, Kind.JOB)))
    after = pack(_FIRST) + pack(field(note))
    ids = [one.put.id for one in found]
    return b"".join(
        (
            pack(ids),
            pack([one.put.name != one.put.id and one.put.name for one in found]),
            texts([_head(one.put) + who for one in found]),
            texts([b"]%b}" % view_of(one.put.id, one.put.body or b"") for one in found]),
            texts([before + pack(job) + after for job in ids]),
            texts([_rows(one.row) for one in found]),
            pack([_seconds(one.row) for one in found]),
        )
    )


def _head(put: Put) -> bytes:
    """A document's text (functions/lib/documents.lua) up to its owner."""
    body = put.body or b""
    named = (to_json(put.project), to_json(put.name), to_json(put.owner))
    return b'{"size":%d,"job":%b,"meta":[%d,%b,%b,%b' % (len(body), body, _FIRST, *named)


def _rows(row: Timetable | None) -> bytes | None:
    if row is None:
        return None
    return _ROWS + pack([row.schedule, row.project, _FIRST, row.cursor, field(row.due)])[1:]


def _seconds(row: Timetable | None) -> str | bool:
    return False if row is None or row.due is None else repr(row.due / SECOND)
