"""Statements and code know each other by name: none is missing, none is left over, none scans the history."""

import re
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

import tickwork.store.sqlite
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.sql import statements
from tickwork.store.sqlite.connection import connect
from tickwork.store.sqlite.schema import prepare

SQL = statements("tickwork.store.sqlite")
CODE = "\n".join(file.read_text() for file in Path(tickwork.store.sqlite.__file__).parent.glob("*.py"))
SCANS_ON_PURPOSE = {
    "counts",  # on a reader: it counts the history
    "runs_newest",  # in the order of the ids, until the page is full
    "runs_oldest",
    "prune_runs",
    "gaps",
    "prune_gaps",
    "audit",
    "sessions",
    "transition_list",
    "migration_list",
    "table_count",
    "born_newest",
}


class _AnyBindings(dict):
    """NULL for every parameter."""

    def __missing__(self, _key: str) -> None:
        return None


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[apsw.Connection]:
    clock = SystemClock()
    path = tmp_path_factory.mktemp("store") / "t.db"
    db = connect(path)
    prepare(db, path, clock=clock, ids=Ids(clock=clock))
    yield db
    db.close()


def test_every_statement_is_run_by_some_verb() -> None:
    literal = {name for name in SQL if f'"{name}"' in CODE}
    made = {name for name in SQL if re.fullmatch(r"runs(_of_job|_of_group|_waiting|_live)?_(newest|oldest)", name)}
    assert set(SQL) - literal - made == set()


def test_every_verb_names_a_statement_that_exists() -> None:
    called = set(re.findall(r'tx\.(?:rows|row|value|do|many)\(\s*"(\w+)"', CODE))
    assert called
    assert called <= set(SQL)


@pytest.mark.parametrize("name", sorted(SQL))
def test_every_statement_is_valid_and_finds_its_rows_by_an_index(db: apsw.Connection, name: str) -> None:
    if re.match(r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|CREATE)", SQL[name]):
        return
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {SQL[name]}", _AnyBindings())]
    scans = [step for step in plan if re.match(r"SCAN (run|gap|document|timetable|audit|attempt|log|input)\b", step)]
    partial = "run_(busy|waiting|event|delayed|deadline)|timetable_due"  # small: they hold what is live
    assert name in SCANS_ON_PURPOSE or not [step for step in scans if not re.search(f"INDEX ({partial})", step)], plan
