"""The key that says how long the history of a job is kept."""

from typing import Any

from tickwork.boards.kinds import Key, Table, Unfit, keys
from tickwork.boards.scalars import Length, Whole
from tickwork.boards.source import Place
from tickwork.core.retention import NO_LIMIT, Retention
from tickwork.core.states import TERMINAL, State

_MOST = 10**9
_STATES = tuple(sorted(TERMINAL))


def _retention(values: dict[str, Any]) -> Retention:
    states = {state: values.pop(state) for state in _STATES if state in values}
    least, most = values.get("at_least"), values.get("at_most")
    if least is not None and most not in {None, NO_LIMIT} and most < least:
        raise Unfit(f"keeps at least {least} and at most {most} runs; raise at_most")
    return Retention(age=values.get("for"), states=states, least=least, most=most)


RETENTION = keys(
    Key(name="for", kind=Length(), doc="Ended runs older than this go …"),
    *(Key(name=state, kind=Length(), doc=f"… those that are {state} when older than this …") for state in _STATES),
    Key(name="at_least", kind=Whole(minimum=0, maximum=_MOST), doc="… but never the newest so many of the job."),
    Key(
        name="at_most",
        kind=Whole(minimum=NO_LIMIT, maximum=_MOST),
        doc="Of the job's runs only the newest so many stay, however young the others are (0: all).",
    ),
)
_TABLE = Table(
    keys=RETENTION,
    build=_retention,
    short=Length(),
    short_key="for",
    form="90d or {for: 90d, failed: 1y, at_least: 20, at_most: 1000}",
)


class Keep:
    """A length, or a table."""

    def read(self, value: Any, place: Place) -> Retention:
        read = _TABLE.read(value, place)
        return read if isinstance(read, Retention) else Retention()  # what is wrong with it was reported

    def write(self, value: Retention) -> Any:
        length = Length()
        said: dict[str, Any] = {} if value.age is None else {"for": length.write(value.age)}
        said |= {str(State(state)): length.write(age) for state, age in sorted(value.states.items())}
        said |= {} if value.least is None else {"at_least": value.least}
        said |= {} if value.most is None else {"at_most": value.most}
        return said["for"] if list(said) == ["for"] else said

    def schema(self) -> dict[str, Any]:
        return _TABLE.schema()
