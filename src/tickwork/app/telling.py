"""How a decorator says who is told of what."""

from collections.abc import Mapping
from typing import Any

from tickwork.app.words import listed, word
from tickwork.core.rules import Occasion, Rule


def notify(value: Any, _what: str) -> tuple[Rule, ...]:
    """`"ops"`, `{"channels": ["ops"], "on": ["failed", "late"]}`, a `Rule`, or a list of these."""
    return tuple(map(_rule, listed(value)))


def _rule(said: Any) -> Rule:
    match said:
        case Rule():
            return said
        case str():
            return Rule(channels=(said,))
        case Mapping() if said.get("channels") and not said.keys() - {"channels", "on"}:
            return Rule(
                channels=tuple(map(str, _texts(said["channels"]))),
                on=tuple(word(Occasion, one) for one in _texts(said.get("on", ()))),
            )
        case _:
            raise TypeError("write a channel's name, or {'channels': ['ops'], 'on': ['failed', 'late']}")


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value
