"""Where the days of a named calendar come from: a list, the holidays of a country (and `ics`: a file).

All return every day from `first` to `last`, both included, in order; whoever saves a schedule freezes them with it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from tickwork.errors import InvalidSchedule

_ONE_DAY = timedelta(days=1)
_LONGEST_EVENT = 3660
"""Days; a longer event is a mistake, not a holiday."""


def listed(name: str, days: Iterable[str], *, first: date, last: date) -> tuple[date, ...]:
    """Days as `2026-12-25`. Raises `InvalidSchedule`."""
    found = set()
    for text in days:
        try:
            found.add(date.fromisoformat(text.strip()))
        except ValueError:
            raise InvalidSchedule(f"calendar {name}: {text!r} is not a day; write it as 2026-12-25") from None
    return _within(found, first, last)


def holidays_of(
    name: str, country: str, *, subdivision: str | None = None, first: date, last: date
) -> tuple[date, ...]:
    """The public holidays of a country (`NL`, `DE` with subdivision `BY`). Needs the extra `holidays`."""
    try:
        import holidays  # an extra, and 400 ms to import
    except ImportError:
        raise InvalidSchedule(
            f"calendar {name}: country holidays need an extra; install it with: pip install 'tickwork[holidays]'"
        ) from None
    years = range(first.year, last.year + 1)
    try:
        known = holidays.country_holidays(country, subdiv=subdivision, years=years)
    except NotImplementedError:
        where = f"{country}/{subdivision}" if subdivision else country
        raise InvalidSchedule(f"calendar {name}: no holidays are known of {where!r}; write a code like NL") from None
    return _within(known, first, last)


def _within(days: Iterable[date], first: date, last: date) -> tuple[date, ...]:
    return tuple(sorted(day for day in set(days) if first <= day <= last))
