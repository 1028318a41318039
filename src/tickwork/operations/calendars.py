"""Named calendars: days that schedules exclude by name, from lists, iCalendar files or public holidays."""

import builtins
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from tickwork.core.clock import to_datetime
from tickwork.core.codec import to_json
from tickwork.core.ids import JobId
from tickwork.core.model import Job
from tickwork.core.timing.calendars import holidays_of, listed
from tickwork.core.timing.ending import over_because
from tickwork.core.timing.ics import from_ics
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.checking import check
from tickwork.operations.context import Context
from tickwork.operations.frozen import Calendar, calendar_of, excluded_calendars, freeze, read_calendars
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.saving import Saver
from tickwork.store.protocol import Document, Kind, Put

_YEARS = 10
_MENTION = b'"calendars"'


class CalendarView(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar as people see it."""

    name: str
    days: Sequence[str]
    """ISO-8601, in order."""
    source: str
    version: str
    """Of its content: what the revisions of jobs that exclude it name."""
    jobs: Sequence[str]
    """The ids of the jobs that exclude it."""
    over: Sequence[str] = ()
    """Of a change: each schedule that will never be due again because of it, in words."""


class CalendarVerbs:
    """The verbs on calendars."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs
        self._saver = Saver(context)

    async def put(
        self,
        name: str,
        *,
        days: Iterable[date | str] = (),
        ics: str | None = None,
        country: str | None = None,
        subdivision: str | None = None,
        years: int | None = None,
    ) -> CalendarView:
        """Create the calendar or replace its days, by exactly one of: a list of days, the text of an iCalendar file,
        the public holidays of a country.

        `years`: so many from this year on (default 10) of what goes on for ever. The jobs that exclude it get a new
        revision in the same transaction, and follow from now on. Raises `InvalidDefinition`.
        """
        first = to_datetime(self._context.clock.now()).year
        calendar = made(name, days=days, ics=ics, country=country, subdivision=subdivision, years=years, first=first)
        users = await self._users(name)
        known = {**await read_calendars(self._store), name: calendar}
        changed = [freeze(job, known) for job in users]
        for job in changed:
            check(job, may_be_over=True)
        put = Put(kind=Kind.CALENDAR, id=name, body=to_json(calendar), name=name)
        await self._saver.write(changed, remove=(), owner=None, also=[put], verb="calendar")
        return msgspec.structs.replace(_view(calendar, users), over=self._over(users, changed))

    async def list(self) -> Sequence[CalendarView]:
        """All calendars, by name."""
        calendars = await read_calendars(self._store)
        jobs = [decode_job(document) for document in await self._mentioning()]
        return [
            _view(calendar, [job for job in jobs if name in excluded_calendars(job)])
            for name, calendar in sorted(calendars.items())
        ]

    async def show(self, name: str) -> CalendarView:
        """One calendar. Raises `NotFound`."""
        return _view(await self._find(name), await self._users(name))

    async def delete(self, name: str) -> None:
        """Raises `NotFound`, and `Conflict` while a job excludes it."""
        await self._find(name)
        users = await self._users(name)
        if users:
            some = ", ".join(job.id for job in users[:5]) + (" …" if len(users) > 5 else "")  # noqa: PLR2004 (a line)
            raise Conflict(f"calendar {name} is excluded by {some}; change those jobs first")
        put = Put(kind=Kind.CALENDAR, id=name, body=None, name=name)
        now = self._context.clock.now()
        await self._store.put([put], by=self._context.actor, at=now, verb="delete")

    async def _find(self, name: str) -> Calendar:
        document = await self._store.get(Kind.CALENDAR, name)
        if document is None:
            raise NotFound(f"there is no calendar {name!r}; `tickwork calendar ls` lists them")
        return calendar_of(document)

    async def _users(self, name: str) -> builtins.list[Job]:
        jobs = [decode_job(document) for document in await self._mentioning()]
        return [job for job in jobs if name in excluded_calendars(job)]

    async def _mentioning(self) -> builtins.list[Document]:
        return [document for document in await self._jobs.all() if _MENTION in (document.body or b"")]

    def _over(self, before: Sequence[Job], after: Sequence[Job]) -> builtins.list[str]:
        """Schedules that have a next moment before the change and none after it."""
        now = self._context.clock.now()
        return [
            f"schedule {new.key} of job {job.id} will never be due again: {why}"
            for job, changed in zip(before, after, strict=True)
            for old, new in zip(job.schedules, changed.schedules, strict=True)
            if (why := over_because(new, job.id, now)) and over_because(old, job.id, now) is None
        ]


def made(
    name: str,
    *,
    days: Iterable[date | str] = (),
    ics: str | None = None,
    country: str | None = None,
    subdivision: str | None = None,
    years: int | None = None,
    first: int,
) -> Calendar:
    """The calendar that `put` makes in the year `first`. Raises `InvalidDefinition`."""
    given = [str(day) for day in days]
    if not name.strip() or bool(given) + (ics is not None) + (country is not None) != 1:
        raise InvalidDefinition(f"calendar {name!r}: give a name, and days, ics or country (one of the three)")
    if given:
        found = listed(name, given, first=date.min, last=date.max)
        return Calendar(name=name, days=found, source="a list of days")
    begin, end = date(first, 1, 1), date(first + (years or _YEARS) - 1, 12, 31)
    span = f"{first} to {end.year}"
    if country is not None:
        found = holidays_of(name, country, subdivision=subdivision, first=begin, last=end)
        where = country if subdivision is None else f"{country}-{subdivision}"
        return Calendar(name=name, days=found, source=f"public holidays of {where}, {span}")
    found = from_ics(name, ics or "", first=begin, last=end)
    return Calendar(name=name, days=found, source=f"an iCalendar file, {span}")


def _view(calendar: Calendar, jobs: Iterable[Job]) -> CalendarView:
    return CalendarView(
        name=calendar.name,
        days=[day.isoformat() for day in calendar.days],
        source=calendar.source,
        version=calendar.freeze().version,
        jobs=[JobId(job.id) for job in jobs],
    )
