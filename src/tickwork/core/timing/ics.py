"""The days that the events of an iCalendar file touch (RFC 5545), as far as calendars of days need it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tickwork.errors import InvalidSchedule

_ONE_DAY = timedelta(days=1)
_LONGEST_EVENT = 3660
"""Days; a longer event is a mistake, not a holiday."""


def from_ics(name: str, text: str, *, first: date, last: date) -> tuple[date, ...]:
    """Every day that an event of the file touches, recurrences (RRULE, RDATE, EXDATE) included.

    Times of day are read as they stand, in the event's own zone. Raises `InvalidSchedule` naming the line.
    """
    events = list(_events(name, text))
    moved: dict[str, set[date]] = {}
    for event in events:
        if event.instead_of is not None:
            moved.setdefault(event.uid, set()).add(event.instead_of)
    days: set[date] = set()
    for event in events:
        away = moved.get(event.uid, set()) if event.instead_of is None else set()
        for start in event.starts(first, last):
            if start not in away and not event.cancelled:
                days |= {start + n * _ONE_DAY for n in range(event.length)}
    return tuple(sorted(day for day in days if first <= day <= last))


@dataclass(slots=True, kw_only=True)
class _Event:
    uid: str
    start: date
    length: int
    rule: str | None = None
    more: set[date] = field(default_factory=set)
    less: set[date] = field(default_factory=set)
    instead_of: date | None = None
    cancelled: bool = False

    def starts(self, first: date, last: date) -> set[date]:
        """The days on which it begins, as far as it touches [first, last]."""
        if self.rule is None:
            begins = {self.start}
        else:
            from dateutil.rrule import rrulestr

            rule = rrulestr(self.rule, dtstart=_midnight(self.start))
            early = _midnight(first) - self.length * _ONE_DAY
            begins = {moment.date() for moment in rule.between(early, _midnight(last), inc=True)}
        return (begins | self.more) - self.less


def _events(name: str, text: str) -> Iterator[_Event]:
    lines = _lines(text)
    if not any(line.upper() == "BEGIN:VCALENDAR" for _, line in lines):
        raise InvalidSchedule(f"calendar {name}: this is not an ICS file; it has no BEGIN:VCALENDAR")
    inside: dict[str, list[str]] | None = None
    begun, nested = 0, 0
    for number, line in lines:
        word = line.upper()
        if word == "BEGIN:VEVENT":
            inside, begun, nested = {}, number, 0
        elif inside is not None and word == "END:VEVENT":
            yield _event(name, begun, inside)
            inside = None
        elif word.startswith(("BEGIN:", "END:")):
            nested += 1 if word.startswith("BEGIN:") else -1
        elif inside is not None and not nested:  # an alarm within an event has a DURATION too
            key, _, value = line.partition(":")
            inside.setdefault(key.partition(";")[0].upper(), []).append(value)
    if inside is not None:
        raise InvalidSchedule(f"calendar {name}: line {begun}: the event has no END:VEVENT")


def _lines(text: str) -> list[tuple[int, str]]:
    """The logical lines with the number of their first physical one (a line that begins with a blank goes on)."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:1] in {" ", "\t"} and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + line[1:])
        elif line.strip():
            lines.append((number, line.strip()))
    return lines


def _event(name: str, number: int, values: Mapping[str, list[str]]) -> _Event:
    try:
        (start,) = values["DTSTART"]
        return _Event(
            uid=values.get("UID", [f"line {number}"])[0],
            start=_day(start),
            length=_length(values, start),
            rule=_rule(values.get("RRULE", [])),
            more=_days(values.get("RDATE", [])),
            less=_days(values.get("EXDATE", [])),
            instead_of=next(iter(_days(values.get("RECURRENCE-ID", []))), None),
            cancelled="CANCELLED" in values.get("STATUS", []),
        )
    except (KeyError, ValueError) as error:
        what = "it has no DTSTART" if isinstance(error, KeyError) else str(error)
        raise InvalidSchedule(f"calendar {name}: line {number}: the event cannot be read: {what}") from None


def _length(values: Mapping[str, list[str]], start: str) -> int:
    """How many days an event touches."""
    if "DTEND" in values:
        end = values["DTEND"][0]
        days = (_day(end) - _day(start)).days
        touches_last = "T" in end and not end.partition("T")[2].startswith("000000")
        length = days + touches_last
    elif match := re.fullmatch(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T.*)?", values.get("DURATION", ["P1D"])[0]):
        length = 7 * int(match[1] or 0) + int(match[2] or 0)
    else:
        raise ValueError(f"DURATION {values['DURATION'][0]!r} is not a length")
    if length > _LONGEST_EVENT:
        raise ValueError(f"it lasts {length} days")
    return max(1, length)


def _rule(rules: list[str]) -> str | None:
    if not rules:
        return None
    rule = rules[0].upper()
    if re.search(r"FREQ=(SECONDLY|MINUTELY|HOURLY)", rule):
        raise ValueError(f"RRULE {rule!r} recurs within a day")
    if re.search(r"INTERVAL=0*(;|$)", rule):
        raise ValueError(f"RRULE {rule!r} has no interval")  # dateutil would never come back from it
    # times of day are cut off everywhere: dateutil would refuse a zoned UNTIL for a start without a zone
    rule = re.sub(r"(UNTIL=\d{8})T\w+", r"\1T235959", rule)
    from dateutil.rrule import rrulestr

    rrulestr(rule, dtstart=datetime(2000, 1, 1))  # noqa: DTZ001 (refuses a rule that it cannot read)
    return rule


def _days(values: list[str]) -> set[date]:
    return {_day(text) for value in values for text in value.split(",")}


def _day(text: str) -> date:
    match = re.match(r"(\d{4})(\d{2})(\d{2})(T\d{6}Z?)?(/|$)", text, re.ASCII)
    if match is None:
        raise ValueError(f"{text!r} is not a date")
    return date(int(match[1]), int(match[2]), int(match[3]))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a calendar's days have no zone)
