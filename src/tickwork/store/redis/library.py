"""The Lua source: composed of `functions/`, for one FUNCTION library, and for scripts where a server has none.

Each verb is a file that is named after it. What they share is in `functions/lib/`, in the order of `_LIBRARY`; what
Python decides (the transitions, the layout of records) is generated in front of it.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from hashlib import sha1
from importlib.resources import files

from tickwork.core.model import PARTS
from tickwork.core.states import HELD, LIVE, TERMINAL, TRANSITIONS, State
from tickwork.store.protocol import Said
from tickwork.store.redis.layout import ATTEMPT, GAP, ROW, RUN, as_lua

VERSION = 5
"""Goes up with every change that another version could notice: the highest one stays on the server."""
OLDEST = 1
"""The oldest version that can go on working beside this one. Goes up to VERSION with a change that breaks others: they
do not find their functions any more, connect anew, and are refused."""

_LIBRARY = (
    "ground", "records", "indexes", "moves", "documents", "timetable", "flushing", "indexing", "births", "firing",
    "newcomers", "saves", "parts", "sessions", "rooms", "claims", "logs", "history", "notes", "epochs", "plain",
    "slots", "door", "handing", "setting", "following", "calls",
)  # fmt: skip
_LAYOUTS = {"F": RUN, "G": GAP, "T": ROW, "A": ATTEMPT}
_FIELD = re.compile(r"\b([FGTA])\.(\w+)")
_WRAPPERS = {"writes": "writing", "reads": "reading", "commands": "serving"}


@cache
def verbs() -> dict[str, str]:
    """The kind of every verb (writes, reads, or commands of plain clients), by name."""
    return {name: kind for name, text in _sources().items() for kind in _WRAPPERS if f"function {kind}.{name}(" in text}


@cache
def _sources() -> dict[str, str]:
    folder = files(__package__) / "functions"
    return {
        entry.name.removesuffix(".lua"): entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".lua")
    }


@cache
def shared() -> str:
    """Everything but the last line: what calls a verb."""
    folder = files(__package__) / "functions" / "lib"
    library = [(folder / f"{name}.lua").read_text(encoding="utf-8") for name in _LIBRARY]
    verbs_ = [f"do\n{text}end\n" for text in _sources().values()]
    return "\n".join([_generated(), *map(_numbered, [*library, *verbs_])])


def _numbered(text: str) -> str:
    """With `F.state` and its like as plain numbers: looking them up was a tenth of a verb's time."""
    return _FIELD.sub(lambda found: str(_LAYOUTS[found[1]].index(found[2]) + 1), text)


def _generated() -> str:
    return "\n".join(
        [
            f"local TRANSITIONS = {_transitions()}",
            f"local TERMINAL = {_set(TERMINAL)}",
            f"local HELD = {_set(HELD)}",
            f"local BUSY = {_set(LIVE - {State.WAITING})}",
            f"local PARTS = {_set(PARTS)}",
            f"local VERSION, OLDEST = {VERSION}, {OLDEST}",
            "local SAID = { " + ", ".join(f"'{member}'" for member in Said) + " }",
            as_lua("F", RUN),
            f"local WIDTH = {len(RUN)}",
        ]
    )


def _set(members: Iterable[StrEnum]) -> str:
    return "{ " + ", ".join(f"{member} = true" for member in sorted(members)) + " }"


def _transitions() -> str:
    """By source ('' to be born), target and reason ('' for none)."""
    sources = []
    for source, targets in TRANSITIONS.items():
        entries = [
            f"{target} = {{ " + ", ".join(f"['{reason}'] = true" for reason in sorted(reasons) or ("",)) + " }"
            for target, reasons in targets.items()
        ]
        sources.append(f"['{source or ''}'] = {{ {', '.join(entries)} }}")
    return "{ " + ", ".join(sources) + " }"


@cache
def digest() -> str:
    return sha1(shared().encode(), usedforsecurity=False).hexdigest()


def function_name(verb: str) -> str:
    return f"tickwork{OLDEST}_{verb}"


@cache
def library() -> str:
    """The source of the FUNCTION library `tickwork`: a function for every verb."""
    registrations = [
        "redis.register_function{ "
        f"function_name = '{function_name(name)}', callback = {_WRAPPERS[kind]}({kind}.{name})"
        + (", flags = { 'no-writes' }" if kind == "reads" else "")
        + " }"
        for name, kind in verbs().items()
    ]
    version = (
        "redis.register_function{ function_name = 'tickwork_version', "
        f"callback = function() return {{ {VERSION}, '{digest()}', {OLDEST} }} end, flags = {{ 'no-writes' }} }}"
    )
    return "\n".join(["#!lua name=tickwork", shared(), *registrations, version, ""])


@cache
def script(name: str) -> str:
    """One verb as a script of its own, for EVALSHA."""
    kind = verbs()[name]
    return f"{shared()}\nreturn {_WRAPPERS[kind]}({kind}.{name})(KEYS, ARGV)\n"


@cache
def script_sha(name: str) -> str:
    """What EVALSHA calls the script: the SHA-1 of its text, by Redis's definition."""
    return sha1(script(name).encode(), usedforsecurity=False).hexdigest()
