"""How often somebody may try: counts of failures, which every server of the store sees."""

from collections.abc import Callable
from functools import partial

import msgspec

from tickwork.core.clock import HOUR, SECOND, Duration, Instant, later
from tickwork.core.codec import from_json, to_json
from tickwork.errors import TooManyAttempts
from tickwork.operations.context import Context
from tickwork.store.protocol import Keep, Note

FREE = {"name": 5, "address": 20}
"""So many failures in a row cost nothing (an address may be that of a whole office) …"""
FIRST_DELAY = Duration(5 * SECOND)
"""… then this, twice as much after each further one …"""
LONGEST_DELAY = Duration(900 * SECOND)
"""… up to this."""
FORGOTTEN = Duration(HOUR)
"""After the last failure."""
_SPACE = "sign-in"


class _Count(msgspec.Struct, frozen=True, kw_only=True):
    failures: int = 0
    until: Instant = Instant(0)


class Throttle:
    """Each try is counted as a failure before it is made, so that tries at the same time do not escape."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def enter(self, name: str, address: str) -> dict[str, int]:
        """Count a try; returns how many have failed in a row, this one included, by `name` and by `address`.
        Raises `TooManyAttempts`, and then it is none."""
        counted = dict[str, int]()
        try:
            for kind, who in (("address", address), ("name", name)):
                key = f"{kind}:{who}"
                counted[kind] = (await self._change(key, partial(self._counted, free=FREE[kind]))).failures
        except TooManyAttempts:
            if "address" in counted:
                await self._change(f"address:{address}", _without_one)
            raise
        return counted

    async def succeeded(self, name: str, address: str) -> None:
        """The try was none of a guesser's. At its address others may still guess: only this one does not count."""
        await self._context.store.drop(_SPACE, [f"name:{name}"], at=self._context.clock.now())
        await self._change(f"address:{address}", _without_one)

    def _counted(self, count: _Count, *, free: int) -> _Count:
        now = self._context.clock.now()
        if count.until > now:
            raise TooManyAttempts(
                "too many failed sign-ins; wait, or make a sign-in link at the server: tickwork user link",
                retry_after=-(-(count.until - now) // SECOND),
            )
        failures = count.failures + 1
        return _Count(failures=failures, until=later(now, delay(failures, free=free)))

    async def _change(self, key: str, change: Callable[[_Count], _Count]) -> _Count:
        """By compare-and-swap, until it holds: somebody else's change came in between each time it does not."""
        store, now = self._context.store, self._context.clock.now()
        while True:
            old = (await store.notes(_SPACE, [key], at=now)).get(key)
            count = change(_Count() if old is None else from_json(old.body, _Count))
            note = Note(space=_SPACE, key=key, body=to_json(count), expires=later(max(now, count.until), FORGOTTEN))
            keep = Keep(note=note, new=old is None, expect=None if old is None else old.body)
            if await store.keep([keep], at=now) == [True]:
                return count


def _without_one(count: _Count) -> _Count:
    """Whoever was let in did not have to wait any more."""
    return _Count(failures=max(count.failures - 1, 0))


def delay(failures: int, *, free: int) -> Duration:
    """How long nobody may try after so many failures."""
    beyond = failures - free
    return Duration(0) if beyond < 0 else Duration(min(FIRST_DELAY * 2 ** min(beyond, 20), LONGEST_DELAY))
