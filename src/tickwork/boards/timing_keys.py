"""The keys that say when: triggers, exclusions and the policies of a schedule."""

import re
from datetime import date, time
from typing import Any

import msgspec

from tickwork.boards.kinds import Key, OneOrMany, Table, Unfit, keys
from tickwork.boards.scalars import Choice, Length, Number, Parsed, Text, Whole, Zone
from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Duration
from tickwork.core.timing.schedule import (
    CatchUp,
    Decay,
    Exclusion,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    MonthEnd,
    Roll,
    Weekday,
    Window,
)

_UNITS = {
    "seconds": SECOND,
    "minutes": MINUTE,
    "hours": HOUR,
    "days": DAY,
    "weeks": 7 * DAY,
    "months": round(30.4375 * DAY),
    "quarters": 91 * DAY,
    "years": round(365.25 * DAY),
}
"""Lengths that are added up; a month here is the average one (calendar months have a trigger of their own)."""

_SPAN = re.compile(r"\s*([0-9:]+)\s*[-\N{EN DASH}]\s*([0-9:]+)\s*")
_LARGEST_UNIT = 1_000_000_000_000
_LONGEST = 400 * 366 * DAY


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """`every`, before its anchor is read in the schedule's zone."""

    interval: Duration
    anchor: str | None = None
    decay: Decay | None = None


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """`months`, before its anchor is read in the schedule's zone."""

    months: int
    anchor: str | None = None
    month_end: MonthEnd = MonthEnd.LAST


class CatchUpRule(msgspec.Struct, frozen=True, kw_only=True):
    """`catch_up` with its limits, as one value."""

    policy: CatchUp = CatchUp.LATEST
    max_count: int | None = None
    max_age: Duration | None = None


def _time_of_day(text: str) -> time:
    read = time.fromisoformat(text)
    if read.tzinfo is not None:
        raise ValueError(text)
    return read


def _span(text: str) -> Window:
    if not (match := _SPAN.fullmatch(text)):
        raise ValueError(text)
    return Window(start=_time_of_day(match[1]), end=_time_of_day(match[2]))


def _window(values: dict[str, Any]) -> Window | None:
    if len({"start", "end"} & set(values)) == 2:  # noqa: PLR2004 (both of the two)
        return Window(**values)
    raise Unfit("needs start and end, like {start: '22:00', end: '06:00', note: backup}")


def _interval(values: dict[str, Any]) -> Interval:
    units = [round(amount * _UNITS[unit]) for unit, amount in values.items() if unit in _UNITS]
    length = values.get("interval", 0) + sum(units)
    if length <= 0 or ("interval" in values and units):
        raise Unfit("needs an interval: 1h30m, or units that are added up, like hours: 1, minutes: 30")
    if length > _LONGEST:
        raise Unfit("is longer than 400 years")
    return Interval(interval=Duration(length), anchor=values.get("anchor"), decay=values.get("decay"))


def _decay(values: dict[str, Any]) -> Decay:
    if len(values) < 2:  # noqa: PLR2004 (factor and step)
        raise Unfit("needs factor and step, like {factor: 2, step: 1d}")
    return Decay(**values)


def _calendar(values: dict[str, Any]) -> Calendar:
    if "months" not in values:
        raise Unfit("needs months, like {months: 3}")
    return Calendar(**values)


_ANCHOR = Key(name="anchor", kind=Text(form="a time, like 2026-01-01T03:00"), doc="A moment that it is counted from.")
_TIME_OF_DAY = Parsed(parse=_time_of_day, what="a time of day", form="22:00")
_DAY = Parsed(parse=date.fromisoformat, what="a date", form="2026-12-25")

