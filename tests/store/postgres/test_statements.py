"""Statements and code know each other by name: none is missing, none is left over."""

import re
from pathlib import Path

import tickwork.store.postgres
from tickwork.store.postgres.transaction import in_schema
from tickwork.store.protocol import Part
from tickwork.store.sql import statements

SQL = statements("tickwork.store.postgres")
CODE = "\n".join(file.read_text() for file in Path(tickwork.store.postgres.__file__).parent.glob("*.py"))
MADE = {
    *(f"page_{part}" for part in Part),
    *(f"load_{part}" for part in Part),
    *(f"load_{part}_after" for part in (Part.DOCUMENTS, Part.AUDIT, Part.RUNS, Part.ATTEMPTS, Part.OUTBOX)),
}


def test_every_statement_is_run_by_some_verb() -> None:
    literal = {name for name in SQL if f'"{name}"' in CODE}
    assert set(SQL) - literal == MADE


def test_every_verb_names_a_statement_that_exists() -> None:
    called = set(re.findall(r'tx\.(?:rows|row|value|values|do|begin)\(\s*"(\w+)"', CODE))
    assert called
    assert called <= set(SQL)


def test_every_table_is_named_with_its_schema_so_that_another_can_take_its_place() -> None:
    tables = (
        "run|gap|document|audit|timetable|attempt|outbox|log|session|input|pin|result|meta|counter|mark|buried|pruned"
        "|progress"
    )
    for name, text in SQL.items():
        assert not re.findall(rf"\b(?:FROM|JOIN|INTO|UPDATE) (?:{tables})\b", text), name
        assert "tickwork." not in in_schema(text, "mine"), name
