"""Statements and code know each other by name: none is missing, none is left over, none scans the history."""

import re
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

import tickwork.store.sql
import tickwork.store.sqlite
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.sql import statements
from tickwork.store.sqlite.connection import connect
from tickwork.store.sqlite.schema import prepare

SQL = statements("tickwork.store.sqlite")
CODE = "\n".join(file.read_text() for file in Path(tickwork.store.sqlite.__file__).parent.glob("*.py"))
SCANS_ON_PURPOSE = {
    "prune_runs",
    "gaps",
    "prune_gaps",
    "audit",
    "sessions",
    "transition_list",
    "migration_list",
    "table_count",
    "born_newest",
    "depths",  # all there is in an index that holds nothing else
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
    assert set(SQL) - literal == set()


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_what_is_shared_is_shared_by_two_statements_at_least(store: str) -> None:
    folder = Path(tickwork.store.sql.__file__).parent / store / "queries"
    texts = [file.read_text() for file in folder.glob("*.sql")]
    users = {
        file.stem: sum(bool(re.search(rf"^ *-- shared: {file.stem}$", text, re.MULTILINE)) for text in texts)
        for file in (folder / "shared").glob("*.sql")
    }
    assert users
    assert min(users.values()) >= 2, users
    assert not [name for name, text in statements(f"tickwork.store.{store}").items() if "-- shared:" in text]


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
    partial = "run_(busy|waiting|event|delayed|deadline)|timetable_(due|idle)"  # small: they hold what is live
    assert name in SCANS_ON_PURPOSE or not [step for step in scans if not re.search(f"INDEX ({partial})", step)], plan


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_listing_follows_the_index_of_each_way_in_order_and_sorts_no_history(db: apsw.Connection, order: str) -> None:
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {SQL[f'runs_{order}']}", _AnyBindings())]
    searches = {step.removeprefix("SEARCH run USING ") for step in plan if step.startswith("SEARCH run")}
    assert searches == {
        "INDEX sqlite_autoindex_run_1 (id>? AND id<?)",
        "INDEX sqlite_autoindex_run_1 (id=?)",  # of what is alive
        "COVERING INDEX run_waiting (wait>?)",
        "INDEX run_waiting (wait=?)",
        "INDEX run_job (job=? AND id>? AND id<?)",
        "INDEX run_group (group=? AND id>? AND id<?)",
        "INDEX run_outcome (project=? AND state=? AND id>? AND id<?)",
        "INDEX run_reason (project=? AND state=? AND reason=? AND id>? AND id<?)",
        "INDEX run_amiss (job=? AND state=? AND id>? AND id<?)",
    }
    of_what_waits, of_the_page = 1, 1 if order == "newest" else 0
    assert plan.count("USE TEMP B-TREE FOR ORDER BY") <= of_what_waits + of_the_page


def test_documents_with_a_tag_are_found_by_its_entries_in_order(db: apsw.Connection) -> None:
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {SQL['find_tagged']}", _AnyBindings())]
    assert "SEARCH tagged USING PRIMARY KEY (kind=? AND tag=? AND id>?)" in plan
    assert "SEARCH has USING PRIMARY KEY (kind=? AND tag=? AND id=?)" in plan
    assert not [step for step in plan if re.match(r"SCAN (tagged|has|current|document)", step)], plan
    of_the_wanted = 1
    assert sum("B-TREE" in step for step in plan) == of_the_wanted, plan


def test_what_ended_is_counted_by_its_index(db: apsw.Connection) -> None:
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {SQL['tally']}", _AnyBindings())]
    assert "SEARCH run USING INDEX run_outcome (project=? AND state=? AND id>? AND id<?)" in plan


def test_what_has_not_ended_of_a_job_is_found_without_its_history(db: apsw.Connection) -> None:
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {SQL['latest_live']}", _AnyBindings())]
    assert {step.removeprefix("SEARCH run USING ") for step in plan if step.startswith("SEARCH run")} == {
        "INDEX sqlite_autoindex_run_1 (id=?)",
        "INDEX run_busy (job=?)",
        "COVERING INDEX run_waiting (wait=? AND job=?)",
    }
