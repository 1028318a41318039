"""Boards as Jinja templates: variables, macros and loops that write jobs.

The sandbox keeps templates from reaching out of the text; the bounds below keep a mistake in one (a loop in a loop in
a loop) from taking the machine with it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tickwork.boards.source import MAX_BYTES
from tickwork.errors import InvalidBoard

MAX_STEPS = 3_000_000
"""Lines of a template that may be executed."""
_FIRST_LINE = "# jinja"
_FILENAME = "<board>"
_LARGEST_FACTOR = 1_000_000


def is_template(text: str, name: str) -> bool:
    """By its ending (`board.yaml.j2`) or a first line `# jinja`."""
    return name.endswith(".j2") or text.split("\n", 1)[0].strip() == _FIRST_LINE


def render(text: str, *, shown: str) -> str:
    """The text that the template writes. Raises `InvalidBoard` with file and line of the template."""
    try:
        template = _template(text)
        with _bounded():
            return _limited(template.generate(), shown)
    except jinja2.TemplateSyntaxError as error:
        raise InvalidBoard([f"{shown}:{error.lineno}: is not a Jinja template: {error.message}"]) from None
    except (InvalidBoard, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever an expression of the template raises is the author's to see)
        kind = "" if isinstance(error, jinja2.TemplateError | _Endless) else f"{type(error).__name__}: "
        raise InvalidBoard([f"{shown}:{_line(error)}: the template failed: {kind}{error}"]) from None


class _Endless(Exception):
    """The template did more than a board can need."""


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, which also keeps products within bounds (`"x" * 10**9`)."""

    intercepted_binops = frozenset(["*", "**"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if any(isinstance(side, int) and abs(side) > _LARGEST_FACTOR for side in (left, right)):
            raise _Endless(f"a factor of {operator} is above {_LARGEST_FACTOR:,}")
        return super().call_binop(context, operator, left, right)


def _template(text: str) -> jinja2.Template:
    """Compiled under a file name that tracebacks can be searched for."""
    environment = _Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False)
    code = environment.compile(text, name=_FILENAME, filename=_FILENAME)
    return jinja2.Template.from_code(environment, code, environment.make_globals(None))


def _limited(pieces: Iterator[str], shown: str) -> str:
    parts, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_BYTES:
            raise InvalidBoard([f"{shown}: the template writes more than {MAX_BYTES // 1024 // 1024} MB"])
        parts.append(piece)
    return "".join(parts)


@contextmanager
def _bounded() -> Iterator[None]:
    """Counts the lines that template code executes; nothing else is traced."""
    steps = 0

    def count(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps > MAX_STEPS:
            raise _Endless(f"it executes more than {MAX_STEPS:,} lines; does a loop run wild?")
        return count

    def choose(frame: FrameType, _event: str, _argument: Any) -> Any:
        return count if frame.f_code.co_filename == _FILENAME else None

    before = sys.gettrace()
    sys.settrace(choose)
    try:
        yield
    finally:
        sys.settrace(before)


def _line(error: BaseException) -> int:
    """The line of the template where it happened: the innermost frame of its code."""
    line, traceback = 1, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == _FILENAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
