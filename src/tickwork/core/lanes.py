"""Lanes: where in its pool a run is queued, by what it asks for.

All runs of one lane ask the same of a session: to be a certain worker, to have a task of an app, to have labels, to
leave room under limits. So a claim looks at the heads of lanes, and a lane that has to wait keeps nobody behind it
waiting, however long it is.

A lane is written as its pool's name with what it asks for as in a URL: `default`, `default?worker=web-1`,
`default?task=shop%3Atally`, `default?labels=gpu,linux`, `default?limits=job/backup:1,key/db-eu:2`. Most runs stand in
the lane of the bare name.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

import msgspec

ELSEWHERE: Final = "elsewhere:"
"""The pool of runs that no worker is to take, because they happen elsewhere. (No other pool's name has a colon.)"""
_KEPT_IN_VALUES = "/ @"
"""Beside letters and digits; the rest is percent-encoded, so that no name can look like a part of a lane."""


class Limit(msgspec.Struct, frozen=True, kw_only=True, order=True, forbid_unknown_fields=True):
    """Of the runs that count for `key`, at most `max` are claimed or running at a time."""

    key: str
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What a lane's text says."""

    pool: str
    worker: str | None = None
    """Only the worker of this name may have its runs."""
    task: str | None = None
    """`module:function` of an app, which a worker must have imported."""
    labels: tuple[str, ...] = ()
    """A worker must have them all."""
    limits: tuple[Limit, ...] = ()
    """Its runs count for all of their keys."""

    def __str__(self) -> str:
        asked = {
            "worker": None if self.worker is None else _quoted(self.worker),
            "task": None if self.task is None else _quoted(self.task),
            "labels": ",".join(map(_quoted, sorted(self.labels))),
            "limits": ",".join(f"{_quoted(limit.key)}:{limit.max}" for limit in sorted(self.limits)),
        }
        said = "&".join(f"{name}={text}" for name, text in asked.items() if text)
        return f"{bare_lane(self.pool)}?{said}" if said else bare_lane(self.pool)

    @property
    def keys(self) -> tuple[str, ...]:
        """All that its runs count for: the pool, too."""
        return (pool_key(self.pool), *(limit.key for limit in self.limits))

    def serves(self, *, worker: str, labels: Iterable[str] = (), tasks: Container[str] = ()) -> bool:
        """Whether the worker of this name, with these labels and tasks, may have its runs (where there is room)."""
        if self.worker not in {None, worker} or (self.task is not None and self.task not in tasks):
            return False
        return set(self.labels) <= set(labels)


def bare_lane(pool: str) -> str:
    """The lane of runs that ask for nothing but the pool."""
    return pool.replace("%", "%25").replace("?", "%3F") if "%" in pool or "?" in pool else pool


def lane_elsewhere(run: str) -> str:
    """The lane of this one run: who tells of it takes it from there."""
    return str(Lane(pool=ELSEWHERE, worker=run))


@lru_cache(maxsize=10_000)
def parse_lane(text: str) -> Lane:
    """The lane of a text that `str(Lane(…))` made."""
    pool, asks, said = text.partition("?")
    if not asks:
        return Lane(pool=unquote(pool))
    values = dict(part.split("=", 1) for part in said.split("&"))
    labels, limits = values.get("labels", ""), values.get("limits", "")
    return Lane(
        pool=unquote(pool),
        worker=unquote(values["worker"]) if "worker" in values else None,
        task=unquote(values["task"]) if "task" in values else None,
        labels=tuple(map(unquote, labels.split(","))) if labels else (),
        limits=tuple(map(_limit, limits.split(","))) if limits else (),
    )


def pool_of(lane: str) -> str:
    """The pool that a lane is part of."""
    return lane if "?" not in lane and "%" not in lane else parse_lane(lane).pool


def pool_key(pool: str) -> str:
    """What all runs of a pool count for."""
    return f"pool/{pool}"


def limits_of(lanes: Sequence[str]) -> tuple[Limit, ...]:
    """The limits that the lanes name themselves; nothing is parsed for those that name none."""
    return tuple({limit: None for lane in lanes if "limits=" in lane for limit in parse_lane(lane).limits})


@dataclass(slots=True)
class Room:
    """How many more runs limits let begin, counted from what is held at this moment."""

    limits: Sequence[Limit]
    """Those of pools, which no lane names."""
    held: dict[str, int] = field(default_factory=dict)
    """Claimed and running runs by key."""

    @classmethod
    def left(cls, limits: Sequence[Limit], held: Mapping[str, int]) -> "Room":
        """`held`: claimed and running runs by lane."""
        by_key: dict[str, int] = {}
        for lane, count in held.items():
            for key in parse_lane(lane).keys:
                by_key[key] = by_key.get(key, 0) + count
        return cls(limits=limits, held=by_key)

    def of(self, lane: str, most: int) -> int:
        """How many runs of the lane may begin, at most `most`."""
        parsed = parse_lane(lane)
        counted = [*parsed.limits, *(limit for limit in self.limits if limit.key in parsed.keys)]
        return max(0, min([most, *(limit.max - self.held.get(limit.key, 0) for limit in counted)]))

    def take(self, lane: str) -> bool:
        """One of the lane begins, if there is room."""
        if not self.of(lane, 1):
            return False
        for key in parse_lane(lane).keys:
            self.held[key] = self.held.get(key, 0) + 1
        return True


def _quoted(text: str) -> str:
    return quote(text, safe=_KEPT_IN_VALUES)


def _limit(text: str) -> Limit:
    key, _, most = text.rpartition(":")
    return Limit(key=unquote(key), max=int(most))
