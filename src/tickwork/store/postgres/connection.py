"""Connections to PostgreSQL, and what its errors mean to a person."""

import re
from typing import Any

import psycopg
from psycopg import conninfo, errors
from psycopg.abc import RV, PQGen
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.pq import Format
from psycopg.types.numeric import Int8BinaryDumper
from psycopg.types.string import ByteaBinaryLoader, StrBinaryDumper

from tickwork.errors import QueryTooLong, StoreError, StoreUnavailable
from tickwork.store.postgres.address import Address
from tickwork.store.postgres.values import Batch

OLDEST_SERVER = 13
STATEMENT_SECONDS, LOCK_SECONDS, IDLE_SECONDS = 6, 3, 5
SILENCE_SECONDS = 8.0
"""A server that says nothing for so long is gone, whatever TCP believes. More than a statement may take."""

_DEFAULTS = {
    "application_name": "tickwork",
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
    "target_session_attrs": "read-write",  # after a fail-over: the server that took over
}
# Plans must not change with the size of the tables: every statement of the store reads a few rows by their index, and
# a prepared one that was planned while they were empty would read them whole ever after. Before version 18 a plan that
# is switched off counts as endlessly expensive, and what is expensive would be compiled first: a second a statement.
_SETTINGS = (
    f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s "
    f"-c idle_in_transaction_session_timeout={IDLE_SECONDS}s "
    "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off"
)
# No statement that writes has filters which may be absent, so that its one plan fits all values; otherwise PostgreSQL
# would make a new one each time for some: a third of what a claim takes.
_WRITING = f"{_SETTINGS} -c plan_cache_mode=force_generic_plan"
# Those that list have such filters: what is not asked for is gone before a plan is made, and with it the wrong indexes.
_READING = f"{_SETTINGS} -c plan_cache_mode=force_custom_plan"


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """One that gives up on a server that went silent."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        return super().wait(gen, interval, SILENCE_SECONDS if timeout is None else timeout)


class _TextDumper(StrBinaryDumper):
    """PostgreSQL's text has no NUL; a job's words may."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class _BatchDumper(Dumper):
    format = Format.BINARY
    oid = psycopg.adapters.types["json"].oid

    def dump(self, obj: Batch) -> bytes:
        return obj.json


def _adapters() -> AdaptersMap:
    """One type each, so that a statement is prepared once, whatever the size of its numbers; JSON stays bytes."""
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_dumper(int, Int8BinaryDumper)
    adapters.register_dumper(str, _TextDumper)
    adapters.register_dumper(Batch, _BatchDumper)
    adapters.register_loader("json", ByteaBinaryLoader)
    return adapters


_ADAPTERS = _adapters()


def connect(address: Address, *, writing: bool = False, plain: bool = False) -> Connection:
    """A connection as the store uses it for reading or for `writing`, or with the server's own settings (`plain`).
    Raises psycopg's errors and `StoreError`."""
    given = conninfo.conninfo_to_dict(address.conninfo)
    merged: dict[str, Any] = {**_DEFAULTS, **given}
    if not address.pooled:
        settings = "" if plain else _WRITING if writing else _READING
        merged["options"] = f"{settings} {given.get('options', '')}".strip()
    db = Connection.connect(
        **merged, autocommit=True, prepare_threshold=None if address.pooled else 0, context=_ADAPTERS
    )
    db.prepared_max = None
    return db


