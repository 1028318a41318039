"""Bringing a file to the schema that this code knows."""

import time
from pathlib import Path

import apsw

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids, base32
from tickwork.core.states import HELD, TERMINAL, TRANSITIONS
from tickwork.errors import StoreCorrupt
from tickwork.store.migrate import Applied, is_ahead, known, pending
from tickwork.store.sqlite.connection import APPLICATION_ID, name_of
from tickwork.store.sqlite.transaction import Row, Tx

_PACKAGE = "tickwork.store.sqlite"
_WAL_TRIES, _WAL_PAUSE = 100, 0.05
_EPOCH_DIGITS = 8


def prepare(db: apsw.Connection, path: Path | None, *, clock: Clock, ids: Ids) -> None:
    """Migrate and synchronise. Safe in any number of processes at once: whoever is first does it."""
    tx = Tx(db)
    if tx.value("table_count") and db.pragma("application_id") != APPLICATION_ID:
        raise StoreCorrupt(
            f"{name_of(path)} is a database of another program, not a Tickwork store; choose another file with --store"
        )
    if path is not None:
        _switch_to_wal(db)
    if _is_current(tx, path):
        return
    tx.do("begin")
    try:
        _migrate(db, tx, path, clock)
        tx.do("epoch_set", (new_epoch(ids),))
        _synchronise_transitions(tx)
    except BaseException:
        tx.do("rollback")
        raise
    tx.do("commit")


def new_epoch(ids: Ids) -> str:
    return base32(ids.seed() % 32**_EPOCH_DIGITS, _EPOCH_DIGITS)


def _switch_to_wal(db: apsw.Connection) -> None:
    """SQLite does not wait for a lock here: two processes that open a new file at once meet in this place."""
    for tries_left in reversed(range(_WAL_TRIES)):
        try:
            db.pragma("journal_mode", "wal")
        except apsw.BusyError:
            if not tries_left:
                raise
            time.sleep(_WAL_PAUSE)
        else:
            return


def _is_current(tx: Tx, path: Path | None) -> bool:
    """Whether there is nothing to do (the usual case: opening then writes nothing)."""
    if not tx.value("table_count"):
        return False
    return not pending(known(_PACKAGE), _applied(tx), store=name_of(path)) and _missing_transitions(tx) == ([], [])


def _applied(tx: Tx) -> list[Applied]:
    return [Applied(number=row[0], stage=row[1], name=row[2]) for row in tx.rows("migration_list")]


def _migrate(db: apsw.Connection, tx: Tx, path: Path | None, clock: Clock) -> None:
    tx.do("migration_table")
    for migration in pending(known(_PACKAGE), _applied(tx), store=name_of(path)):
        db.execute(migration.sql).fetchall()
        tx.do("migration_record", (migration.number, migration.stage, migration.name, clock.now()))


def _wanted_transitions() -> set[Row]:
    return {
        (source or "", target, reason, target in HELD, target in TERMINAL)
        for source, targets in TRANSITIONS.items()
        for target, reasons in targets.items()
        for reason in reasons or ("",)
    }


def _missing_transitions(tx: Tx) -> tuple[list[Row], list[Row]]:
    """What to write and what to delete. Older code beside a newer schema leaves the newer transitions alone."""
    wanted, present = _wanted_transitions(), set(tx.rows("transition_list"))
    ahead = is_ahead(known(_PACKAGE), _applied(tx))
    obsolete = [] if ahead else [row[:3] for row in present if row[:3] not in {want[:3] for want in wanted}]
    return sorted(wanted - present), sorted(obsolete)


def _synchronise_transitions(tx: Tx) -> None:
    missing, obsolete = _missing_transitions(tx)
    tx.many("transition_put", missing)
    tx.many("transition_delete", obsolete)
