"""Everything at a glance."""

from tickwork.operations.views.jobs import NextView
from tickwork.operations.views.runs import RunView
from tickwork.operations.views.view import View


class Overview(View, frozen=True, kw_only=True):
    running: list[RunView]
    next: list[NextView]
    finished: list[RunView]
    counts: dict[str, int]
    """By state: of what is alive all, of what has ended the last day's."""
