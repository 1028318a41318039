"""Opening: fresh files, older files, newer files, files of others, and many processes at once."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from tests.conformance.world import ANN, at
from tests.store.conftest import sqlite
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import TRANSITIONS
from tickwork.errors import StoreCorrupt, StoreError, StoreTooNew, UnknownStore
from tickwork.store.migrate import Applied, Migration, Stage, known, pending
from tickwork.store.protocol import Kind, Put, Said
from tickwork.store.sqlite import SqliteStore, schema
from tickwork.store.sqlite.connection import connect

PACKAGE = "tickwork.store.sqlite"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.db"


def schema_of(path: Path) -> list[tuple]:
    db = apsw.Connection(str(path))
    try:
        return db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    finally:
        db.close()


def change(path: Path, sql: str) -> None:
    db = apsw.Connection(str(path))
    db.execute(sql)
    db.close()


async def opened(path: Path) -> None:
    store = sqlite(path)
    await store.open()
    await store.close()


@pytest.mark.parametrize("version", range(1, len(known(PACKAGE)) + 1))
async def test_a_file_of_every_earlier_version_gets_the_schema_of_a_fresh_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    await opened(tmp_path / "fresh.db")
    older = tmp_path / "older.db"
    with monkeypatch.context() as past:
        past.setattr(schema, "known", lambda _: known(PACKAGE)[:version])
        await opened(older)
    await opened(older)
    assert schema_of(older) == schema_of(tmp_path / "fresh.db")


async def test_what_an_earlier_version_saved_is_found_by_what_it_says(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr(schema, "known", lambda _: known(PACKAGE)[:9])
        await saved(sqlite(path), a=b'{"keep":{}}', b=b'{"about":{"keep":1}}', c=b"{}")
    store = sqlite(path)
    await store.open()
    assert [one.id for one in await store.saying(Kind.JOB, Said.KEEP)] == ["a"]
    await store.close()


async def saved(store: SqliteStore, **bodies: bytes) -> None:
    await store.open()
    await store.put([Put(kind=Kind.JOB, id=id_, body=body) for id_, body in bodies.items()], by=ANN, at=at(1))
    await store.close()


async def test_opening_again_writes_nothing(path: Path) -> None:
    await opened(path)
    before = path.read_bytes()
    await opened(path)
    assert path.read_bytes() == before


async def test_a_newer_breaking_schema_is_refused(path: Path) -> None:
    await opened(path)
    change(path, "INSERT INTO migration VALUES (9999, 'breaking', 'new_ledger', 0)")
    with pytest.raises(StoreTooNew, match=r"9999 new_ledger.*upgrade"):
        await opened(path)


async def test_a_newer_schema_that_breaks_nothing_is_opened_and_its_transitions_are_left_alone(path: Path) -> None:
    await opened(path)
    change(path, "INSERT INTO migration VALUES (9999, 'pre', 'more', 0)")
    change(
        path,
        "INSERT INTO transition VALUES ('running', 'dreaming', '', 0, 0); DELETE FROM transition WHERE source = ''",
    )
    await opened(path)
    db = apsw.Connection(str(path))
    sources = {row[0] for row in db.execute("SELECT source FROM transition WHERE target IN ('dreaming', 'queued')")}
    db.close()
    assert sources == {"", "waiting", "claimed", "running"}


async def test_the_table_of_transitions_follows_the_code(path: Path) -> None:
    await opened(path)
    change(path, "DELETE FROM transition; INSERT INTO transition VALUES ('failed', 'running', '', 1, 0)")
    await opened(path)
    db = apsw.Connection(str(path))
    stored = set(db.execute("SELECT source, target FROM transition"))
    db.close()
    assert stored == {(source or "", target) for source, targets in TRANSITIONS.items() for target in targets}


def test_only_what_is_missing_is_applied_in_order() -> None:
    first = Migration(number=1, stage=Stage.PRE, name="initial", sql="")
    migrations = [first, replace(first, number=2), replace(first, number=3)]
    done = [Applied(number=2, stage="pre", name="x")]
    assert [one.number for one in pending(migrations, done, store="s")] == [1, 3]


async def test_many_processes_may_open_a_new_file_at_once(path: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path; from tests.store.conftest import sqlite\n"
        "async def main():\n"
        "    store = sqlite(Path(sys.argv[1])); sys.stdin.readline(); await store.open(); await store.close()\n"
        "print('ready', flush=True); asyncio.run(main())"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()
    for child in children:
        with child:
            child.communicate(timeout=60)
            assert child.returncode == 0
    db = apsw.Connection(str(path))
    assert db.execute("SELECT count(*) FROM migration").fetchall() == [(len(known(PACKAGE)),)]
    db.close()


# --- files that are no store --------------------------------------------------------------------------


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("dear diary, " * 100)
    with pytest.raises(StoreCorrupt, match="not a Tickwork store"):
        await opened(path)
    assert path.read_text().startswith("dear diary")


async def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    change(path, "CREATE TABLE mine (x)")
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="another program"):
        await opened(path)
    assert path.read_bytes() == before


async def test_a_damaged_store_is_said_to_be_damaged(path: Path) -> None:
    await opened(path)
    data = bytearray(path.read_bytes())
    data[4096 * 1 : 4096 * 20] = b"\xff" * (4096 * 19)
    path.write_bytes(data)
    with pytest.raises(StoreCorrupt, match="damaged"):
        await opened(path)


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "t.db"
    await opened(path)
    assert path.exists()


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"t\.db: its folder cannot be made"):
        await opened(tmp_path / "file" / "t.db")


async def test_a_folder_in_place_of_the_file_is_said(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        await opened(path)


# --- URLs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///a.db", Path("a.db")), ("sqlite:////tmp/a.db", Path("/tmp/a.db")), ("memory://", None)],
)
def test_a_url_names_a_file_or_the_memory(url: str, path: Path | None) -> None:
    clock = SystemClock()
    store = SqliteStore.from_url(url, clock=clock, ids=Ids(clock=clock))
    assert store._path == path
    assert store.url == url


@pytest.mark.parametrize("url", ["sqlite://a.db", "sqlite:///", "a.db", "memory://x"])
def test_other_urls_are_refused_with_the_forms_that_work(url: str) -> None:
    clock = SystemClock()
    with pytest.raises(UnknownStore, match=r"sqlite:///file\.db"):
        SqliteStore.from_url(url, clock=clock, ids=Ids(clock=clock))


def test_a_connection_syncs_each_commit(path: Path) -> None:
    db = connect(path)
    assert db.pragma("synchronous") == 2
    db.close()
