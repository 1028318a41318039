"""The key that gives a job secrets of its project."""

import re
from typing import Any

from tickwork.boards.kinds import Unfit
from tickwork.boards.source import Mapping, Place, described
from tickwork.core.model import SecretUse

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


class Use:
    """`NAME`, or `{NAME: VARIABLE}` where the variable is called otherwise."""

    def read(self, value: Any, _place: Place) -> SecretUse:
        if isinstance(value, str):
            return SecretUse(name=_named(value), env=_named(value))
        if isinstance(value, Mapping) and len(value) == 1:
            [(name, env)] = value.items()
            return SecretUse(name=_named(name), env=_named(env))
        raise Unfit(f"{described(value)} is no secret; write NAME or {{NAME: VARIABLE}}")

    def write(self, value: SecretUse) -> Any:
        return value.name if value.env == value.name else {value.name: value.env}

    def schema(self) -> dict[str, Any]:
        name = {"type": "string", "pattern": f"^{_NAME.pattern}$"}
        renamed = {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "propertyNames": name,
            "additionalProperties": name,
        }
        return {"anyOf": [name, renamed]}


def _named(text: Any) -> str:
    if not isinstance(text, str) or _NAME.fullmatch(text) is None:
        raise Unfit(f"{described(text)} is no name of a secret or a variable; use letters, digits and _")
    return str(text)
