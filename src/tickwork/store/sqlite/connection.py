"""Connections to one SQLite file, and what its errors mean to a person."""

import os
from contextlib import suppress
from pathlib import Path
from time import sleep

import apsw

from tickwork.errors import QueryTooLong, StoreCorrupt, StoreError, StoreUnavailable

BUSY_SECONDS = 5.0
_PAUSE = 0.002
"""Seconds between two looks whether a lock is free."""
READ_SECONDS = 6.0
"""After which a reader gives a look up; one moment's snapshots (a copy of the store) and what writes have no limit."""
_CACHED_STATEMENTS = 256
_CACHE_KIB = 16_384
CHECKPOINT_PAGES = 4_000
"""Of the log: what makes it long enough to be brought into the file."""
APPLICATION_ID = 0x5469_636B  # "Tick", set by the first migration


def name_of(path: Path | None) -> str:
    return "memory://" if path is None else str(path)


def make_place(path: Path) -> None:
    """The folder that the file lives in, and the file. Raises `StoreError`.

    New ones are for their owner alone: jobs' environments, arguments, results and logs are in there.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path}: its folder cannot be made ({error.strerror}); choose another place with --store"
        ) from error
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise StoreError(f"{path}: its folder is not writable; change its permissions or choose another with --store")
    # SQLite would make it for everybody to read, and its -wal and -shm like it. Why it cannot be made, SQLite will say.
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def connect(path: Path | None, *, reading: bool = False) -> apsw.Connection:
    """A connection as the store uses it: WAL, every commit on the disk before it returns."""
    db = apsw.Connection(":memory:" if path is None else str(path), statementcachesize=_CACHED_STATEMENTS)
    try:
        db.set_busy_handler(_wait)
        # a plan is made once, whatever values come: else SQLite plans a statement with bounds anew at every execution
        db.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        db.pragma("cache_size", -_CACHE_KIB)
        db.pragma("recursive_triggers", 0)
        if path is not None:
            db.pragma("synchronous", "FULL")
            db.pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        if reading:
            db.pragma("query_only", 1)
    except apsw.Error:
        db.close()
        raise
    return db


def _wait(looks: int) -> bool:
    """For a lock that another connection has: whether to look again, after so many looks.

    SQLite's own pauses grow to 100 ms, so that of several who write all the time each sleeps while the lock is free,
    and one may find it taken at every look for seconds.
    """
    sleep(_PAUSE)
    return looks * _PAUSE < BUSY_SECONDS


_MEANINGS: tuple[tuple[tuple[type[apsw.Error], ...], type[StoreError], str], ...] = (
    (
        (apsw.BusyError, apsw.LockedError),
        StoreUnavailable,
        f"is locked by another program for more than {BUSY_SECONDS:g} s; end that one, or try again",
    ),
    (
        (apsw.InterruptError,),
        QueryTooLong,
        f"took more than {READ_SECONDS:g} s to look that up; ask for less: one job, a shorter stretch of time",
    ),
    ((apsw.FullError,), StoreUnavailable, "cannot grow: the disk is full; free some space, then try again"),
    (
        (apsw.ReadOnlyError, apsw.PermissionsError),
        StoreUnavailable,
        "is read-only for this user; change its permissions or its mount",
    ),
    ((apsw.CantOpenError,), StoreUnavailable, "cannot be opened; check that it is a file that this user may write"),
    ((apsw.IOError,), StoreUnavailable, "cannot be read or written ({error}); check the disk"),
    ((apsw.NotADBError,), StoreCorrupt, "is not a Tickwork store; choose another file with --store"),
    ((apsw.CorruptError,), StoreCorrupt, "is damaged ({error}); restore it from a backup"),
    ((apsw.ConstraintError,), StoreError, "refused a write: {error}"),
    ((apsw.Error,), StoreError, "failed: {error}"),
)


def explained(error: Exception, path: Path | None) -> Exception:
    """The error of ours that an error of SQLite's means; other errors as they are."""
    for theirs, ours, meaning in _MEANINGS:
        if isinstance(error, theirs):
            return ours(f"{name_of(path)} {meaning.format(error=error)}")
    return error
