"""The app that the launcher imports once, so that every child is born with it."""

import importlib
import sys
import traceback

import msgspec

from tickwork.worker.processes import Preload

preloaded: set[str] = set()
"""The modules that were imported here. Whoever asked for it replaces the launcher when they change."""


def preload(wanted: Preload) -> None:
    """A module that cannot be imported is left to the calls: each of them says what is wrong."""
    sys.path[:0] = [folder for folder in wanted.paths if folder not in sys.path]
    for name in wanted.modules:
        before = set(sys.modules)
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001 (the launcher goes on, whatever somebody's module raises)
            sys.stderr.write(f"tickwork: {name} was not imported ahead of its calls: {type(error).__name__}: {error}\n")
            traceback.clear_frames(error.__traceback__)
        else:
            preloaded.update(set(sys.modules) - before)


_preload = msgspec.json.Decoder(Preload)


def read_preload(text: str) -> Preload:
    return _preload.decode(text)
