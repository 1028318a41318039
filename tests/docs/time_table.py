"""What each policy does when the clocks change: the real scheduler, simulated through the changes of 2026."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from tickwork.core.clock import HOUR, MINUTE, Instant, from_datetime, later
from tickwork.core.ids import JobId
from tickwork.core.model import Console, Job
from tickwork.core.timing.schedule import (
    Cron,
    Every,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    Schedule,
)
from tickwork.testing import simulate

BEFORE, AFTER = HOUR, HOUR + 45 * MINUTE
"""The part of the day that is shown, around the change."""
SHAPES = {
    "cron: 30 2 * * *": Schedule(key="main", trigger=Cron(expression="30 2 * * *")),
    "cron: */15 * * * *": Schedule(key="main", trigger=Cron(expression="*/15 * * * *")),
    "every: 1h": Schedule(key="main", trigger=Every(interval=HOUR)),
    "every: 1h, interval: wall": Schedule(key="main", trigger=Every(interval=HOUR), interval=IntervalPolicy.WALL),
}


@dataclass(frozen=True)
class ClockChange:
    """One change of a zone's clock."""

    zone: str
    at: datetime
    said: str
    forward: bool

    @property
    def instant(self) -> Instant:
        return from_datetime(self.at)


CHANGES = [
    ClockChange("Europe/Amsterdam", datetime.fromisoformat("2026-03-29T01:00Z"), "29 March, 02:00 becomes 03:00", True),
    ClockChange(
        "Europe/Amsterdam", datetime.fromisoformat("2026-10-25T01:00Z"), "25 October, 03:00 becomes 02:00", False
    ),
    ClockChange("America/New_York", datetime.fromisoformat("2026-03-08T07:00Z"), "8 March, 02:00 becomes 03:00", True),
    ClockChange(
        "America/New_York", datetime.fromisoformat("2026-11-01T06:00Z"), "1 November, 02:00 becomes 01:00", False
    ),
    ClockChange(
        "Australia/Lord_Howe", datetime.fromisoformat("2026-10-03T15:30Z"), "4 October, 02:00 becomes 02:30", True
    ),
    ClockChange(
        "Australia/Lord_Howe", datetime.fromisoformat("2026-04-04T15:00Z"), "5 April, 02:00 becomes 01:30", False
    ),
]


async def time_table() -> str:
    return "\n\n".join([await _section(change) for change in CHANGES])


async def _section(change: ClockChange) -> str:
    name, policies = ("gap", tuple(GapPolicy)) if change.forward else ("fold", tuple(FoldPolicy))
    rows = [f"| schedule | {name} | due, by the clock on the wall |", "|---|---|---|"]
    for said, shape in SHAPES.items():
        if not _follows_the_wall(shape):
            rows.append(f"| `{said}` | nothing to it | {await _due(change, _in_zone(shape, change))} |")
            continue
        due = {policy: await _due(change, _in_zone(shape, change, **{name: policy})) for policy in policies}
        rows.extend(f"| `{said}` | {choices} | {times} |" for times, choices in _grouped(due))
    return "\n".join([f"### {change.zone}, {change.said}", "", *rows])


def _follows_the_wall(shape: Schedule) -> bool:
    return not isinstance(shape.trigger, Every) or shape.interval is IntervalPolicy.WALL


def _in_zone(shape: Schedule, change: ClockChange, **policies: StrEnum) -> Schedule:
    return msgspec.structs.replace(shape, zone=change.zone, **policies)


async def _due(change: ClockChange, schedule: Schedule) -> str:
    """The due moments around the change, as a cell of the table."""
    begin, end = later(change.instant, -BEFORE), later(change.instant, AFTER)
    job = Job(id=JobId("job"), name="job", task=Console(payload=""), schedules=(schedule,))
    entries = await simulate([job], start=later(begin, -HOUR), end=end)
    assert {entry.state for entry in entries} <= {"succeeded"}
    moments = [datetime.fromisoformat(entry.slot or "").astimezone(ZoneInfo(change.zone)) for entry in entries]
    return _cell(moment for moment in moments if from_datetime(moment) >= begin)


def _cell(moments: Iterable[datetime]) -> str:
    """`*+02:00* 02:00 02:30 *+01:00* 02:00`"""
    passes = groupby(moments, key=lambda moment: moment.isoformat()[-len("+02:00") :])
    return " ".join(f"*{offset}* {' '.join(f'{m:%H:%M}' for m in times)}" for offset, times in passes) or "not at all"


def _grouped(due: Mapping[StrEnum, str]) -> list[tuple[str, str]]:
    """Choices with the same outcome share a row."""
    rows: dict[str, list[str]] = {}
    for policy, times in due.items():
        rows.setdefault(times, []).append(f"`{policy}`")
    return [(times, "any" if len(rows) == 1 else ", ".join(policies)) for times, policies in rows.items()]
