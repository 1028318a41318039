"""How values lie in their packed records: the one list of positions that Python and Lua share."""

from collections.abc import Sequence

RUN = (
    "id", "job", "project", "revision", "origin", "state", "reason", "wait", "schedule", "slot", "nominal", "pool",
    "priority", "ready_at", "start_by", "once", "attempt", "losses", "session", "epoch", "fence", "cancel", "note",
    "about", "group", "exit_code", "worker", "created", "started", "finished",
    "exclusive",  # its job allows no overlap
    "given",  # whether it has parameters
    "pinned",  # whether it has pins
    "runner", "entry",  # where it stands in a plain client's queue
)  # fmt: skip
GAP = (
    "id", "schedule", "job", "project", "revision", "first", "last", "count", "state", "reason", "note", "created",
)  # fmt: skip
ROW = ("schedule", "project", "revision", "cursor", "due", "version", "gap")
ATTEMPT = (
    "run", "n", "epoch", "fence", "session", "worker", "started", "finished", "outcome", "reason", "exit_code", "error",
    "reported",  # by its holder; false: the claim was taken away, nothing may follow
)  # fmt: skip


def as_lua(name: str, fields: Sequence[str]) -> str:
    """A table of the positions, counted from 1: Lua has no null in its arrays, so that every field is always there
    (false for none)."""
    places = ", ".join(f"{field} = {place}" for place, field in enumerate(fields, 1))
    return f"local {name} = {{ {places} }}"
