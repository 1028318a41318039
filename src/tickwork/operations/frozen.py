"""Named calendars, and how their content gets into the schedules that exclude them.

What decides occurrences is frozen with the revision that decides: a calendar that changes makes new revisions of
the jobs that use it, and history expands the same for ever.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b

import msgspec

from tickwork.core.codec import from_json
from tickwork.core.model import Job
from tickwork.core.timing.schedule import FrozenCalendar, Schedule
from tickwork.errors import InvalidDefinition
from tickwork.operations.paging import every
from tickwork.store.protocol import Document, Documents, Kind


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A named calendar, as stored."""

    name: str
    days: tuple[date, ...]
    """In order, each once."""
    source: str
    """Where the days come from, in words."""

    def freeze(self) -> FrozenCalendar:
        """Its content; the version is the same for the same days."""
        text = " ".join(day.isoformat() for day in self.days)
        version = blake2b(text.encode(), digest_size=6).hexdigest()
        return FrozenCalendar(name=self.name, days=self.days, version=version)


Calendars = Mapping[str, Calendar]


def calendar_of(document: Document) -> Calendar:
    return from_json(document.body or b"", Calendar)


async def read_calendars(store: Documents) -> dict[str, Calendar]:
    """All calendars, by name."""
    return {d.id: calendar_of(d) for d in await every(store, Kind.CALENDAR)}


async def freeze_all(jobs: Sequence[Job], store: Documents) -> list[Job]:
    """The jobs with the present content of the calendars that they exclude. Raises `InvalidDefinition`."""
    if not any(excluded_calendars(job) for job in jobs):
        return list(jobs)
    calendars = await read_calendars(store)
    return [freeze(job, calendars) for job in jobs]


def freeze(job: Job, calendars: Calendars) -> Job:
    """The job with the content of the calendars that it excludes. Raises `InvalidDefinition` for an unknown one."""
    if not excluded_calendars(job):
        return job
    return msgspec.structs.replace(job, schedules=tuple(_freeze(s, job, calendars) for s in job.schedules))


def excluded_calendars(job: Job) -> set[str]:
    """The names of the calendars that its schedules exclude."""
    return {name for s in job.schedules if s.exclude is not None for name in s.exclude.calendars}


def _freeze(schedule: Schedule, job: Job, calendars: Calendars) -> Schedule:
    exclude = schedule.exclude
    if exclude is None or not exclude.calendars:
        return schedule
    # A definition that comes from elsewhere (a simulation, another store) may bring the content along.
    brought = {calendar.name: calendar for calendar in exclude.frozen}
    known = brought | {name: calendar.freeze() for name, calendar in calendars.items()}
    unknown = [name for name in exclude.calendars if name not in known]
    if unknown:
        raise InvalidDefinition(f"job {job.id}: there is no calendar {unknown[0]!r}; {_known(calendars)}")
    frozen = tuple(known[name] for name in dict.fromkeys(exclude.calendars))
    return msgspec.structs.replace(schedule, exclude=msgspec.structs.replace(exclude, frozen=frozen))


def _known(calendars: Calendars) -> str:
    if not calendars:
        return "there are none yet; `tickwork calendar put NAME DAY…` makes one"
    return f"there are {', '.join(sorted(calendars))}"
