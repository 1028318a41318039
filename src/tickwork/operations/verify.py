"""Is the ledger whole? Every occurrence of every revision of every schedule, against the entries that stand for it.

The occurrences come from `core/expansion`, which is not the code that the scheduler used.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from tickwork.core.clock import HOUR, Instant, iso
from tickwork.core.expansion import Expansion
from tickwork.core.ids import JobId, RunId, ScheduleId
from tickwork.core.model import Gap, Run
from tickwork.errors import Conflict
from tickwork.operations.account import (
    Account,
    Entry,
    Flaw,
    Stretch,
    Trouble,
    entry_of_gap,
    entry_of_run,
)
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs
from tickwork.operations.paging import every
from tickwork.operations.spans import Span, spans
from tickwork.store.protocol import Document, Kind, Order, RunFilter, ScheduleRow

_PAGE = 1000
_EVERY_GAP = 10_000_000
_ATTEMPTS = 50
_FOREVER = Instant(1 << 62)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with the ledger."""

    job: str
    schedule: str
    slot: str | None
    problem: Flaw
    sentence: str


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what is wrong. `occurrences`: due moments that the ledger has to account for."""

    jobs: int
    occurrences: int
    findings: list[Finding]


class _Records(msgspec.Struct, frozen=True, kw_only=True):
    """What the store holds about one job at one moment."""

    job: JobId
    revisions: list[Document]
    rows: list[ScheduleRow]
    runs: list[Run]
    gaps: list[Gap]
    pruned: Instant


class Verify:
    """The verb that holds the ledger against the schedules."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def check(self, job: str | None = None) -> VerifyReport:
        """The whole ledger, deleted jobs included, or that of one job (its id, or the name of one that exists).

        What the pruner took away is not missed. May run beside schedulers. Raises `NotFound`.
        """
        return await self._check(await self._every_job() if job is None else [await self._job(job)])

    async def some(self, *, after: str | None, limit: int) -> tuple[VerifyReport, str | None]:
        """The ledger of the first `limit` jobs behind `after`, and behind which one the others are (None: none)."""
        documents = await self._store.find(Kind.JOB, deleted=True, after=after, limit=limit)
        report = await self._check([JobId(document.id) for document in documents])
        return report, documents[-1].id if len(documents) == limit else None

    async def _check(self, names: Sequence[JobId]) -> VerifyReport:
        occurrences, findings = 0, []
        for name in names:
            records = await self._read(name)
            for schedule, account in _accounts(records):
                findings += [_finding(name, schedule, trouble) for trouble in account.settle()]
                occurrences += account.occurrences
            findings += [_finding(name, schedule, trouble) for schedule, trouble in _timetable(records)]
        return VerifyReport(jobs=len(names), occurrences=occurrences, findings=findings)

    async def _job(self, name: str) -> JobId:
        if await self._store.revisions(Kind.JOB, name):
            return JobId(name)
        return (await self._jobs.find(name)).id

    async def _every_job(self) -> list[JobId]:
        return [JobId(document.id) for document in await every(self._store, Kind.JOB, deleted=True)]

    async def _read(self, job: JobId) -> _Records:
        """The job's records as they were at one moment: read again until no scheduler wrote meanwhile."""
        recently = Instant(self._context.clock.now() - HOUR)
        runs = await self._runs(job, since=None)
        for _ in range(_ATTEMPTS):
            rows = await self._store.timetable([job])
            runs |= await self._runs(job, since=recently)
            gaps = await self._store.gaps(job=job, limit=_EVERY_GAP)
            pruned = await self._store.pruned([job])
            revisions = await self._store.revisions(Kind.JOB, job)
            if rows == await self._store.timetable([job]):
                return _Records(
                    job=job,
                    revisions=revisions,
                    rows=rows,
                    runs=list(runs.values()),
                    gaps=gaps,
                    pruned=pruned.get(job, Instant(-1)),
                )
        raise Conflict(f"job {job} changes faster than it can be read; verify it again when less is going on")

    async def _runs(self, job: JobId, *, since: Instant | None) -> dict[RunId, Run]:
        """The runs that schedules made."""
        found: dict[RunId, Run] = {}
        where, after = RunFilter(job=job, since=since, order=Order.OLDEST), None
        while page := await self._store.runs(where, after=after, limit=_PAGE):
            found.update((run.id, run) for run in page if run.schedule is not None)
            after = page[-1].id
        return found


