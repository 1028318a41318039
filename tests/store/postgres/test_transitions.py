"""The database itself refuses an illegal transition, whatever code writes it."""

from collections.abc import Iterator
from itertools import product

import psycopg
import pytest

from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import HELD, TERMINAL, Reason, State, is_legal
from tickwork.store.postgres.address import address_of
from tickwork.store.postgres.connection import Connection, connect
from tickwork.store.postgres.schema import prepare

INSERT = """
INSERT INTO run (id, job, project, revision, origin, state, reason, wait, pool, priority, ready_at, once, attempt,
                 losses, session, epoch, fence, created, finished, exclusive)
VALUES ('r', 'j', 'default', 1, 'manual', %(state)s, %(reason)s, %(wait)s, 'default', 0, 0, false, 0, 0, %(session)s,
        %(session)s, %(fence)s, 0, %(finished)s, false)
"""
UPDATE = """
UPDATE run SET state = %(state)s, reason = %(reason)s, wait = %(wait)s, session = %(session)s, epoch = %(session)s,
               fence = %(fence)s, finished = %(finished)s
WHERE id = 'r'
"""
EXCLUSIVE = INSERT.replace("%(finished)s, false", "%(finished)s, true")


@pytest.fixture
def db(postgres_url: str) -> Iterator[Connection]:
    address, clock = address_of(postgres_url), SystemClock()
    with connect(address) as db:
        prepare(db, address, clock=clock, ids=Ids(clock=clock))
        db.execute(f"SET search_path = {address.schema}")
        yield db


def shape(state: State, reason: Reason | None) -> dict:
    """The columns that a run in this state has."""
    held = state in HELD
    return {
        "state": state,
        "reason": reason,
        "wait": "overlap" if state is State.WAITING else None,
        "session": "s" if held else None,
        "fence": 1 if held else None,
        "finished": 1 if state in TERMINAL else None,
    }


def accepted(db: Connection, sql: str, values: dict) -> bool:
    try:
        with db.transaction():
            db.execute(sql, values)
    except psycopg.errors.IntegrityError:
        return False
    return True


def test_a_run_is_born_only_as_the_table_of_transitions_says(db: Connection) -> None:
    for state, reason in product(State, (None, *Reason)):
        assert accepted(db, INSERT, shape(state, reason)) == is_legal(None, state, reason), (state, reason)
        db.execute("DELETE FROM run")


@pytest.mark.parametrize("source", list(State))
def test_a_run_moves_only_as_the_table_of_transitions_says(db: Connection, source: State) -> None:
    reason = next((r for r in (None, *Reason) if any(is_legal(s, source, r) for s in (None, *State))), None)
    with db.transaction():
        db.execute("SELECT set_config('tickwork_load.as_is', 'on', true)")
        db.execute(INSERT, shape(source, reason))
    for target, why in product(State, (None, *Reason)):
        with db.transaction(force_rollback=True):
            assert accepted(db, UPDATE, shape(target, why)) == is_legal(source, target, why), (target, why)


@pytest.mark.parametrize(("column", "value"), [("wait", "overlap"), ("session", "s"), ("finished", 1)])
def test_what_a_state_has_and_has_not_is_checked_too(db: Connection, column: str, value: object) -> None:
    assert not accepted(db, INSERT, shape(State.QUEUED, None) | {column: value})


def test_a_job_that_does_not_allow_overlap_never_has_two_runs_at_a_time(db: Connection) -> None:
    assert accepted(db, EXCLUSIVE, shape(State.QUEUED, None))
    other = EXCLUSIVE.replace("'r'", "'r2'")
    assert not accepted(db, other, shape(State.QUEUED, None))
    assert accepted(db, other, shape(State.WAITING, None))
    assert not accepted(db, "UPDATE run SET state = 'queued', wait = NULL WHERE id = 'r2'", {})


def test_the_check_costs_no_look_into_a_table(db: Connection) -> None:
    [compiled] = db.execute("SELECT prosrc FROM pg_proc WHERE oid = 'is_legal'::regproc").fetchone()
    assert "queued claimed  held" in compiled
    assert "FROM" not in compiled
