"""When the clock of a zone shows a local time: never, once or twice. All in whole seconds."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tickwork.core.expansion.pattern import DAY

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (local time has no zone)


def shown(zone: ZoneInfo, local: int) -> list[int]:
    """The UTC seconds at which the clock shows `local`, in order."""
    before, after = _offsets(zone, local)
    if before == after:
        return [local - before]
    return [local - before, local - after] if before > after else []


def landing(zone: ZoneInfo, local: int) -> int:
    """The first UTC second after the jump over `local`, which the clock never shows."""
    before, after = _offsets(zone, local)
    low, high = local - after, local - before  # the jump lies in (low, high]
    while high - low > 1:
        middle = (low + high) // 2
        if offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def offset(zone: ZoneInfo, second: int) -> int:
    """The UTC offset at a UTC second."""
    return _seconds(datetime.fromtimestamp(second, zone).utcoffset())


def second_time(zone: ZoneInfo, second: int) -> bool:
    """Whether the clock has shown the time of this UTC second before."""
    return datetime.fromtimestamp(second, zone).fold == 1


@lru_cache(maxsize=1 << 16)
def steady(zone: ZoneInfo, day: int) -> int | None:
    """The one offset around a local day; None if it changes near it."""
    offsets = {_at_midnight(zone, near) for near in range(day - 1, day + 3)}
    return offsets.pop() if len(offsets) == 1 else None


def written(local: int) -> str:
    return (_EPOCH + timedelta(seconds=local)).isoformat()


@lru_cache(maxsize=1 << 16)
def _at_midnight(zone: ZoneInfo, day: int) -> int:
    return offset(zone, day * DAY)


def _offsets(zone: ZoneInfo, local: int) -> tuple[int, int]:
    """The offsets that PEP 495 gives a local time: before and after the change, where there is one."""
    clock = _EPOCH + timedelta(seconds=local)
    first, second = clock.replace(tzinfo=zone), clock.replace(tzinfo=zone, fold=1)
    return _seconds(first.utcoffset()), _seconds(second.utcoffset())


def _seconds(delta: timedelta | None) -> int:
    assert delta is not None
    return delta.days * DAY + delta.seconds


def utc_written(instant: int) -> str:
    """Microseconds since 1970 as ISO-8601 with `Z`."""
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=instant)
    return moment.isoformat().replace("+00:00", "Z")
