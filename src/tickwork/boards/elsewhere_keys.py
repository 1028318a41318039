"""The keys of a job that runs elsewhere and is told of here."""

from typing import Any

from tickwork.boards.kinds import Key, Table, Unfit, keys
from tickwork.boards.scalars import Length, Text
from tickwork.core.model import Elsewhere

_WHERE = Text(form="where it runs, like root's crontab on db1")


def _elsewhere(values: dict[str, Any]) -> Elsewhere:
    if "where" not in values:
        raise Unfit("needs where it runs; write {where: root's crontab on db1, within: 1h}")
    return Elsewhere(**values)


ELSEWHERE = Table(
    keys=keys(
        Key(name="where", kind=_WHERE, doc="Where it runs, in words."),
        Key(
            name="within",
            kind=Length(),
            doc="A due moment is missed if nobody has told of it so long after it (default: 10m).",
        ),
    ),
    build=_elsewhere,
    short=_WHERE,
    short_key="where",
    form="root's crontab on db1 or {where: root's crontab on db1, within: 1h}",
)