def _accounts(records: _Records) -> Iterator[tuple[ScheduleId, Account]]:
    """An account for each schedule that the job has or had, and for each that entries name."""
    known = _by_schedule(records)
    cursors = {row.schedule: row.cursor for row in records.rows}
    entries = _entries(records)
    for schedule in {**known, **entries}:
        yield (
            schedule,
            Account(
                stretches=_stretches(known.get(schedule, ()), cursors.get(schedule)),
                entries=entries.get(schedule, ()),
                cursor=cursors.get(schedule) if _foreseen(known.get(schedule, ())) else None,
                pruned=records.pruned,
            ),
        )


def _stretches(known: Sequence[Span], cursor: Instant | None) -> list[Stretch]:
    """What each span has to account for: all of it, and of the one in force what is decided."""
    decided = Instant(-1) if cursor is None else cursor
    stretches = []
    for span in known:
        expansion = Expansion(span.schedule, span.job)
        until = span.until if span.until is not None else decided if expansion.foreseen else _FOREVER
        stretches.append(Stretch(expansion=expansion, after=span.after, until=until))
    return stretches


def _entries(records: _Records) -> Mapping[ScheduleId, list[Entry]]:
    found: dict[ScheduleId, list[Entry]] = {}
    for run in records.runs:
        if run.schedule is not None:
            found.setdefault(run.schedule, []).append(entry_of_run(run))
    for gap in records.gaps:
        found.setdefault(gap.schedule, []).append(entry_of_gap(gap))
    return found


def _timetable(records: _Records) -> Iterator[tuple[ScheduleId, Trouble]]:
    """What is wrong with the lines of the timetable themselves."""
    in_force = {span.id: span for span in spans(records.revisions) if span.until is None}
    rows = {row.schedule: row for row in records.rows}
    for schedule in in_force.keys() - rows.keys():
        yield schedule, _trouble(Flaw.CURSOR, None, "it is in force, but the timetable has no line for it")
    for schedule in rows.keys() - in_force.keys():
        yield schedule, _trouble(Flaw.CURSOR, None, "the timetable has a line for it, but it is not in force")
    for schedule in rows.keys() & in_force.keys():
        for trouble in _line(rows[schedule], in_force[schedule], records.revisions[-1].revision):
            yield schedule, trouble


def _line(row: ScheduleRow, span: Span, revision: int) -> Iterator[Trouble]:
    if row.revision != revision:
        words = f"the timetable goes by revision {row.revision}, but {revision} is in force"
        yield _trouble(Flaw.CURSOR, None, words)
    expansion = Expansion(span.schedule, span.job)
    if not expansion.foreseen:
        return
    expected = expansion.first_after(row.cursor, until=row.due)
    if expected != row.due:
        # An earlier one than the timetable's, or none where it has one: then what does come next?
        expected = expected or expansion.first_after(row.cursor)
        words = f"the timetable has {iso(row.due) or 'nothing'} as its next moment, the schedule {iso(expected)}"
        yield _trouble(Flaw.DUE, row.due, words)


def _trouble(problem: Flaw, slot: Instant | None, words: str) -> Trouble:
    return Trouble(problem=problem, slot=slot, words=words)


def _by_schedule(records: _Records) -> dict[ScheduleId, list[Span]]:
    found: dict[ScheduleId, list[Span]] = {}
    for span in spans(records.revisions):
        found.setdefault(span.id, []).append(span)
    return found


def _foreseen(known: Iterable[Span]) -> bool:
    """Whether the schedule that is in force has times of its own, so that its cursor says something."""
    return any(span.until is None and Expansion(span.schedule, span.job).foreseen for span in known)


def _finding(job: JobId, schedule: ScheduleId, trouble: Trouble) -> Finding:
    return Finding(
        job=job,
        schedule=schedule,
        slot=iso(trouble.slot),
        problem=trouble.problem,
        sentence=f"{schedule}: {trouble.words}",
    )
