"""Bringing a schema to what this code knows."""

import msgspec

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids, base32
from tickwork.core.states import HELD, TERMINAL, TRANSITIONS
from tickwork.errors import StoreCorrupt
from tickwork.store.migrate import Applied, is_ahead, known, pending
from tickwork.store.postgres.address import Address
from tickwork.store.postgres.connection import Connection
from tickwork.store.postgres.transaction import Tx, in_schema
from tickwork.store.postgres.values import Batch, Row

_PACKAGE = "tickwork.store.postgres"
_EPOCH_DIGITS = 8


class _Transition(msgspec.Struct, frozen=True, order=True):
    source: str
    target: str
    reason: str
    held: bool
    terminal: bool


def new_epoch(ids: Ids) -> str:
    return base32(ids.seed() % 32**_EPOCH_DIGITS, _EPOCH_DIGITS)


def prepare(db: Connection, address: Address, *, clock: Clock, ids: Ids) -> None:
    """Migrate and synchronise. Safe in any number of processes at once: whoever is first does it."""
    tx = Tx(db, schema=address.schema)
    if _is_current(tx, address):
        return
    with db.transaction():
        tx.rows("schema_lock", space=tx.space)
        _migrate(tx, address, clock)
        tx.do("epoch_set", epoch=new_epoch(ids))
        _synchronise_transitions(tx)


def _tables(tx: Tx, address: Address) -> set[str]:
    return {row[0] for row in tx.rows("schema_tables", quoted=f'"{address.schema}"')}


def _is_current(tx: Tx, address: Address) -> bool:
    """Whether there is nothing to do (the usual case: opening then writes nothing)."""
    tables = _tables(tx, address)
    if not tables:
        return False
    if "migration" not in tables:
        raise StoreCorrupt(
            f"schema {address.schema} of {address.shown} belongs to another program; name one of your own "
            "with ?schema=NAME"
        )
    return not pending(known(_PACKAGE), _applied(tx), store=address.shown) and _missing_transitions(tx) == ([], [])


def refuse_newer(tx: Tx, address: Address) -> None:
    """Raises `StoreTooNew` if this code must not touch the store any more. For every new connection: a newer server
    may have changed the store while this process was running."""
    pending(known(_PACKAGE), _applied(tx), store=address.shown)


def _applied(tx: Tx) -> list[Applied]:
    return [Applied(number=row[0], stage=row[1], name=row[2]) for row in tx.rows("migration_list")]


def _migrate(tx: Tx, address: Address, clock: Clock) -> None:
    if not tx.value("schema_exists", quoted=f'"{address.schema}"'):
        tx.do("schema_create")
    tx.do("migration_table")
    for migration in pending(known(_PACKAGE), _applied(tx), store=address.shown):
        tx.db.execute(in_schema(migration.sql, address.schema).encode(), prepare=False)
        tx.do(
            "migration_record",
            number=migration.number,
            stage=migration.stage,
            name=migration.name,
            applied=clock.now(),
        )


def _wanted_transitions() -> set[_Transition]:
    return {
        _Transition(source or "", target.value, reason, target in HELD, target in TERMINAL)
        for source, targets in TRANSITIONS.items()
        for target, reasons in targets.items()
        for reason in reasons or ("",)
    }


def _missing_transitions(tx: Tx) -> tuple[list[_Transition], list[_Transition]]:
    """What to write and what to delete. Older code beside a newer schema leaves the newer transitions alone."""
    wanted, present = _wanted_transitions(), {_Transition(*row) for row in tx.rows("transition_list")}
    keys = {_key(transition) for transition in wanted}
    ahead = is_ahead(known(_PACKAGE), _applied(tx))
    obsolete = [] if ahead else [transition for transition in present if _key(transition) not in keys]
    return sorted(wanted - present), sorted(obsolete)


def _key(transition: _Transition) -> Row:
    return transition.source, transition.target, transition.reason


def _synchronise_transitions(tx: Tx) -> None:
    missing, obsolete = _missing_transitions(tx)
    if missing:
        tx.do("transition_put", rows=Batch(missing))
    if obsolete:
        tx.do("transition_delete", rows=Batch(obsolete))
    if missing or obsolete:
        tx.rows("transition_compile")
