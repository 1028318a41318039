"""JSON Schema of a board, so that editors complete and check it."""

from typing import Any

from tickwork.boards.keys import BOARD
from tickwork.boards.kinds import table_schema


def board_schema() -> dict[str, Any]:
    """The schema of the board format (draft 2020-12), made from the same tables that boards are read with."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tickwork board",
        "description": "Jobs with their schedules and policies.",
        **table_schema(BOARD),
    }
