"""What of a run is read once for all who follow it."""

from tickwork.core.ids import RunId
from tickwork.core.model import Run


class Followed:
    """Subclasses write `look` and `watched`."""

    def __init__(self, *, id: RunId) -> None:
        self.id = id
        self.run: Run | None = None
        """As it was when it was looked at last."""
        self.hinted = True
        """There may be something new."""
        self.looked = float("-inf")
        """When; on the monotonic clock."""

    @property
    def watched(self) -> bool:
        """Whether somebody still follows it."""
        raise NotImplementedError  # pragma: no cover

    async def look(self, run: Run | None) -> bool:
        """Read what is new; returns whether there is more to read at once. `run`: as it was before this; None: it is
        not there (any more)."""
        raise NotImplementedError  # pragma: no cover
