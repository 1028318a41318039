"""What people type after an option, as values."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tickwork.core.clock import Instant, later
from tickwork.core.timing.text import parse_duration, parse_instant
from tickwork.errors import InvalidSchedule, InvalidSetting

_ZONES = "zoneinfo/"
_LOCALTIME = Path("/etc/localtime")


def parse_params(pairs: Iterable[str]) -> dict[str, Any]:
    """`key=value` pairs; a value is JSON if it parses as that, else text. Raises `InvalidSetting`."""
    params = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key:
            raise InvalidSetting(f"-p {pair!r}: write it as key=value")
        if key in params:
            raise InvalidSetting(f"-p {pair!r}: {key} was given before")
        params[key] = _value(value)
    return params


def parse_pins(pairs: Iterable[str]) -> dict[str, str]:
    """`job=run` pairs. Raises `InvalidSetting`."""
    pins = {}
    for pair in pairs:
        job, sign, run = pair.rpartition("=")
        if not sign or not job or not run:
            raise InvalidSetting(f"--pin {pair!r}: write it as job=run")
        pins[job] = run
    return pins


def _value(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_not_json)
    except ValueError:
        return text


def _not_json(name: str) -> Any:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(name)


def parse_moment(text: str, *, what: str) -> Instant:
    """A moment; without an offset it is this machine's time. Raises `InvalidSchedule`."""
    return parse_instant(text, ZoneInfo(local_zone()), what=what)


def parse_until(text: str, now: Instant) -> Instant:
    """A moment, or a length from now on (`2h`). Raises `InvalidSchedule`."""
    try:
        return later(now, parse_duration(text, what="--until"))
    except InvalidSchedule:
        pass
    try:
        moment = parse_instant(text, ZoneInfo(local_zone()), what="--until")
    except InvalidSchedule as error:
        raise InvalidSchedule(f"{error}, or as a length from now: 2h") from None
    if moment <= now:
        raise InvalidSchedule(f"--until: {text!r} is over already")
    return moment


def parse_zone(name: str) -> ZoneInfo:
    """Raises `InvalidSetting`."""
    if not _is_zone(name):
        raise InvalidSetting(f"--zone: {name!r} is not a time zone; write a name like Europe/Amsterdam or UTC")
    return ZoneInfo(name)


def on_clock(moment: str, zone: ZoneInfo) -> str:
    """An ISO time as the clock of `zone` shows it, with its offset."""
    return datetime.fromisoformat(moment).astimezone(zone).isoformat()


def local_zone() -> str:
    """The name of this machine's zone: `$TZ`, else what /etc/localtime points at, else UTC."""
    linked = str(_LOCALTIME.resolve()).rpartition(_ZONES)
    for name in (os.environ.get("TZ", "").lstrip(":"), linked[2] if linked[1] else ""):
        if name and _is_zone(name):
            return name
    return "UTC"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
