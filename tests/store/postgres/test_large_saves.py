"""A save of any size is one transaction of many short statements."""

from collections import Counter
from typing import Any

import pytest

from tests.conformance.world import ANN, World, at, schedule, timetable
from tests.services.postgres import admin
from tickwork.core.ids import JobId
from tickwork.errors import Conflict
from tickwork.store.postgres import saving, values
from tickwork.store.postgres.address import address_of
from tickwork.store.postgres.transaction import Tx
from tickwork.store.protocol import Fire, Kind, Put

JOBS = [f"job{n}" for n in range(10)]


@pytest.fixture(autouse=True)
def _short_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_SLICE", 3)


def puts(body: bytes = b"{}", **fields: Any) -> list[Put]:
    return [Put(kind=Kind.JOB, id=job, body=body, **fields) for job in JOBS]


async def test_each_statement_takes_a_part_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = Counter[str]()
    do, soon = Tx.do, Tx.soon

    def counting(tx: Tx, name: str, /, **parameters: Any) -> int:
        statements[name] += 1
        return do(tx, name, **parameters)

    def counting_soon(tx: Tx, name: str, /, **parameters: Any) -> None:
        statements[name] += 1
        soon(tx, name, **parameters)

    monkeypatch.setattr(Tx, "do", counting)
    monkeypatch.setattr(Tx, "soon", counting_soon)
    rows = [timetable(job) for job in JOBS]
    assert await world.store.put(puts(), by=ANN, at=at(1), timetable=rows) == [1] * 10
    assert (statements["put"], statements["timetable_write"], statements["mark"]) == (4, 4, 1)
    assert [row.job for row in await world.store.timetable([JobId(job) for job in JOBS])] == JOBS


async def test_postgresql_knows_at_once_how_large_the_tables_are(
    world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "LARGE", 9)
    await world.store.put(puts(), by=ANN, at=at(1), timetable=[timetable(job) for job in JOBS])
    sql = "SELECT reltuples FROM pg_class WHERE oid = %s::regclass"
    with admin(postgres_url) as db:
        name = address_of(postgres_url).schema
        known = [db.execute(sql, [f"{name}.{table}"]).fetchone() for table in ("document", "current", "timetable")]
    assert known == [(11.0,), (11.0,), (10.0,)]


async def test_what_is_wrong_with_its_last_part_undoes_the_first(world: World) -> None:
    await world.job(JOBS[-1])
    with pytest.raises(Conflict, match="job9 exists"):
        await world.store.put(puts(expect=0), by=ANN, at=at(1))
    assert await world.store.get(Kind.JOB, JOBS[0]) is None


async def test_a_document_that_is_put_twice_gets_two_revisions_wherever_its_parts_end(world: World) -> None:
    twice = [put for body in (b"1", b"2") for put in puts(body)]
    assert await world.store.put(twice, by=ANN, at=at(1)) == [1] * 10 + [2] * 10


async def test_all_that_was_due_is_decided_with_it(world: World) -> None:
    rows = [timetable(job, due=10) for job in JOBS]
    await world.store.put(puts(), by=ANN, at=at(1), timetable=rows)
    fires = [
        Fire(schedule=schedule(job), expect=1, runs=(world.slot(10, job),), cursor=at(20), due=at(30)) for job in JOBS
    ]
    later = [timetable(job, due=40, expect=2) for job in JOBS]
    await world.store.put(puts(b"2"), by=ANN, at=at(20), timetable=later, fires=fires)
    assert sum((await world.store.counts()).values()) == 10
    removed = [timetable(job, expect=3, remove=True) for job in JOBS]
    await world.store.put(puts(b"3"), by=ANN, at=at(20), timetable=removed)
    assert await world.store.timetable([JobId(job) for job in JOBS]) == []
