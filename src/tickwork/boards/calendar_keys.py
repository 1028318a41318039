"""The calendars that a board brings: days by name, from a list, an ICS file or the holidays of a country."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from tickwork.boards.kinds import Key, Kind, OneOrMany, Table, Unfit, keys
from tickwork.boards.scalars import Parsed, Text, Whole
from tickwork.boards.source import Items, Mapping, Place, described

_FORM = "[2026-12-25], {ics: holidays.ics} or {country: NL}"
_DAY = Parsed(parse=date.fromisoformat, what="a date", form="2026-12-25")
_SOURCES = ("days", "ics", "country")


class CalendarSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where the days of a calendar come from: one of `days`, `ics` and `country`."""

    days: tuple[date, ...] | None = None
    ics: str | None = None
    """A file's path, and once the board is loaded its text."""
    country: str | None = None
    subdivision: str | None = None
    years: int | None = None

    def arguments(self) -> dict[str, Any]:
        """For the operation that makes the calendar."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


def _source(values: dict[str, Any]) -> CalendarSource:
    if sum(name in values for name in _SOURCES) != 1:
        raise Unfit(f"needs one of {', '.join(_SOURCES)}; write {_FORM}")
    if "country" not in values and {"subdivision", "years"} & set(values):
        raise Unfit("subdivision and years go with country")
    return CalendarSource(**values)


CALENDAR = keys(
    Key(name="days", kind=OneOrMany(kind=_DAY), doc="These days."),
    Key(name="ics", kind=Text(form="a file"), doc="Every day with an event in this iCalendar file."),
    Key(name="country", kind=Text(form="a country's code, like NL"), doc="The public holidays of a country."),
    Key(name="subdivision", kind=Text(form="a code, like BY"), doc="Of this part of the country."),
    Key(name="years", kind=Whole(minimum=1, maximum=100), doc="So many years of holidays, from the present one on."),
)


@dataclass(frozen=True, slots=True)
class _DaysOr:
    """A list of days, or the table."""

    table: Table
    days: Kind

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, Items):
            return CalendarSource(days=self.days.read(value, place))
        return self.table.read(value, place)

    def write(self, value: Any) -> Any:
        return self.table.write(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "array", "items": _DAY.schema()}, self.table.schema()]}


@dataclass(frozen=True, slots=True)
class Named:
    """A table with values of one kind by name."""

    kind: Kind
    form: str

    def read(self, value: Any, place: Place) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Unfit(f"{described(value)} is not a table; write {self.form}")
        read = {}
        for name, item in value.items():
            spot = place.key(value, name)
            try:
                read[name] = self.kind.read(item, spot)
            except Unfit as unfit:
                spot.report(str(unfit))
        return read

    def write(self, value: Any) -> Any:
        return {name: self.kind.write(item) for name, item in value.items()}

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.kind.schema()}


CALENDARS = Named(
    _DaysOr(Table(keys=CALENDAR, build=_source, form=_FORM), OneOrMany(kind=_DAY)),
    form="{holidays: [2026-12-25]} or {holidays: {country: NL}}",
)
