"""Changes of a SQLite file behind the house's back: each takes, adds or bends one thing that the ledger says."""

from collections.abc import Callable
from pathlib import Path

import apsw

Tamper = Callable[[apsw.Connection, int], bool]
"""Changes the `n`th of what there is to change; False: there is nothing."""

_MINUTE = 60_000_000


def delete_a_run(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "run WHERE schedule IS NOT NULL", "DELETE FROM run WHERE rowid = ?")


def delete_a_gap(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "gap", "DELETE FROM gap WHERE rowid = ?")


def count_one_more(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "gap", "UPDATE gap SET count = count + 1 WHERE rowid = ?")


def count_one_less(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "gap WHERE count > 1", "UPDATE gap SET count = count - 1 WHERE rowid = ?")


def begin_later(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "gap", "UPDATE gap SET first = first + 1 WHERE rowid = ?")


def begin_earlier(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "gap", "UPDATE gap SET first = first - 1 WHERE rowid = ?")


def end_later(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "gap", "UPDATE gap SET last = last + 1 WHERE rowid = ?")


def end_earlier(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "gap", "UPDATE gap SET last = last - 1 WHERE rowid = ?")


def another_slot(db: apsw.Connection, n: int) -> bool:
    """Another run for a moment that has one."""
    return _copy(db, n, slot="slot", nominal="nominal || 'x'")


def another_moment(db: apsw.Connection, n: int) -> bool:
    """A run for a moment when nothing was due."""
    return _copy(db, n, slot="slot + 1", nominal="nominal || 'x'")


def beyond_the_cursor(db: apsw.Connection, n: int) -> bool:
    """A run for a moment that the timetable has not come to."""
    return _copy(db, n, slot="slot + 400 * 86400 * 1000000", nominal="nominal || 'x'")


def another_name(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "run WHERE schedule IS NOT NULL", "UPDATE run SET nominal = nominal || '~1' WHERE rowid = ?")


def move_a_run(db: apsw.Connection, n: int) -> bool:
    return _do(db, n, "run WHERE schedule IS NOT NULL", "UPDATE run SET slot = slot + 1 WHERE rowid = ?")


def cursor_over_the_next(db: apsw.Connection, n: int) -> bool:
    return _line(db, n, "due IS NOT NULL", "cursor = due")


def cursor_before_the_last(db: apsw.Connection, n: int) -> bool:
    run = "SELECT max(slot) FROM run WHERE run.schedule = timetable.schedule"
    gap = "SELECT max(last) FROM gap WHERE gap.schedule = timetable.schedule"
    last = f"max(coalesce(({run}), 0), coalesce(({gap}), 0))"
    return _line(db, n, f"{last} > 0 AND {last} <= cursor AND {_IN_FORCE}", f"cursor = {last} - 1")


def due_earlier(db: apsw.Connection, n: int) -> bool:
    return _line(db, n, "due IS NOT NULL", "due = due - 1")


def due_later(db: apsw.Connection, n: int) -> bool:
    return _line(db, n, "due IS NOT NULL", "due = due + 1")


def due_never(db: apsw.Connection, n: int) -> bool:
    return _line(db, n, "due IS NOT NULL", "due = NULL")


def an_older_revision(db: apsw.Connection, n: int) -> bool:
    return _line(db, n, "TRUE", "revision = revision - 1")


def no_line(db: apsw.Connection, n: int) -> bool:
    found = [row[0] for row in db.execute("SELECT schedule FROM timetable ORDER BY schedule")]
    return bool(found) and bool(_run(db, "DELETE FROM timetable WHERE schedule = ?", found[n % len(found)]))


TAMPERS: list[Tamper] = [
    delete_a_run,
    delete_a_gap,
    count_one_more,
    count_one_less,
    begin_later,
    begin_earlier,
    end_later,
    end_earlier,
    another_slot,
    another_moment,
    beyond_the_cursor,
    another_name,
    move_a_run,
    cursor_over_the_next,
    cursor_before_the_last,
    due_earlier,
    due_later,
    due_never,
    an_older_revision,
    no_line,
]

_IN_FORCE = """NOT EXISTS (
    SELECT 1 FROM run WHERE run.schedule = timetable.schedule AND run.slot > timetable.cursor)"""


def tamper(file: Path, how: Tamper, n: int) -> bool:
    db = apsw.Connection(str(file))
    try:
        with db:
            return how(db, n)
    finally:
        db.close()


def _do(db: apsw.Connection, n: int, where: str, statement: str) -> bool:
    found = [row[0] for row in db.execute(f"SELECT rowid FROM {where} ORDER BY rowid")]
    return bool(found) and _run(db, statement, found[n % len(found)])


def _line(db: apsw.Connection, n: int, where: str, change: str) -> bool:
    found = [row[0] for row in db.execute(f"SELECT schedule FROM timetable WHERE {where} ORDER BY schedule")]
    return bool(found) and _run(db, f"UPDATE timetable SET {change} WHERE schedule = ?", found[n % len(found)])


def _copy(db: apsw.Connection, n: int, *, slot: str, nominal: str) -> bool:
    """A queued run like the `n`th one, with another slot and name."""
    changed = {"id": "id || 'x'", "slot": slot, "nominal": nominal, "state": "'queued'", "exclusive": "0"}
    changed |= dict.fromkeys(["reason", "wait", "session", "finished", "event"], "NULL")
    columns = [row[1] for row in db.execute("PRAGMA table_info(run)")]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    statement = f"INSERT INTO run ({names}) SELECT {values} FROM run WHERE rowid = ?"
    return _do(db, n, "run WHERE schedule IS NOT NULL", statement)


def _run(db: apsw.Connection, statement: str, key: object) -> bool:
    db.execute(statement, (key,))
    return db.changes() > 0
