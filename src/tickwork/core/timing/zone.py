"""Time zones as stretches of constant UTC offset: what makes wall-clock times instants, and DST a policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tickwork.errors import InvalidSchedule

_DAY = 86_400
_MARGIN = 2 * _DAY  # more than the longest jump (Apia skipped a whole day)
FIRST_YEAR, LAST_YEAR = 1900, 9000


class Pass(Enum):
    """Whether the clock shows these local times once, or which of two times this is."""

    ONLY = 0
    FIRST = 1
    SECOND = 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """UTC seconds [start, end) during which local time is UTC + `offset`."""

    start: int
    end: int
    offset: int
    turn: Pass = Pass.ONLY
    skipped: int = 0
    """How many seconds of local time the clock jumped over right before `start`."""


@dataclass(frozen=True, slots=True)
class Change:
    """At `at` (UTC seconds) the offset goes from `before` to `after`."""

    at: int
    before: int
    after: int


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of the tz database called `name`. Raises `InvalidSchedule` with the closest known names."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = sorted(available_timezones())
        close = _closest(name, known)
        hint = f"did you mean {' or '.join(close)}?" if close else "write it like Europe/Amsterdam or UTC"
        raise InvalidSchedule(f"zone: {name!r} is not in the tz database; {hint}") from None


def _closest(name: str, known: list[str]) -> list[str]:
    wanted = name.strip().lower().replace(" ", "_")
    by_city = [zone for zone in known if wanted and zone.lower().rpartition("/")[2] == wanted]
    folded = {zone.lower(): zone for zone in known}
    return by_city[:3] or [folded[match] for match in get_close_matches(wanted, folded, n=3, cutoff=0.6)]


def offset_at(zone: ZoneInfo, second: int) -> int:
    """The UTC offset in seconds at a UTC second."""
    offset = datetime.fromtimestamp(second, zone).utcoffset()
    assert offset is not None
    return offset.days * _DAY + offset.seconds


def stretches_from(zone: ZoneInfo, second: int) -> Iterator[Stretch]:
    """The stretches from the one that holds `second` on."""
    for year in range(_year_of(second), LAST_YEAR):
        for stretch in _stretches(zone, year):
            if stretch.end > second:
                yield stretch


def stretches_back(zone: ZoneInfo, second: int) -> Iterator[Stretch]:
    """The stretches from the one that holds `second` backwards."""
    for year in range(_year_of(second), FIRST_YEAR, -1):
        for stretch in reversed(_stretches(zone, year)):
            if stretch.start <= second:
                yield stretch


def next_change(zone: ZoneInfo, second: int, *, years: int = 3) -> Change | None:
    """The first change of offset later than `second`, if there is one within so many years."""
    year = _year_of(second)
    found = changes(zone, second, _new_year(year + years))
    return next((change for change in found if change.at > second), None)


def _year_of(second: int) -> int:
    return datetime.fromtimestamp(second, UTC).year


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


@lru_cache(maxsize=8192)
def _stretches(zone: ZoneInfo, year: int) -> tuple[Stretch, ...]:
    """The stretches of one UTC year (cut at its ends)."""
    begin, end = _new_year(year), _new_year(year + 1)
    found = changes(zone, begin - _MARGIN, end + _MARGIN)
    first = Change(begin - _MARGIN, 0, offset_at(zone, begin - _MARGIN))
    last = Change(end + _MARGIN, 0, 0)
    parts = []
    for change, following in pairwise([first, *found, last]):
        repeated = change.before - change.after if change is not first else 0
        repeats = change.after - following.after if following is not last else 0
        parts += _parts(change.at, following.at, change.after, max(repeated, 0), max(repeats, 0), max(-repeated, 0))
    return tuple(
        Stretch(max(p.start, begin), min(p.end, end), p.offset, p.turn, p.skipped if p.start >= begin else 0)
        for p in parts
        if p.start < end and p.end > begin
    )


def _parts(start: int, end: int, offset: int, repeated: int, repeats: int, skipped: int) -> list[Stretch]:
    """A stretch whose first `repeated` seconds the clock shows again, and its last `repeats` for the first time."""
    head = min(end, start + repeated)
    tail = max(head, end - repeats)
    parts = [
        Stretch(start, head, offset, Pass.SECOND),
        Stretch(head, tail, offset, Pass.ONLY, skipped),
        Stretch(tail, end, offset, Pass.FIRST, skipped if tail == start else 0),
    ]
    return [part for part in parts if part.start < part.end]


def changes(zone: ZoneInfo, begin: int, end: int) -> list[Change]:
    """The changes of offset in (begin, end], found by looking once a day: no zone has changed twice in one."""
    found = []
    here, offset = begin, offset_at(zone, begin)
    while here < end:
        there = min(here + _DAY, end)
        if (other := offset_at(zone, there)) != offset:
            found.append(Change(_bisect(zone, here, there, offset), offset, other))
        here, offset = there, other
    return found


def _bisect(zone: ZoneInfo, low: int, high: int, before: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high
