"""The frames of an exception with what their variables held: as text, trimmed, and without what looks secret."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from reprlib import Repr
from traceback import walk_tb
from types import FrameType, TracebackType

import msgspec

from tickwork.core.codec import to_json
from tickwork.core.masking import Masker

MAX_FRAMES, MAX_LOCALS, MAX_TEXT = 50, 50, 200
"""Frames, variables of each, characters of each value."""
MAX_BYTES = 131_072
MASK = "[masked]"
_SECRET = re.compile(
    r"passw|pwd|token|secret|authori[sz]ation|credential|api_?key|private_?key|(?:^|_)key(?:$|_)", re.IGNORECASE
)
_LEAST = 6
"""Characters of a secret that is looked for in texts; shorter ones are in too many words."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One frame of a traceback."""

    file: str
    line: int
    function: str
    locals: dict[str, str]


_hidden: ContextVar[Sequence[bytes]] = ContextVar("hidden", default=())


def hide(patterns: Sequence[bytes]) -> None:
    """In the call that is made here: before texts are shortened, as a part of a secret would not be found later."""
    _hidden.set(patterns)


class Masking:
    """Knows the values of secrets in the environment and those that the run was given, and finds them in texts."""

    def __init__(self, env: Mapping[str, str]) -> None:
        secrets = {value for name, value in env.items() if looks_secret(name) and len(value) >= _LEAST}
        longest_first = sorted(secrets, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if secrets else None
        self._given = Masker(_hidden.get())

    def text(self, text: str) -> str:
        masked = text if self._pattern is None else self._pattern.sub(MASK, text)
        return self._given.text(masked)


def looks_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def frames_of(trace: TracebackType | None, env: Mapping[str, str] = os.environ) -> bytes:
    """JSON of a list of `Frame`, outermost first; of a deep recursion the first and the last ones."""
    masking, found = Masking(env), list(walk_tb(trace))
    if len(found) > MAX_FRAMES:
        found = found[: MAX_FRAMES // 2] + found[-MAX_FRAMES // 2 :]
    frames = [_frame(frame, line, masking) for frame, line in found]
    while len(data := to_json(frames)) > MAX_BYTES:
        frames = frames[len(frames) // 2 :]  # the innermost ones tell most
    return data


def _frame(frame: FrameType, line: int, masking: Masking) -> Frame:
    code = frame.f_code
    return Frame(
        file=code.co_filename, line=line, function=code.co_qualname, locals=_locals(frame.f_locals.items(), masking)
    )


def _locals(variables: Iterable[tuple[str, object]], masking: Masking) -> dict[str, str]:
    shown: dict[str, str] = {}
    for name, value in variables:
        if len(shown) == MAX_LOCALS:
            break
        if not name.startswith("__"):
            shown[name] = MASK if looks_secret(name) else masking.text(_shown(value))[:MAX_TEXT]
    return shown


class _Repr(Repr):
    """Bounded in depth and width, and blind to what stands under a secret name in a dict."""

    def repr_dict(self, x: dict[object, object], level: int) -> str:
        masked = {key: MASK if isinstance(key, str) and looks_secret(key) else value for key, value in x.items()}
        return super().repr_dict(masked, level)


_repr = _Repr()
_repr.maxstring = _repr.maxother = 4096  # trimmed further when what is secret was taken out
_repr.maxdict = _repr.maxlist = _repr.maxtuple = _repr.maxset = 20
_repr.maxlevel = 4


def _shown(value: object) -> str:
    try:
        return _repr.repr(value)
    except Exception as error:  # noqa: BLE001 (somebody's __repr__)
        return f"<{type(value).__qualname__} whose repr failed: {type(error).__name__}>"
