"""Where things are kept: is there room, and how long does it take until something is on the disk?"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tickwork.cli.doctor.findings import Finding, bad, ok, warn
from tickwork.config import Settings

_LITTLE_SPACE: Final = 200 * 1024 * 1024
_FEW_FILES: Final = 1000
_MEGABYTE: Final = 1024 * 1024
_SLOW: Final = 0.05
"""Seconds of an fsync: every commit of a store in a file waits for one."""
_TRIES: Final = 5
_PAGE: Final = 4096


def examine(settings: Settings) -> Iterator[Finding]:
    """Where the store is, if it is a file, and where a worker keeps what it cannot tell."""
    if settings.store.startswith("sqlite:///") and not settings.server:
        folder = existing(Path(settings.store.removeprefix("sqlite:///")).expanduser().parent)
        yield from _place("disk", folder, fix="make room, or move the store")
        yield from _speed(folder)
    else:
        yield ok("disk", "the store needs none here")
    spool = existing(Path(settings.spool_folder or "/var/tmp").expanduser())  # noqa: S108 (only looked at)
    yield from _place("spool", spool, fix="make room, or name another folder in spool_folder")


def _place(check: str, folder: Path, *, fix: str) -> Iterator[Finding]:
    if not os.access(folder, os.W_OK):
        yield bad(check, f"{folder} cannot be written", "change its owner or mode, or name another place")
        return
    free = shutil.disk_usage(folder).free
    room = f"{free // _MEGABYTE:,} MB free at {folder}"
    yield ok(check, room) if free >= _LITTLE_SPACE else warn(check, room, fix)
    files = os.statvfs(folder)
    if files.f_files and files.f_favail < _FEW_FILES:  # some file systems have no limit, and say 0
        yield warn(check, f"{folder} has room for {files.f_favail} more files only", "delete files, or " + fix)


def _speed(folder: Path) -> Iterator[Finding]:
    try:
        took = statistics.median(_sync(folder) for _ in range(_TRIES))
    except OSError as error:
        yield warn("fsync", f"a file in {folder} cannot be synced: {error.strerror}", "keep the store on a local disk")
        return
    found = f"a write is on the disk within {took * 1000:.1f} ms"
    slow = "every commit waits for that: keep the store on a faster, local disk, or use PostgreSQL"
    yield ok("fsync", found) if took < _SLOW else warn("fsync", found, slow)


def _sync(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        begun = time.perf_counter()
        file.write(b"t" * _PAGE)
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - begun


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    return next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
