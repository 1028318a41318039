"""What is heard from the stores of other processes and of this one, and whether something in between was missed."""

import msgspec

from tickwork.store.announcing import Announcement

_MOST_SENDERS = 1000

MISSED = Announcement(by="", n=0, many=True)


class Announcements:
    """Knows the last number of each sender that it has heard lately."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(Announcement)
        self._last: dict[str, int] = {}

    def read(self, payload: bytes) -> Announcement | None:
        """None: not understood (a store of another version). Where something was missed, `many` is set."""
        if not payload:
            return MISSED
        try:
            told = self._decoder.decode(payload)
        except msgspec.DecodeError:
            return None
        last = self._last.pop(told.by, None)
        self._last[told.by] = told.n if last is None else max(last, told.n)
        if len(self._last) > _MOST_SENDERS:
            del self._last[next(iter(self._last))]  # the one that was silent longest
        if last is not None and told.n > last + 1:
            return msgspec.structs.replace(told, many=True)
        return told
