"""Boards that change while a node runs."""

import os
from pathlib import Path

import pytest

from tests.house import a_house
from tickwork.boards.edits import edited_job
from tickwork.cli.board_watch import BoardWatch


@pytest.fixture
async def house():
    async with a_house() as house:
        yield house


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes a file so that it looks changed, however fast that was."""
    monkeypatch.chdir(tmp_path)
    times = iter(range(1_000_000_000, 2_000_000_000, 10))

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        os.utime(path, (moment := next(times), moment))
        return path

    return write


async def names(house) -> list[str]:
    return [document.id for document in await house.ops.jobs.all()]


async def test_a_file_that_is_included_counts_too(house, write):
    said: list[str] = []
    write("more.yaml", "jobs: {b: {shell: x}}")
    path = write("board.yaml", "include: more.yaml\njobs: {a: {shell: x}}")
    watch = BoardWatch(boards=[path], ops=house.ops, say=said.append)
    await watch.apply_all()
    assert await names(house) == ["a", "b"]
    said.clear()

    await watch.look()
    assert said == []

    write("more.yaml", "jobs: {c: {shell: x}}")
    await watch.look()
    assert await names(house) == ["a", "c"]
    assert said[0] == f"{path}: + added c"


async def test_a_bad_edit_is_told_once_and_changes_nothing(house, write):
    said: list[str] = []
    path = write("board.yaml", "jobs: {a: {shell: x}}")
    watch = BoardWatch(boards=[path], ops=house.ops, say=said.append)
    await watch.apply_all()
    said.clear()

    write("board.yaml", "jobs: {a: {shel: x}}")
    await watch.look()
    await watch.look()
    assert said[-1] == f"{path}: not applied; its jobs stay as they were"
    assert len([line for line in said if "not applied" in line]) == 1

    path.unlink()  # as an editor does for a moment
    await watch.look()
    write("board.yaml", "jobs: {b: {shell: x}}")
    await watch.look()
    assert await names(house) == ["b"]


async def test_a_store_that_is_busy_is_asked_again(house, write):
    said: list[str] = []
    path = write("board.yaml", "jobs: {a: {shell: x}}")
    watch = BoardWatch(boards=[path], ops=house.ops, say=said.append)
    await watch.apply_all()
    write("board.yaml", "jobs: {b: {shell: x}}")
    house.store.fail("put")

    await watch.look()
    assert "not applied yet" in said[-1]
    await watch.look()
    assert await names(house) == ["b"]


async def test_what_a_person_changed_stays_when_the_file_changes(house, write):
    said: list[str] = []
    path = write("board.yaml", "jobs: {a: {shell: x, priority: 1}}")
    watch = BoardWatch(boards=[path], ops=house.ops, say=said.append)
    await watch.apply_all()
    job = await house.ops.jobs.find("a")
    wanted, fields = edited_job(job, ["priority=5"], folder=path.parent)
    await house.ops.edits.edit(await house.ops.jobs.document("a"), wanted, fields)

    write("board.yaml", "jobs: {a: {shell: y, priority: 1}}")
    await watch.look()

    assert f"{path}: = kept a priority 5 (set by ann; the board says 1)" in said
    found = await house.ops.jobs.find("a")
    assert (found.priority, found.task.command) == (5, "y")


async def test_what_does_not_exist_is_told_when_all_boards_are_there_and_again_after_an_edit(house, write):
    said: list[str] = []
    first = write("first.yaml", "jobs: {report: {call: 'operator:neg', args: [1], needs: crawl}}")
    second = write("second.yaml", "jobs: {crawl: {shell: x}}")
    watch = BoardWatch(boards=[first, second], ops=house.ops, say=said.append)
    await watch.apply_all()
    await watch.tell_absent()
    assert [line for line in said if "warning" in line] == []

    write("first.yaml", "jobs: {report: {call: 'operator:neg', args: [1], needs: [crawler]}}")
    await watch.look()
    [warning] = [line for line in said if "warning" in line]
    assert warning.startswith(f"{first}: warning: job report: needs crawler, which does not exist")
