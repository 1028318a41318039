"""How much of a long piece of work is done at a time, so that nobody waits long behind it."""

_GROWTH = 2


class Portion:
    """Its size follows from how long the last ones took: `seconds` is what one may take."""

    def __init__(self, *, least: int, most: int, seconds: float) -> None:
        """`least`: what is done at once however slow it is, or it would never end; the first portion is as small."""
        self.size = least
        self._least = least
        self._most = most
        self._seconds = seconds

    def took(self, seconds: float, *, n: int) -> None:
        """`n` things took so long. It shrinks at once to what fits; it grows by steps, for one that was quick may have
        been lucky. One that was not full tells of what every portion costs more than of what its things do: it counts
        only if even that was too long."""
        if n < self.size and seconds <= self._seconds:
            return
        fits = int(n * self._seconds / seconds) if seconds > 0 else self._most
        self.size = min(max(fits, self._least), self.size * _GROWTH, self._most)
