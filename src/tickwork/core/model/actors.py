"""Who does things."""

from tickwork.core.stored import Stored


class Actor(Stored, frozen=True, kw_only=True):
    """Who changed something. `kind`: person, board, system, worker; `name`: user@host, file, part."""

    kind: str
    name: str


SYSTEM = Actor(kind="system", name="tickwork")
