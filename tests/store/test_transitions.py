"""The database itself refuses an illegal transition, whatever code writes it."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import apsw
import pytest

from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import HELD, TERMINAL, Reason, State, is_legal
from tickwork.store.sqlite.connection import connect
from tickwork.store.sqlite.schema import prepare

INSERT = """
INSERT INTO run (id, job, project, revision, origin, state, reason, wait, pool, priority, ready_at, once, attempt,
                 losses, session, epoch, fence, created, finished, exclusive)
VALUES ('r', 'j', 'default', 1, 'manual', ?1, ?2, ?3, 'default', 0, 0, 0, 0, 0, ?4, ?4, ?5, 0, ?6, 0)
"""
UPDATE = """
UPDATE run SET state = ?1, reason = ?2, wait = ?3, session = ?4, epoch = ?4, fence = ?5, finished = ?6 WHERE id = 'r'
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[apsw.Connection]:
    clock = SystemClock()
    path = tmp_path / "t.db"
    db = connect(path)
    prepare(db, path, clock=clock, ids=Ids(clock=clock))
    yield db
    db.close()


def shape(state: State, reason: Reason | None) -> tuple:
    """The columns that a run in this state has."""
    held = state in HELD
    waits = "overlap" if state is State.WAITING else None
    return state, reason, waits, "s" if held else None, 1 if held else None, 1 if state in TERMINAL else None


def accepted(db: apsw.Connection, sql: str, *bindings) -> bool:
    try:
        db.execute(sql, *bindings)
    except apsw.ConstraintError:
        return False
    return True


def put_by_force(db: apsw.Connection, source: State) -> None:
    """A run in a state, round the rules."""
    reason = next((r for r in Reason if any(is_legal(s, source, r) for s in (None, *State))), None)
    db.execute("DELETE FROM run; CREATE TEMP TABLE kept AS SELECT * FROM transition; DELETE FROM transition")
    for target, r in ((source, reason),):
        db.execute(
            "INSERT INTO transition VALUES ('', ?1, ?2, ?3, ?4)", (target, r or "", target in HELD, target in TERMINAL)
        )
    db.execute(INSERT, shape(source, reason))
    db.execute("DELETE FROM transition; INSERT INTO transition SELECT * FROM kept; DROP TABLE kept")


def test_a_run_is_born_only_as_the_table_of_transitions_says(db: apsw.Connection) -> None:
    for state, reason in product(State, (None, *Reason)):
        assert accepted(db, INSERT, shape(state, reason)) == is_legal(None, state, reason), (state, reason)
        db.execute("DELETE FROM run")


@pytest.mark.parametrize("source", list(State))
def test_a_run_moves_only_as_the_table_of_transitions_says(db: apsw.Connection, source: State) -> None:
    put_by_force(db, source)
    for target, reason in product(State, (None, *Reason)):
        db.execute("SAVEPOINT try")
        assert accepted(db, UPDATE, shape(target, reason)) == is_legal(source, target, reason), (target, reason)
        db.execute("ROLLBACK TO try; RELEASE try")


@pytest.mark.parametrize(
    ("column", "value"), [("wait", "overlap"), ("session", "s"), ("finished", 1)], ids=lambda one: str(one)
)
def test_what_a_state_has_and_has_not_is_checked_too(db: apsw.Connection, column: str, value: object) -> None:
    fields = dict(
        zip(("state", "reason", "wait", "session", "fence", "finished"), shape(State.QUEUED, None), strict=True)
    )
    assert not accepted(db, INSERT, tuple((fields | {column: value}).values()))


def test_a_job_that_does_not_allow_overlap_never_has_two_runs_at_a_time(db: apsw.Connection) -> None:
    exclusive = INSERT.replace("?6, 0)", "?6, 1)")
    assert accepted(db, exclusive, shape(State.QUEUED, None))
    other = exclusive.replace("'r'", "'r2'")
    assert not accepted(db, other, shape(State.QUEUED, None))
    assert accepted(db, other, shape(State.WAITING, None))
    assert not accepted(db, "UPDATE run SET state = 'queued', wait = NULL WHERE id = 'r2'")
