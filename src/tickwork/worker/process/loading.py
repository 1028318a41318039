"""Finding a callable by its name, and telling what is wrong with a name that finds none."""

import difflib
import importlib
import os
import sys
import sysconfig
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

from tickwork.app.current import current_run
from tickwork.app.definition import JobFunction
from tickwork.app.places import absent_in
from tickwork.app.signature import Arguments, read_signature
from tickwork.core.clock import Clock
from tickwork.errors import InvalidParameter, LaunchFailed
from tickwork.worker.process.calling import told

NEIGHBOURS_EVERY = 0.1
"""Seconds between two looks at the files that a callable's own file imports: there may be hundreds."""
_LIBRARIES = (sysconfig.get_path("stdlib"), f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_Stamp = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A callable, ready to be called."""

    target: str
    function: Callable[..., Any]
    arguments: Arguments
    file: str | None
    """Of its module; None where nobody looks after changes of it."""
    stamp: _Stamp
    """Of the file when it was imported."""

    def fit(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Sequence[Any], dict[str, Any]]:
        """The arguments as its annotations say. Raises `LaunchFailed` naming the parameter that does not fit."""
        try:
            return self.arguments.fit(args, kwargs)
        except InvalidParameter as error:
            raise LaunchFailed(f"{self.target}: {error}") from None


class Targets:
    """The callables that were loaded so far, by `module:function`."""

    def __init__(self, *, clock: Clock, preloaded: Collection[str] = ()) -> None:
        self._clock = clock
        self._preloaded = preloaded
        """Modules that came with this process: whoever made it looks after their changes."""
        self._loaded: dict[str, Loaded] = {}
        self._neighbours = Neighbours(besides=frozenset(sys.modules))
        self._look_again = 0.0
        self._fresh: set[str] = set()
        """Those whose own file was looked at since calls came."""

    def calls_came(self) -> None:
        """Somebody may have changed the source before asking for them."""
        self._fresh.clear()

    def has(self, target: str) -> bool:
        return target in self._loaded

    def stale(self, target: str) -> bool:
        """Whether source changed since it was imported: then a process is needed that has not imported it."""
        now = self._clock.monotonic()
        if now < self._look_again:
            return target not in self._fresh and self._changed(target)
        self._look_again = now + NEIGHBOURS_EVERY
        return self._changed(target) or self._neighbours.changed()

    def _changed(self, target: str) -> bool:
        self._fresh.add(target)
        loaded = self._loaded.get(target)
        return loaded is not None and loaded.file is not None and _stamp(loaded.file) != loaded.stamp

    def load(self, target: str) -> Loaded:
        """Import it at the first use. Raises `LaunchFailed` saying what is missing."""
        loaded = self._loaded.get(target)
        if loaded is None:
            loaded = self._loaded[target] = _load(target, self._preloaded)
            self._neighbours.settle(target.partition(":")[0])
        return loaded


class Neighbours:
    """The modules that callables import from their own project, be it later, while they are called."""

    def __init__(self, *, besides: Collection[str]) -> None:
        self._besides = besides
        """Modules that a new process would have too."""
        self._homes: set[str] = set()
        self._stamps: dict[str, _Stamp] = {}

    def settle(self, module: str) -> None:
        """Look after what lies beside it from now on."""
        if (home := _home(module)) is not None:
            self._homes.add(home)
            self._note()

    def changed(self) -> bool:
        changed = any(_stamp(file) != stamp for file, stamp in self._stamps.items())
        self._note()
        return changed

    def _note(self) -> None:
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file in self._stamps or name in self._besides or not _is_own(file):
                continue
            if any(file.startswith(home) for home in self._homes):
                self._stamps[file] = _stamp(file)


def _home(module: str) -> str | None:
    """The folder that its outermost package is imported from; None for a library."""
    file = getattr(sys.modules.get(module.partition(".")[0]), "__file__", None)
    if not _is_own(file):
        return None
    folder = Path(file).parent
    return str(folder.parent if Path(file).stem == "__init__" else folder) + os.sep


def _is_own(file: object) -> TypeGuard[str]:
    return isinstance(file, str) and not any(library in file for library in _LIBRARIES)


def _load(target: str, preloaded: Collection[str]) -> Loaded:
    name, _, path = target.partition(":")
    if not name or not path:
        raise LaunchFailed(f"{target!r} is not of the form module:function")
    module = _import(name)
    file = None if name in preloaded else getattr(module, "__file__", None)
    function = _attribute(module, path)
    if not callable(function):
        raise LaunchFailed(f"{target!r} is {type(function).__name__}, not a function")
    return loaded(target, function, file=file)


def loaded(target: str, function: Callable[..., Any], *, file: str | None = None) -> Loaded:
    """What was found under that name, ready to be called."""
    if isinstance(function, JobFunction):
        function = function.function
    arguments = Arguments(function)
    if isinstance(function, type) and "__call__" in dir(function):
        function = _instances(function)
    return Loaded(target, function, arguments, file, None if file is None else _stamp(file))


def _instances(kind: type) -> Callable[..., Any]:
    """A class of callables: each run has an instance of its own, which is called with the run if it takes it."""
    takes_info = read_signature(kind.__call__)
    many = takes_info is not None and len(takes_info.parameters) > 1

    def call(*options: Any, **named: Any) -> Any:
        instance = kind(*options, **named)
        return instance(current_run()) if many else instance()

    return call


def _import(name: str) -> ModuleType:
    importlib.invalidate_caches()  # the file may be newer than the folder's cached listing
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (missing := absent_in(name, error)) is not None:
            raise LaunchFailed(f"there is no module {missing!r}{_close(missing, _modules())}") from None
        raise _broken(name, error) from error
    except BaseException as error:
        raise _broken(name, error) from error


def _broken(name: str, error: BaseException) -> LaunchFailed:
    """With the error itself in the first line, which is all that lists show."""
    text = told(error).rstrip()
    return LaunchFailed(f"module {name!r} cannot be imported: {text.splitlines()[-1]}\n{text}")


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
        state = os.stat(file)  # noqa: PTH116 (hot)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
