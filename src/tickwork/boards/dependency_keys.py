"""The keys that tie jobs together. A board names other jobs by name; `project:name` is one of another project."""

from typing import Any

from tickwork.boards.kinds import Key, OneOrMany, Table, Unfit, keys
from tickwork.boards.scalars import Choice, Flag, Length, Text, Whole
from tickwork.boards.source import Items, Mapping, Place, Tagged, described
from tickwork.core.dependencies import RETVAL, After, Dependants, Map, Need, On, filled, named_in, renamed
from tickwork.core.ids import DEFAULT_PROJECT, JobId

_OTHER = Text(form="the name of another job")


class Parents:
    """`a`, `[a, b]`, or `{a: success, b: failure}`."""

    def read(self, value: Any, place: Place) -> tuple[After, ...]:
        if isinstance(value, str):
            return (After(job=JobId(_OTHER.read(value, place))),)
        if isinstance(value, Items):
            return tuple(After(job=JobId(_OTHER.read(item, place.item(value, i)))) for i, item in enumerate(value))
        if not isinstance(value, Mapping):
            raise Unfit(f"{described(value)} does not fit; write {{parent: success}}")
        ends = Choice(On)
        return tuple(After(job=JobId(name), on=On(ends.read(on, place.key(value, name)))) for name, on in value.items())

    def write(self, value: tuple[After, ...]) -> Any:
        return {after.job: str(after.on) for after in value}

    def schema(self) -> dict[str, Any]:
        table = {"type": "object", "additionalProperties": Choice(On).schema()}
        return {"anyOf": [OneOrMany(kind=_OTHER).schema(), table]}


def _need(values: dict[str, Any]) -> Need:
    if "job" not in values:
        raise Unfit("needs the job; write {job: crawl, within: 2h}")
    return Need(**values)


def _map(values: dict[str, Any]) -> Map:
    if "over" not in values:
        raise Unfit("needs what it goes over; write {over: crawl, parallel: 4}")
    return Map(**values)


NEED = keys(
    Key(name="job", kind=_OTHER, doc="The job that is needed."),
    Key(name="same_slot", kind=Flag(), doc="Only its run for the same due moment counts."),
    Key(name="within", kind=Length(), doc="Only its latest run for a due moment at most so long before this one's."),
)

MAP = keys(
    Key(name="over", kind=_OTHER, doc="The job among needs that returned the items."),
    Key(name="parallel", kind=Whole(minimum=1, maximum=10_000), doc="How many at a time (default: all)."),
    Key(
        name="dependants",
        kind=Choice(Dependants),
        doc="all: it succeeds only if every item did (default); successful: with the items that did.",
    ),
)

DEPENDENCIES = keys(
    Key(
        name="needs",
        kind=OneOrMany(kind=Table(keys=NEED, build=_need, short=_OTHER, short_key="job", form="a job's name")),
        doc="Jobs that must have succeeded before it may run; `!retval name` in args and kwargs is what they returned.",
    ),
    Key(name="after", kind=Parents(), doc="Jobs whose ends set it off: success (default), failure or any of each."),
    Key(
        name="map",
        kind=Table(keys=MAP, build=_map, short=_OTHER, short_key="over", form="{over: crawl, parallel: 4}"),
        doc="One run for each item that a needed job returned; !retval of that job is then the item.",
    ),
)


def as_written(value: Any, project: str) -> Any:
    """A value of one of these keys, with names in the place of ids."""
    return renamed(value, lambda job: JobId(_name(JobId(job), project)))


def results_as_written(arguments: Any, project: str) -> Any:
    """Arguments that ask for the results of jobs, by name and with the tag that YAML has for it."""
    return filled(arguments, {job: Tagged.of(RETVAL, _name(job, project)) for job in named_in(arguments)})


def _name(job: JobId, project: str) -> str:
    before, _, own = job.rpartition(":")
    home = before or DEFAULT_PROJECT
    return own if home == project else f"{home}:{own}"
