"""A board into the store: its calendars and runners first, then its jobs and tasks as one."""

from tickwork.boards.board import Board
from tickwork.operations import Operations
from tickwork.operations.ahead import Preview
from tickwork.operations.jobs import Change


async def plan_board(ops: Operations, board: Board) -> list[Change]:
    """What `apply_board` would do to jobs. Raises as it does."""
    return await ops.jobs.plan(board.name, await ops.runners.resolved(board.jobs))


async def apply_board(ops: Operations, board: Board, *, owner: str | None = None) -> list[Change]:
    """Make what the store holds of this board equal to it; `owner`: in another board's name.

    Raises `InvalidDefinition` or `Conflict` with nothing written.
    """
    jobs = await ops.runners.resolved(board.jobs)
    return await ops.jobs.apply(owner or board.name, jobs, tasks=board.tasks)


async def preview_board(ops: Operations, board: Board) -> list[Preview]:
    """What `apply_board` would do to jobs, each with its next due moments before and after."""
    return await ops.ahead.compare(board.name, await ops.runners.resolved(board.jobs))
