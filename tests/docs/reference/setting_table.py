"""Every setting, as a table."""

from dataclasses import MISSING, Field, fields
from typing import Any

from tests.docs.reference.tables import said_of_fields, table
from tickwork.config import Settings
from tickwork.core.clock import DAY
from tickwork.core.timing.text import format_duration


def setting_table() -> str:
    said = said_of_fields(Settings)
    rows = [(f"`{one.name}`", _default(one), said.get(one.name, "")) for one in fields(Settings)]
    return table(("setting", "default", "meaning"), rows)


def _default(setting: Field[Any]) -> str:
    value = setting.default
    assert value is not MISSING
    match value:
        case bool():
            return "yes" if value else "no"
        case "" | None:
            return ""
        case 0:
            return "`0`"
        case int() if "Duration" in str(setting.type):
            return f"`{value // DAY}d`" if value % DAY == 0 else f"`{format_duration(value)}`"
        case float():
            return f"`{value:g}`"
        case _:
            return f"`{value}`"
