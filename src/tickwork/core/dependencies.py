"""What ties jobs together: `needs` (data), `after` (triggers), `map` (a run for each item); what runs keep of it."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from tickwork.core.clock import Duration
from tickwork.core.ids import JobId, RunId, job_id
from tickwork.core.stored import Stored


class Need(Stored, frozen=True, kw_only=True):
    """A job whose successful run must be there before this one may begin; its result can be passed on."""

    job: JobId
    same_slot: bool = False
    """For the slot t of this job only the other's run for the slot t counts …"""
    within: Duration | None = None
    """… or its latest one for a slot in (t - within, t]. Runs without a slot take the newest success."""


class On(StrEnum):
    """How a run must have ended to set off what comes after it."""

    SUCCESS = "success"
    FAILURE = "failure"
    ANY = "any"


class After(Stored, frozen=True, kw_only=True):
    """A job whose end sets this one off."""

    job: JobId
    on: On = On.SUCCESS


class Dependants(StrEnum):
    """What the others get of a mapped run of which some items failed."""

    SUCCESSFUL = "successful"
    """It succeeds with the items that did."""
    ALL = "all"
    """It fails unless all of them did."""


class Map(Stored, frozen=True, kw_only=True):
    """One run for each item of the list or table that a needed job returned."""

    over: JobId
    parallel: int | None = None
    """How many at a time (None: all)."""
    dependants: Dependants = Dependants.ALL


class Pins(Stored, frozen=True, kw_only=True):
    """The runs of other jobs that a run stands on."""

    needs: dict[JobId, RunId] = msgspec.field(default_factory=dict)
    """Whose results it used (or, before it is queued, is told to use)."""
    after: dict[JobId, RunId] = msgspec.field(default_factory=dict)
    """Whose ends set it off."""
    item: str | None = None
    """Of a run for one item of a map: the item's key. What it gets of the mapped job is this item alone."""
    redo: RunId | None = None
    """Of a map that runs again: the run whose successful items are taken over."""


RETVAL = "!retval"
"""The only key of a table in a call's arguments that stands for the result of the job it names."""


def retval(job: JobId) -> dict[str, str]:
    return {RETVAL: job}


def named_in(value: Any) -> set[JobId]:
    """The jobs whose results are asked for anywhere in `value`."""
    match value:
        case {"!retval": str(job), **rest} if not rest:
            return {JobId(job)}
        case dict():
            return set().union(*map(named_in, value.values()))
        case list() | tuple():
            return set().union(*map(named_in, value))
        case _:
            return set()


def filled(value: Any, results: Mapping[JobId, Any]) -> Any:
    """`value` with results in the places that ask for them. Raises `KeyError` with the job of one that is not there."""
    match value:
        case {"!retval": str(job), **rest} if not rest:
            return results[JobId(job)]
        case dict():
            return {key: filled(item, results) for key, item in value.items()}
        case list() | tuple():
            return [filled(item, results) for item in value]
        case _:
            return value


def items_of(result: Any) -> dict[str, Any] | None:
    """The items of a list (by their places) or a table that a map goes over; None for anything else."""
    match result:
        case dict():
            return result
        case list():
            return {str(place): item for place, item in enumerate(result)}
        case _:
            return None


def of_project(value: Any, project: str) -> Any:
    """Needs, parents or a map that name jobs as people of `project` do, with ids in the place of names: `crawl` is a
    job of the same project, `etl:crawl` one of another, `default:crawl` one of the default project."""
    return renamed(value, lambda name: _id(name, project))


def results_of_project(arguments: Any, project: str) -> Any:
    """Arguments that ask for the results of jobs by such names, with ids in their place."""
    return filled(arguments, {name: retval(_id(name, project)) for name in named_in(arguments)})


def renamed(value: Any, rename: Callable[[str], JobId]) -> Any:
    """The jobs in `value` under other names."""
    match value:
        case tuple():
            return tuple(renamed(item, rename) for item in value)
        case Map(over=over):
            return msgspec.structs.replace(value, over=rename(over))
        case Need(job=job) | After(job=job):
            return msgspec.structs.replace(value, job=rename(job))
        case _:
            return value


def _id(name: str, project: str) -> JobId:
    before, colon, own = name.rpartition(":")
    return job_id(before if colon else project, own)
