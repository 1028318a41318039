"""Imports an app and tells its jobs: `python -m tickwork.app.describe MODULE FOLDER` prints a `Described` as JSON."""

import importlib
import os
import sys
import traceback
from difflib import get_close_matches
from pathlib import Path

import msgspec

from tickwork.app.places import absent_in
from tickwork.app.registry import jobs_of
from tickwork.core.codec import to_json
from tickwork.core.model import Job
from tickwork.errors import InvalidDefinition


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """An app, or what is wrong with it."""

    jobs: tuple[Job, ...] = ()
    files: tuple[str, ...] = ()
    """The source files in the app's folder that were imported for it."""
    error: str | None = None


def describe_here(module: str, *, folder: str) -> Described:
    """Import it into this process."""
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        jobs = tuple(one.definition(app=module) for one in jobs_of(importlib.import_module(module)))
    except InvalidDefinition as error:
        where = _places(error, folder)[-1:]
        return Described(error=": ".join([*where, str(error)]))
    except BaseException as error:  # noqa: BLE001 (whatever somebody's module raises is the answer)
        return Described(error=_why(error, module, folder))
    return Described(jobs=jobs, files=_files(folder))


def _why(error: BaseException, module: str, folder: str) -> str:
    missing = absent_in(module, error) if isinstance(error, ModuleNotFoundError) else None
    if missing is not None:
        return f"there is no module {missing!r} in {folder} or on the Python path{_meant(module, missing, folder)}"
    told = "".join(traceback.format_exception_only(error)).strip()
    places = _places(error, folder)
    if isinstance(error, SyntaxError):
        told = f"{type(error).__name__}: {error.msg}"
        places.append(f"{(error.filename or '?').removeprefix(_inside(folder))}:{error.lineno}")
    return f"it cannot be imported: {told}" + (f" (at {' → '.join(places)})" if places else "")


def _meant(module: str, missing: str, folder: str) -> str:
    if os.sep in module or module.endswith(".py"):
        return f"; a module is named {module.removesuffix('.py').replace(os.sep, '.')}"
    *packages, name = missing.split(".")
    home = Path(folder, *packages)
    near = get_close_matches(name, {file.stem for file in home.iterdir()} if home.is_dir() else (), n=1)
    return f"; did you mean {'.'.join((*packages, near[0]))}?" if near else ""


def _places(error: BaseException, folder: str) -> list[str]:
    """The lines of the app's own files that led there."""
    inside = _inside(folder)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(frame.filename, inside)]
    return [f"{frame.filename.removeprefix(inside)}:{frame.lineno}" for frame in own]


def _is_own(file: str, inside: str) -> bool:
    return file.startswith(inside) and "site-packages" not in file


def _inside(folder: str) -> str:
    """How the names of the files in it begin."""
    return f"{Path(folder)}{os.sep}"


def _files(folder: str) -> tuple[str, ...]:
    files = {getattr(module, "__file__", None) or "" for module in tuple(sys.modules.values())}
    inside = _inside(folder)
    return tuple(sorted(file for file in files if _is_own(file, inside)))


def main() -> None:
    answer = os.dup(1)
    os.dup2(2, 1)  # what the app prints while it is imported is no part of the answer
    module, folder = sys.argv[1:3]
    data = to_json(describe_here(module, folder=folder))
    with os.fdopen(answer, "wb") as out:
        out.write(data)
    sys.stdout.flush()
    os._exit(0)  # threads that the app started at its import hold nobody up


if __name__ == "__main__":
    main()
