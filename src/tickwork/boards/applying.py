"""A board into the store: its calendars first, then its jobs and tasks as one."""

from tickwork.boards.board import Board
from tickwork.core.clock import Instant, to_datetime
from tickwork.core.model import Job
from tickwork.operations import Operations
from tickwork.operations.ahead import Preview
from tickwork.operations.calendars import made
from tickwork.operations.changes import Change
from tickwork.operations.frozen import Calendar, freeze, read_calendars


async def apply_board(ops: Operations, board: Board, *, owner: str | None = None) -> list[Change]:
    """Make what the store holds of this board equal to it; `owner`: in another board's name.

    Calendars are shared by all boards: one that this board has no longer stays. Raises `InvalidDefinition` or
    `Conflict` with nothing written.
    """
    name, jobs = owner or board.name, await _jobs(ops, board)
    if board.calendars:
        await ops.jobs.plan(name, jobs)  # what is refused is refused before the calendars are written
        for calendar, source in board.calendars.items():
            await ops.calendars.put(calendar, **source.arguments())
    return await ops.jobs.apply(name, jobs, tasks=board.tasks)


async def plan_board(ops: Operations, board: Board) -> list[Change]:
    """What `apply_board` would do to jobs. Raises as it does."""
    return await ops.jobs.plan(board.name, await _jobs(ops, board))


async def preview_board(ops: Operations, board: Board) -> list[Preview]:
    """What `apply_board` would do to jobs, each with its next due moments before and after."""
    return await ops.ahead.compare(board.name, await _jobs(ops, board))


def self_contained(board: Board, *, at: Instant) -> list[Job]:
    """The jobs with the content of the board's own calendars in them, for where there is no store.

    Raises `InvalidDefinition` for a calendar that the board does not have.
    """
    own = _own_calendars(board, at)
    return [freeze(job, own) for job in board.jobs]


async def _jobs(ops: Operations, board: Board) -> list[Job]:
    """The jobs as they are to be saved: with the command lines of registered runners, and what calendars hold."""
    jobs = await ops.runners.resolved(board.jobs)
    if not board.calendars:
        return jobs
    known = {**await read_calendars(ops.store), **_own_calendars(board, ops.clock.now())}
    return [freeze(job, known) for job in jobs]


def _own_calendars(board: Board, at: Instant) -> dict[str, Calendar]:
    first = to_datetime(at).year
    return {name: made(name, first=first, **source.arguments()) for name, source in board.calendars.items()}
