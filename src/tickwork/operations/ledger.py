"""Planned against actual: every due moment of a job in a stretch of time, and what became of it."""

from collections.abc import Iterator, Sequence

from tickwork.core.clock import Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.model import PARTS, Gap, Run
from tickwork.core.sentences import gap_words, run_sentence
from tickwork.core.timing.occurrences import between
from tickwork.core.timing.schedule import Occurrence
from tickwork.errors import NotFound
from tickwork.operations.context import Context
from tickwork.operations.spans import Span, spans
from tickwork.operations.views import LedgerEntry
from tickwork.store.protocol import Kind, Order, RunFilter

_PAGE = 1000


class LedgerReads:
    """Reading the ledger as a whole."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    async def entries(self, job: JobId, *, start: Instant, end: Instant, limit: int = 10_000) -> list[LedgerEntry]:
        """Every occurrence with `start` ≤ slot < `end` in order, gaps expanded, then the runs that no schedule made.

        One that nobody decided yet is `pending` (it is due) or `planned` (it is not). Raises `NotFound`.
        """
        revisions = await self._store.revisions(Kind.JOB, job)
        if not revisions:
            raise NotFound(f"there is no job {job!r}; `tickwork ls` lists them")
        runs = await self.runs_between(job, start, end)
        gaps = await self._store.gaps(job=job, since=start, until=end, limit=limit)
        now = self._context.clock.now()
        by_key = {(run.schedule, run.nominal): run for run in runs}
        entries = [
            _entry(span, occurrence, by_key.get((span.id, occurrence.nominal)), gaps, now)
            for span in spans(revisions)
            for occurrence in _planned(span, start, end, limit)
        ]
        entries.extend(_manual(run, now) for run in runs if run.schedule is None and run.origin not in PARTS)
        return sorted(entries, key=lambda entry: (entry.slot or "", entry.run or ""))[:limit]

    async def runs_between(self, job: JobId, start: Instant, end: Instant) -> list[Run]:
        """Runs whose slot (without one: whose creation) lies in [start, end), oldest first."""
        found: list[Run] = []
        after = None
        where = RunFilter(job=job, since=start, order=Order.OLDEST)
        while page := await self._store.runs(where, after=after, limit=_PAGE):
            found.extend(run for run in page if start <= (run.created if run.slot is None else run.slot) < end)
            after = page[-1].id
        return found


def _planned(span: Span, start: Instant, end: Instant, limit: int) -> list[Occurrence]:
    after = max(span.after, Instant(start - 1))
    until = Instant(end - 1) if span.until is None else min(span.until, Instant(end - 1))
    return between(span.schedule, span.job, after, until, limit=limit) if after < until else []


def _entry(span: Span, occurrence: Occurrence, run: Run | None, gaps: Sequence[Gap], now: Instant) -> LedgerEntry:
    if run is not None:
        return LedgerEntry(
            job=span.job,
            slot=iso(occurrence.slot),
            schedule=span.id,
            entry="run",
            run=run.id,
            state=run.state,
            reason=run.reason,
            sentence=run_sentence(run, now=now),
        )
    gap = next(_covering(span, occurrence, gaps), None)
    if gap is not None:
        return LedgerEntry(
            job=span.job,
            slot=iso(occurrence.slot),
            schedule=span.id,
            entry="gap",
            gap=gap.id,
            state=gap.state,
            reason=gap.reason,
            sentence=gap_words(gap),
        )
    due = occurrence.slot <= now
    return LedgerEntry(
        job=span.job,
        slot=iso(occurrence.slot),
        schedule=span.id,
        entry="pending" if due else "planned",
        sentence="is due and not decided yet: is a scheduler running?" if due else "will be due",
    )


def _covering(span: Span, occurrence: Occurrence, gaps: Sequence[Gap]) -> Iterator[Gap]:
    return (gap for gap in gaps if gap.schedule == span.id and gap.first <= occurrence.slot <= gap.last)


def _manual(run: Run, now: Instant) -> LedgerEntry:
    return LedgerEntry(
        job=run.job,
        slot=iso(run.created),
        entry="run",
        run=run.id,
        state=run.state,
        reason=run.reason,
        sentence=run_sentence(run, now=now),
    )
