"""The keys that say on which workers a job runs, and how many runs at a time."""

from enum import StrEnum
from typing import Any

from tickwork.boards.kinds import Key, OneOrMany, Table, Unfit, keys
from tickwork.boards.scalars import Text, Whole
from tickwork.boards.source import Place, described
from tickwork.core.lanes import Limit
from tickwork.core.model import Everywhere, Quorum

_MOST = 10_000
_LABEL = Text(form="a label like gpu")


class NumberOr:
    """A whole number from 1 on, or one of an enum's words; `one` is 1."""

    def __init__(self, words: type[StrEnum], *, one: str = "") -> None:
        self._words = words
        self._one = one
        self._number = Whole(minimum=1, maximum=_MOST)

    @property
    def words(self) -> list[str]:
        return [*([self._one] if self._one else []), *self._words]

    def read(self, value: Any, place: Place) -> int | StrEnum:
        if isinstance(value, str):
            if self._one and value == self._one:
                return 1
            if value in list(self._words):
                return self._words(value)
            raise Unfit(f"{described(value)} is neither {', '.join(self.words)} nor a whole number")
        return self._number.read(value, place)

    def write(self, value: Any) -> Any:
        return str(value) if isinstance(value, StrEnum) else value

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self._number.schema(), {"enum": self.words}]}


def _share(values: dict[str, Any]) -> Limit:
    if set(values) != {"key", "max"}:
        raise Unfit("needs both; write {key: db-{region}, max: 2}")
    return Limit(**values)


SHARE = keys(
    Key(
        name="key",
        kind=Text(form="a name like db-{region}"),
        doc="What is shared. {name} is what the run's parameters, or kwargs, say; {job}, {project} and {pool} are its.",
    ),
    Key(name="max", kind=Whole(minimum=1, maximum=_MOST), doc="So many runs with this key at a time, of all jobs."),
)

FLEET = keys(
    Key(
        name="on",
        kind=NumberOr(Everywhere, one="one"),
        doc="one (default); all: each occurrence runs once on every enabled worker of the pool; 3: on three of them.",
    ),
    Key(
        name="success",
        kind=NumberOr(Quorum),
        doc="How many runs of a group (on, map, --with-deps) must succeed so that it does: all (default), any, 2.",
    ),
    Key(name="labels", kind=OneOrMany(kind=_LABEL), doc="What a worker must have; it is started with --labels."),
    Key(
        name="max_running",
        kind=Whole(minimum=1, maximum=_MOST),
        nullable=True,
        doc="So many runs of it at a time, over all workers; with overlap: allow.",
    ),
    Key(
        name="shares",
        kind=OneOrMany(kind=Table(keys=SHARE, build=_share, form="{key: db-{region}, max: 2}")),
        doc="Keys of which only so many runs go at a time, whatever jobs they are of.",
    ),
)
