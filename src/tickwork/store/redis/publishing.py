"""Bringing the library to the server: as functions, or as scripts where it has none."""

from collections.abc import Callable, Sequence
from typing import Any

from tickwork.errors import StoreTooNew
from tickwork.store.redis.connection import Refused, Wire
from tickwork.store.redis.library import VERSION, digest, library, script, script_sha, verbs

Words = Sequence[Any]
Spell = Callable[[str, Words, Words], Words]
"""The words of a call: verb, keys, arguments."""

_BREAKS = "tickwork_breaks"
"""A newer library that older code must not use has a function of this name."""


def publish_functions(wire: Wire) -> None:
    """Load the library unless the server has this one or a newer one. Raises `StoreTooNew` if that one breaks us."""
    try:
        version, known = wire.call("FCALL_RO", "tickwork_version", 0)
    except Refused:
        version, known = 0, b""
    if version > VERSION:
        _require_kept(wire)
    elif known.decode() != digest():
        wire.call("FUNCTION", "LOAD", "REPLACE", library())


def _require_kept(wire: Wire) -> None:
    try:
        oldest = wire.call("FCALL_RO", _BREAKS, 0)
    except Refused:
        return
    if oldest > VERSION:
        raise StoreTooNew("the server's functions are of a newer Tickwork; upgrade this installation")


def publish_scripts(wire: Wire, names: Sequence[str]) -> None:
    missing = [
        name
        for name, known in zip(names, wire.call("SCRIPT", "EXISTS", *map(script_sha, names)), strict=True)
        if not known
    ]
    for name in missing:
        wire.call("SCRIPT", "LOAD", script(name))


def commands() -> list[str]:
    """What plain clients call."""
    return [name for name, kind in verbs().items() if kind == "commands"]


def command_shas() -> dict[str, str]:
    return {name: script_sha(name) for name in commands()}


def publish(wire: Wire, *, functions: bool) -> Spell:
    """At every connect: whatever a restart of the server has forgotten is there again. The commands of plain clients
    are always scripts. Returns how verbs are called on this server."""
    if functions:
        publish_functions(wire)
        publish_scripts(wire, commands())
        return lambda verb, keys, args: ("FCALL", f"tickwork_{verb}", len(keys), *keys, *args)
    publish_scripts(wire, list(verbs()))
    return lambda verb, keys, args: ("EVALSHA", script_sha(verb), len(keys), *keys, *args)
