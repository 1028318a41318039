"""How the store calls its functions: connected again where that is needed, in words of this instance's prefix."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids, base32, randomness
from tickwork.errors import Conflict, NotFound, StoreError
from tickwork.store.protocol import Topic
from tickwork.store.redis import packing
from tickwork.store.redis.connection import Address, Refused, Wire, explained
from tickwork.store.redis.lane import Lane, Ready
from tickwork.store.redis.library import VERSION, verbs
from tickwork.store.redis.publishing import command_shas, publish
from tickwork.store.redis.server import Server, examine, life_of, require_fit
from tickwork.store.redis.wake import Wakes

T = TypeVar("T")

_EPOCH_DIGITS = 8
_WANTED = True
_SAVING = "SAVING"
"""A large save is under way that the verb must see whole or not at all: help to carry it out, then try again."""
_REFUSALS: dict[str, type[Exception]] = {"CONFLICT": Conflict, "NOT_FOUND": NotFound, "ILLEGAL": StoreError}


class Caller:
    """`met` hears which server it is, at the first connect and whenever it has started anew."""

    def __init__(
        self, *, address: Address, clock: Clock, ids: Ids, accept_loss: bool, met: Callable[[Server], None]
    ) -> None:
        self._address = address
        self._prefix = address.prefix
        self._clock = clock
        self._ids = ids
        self._accept_loss = accept_loss
        self._met = met
        self._origin = ids.run()
        self._server: Server | None = None
        self._lane: Lane | None = None
        self._wakes: Wakes | None = None

    # -- coming and going --

    def open(self) -> None:
        """Blocks; a failure leaves nothing open."""
        random = randomness(self._ids.seed())
        try:
            self._wakes = wakes = Wakes(address=self._address, prefix=self._prefix, origin=self._origin, random=random)
            self._lane = Lane(address=self._address, connect=self._connect, hint=wakes.hint, random=random)
        except Exception as error:
            self.close()
            raise explained(error, self._address) from error

    def close(self) -> None:
        """Blocks. In this order: the lane (it finishes what is queued), then the wakes."""
        if self._lane is not None:
            self._lane.stop()
        if self._wakes is not None:
            self._wakes.close()
        self._lane = self._wakes = None

    def _connect(self, life: str | None, seen: int) -> Ready:
        """A connection of which the server knows our functions, and we know whether it lost something."""
        wire = Wire(self._address)
        try:
            server = self._server
            if server is None or life_of(wire) != server.life:
                server = self._meet(wire)
            spell = publish(wire, functions=server.functions)
            hello = [server.life, packing.field(life), seen, self.fresh_epoch(), self._clock.now()]
            keys = [self._prefix, self._origin]
            wire.call(*spell("hello", keys, [packing.pack(hello)]))
            known = [VERSION, not _WANTED, list(command_shas().items())]
            wire.call(*spell("publish_commands", keys, [packing.pack(known)]))
        except BaseException:
            wire.close()
            raise
        return Ready(wire=wire, spell=spell, life=server.life)

    def _meet(self, wire: Wire) -> Server:
        server = examine(wire)
        require_fit(server, shown=self._address.shown, accept_loss=self._accept_loss)
        self._server = server
        self._met(server)
        return server

    def fresh_epoch(self) -> str:
        return base32(self._ids.seed() % 32**_EPOCH_DIGITS, _EPOCH_DIGITS)

    def token(self) -> str:
        """For a write in several calls, and one whose answer is asked for again: under it the server knows them."""
        return self._ids.run()

    # -- calling --

    async def write(self, verb: str, *args: Any, blobs: Sequence[bytes] = (), once: bool = False) -> Any:
        """`once`: its reply must be the first one's, should the call have to be made again."""
        keys = [self._prefix, self._origin, *([self._ids.run()] if once else [])]
        return await self._call(verb, keys, [packing.pack(args), *blobs])

    async def read(self, verb: str, *args: Any) -> Any:
        return await self._call(verb, [self._prefix], [packing.pack(args)])

    async def _call(self, verb: str, keys: Sequence[str], args: Sequence[bytes]) -> Any:
        while True:
            try:
                return await self._opened(self._lane).submit(verb, keys, args, writes=verbs()[verb] == "writes")
            except Refused as error:
                kind, _, message = str(error).partition(" ")
                if kind in _REFUSALS:
                    raise _REFUSALS[kind](message) from None
                if kind != _SAVING:
                    raise explained(error, self._address) from error
                await self.write("step", packing.field(None))

    async def publish_commands(self) -> dict[str, str]:
        shas = command_shas()
        await self.write("publish_commands", VERSION, _WANTED, list(shas.items()))
        return shas

    async def renew_epoch(self, why: str) -> None:
        await self.write("renew_epoch", self.fresh_epoch(), self._clock.now(), why)

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        return self._opened(self._wakes).listen(topics, wake)

    def hears(self) -> bool | None:
        return None if self._wakes is None else self._wakes.hears()

    def notify(self, topics: Sequence[Topic]) -> None:
        self._hint("notify", list(topics), blobs=())

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        return self._opened(self._wakes).follow(hear)

    def announce(self, payloads: Sequence[bytes]) -> None:
        if self._wakes is not None and self._lane is not None:
            self._wakes.tell(payloads)
            self._hint("announce", self._origin, blobs=payloads)

    def _hint(self, verb: str, *args: Any, blobs: Sequence[bytes]) -> None:
        keys, packed = [self._prefix, self._origin], [packing.pack(args), *blobs]
        self._opened(self._lane).submit(verb, keys, packed, writes=True).add_done_callback(_forget)

    def _opened(self, part: T | None) -> T:
        if part is None:
            raise StoreError(f"{self._address.shown} is not open")
        return part


def _forget(future: "asyncio.Future[Any]") -> None:
    """A hint that did not reach the server is lost, no more."""
    if not future.cancelled():
        future.exception()
