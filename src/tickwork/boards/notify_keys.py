"""The keys that say who is told of what, and from when on a run is late or takes too long."""

from typing import Any

from tickwork.boards.kinds import Key, OneOrMany, Table, Unfit, keys
from tickwork.boards.scalars import Choice, Length, Text
from tickwork.boards.source import Place
from tickwork.core.rules import Occasion, Rule

_CHANNEL = Text(form="a channel's name, or mail:ops@example.com")


def _rule(values: dict[str, Any]) -> Rule:
    if not values.get("channels"):
        raise Unfit("needs its channels; write {channels: ops, on: [failed, late]}")
    return Rule(**values)


RULE = keys(
    Key(name="channels", kind=OneOrMany(kind=_CHANNEL), doc="Who is told: channels, or mail:ops@example.com."),
    Key(
        name="on",
        kind=OneOrMany(kind=Choice(Occasion)),
        doc="Of what (default: all trouble, which is all but output, recovered and too_long).",
    ),
)
_TABLE = Table(keys=RULE, build=_rule, form="a channel's name or {channels: [ops], on: [failed]}")


class Told:
    """A channel's name, or a rule."""

    def read(self, value: Any, place: Place) -> Rule:
        if isinstance(value, str):
            return Rule(channels=(_CHANNEL.read(value, place),))
        rule = _TABLE.read(value, place)
        return rule if rule is not None else Rule(channels=())  # what is wrong with it was reported

    def write(self, value: Rule) -> Any:
        return value.channels[0] if len(value.channels) == 1 and not value.on else _TABLE.write(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [_CHANNEL.schema(), _TABLE.schema()]}


NOTIFY = keys(
    Key(name="mailto", kind=Text(empty=True), nullable=True, doc="Addresses that are mailed about all trouble."),
    Key(
        name="notify",
        kind=OneOrMany(kind=Told()),
        doc="Who is told of what; what defaults and the task say is added, and rules of project, pool and instance.",
    ),
    Key(name="late_after", kind=Length(), nullable=True, doc="A run that is ready for so long is late (default: 1m)."),
    Key(
        name="too_long",
        kind=Length(),
        nullable=True,
        doc="A run that takes so long takes too long (default: by its last 100 successes, once there are 20).",
    ),
)
