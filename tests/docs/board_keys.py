"""Every key that a board may have, as tables."""

from collections.abc import Mapping
from typing import Any

from tickwork.boards import kinds, retention_keys, scalars
from tickwork.boards.calendar_keys import CALENDAR, Named
from tickwork.boards.dependency_keys import DEPENDENCIES, MAP, NEED, Parents
from tickwork.boards.fleet_keys import SHARE, NumberOr
from tickwork.boards.http_keys import REQUEST, Headers
from tickwork.boards.jobs import FIELDS
from tickwork.boards.keys import ARGUMENTS, BOARD, POLICIES, RETRY, RUNNERS, TASK
from tickwork.boards.kinds import Keys, defaults_of
from tickwork.boards.notify_keys import RULE, Told
from tickwork.boards.resource_keys import RESOURCES, Size, Umask
from tickwork.boards.retention_keys import Keep
from tickwork.boards.secret_keys import Use
from tickwork.boards.source import Items
from tickwork.boards.tag_keys import Tags
from tickwork.boards.timing_keys import CATCH_UP, DECAY, EVERY, EXCLUDE, MONTHS, TIMING, TRIGGERS, WINDOW
from tickwork.core.model import Job, Retry
from tickwork.core.timing.schedule import Exclusion, Schedule

_JOB = {key: defaults_of(Job)[field] for key, field in FIELDS.items()}
_SCHEDULE = defaults_of(Schedule)
_WORTH_SAYING = 1000
"""A limit above that nobody meets."""

TABLES: dict[str, tuple[Keys, Mapping[str, Any]]] = {
    "The file": (BOARD, {}),
    "What a job runs": (RUNNERS, {}),
    "`http`, as a table": (REQUEST, {}),
    "Its arguments": (ARGUMENTS, {}),
    "When: one trigger": (TRIGGERS, {}),
    "`every`, as a table": (EVERY, {}),
    "`every: {decay: …}`": (DECAY, {}),
    "`months`, as a table": (MONTHS, {}),
    "When: zone and policies": (TIMING, _SCHEDULE),
    "`exclude`": (EXCLUDE, defaults_of(Exclusion)),
    "`exclude: {windows: …}`": (WINDOW, {}),
    "`catch_up`, as a table": (CATCH_UP, {}),
    "Other jobs": (DEPENDENCIES, {}),
    "`needs`, as a table": (NEED, {}),
    "`map`, as a table": (MAP, {}),
    "Policies of a job": (POLICIES, _JOB),
    "`shares`, as tables": (SHARE, {}),
    "`notify`, as tables": (RULE, {}),
    "`retries`, as a table": (RETRY, defaults_of(Retry)),
    "`resources`, as a table": (RESOURCES, {}),
    "`keep`, as a table": (retention_keys._TABLE.keys, {}),
    "`tasks`: beside all of the above": ({name: TASK[name] for name in ("template",)}, {}),
    "`calendars`": (CALENDAR, {}),
}


def board_keys() -> str:
    return "\n\n".join(_table(title, known, defaults) for title, (known, defaults) in TABLES.items())


def _table(title: str, known: Keys, defaults: Mapping[str, Any]) -> str:
    rows = ["| key | value | meaning |", "|---|---|---|"]
    for key in known.values():
        default = _default(key, defaults)
        rows.append(f"| `{key.name}` | {_form(key.kind)} | {key.doc}{default} |")
    return "\n".join([f"## {title}", "", *rows])


def _default(key: kinds.Key, defaults: Mapping[str, Any]) -> str:
    value = defaults.get(key.name)
    match value:
        case _ if "default" in key.doc:
            return ""
        case bool():
            return f" Default: `{str(value).lower()}`."
        case str() if value:
            return f" Default: `{value}`."
        case int() | float():
            return f" Default: `{key.kind.write(value)}`."
        case _:
            return ""


def _form(kind: Any) -> str:  # noqa: PLR0911 (one line for each kind)
    match kind:
        case scalars.Choice(words=words):
            return ", ".join(f"`{word}`" for word in words)
        case scalars.Whole(minimum=low, maximum=high):
            return f"a whole number from {low}" + (f" to {high}" if high <= _WORTH_SAYING else "")
        case scalars.Number(maximum=1):
            return "a number from 0 to 1"
        case scalars.Number():
            return "a number"
        case scalars.Flag():
            return "`true`, `false`"
        case scalars.Length():
            return "a length: `90s`, `1h30m`"
        case scalars.Zone():
            return "a time zone: `Europe/Amsterdam`"
        case scalars.Parsed(what=what, form=form):
            return f"{what}: `{form}`"
        case scalars.Environment():
            return "a table of variables"
        case scalars.Json(outer=outer):
            return "a list" if outer is Items else "a table"
        case kinds.OneOrMany(kind=inner):
            return f"{_form(inner)}; or a list of them"
        case Parents():
            return "a job's name, a list of them, or `{name: failure}`"
        case NumberOr():
            return ", ".join(f"`{word}`" for word in kind.words) + ", or a whole number from 1"
        case Tags():
            return "a word: `nightly`; or a list of them"
        case Headers():
            return "a table of texts"
        case Size():
            return "a size: `512 MB`, `2 GB`"
        case Keep():
            return " or ".join(f"`{form}`" for form in retention_keys._TABLE.form.split(" or "))
        case Told():
            return "a channel's name, `mail:ops@example.com`, or `{channels: [ops], on: [failed]}`"
        case Use():
            return "a secret's name, or `{NAME: VARIABLE}`"
        case Umask():
            return 'three octal digits: `"027"`'
        case scalars.Text():
            return kind.form
        case kinds.Table() | kinds.Drafted() | kinds.ByName() | Named():
            return " or ".join(f"`{form}`" for form in kind.form.split(" or "))
        case _:
            raise AssertionError(kind)
