"""Bringing the library to the server: as functions, or as scripts where it has none."""

from collections.abc import Callable, Sequence
from typing import Any

from tickwork.errors import StoreTooNew
from tickwork.store.redis.connection import Refused, Wire, is_forgotten
from tickwork.store.redis.library import VERSION, digest, function_name, library, script, script_sha, verbs

Words = Sequence[Any]
Spell = Callable[[str, Words, Words], Words]
"""The words of a call: verb, keys, arguments."""


def publish_functions(wire: Wire) -> None:
    """Load the library unless the server has this one or a newer one. Raises `StoreTooNew` if that one breaks us."""
    version, known, oldest = _published(wire)
    if oldest > VERSION:
        raise StoreTooNew("the server's functions are of a newer Tickwork; upgrade this installation")
    if version <= VERSION and known.decode() != digest():
        wire.call("FUNCTION", "LOAD", "REPLACE", library())


def _published(wire: Wire) -> tuple[int, bytes, int]:
    try:
        version, known, oldest = wire.call("FCALL_RO", "tickwork_version", 0)
    except Refused as error:
        if not is_forgotten(error):
            raise
        return 0, b"", 0
    return version, known, oldest


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
        return lambda verb, keys, args: ("FCALL", function_name(verb), len(keys), *keys, *args)
    publish_scripts(wire, list(verbs()))
    return lambda verb, keys, args: ("EVALSHA", script_sha(verb), len(keys), *keys, *args)
