"""The policies that a decorator takes, in the words of a board."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Self

from msgspec import convert

from tickwork.app import fleet, linking
from tickwork.app.keeping import keep
from tickwork.app.telling import notify
from tickwork.app.words import is_whole, listed, word
from tickwork.core.clock import Duration
from tickwork.core.model import Delivery, Overlap, Resources, Retry, SecretUse
from tickwork.core.sizes import parse_size
from tickwork.core.tags import each_once, wrong_tags
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidDefinition


def _length(value: Any, what: str) -> Duration | None:
    return None if value is None else parse_duration(value, what=what)


def _retries(value: Any, what: str) -> Retry:
    """A number, `{"count": 3, "delay": "10s", "backoff": "exponential"}`, or a `Retry` policy."""
    if isinstance(value, Retry):
        return value
    if is_whole(value) and value >= 0:
        return Retry(count=value)
    if not isinstance(value, Mapping):
        raise TypeError("write a number or {'count': 3, 'delay': '10s', 'backoff': 'exponential'}")
    lengths = {name: parse_duration(value[name], what=f"{what}.{name}") for name in ("delay", "cap") if name in value}
    policy = convert({**value, **lengths}, Retry)
    if policy.count < 0:
        raise ValueError("its count must be 0 or more")
    return policy


def _resources(value: Any, what: str) -> Resources:
    """`{"memory": "512 MB", "cpu": "10m", "files": 1024, "processes": 50}`, or `Resources`."""
    if isinstance(value, Resources):
        return value
    if not isinstance(value, Mapping):
        raise TypeError("write {'memory': '512 MB', 'cpu': '10m', 'files': 1024, 'processes': 50}")
    read: dict[str, Any] = dict(value)
    if "memory" in read:
        read["memory"] = size = parse_size(read["memory"])
        if size is None:
            raise ValueError("memory is a size, like '512 MB'")
    if "cpu" in read:
        read["cpu"] = parse_duration(read["cpu"], what=f"{what}.cpu")
    return convert(read, Resources)


def _secrets(value: Any, _what: str) -> tuple[SecretUse, ...]:
    """`"NAME"`, `{"NAME": "VARIABLE"}`, or a list of these."""
    uses: list[SecretUse] = []
    for item in listed(value):
        if not isinstance(item, str | Mapping):
            raise TypeError("write 'NAME', {'NAME': 'VARIABLE'}, or a list of these")
        named = {item: item} if isinstance(item, str) else item
        uses += [SecretUse(name=str(name), env=str(env)) for name, env in named.items()]
    return tuple(uses)


def _tags(value: Any, _what: str) -> tuple[str, ...]:
    """A word, or a list of them."""
    tags = each_once([value] if isinstance(value, str) else map(str, value))
    for wrong in wrong_tags(tags):
        raise ValueError(wrong)
    return tags


def _env(value: Any, _what: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError("write {'NAME': 'value'}")
    return {str(name): str(said) for name, said in value.items()}


def _umask(value: Any, _what: str) -> int:
    """Three octal digits as a text, or a number."""
    try:
        return value if is_whole(value) else int(value, 8)
    except (TypeError, ValueError):
        raise ValueError("write it like '027'") from None


def _plain(kind: type) -> Callable[[Any, str], Any]:
    def read(value: Any, _what: str) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"it must be {kind.__name__}")
        return value

    return read


def _whole(least: int, most: int) -> Callable[[Any, str], Any]:
    def read(value: Any, _what: str) -> Any:
        if value is not None and not (is_whole(value) and least <= value <= most):
            raise TypeError(f"it must be a whole number from {least} to {most}")
        return value

    return read


_OPTIONS: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "timeout": ("timeout", _length),
    "grace": ("grace", _length),
    "retries": ("retry", _retries),
    "overlap": ("overlap", lambda value, _: word(Overlap, value)),
    "delivery": ("delivery", lambda value, _: word(Delivery, value)),
    "enabled": ("enabled", _plain(bool)),
    "env": ("env", _env),
    "secrets": ("secrets", _secrets),
    "cwd": ("cwd", lambda value, _: None if value is None else str(value)),
    "user": ("user", _plain(str)),
    "resources": ("resources", _resources),
    "nice": ("nice", _whole(-20, 19)),
    "umask": ("umask", _umask),
    "pool": ("pool", _plain(str)),
    "on": ("on", fleet.on),
    "success": ("success", fleet.success),
    "labels": ("labels", fleet.labels),
    "max_running": ("max_running", fleet.count),
    "shares": ("shares", fleet.shares),
    "priority": ("priority", _whole(-1000, 1000)),
    "disable_after_failures": ("disable_after_failures", _whole(1, 1_000_000)),
    "max_log_bytes": ("max_log_bytes", _whole(1024, 2**40)),
    "needs": ("needs", linking.needs),
    "after": ("after", linking.after),
    "map": ("map", linking.mapped),
    "cleanup": ("cleanup", linking.cleanup),
    "protected": ("protected", _plain(bool)),
    "tags": ("tags", _tags),
    "keep": ("keep", keep),
    "notify": ("notify", notify),
    "mailto": ("mailto", _plain(str)),
    "late_after": ("late_after", _length),
    "too_long": ("too_long", _length),
    "description": ("description", _plain(str)),
}
"""By the decorator's word: the field of `Job`, and how a value is read."""
_SCHEDULES = ("cron", "every", "at")
"""On a board these are beside the policies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Read and checked values for fields of `Job`."""

    fields: dict[str, Any]

    @classmethod
    def read(cls, job: str, /, **options: Any) -> Self:
        """Raises `InvalidDefinition` naming the job, the option and the value."""
        return cls(fields=dict(_read(job, name, value) for name, value in options.items()))

    def but(self, job: str, /, **options: Any) -> "Policies":
        return Policies(fields=self.fields | Policies.read(job, **options).fields)


def _instead(name: str) -> str:
    """What to write for an option that there is not."""
    if name in _SCHEDULES:
        return f"a schedule is written @job(schedule={name}(…))"
    near = get_close_matches(name, _OPTIONS, n=1)
    return f"there are {', '.join(_OPTIONS)}" + (f"; did you mean {near[0]}?" if near else "")


def _read(job: str, name: str, value: Any) -> tuple[str, Any]:
    if name not in _OPTIONS:
        raise InvalidDefinition(f"job {job}: there is no option {name!r}; {_instead(name)}")
    field, read = _OPTIONS[name]
    try:
        return field, read(value, name)
    except InvalidDefinition as error:  # it names the option and the value
        raise type(error)(f"job {job}: {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidDefinition(f"job {job}: {name}={value!r} is not accepted: {error}") from None
