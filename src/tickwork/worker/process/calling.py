"""Finding a callable by its name, calling it, and saying what came of it. Knows no process and no socket."""

import difflib
import importlib
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from types import AsyncGeneratorType, CoroutineType, GeneratorType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

import msgspec

from tickwork.core.codec import to_json
from tickwork.core.model import Outcome
from tickwork.core.states import Reason, State
from tickwork.errors import LaunchFailed
from tickwork.worker.process.outcomes import exit_code

if TYPE_CHECKING:
    import asyncio

MAX_RESULT = 1_000_000
"""Bytes of JSON."""
MAX_TRACEBACK = 65_536
"""Characters."""
_LATER = (GeneratorType, CoroutineType, AsyncGeneratorType, Awaitable)
_SUCCEEDED = Outcome(state=State.SUCCEEDED)
_CALLERS = (
    str(Path(__file__).parent) + os.sep,
    str(Path(os.__file__).with_name("asyncio")) + os.sep,
    importlib.__file__,
    "<frozen importlib",
)
"""Whose frames stand above the job's in a traceback."""
_Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Loaded:
    function: Callable[..., Any]
    file: str | None
    stamp: _Stamp
    """Of the module's source when it was imported."""


class Targets:
    """The callables that were loaded so far, by `module:function`."""

    def __init__(self) -> None:
        self._loaded: dict[str, _Loaded] = {}

    def has(self, target: str) -> bool:
        return target in self._loaded

    def stale(self, target: str) -> bool:
        """Whether the source changed since it was imported: then a process is needed that has not imported it."""
        loaded = self._loaded.get(target)
        return loaded is not None and loaded.file is not None and _stamp(loaded.file) != loaded.stamp

    def load(self, target: str) -> Callable[..., Any]:
        """Import it at the first use. Raises `LaunchFailed` saying what is missing."""
        loaded = self._loaded.get(target)
        if loaded is None:
            loaded = self._loaded[target] = _load(target)
        return loaded.function


class Caller:
    """Calls functions of every kind and drives them to their end."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Outcome:
        """A coroutine is awaited, a generator is exhausted (its result: what it returned, or else the last value)."""
        try:
            value = function(*args, **kwargs)
            if isinstance(value, _LATER):
                value = self._drive(value)
        except SystemExit as request:
            return _asked_to_exit(request.code)
        except BaseException as error:  # noqa: BLE001 (whatever the job raised is its outcome)
            return raised(error)
        return _SUCCEEDED if value is None else _returned(value)

    def _drive(self, value: Any) -> Any:
        if isinstance(value, GeneratorType):
            return _exhaust(value)
        if self._runner is None:
            import asyncio  # most children never need it

            self._runner = asyncio.Runner()
        return self._runner.run(_alone(_exhaust_async(value) if isinstance(value, AsyncGeneratorType) else value))


def raised(error: BaseException) -> Outcome:
    """`failed(exception)` with the traceback from the job's own first frame on."""
    kinds = tuple(
        f"{kind.__module__}.{kind.__qualname__}"
        for kind in type(error).__mro__
        if issubclass(kind, BaseException) and kind is not BaseException
    )
    return Outcome(state=State.FAILED, reason=Reason.EXCEPTION, error=told(error), exception=kinds)


def told(error: BaseException) -> str:
    """The traceback as text, without our frames, shortened in the middle."""
    first = _own_frames(error.__traceback__)
    text = "".join(traceback.TracebackException(type(error), error, first).format())
    if len(text) <= MAX_TRACEBACK:
        return text
    keep = MAX_TRACEBACK // 2
    return f"{text[:keep]}\n[… {len(text) - 2 * keep} characters left out …]\n{text[-keep:]}"


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """From the job's first frame on; nothing where only its caller's are there (wrong arguments)."""
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_CALLERS):
        trace = trace.tb_next
    return trace


def _returned(value: Any) -> Outcome:
    try:
        result = to_json(value)
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        return _bad_result(f"the result ({kind}) cannot be written as JSON: {error}")
    if len(result) > MAX_RESULT:
        return _bad_result(
            f"the result is {len(result):,} bytes of JSON, more than the {MAX_RESULT:,} that are kept: store it "
            "elsewhere and return where"
        )
    return Outcome(state=State.SUCCEEDED, result=result)


def _bad_result(error: str) -> Outcome:
    return Outcome(state=State.FAILED, reason=Reason.RESULT, error=error)


def _asked_to_exit(code: object) -> Outcome:
    """`sys.exit(…)` as the interpreter takes it: nothing is 0, words go to stderr and are 1."""
    if code is None or isinstance(code, int):
        return exit_code((code or 0) & 0xFF)
    sys.stderr.write(f"{code}\n")
    return exit_code(1)


def _exhaust(generator: Generator[Any, None, Any]) -> Any:
    last = None
    try:
        while True:
            last = next(generator)
    except StopIteration as end:
        return last if end.value is None else end.value


async def _exhaust_async(generator: AsyncGeneratorType[Any, None]) -> Any:
    last = None
    async for last in generator:  # noqa: B007 (the last one is the result)
        pass
    return last


async def _alone(value: Awaitable[Any]) -> Any:
    """Tasks that the job leaves behind must not go on in the next call."""
    import asyncio

    try:
        return await value
    finally:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def _load(target: str) -> _Loaded:
    name, _, path = target.partition(":")
    if not name or not path:
        raise LaunchFailed(f"{target!r} is not of the form module:function")
    module = _import(name)
    file = getattr(module, "__file__", None)
    function = _attribute(module, path)
    if not callable(function):
        raise LaunchFailed(f"{target!r} is {type(function).__name__}, not a function")
    return _Loaded(function, file, None if file is None else _stamp(file))


def _import(name: str) -> ModuleType:
    importlib.invalidate_caches()  # the file may be newer than the folder's cached listing
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name + ".").startswith(error.name + "."):
            raise LaunchFailed(f"there is no module {error.name!r}{_close(error.name, _modules())}") from None
        raise LaunchFailed(f"module {name!r} cannot be imported:\n{told(error)}") from error
    except BaseException as error:
        raise LaunchFailed(f"module {name!r} cannot be imported:\n{told(error)}") from error


def _attribute(module: ModuleType, path: str) -> Any:
    found: Any = module
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            where = f"module {module.__name__!r}" if found is module else repr(found)
            raise LaunchFailed(f"{where} has no {part!r}{_close(part, dir(found))}") from None
    return found


def _close(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def _modules() -> list[str]:
    """Top-level modules that could be meant: those next to each other on the path, not the whole library."""
    names: set[str] = set()
    for folder in map(Path, sys.path[:3]):
        if folder.is_dir():
            names.update(entry.stem for entry in folder.iterdir() if not entry.name.startswith(("_", ".")))
    return sorted(names)


def _stamp(file: str) -> _Stamp:
    try:
        state = os.stat(file)  # noqa: PTH116 (hot: once per call)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