def check_server(db: Connection, address: Address) -> None:
    if db.info.server_version < OLDEST_SERVER * 10_000:
        raise StoreError(
            f"{address.shown} is PostgreSQL {db.info.server_version // 10_000}; "
            f"Tickwork needs {OLDEST_SERVER} or newer: upgrade it, or choose another store"
        )
    if db.info.parameter_status("server_encoding") != "UTF8":
        raise StoreError(
            f"{address.shown} is encoded in {db.info.parameter_status('server_encoding')}; "
            "make a database with encoding UTF8 (createdb -E UTF8 -T template0 NAME)"
        )


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone (or as good as gone), whatever the statement was about to do."""
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:
        return isinstance(error, (errors.OperationalError, errors.InterfaceError))
    return state.startswith(("08", "57P")) or state in {"25P03", "25P04"}  # shut down, idle for too long


def is_passing(error: BaseException) -> bool:
    """Whether the same transaction may simply be tried again: nothing of it has happened."""
    return is_lost(error) or isinstance(
        error, (errors.SerializationFailure, errors.DeadlockDetected, errors.ReadOnlySqlTransaction)
    )


_REFUSED = (
    ("password authentication failed", "refuses the password; check it in the URL, in ~/.pgpass or in $PGPASSWORD"),
    ("no password supplied", "asks for a password; put it into the URL, ~/.pgpass or $PGPASSWORD"),
    ("no pg_hba.conf entry", "does not let this user in from here; add a line to the server's pg_hba.conf"),
    ("role ", "has no such user; create it (createuser NAME), or name another one in the URL"),
    ("database ", "has no such database; create it (createdb NAME), or name another one in the URL"),
)

_LOCKED = (
    f"let us wait for more than {LOCK_SECONDS} s for {{locked}}, which another transaction holds; nothing was changed. "
    "Servers and workers try again by themselves; repeat a command of your own"
)
_MEANINGS: tuple[tuple[tuple[type[psycopg.Error], ...], type[StoreError], str], ...] = (
    (
        (errors.LockNotAvailable,),
        StoreUnavailable,
        _LOCKED,
    ),
    (
        (errors.QueryCanceled,),
        QueryTooLong,
        f"took more than {STATEMENT_SECONDS} s for a statement; ask for less, or look at its load, then try again",
    ),
    ((errors.SerializationFailure, errors.DeadlockDetected), StoreUnavailable, "is too busy: {error}; try again"),
    ((errors.ReadOnlySqlTransaction,), StoreUnavailable, "is read-only at the moment (a stand-by?); try again"),
    ((errors.DiskFull,), StoreUnavailable, "cannot grow: the disk is full; free some space, then try again"),
    ((errors.InsufficientPrivilege,), StoreError, "does not allow it: {error}; grant it to the user of the URL"),
    ((errors.InvalidPassword, errors.InvalidAuthorizationSpecification), StoreError, "refuses the user: {error}"),
    ((errors.InvalidCatalogName,), StoreError, "has no such database; create it (createdb NAME)"),
    (
        (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedFunction),
        StoreError,
        "has lost its tables ({error}); restart this process to make them anew, or restore them from a backup",
    ),
    ((errors.IntegrityError,), StoreError, "refused a write: {error}"),
    ((errors.OperationalError, errors.InterfaceError), StoreUnavailable, "cannot be reached: {error}; try again"),
    ((psycopg.Error,), StoreError, "failed: {error}"),
)


_RELATION = re.compile(r'relation "(\w+)"')


def explained(error: Exception, address: Address) -> Exception:
    """The error of ours that an error of PostgreSQL's means; other errors as they are."""
    if not isinstance(error, psycopg.Error):
        return error
    told = (error.diag.message_primary or str(error)).strip()
    if error.sqlstate is None:  # refused while connecting: libpq hands over nothing but the server's words
        for words, meaning in _REFUSED:
            if words in told and (words.endswith(" ") is ("does not exist" in told)):
                return StoreError(f"{address.shown} {meaning}")
    for theirs, ours, meaning in _MEANINGS:
        if isinstance(error, theirs):
            return ours(f"{address.shown} {meaning.format(error=_first_line(told), locked=_locked(error))}")
    return StoreError(f"{address.shown} failed: {_first_line(told)}")  # pragma: no cover


def _locked(error: psycopg.Error) -> str:
    """What was waited for: the server says so for rows, not for advisory locks (`locks.py`) and whole tables."""
    found = _RELATION.search(error.diag.context or "")
    return "a job, a document or a table" if found is None else f"a row of the table {found[1]}"


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else "no reason given"