DECAY = keys(
    Key(name="factor", kind=Number(minimum=1e-6, maximum=1e6), doc="What the interval is multiplied by at each step."),
    Key(name="step", kind=Length(), doc="How often it is multiplied."),
)
EVERY = keys(
    Key(name="interval", kind=Length(), doc="The interval; or say it in units."),
    *(Key(name=unit, kind=Number(minimum=0, maximum=_LARGEST_UNIT), doc=f"So many {unit}.") for unit in _UNITS),
    _ANCHOR,
    Key(name="decay", kind=Table(keys=DECAY, build=_decay, form="{factor: 2, step: 1d}"), doc="It changes with age."),
)
MONTHS = keys(
    Key(name="months", kind=Whole(minimum=1, maximum=1200), doc="So many calendar months (12: a year)."),
    _ANCHOR,
    Key(name="month_end", kind=Choice(MonthEnd), doc="What a month does that does not have the anchor's day."),
)
TRIGGERS = keys(
    Key(name="cron", kind=Text(form="a cron expression, like 30 2 * * *"), doc="Cron fields, an @alias or @reboot."),
    Key(
        name="every",
        kind=Table(keys=EVERY, build=_interval, short=Length(), short_key="interval", form="90s, 1h30m or {hours: 2}"),
        doc="A fixed interval.",
    ),
    Key(
        name="months",
        kind=Table(
            keys=MONTHS,
            build=_calendar,
            short=Whole(minimum=1, maximum=1200),
            short_key="months",
            form="3 or {months: 3, anchor: 2026-01-31T03:00}",
        ),
        doc="Every so many calendar months.",
    ),
    Key(name="at", kind=OneOrMany(kind=Text(form="a time, like 2026-12-24T18:00")), doc="Once at each of these times."),
    Key(name="after_completion", kind=Length(zero=True), doc="So long after the job's last run ended."),
)

WINDOW = keys(
    Key(name="start", kind=_TIME_OF_DAY, doc="From this local time on …"),
    Key(name="end", kind=_TIME_OF_DAY, doc="… until before this one; may be on the next day."),
    Key(name="note", kind=Text(empty=True), doc="Why."),
)
_WINDOWS = Table(
    keys=WINDOW,
    build=_window,
    short=Parsed(parse=_span, what="a part of the day", form="22:00-06:00"),
    form="22:00-06:00 or {start: '22:00', end: '06:00', note: backup}",
)
EXCLUDE = keys(
    Key(name="windows", kind=OneOrMany(kind=_WINDOWS), doc="Parts of every day."),
    Key(name="weekdays", kind=OneOrMany(kind=Choice(Weekday)), doc="Days of the week."),
    Key(name="days", kind=OneOrMany(kind=_DAY), doc="Single days."),
    Key(name="calendars", kind=OneOrMany(kind=Text(form="a calendar's name")), doc="Named calendars."),
    Key(name="roll", kind=Choice(Roll), doc="Where an occurrence on an excluded day goes."),
)

CATCH_UP = keys(
    Key(name="policy", kind=Choice(CatchUp), doc="Which missed occurrences run after all."),
    Key(name="max_count", kind=Whole(minimum=1, maximum=1_000_000), doc="With all: at most so many, the latest."),
    Key(name="max_age", kind=Length(), doc="Older occurrences are never caught up."),
)

_MOMENT = Text(form="a time, like 2026-12-24T18:00")
TIMING = keys(
    Key(name="zone", kind=Zone(), doc="The time zone that times are meant in (default: UTC)."),
    Key(name="from", kind=_MOMENT, nullable=True, doc="Nothing is due before."),
    Key(name="until", kind=_MOMENT, nullable=True, doc="Nothing is due later."),
    Key(name="duration", kind=Length(), nullable=True, doc="Nothing is due later than this after the beginning."),
    Key(name="repeat", kind=Whole(minimum=1, maximum=2**53), nullable=True, doc="At most so many occurrences."),
    Key(name="gap", kind=Choice(GapPolicy), doc="What a time does that the clock jumps over in spring."),
    Key(name="fold", kind=Choice(FoldPolicy), doc="What a time does that the clock passes twice in autumn."),
    Key(name="interval", kind=Choice(IntervalPolicy), doc="Whether every counts elapsed time or the wall clock's."),
    Key(
        name="exclude",
        kind=Table(
            keys=EXCLUDE,
            build=lambda values: Exclusion(**values),
            form="{windows: [22:00-06:00], weekdays: [sat, sun]}",
        ),
        nullable=True,
        doc="When it is not due although its trigger says so.",
    ),
    Key(name="spread", kind=Length(), nullable=True, doc="Jobs of the same time are spread over this length."),
    Key(name="jitter", kind=Length(), nullable=True, doc="Each occurrence is late by its own part of this."),
    Key(
        name="catch_up",
        kind=Table(
            keys=CATCH_UP,
            build=lambda values: CatchUpRule(**values),
            short=Choice(CatchUp),
            short_key="policy",
            form="latest, all, none or {policy: all, max_count: 10, max_age: 1d}",
        ),
        doc="What to do with occurrences that nobody looked after (outage, pause).",
    ),
    Key(
        name="start_deadline",
        kind=Length(),
        nullable=True,
        doc="A run that could not start this long after its time is missed.",
    ),
)
