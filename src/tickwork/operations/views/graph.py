"""What waits for what."""

from tickwork.operations.views.view import View


class GraphNode(View, frozen=True, kw_only=True):
    """A job in the graph."""

    job: str
    needs: list[str]
    after: dict[str, str]
    """By job: success, failure or any."""
    exists: bool
    outdated: bool
    """It has no successful run, or something that it needs has a newer one than it used."""
    success: str | None
    """Its newest successful run."""
    paused: str | None = None
    """The sentence why it is off, and so not set off by what it comes after."""


class GraphView(View, frozen=True, kw_only=True):
    """A job with all that it waits for and all that waits for it; each behind what it waits for."""

    job: str
    nodes: list[GraphNode]
