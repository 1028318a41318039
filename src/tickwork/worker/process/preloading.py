"""The app that the launcher imports once, so that every child is born with it."""

import importlib
import sys
import traceback

import msgspec

from tickwork.app.registry import registered
from tickwork.worker.processes import Imported, Preload

preloaded: set[str] = set()
"""The modules that were imported here. Whoever asked for it replaces the launcher when they change."""


def preload(wanted: Preload) -> Imported:
    """A module that cannot be imported is left to the calls: each of them says what is wrong."""
    broken: dict[str, str] = {}
    sys.path[:0] = [folder for folder in wanted.paths if folder not in sys.path]
    for name in wanted.modules:
        before = set(sys.modules)
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001 (the launcher goes on, whatever somebody's module raises)
            broken[name] = f"{type(error).__name__}: {error}"
            traceback.clear_frames(error.__traceback__)
        else:
            preloaded.update(set(sys.modules) - before)
    return Imported(tasks=tuple(registered()), broken=broken)


_preload = msgspec.json.Decoder(Preload)


def read_preload(text: str) -> Preload:
    return _preload.decode(text)
