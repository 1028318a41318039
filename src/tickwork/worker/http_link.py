"""The link of a worker that has nothing but a server's address and a key."""

import asyncio
import gzip
import ssl
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final, TypeVar

import httpx2
import msgspec

from tickwork.core.clock import SECOND, Clock
from tickwork.core.ids import SessionId
from tickwork.core.model import Fence, Run
from tickwork.core.reaching import unanswered
from tickwork.errors import InvalidSetting, NotAllowed, StoreUnavailable
from tickwork.store.protocol import Claim, Session
from tickwork.telemetry import RunEnded, RunStarted, Telemetry
from tickwork.worker.link import Receipt, Report
from tickwork.worker.wire import (
    MEDIA_TYPE,
    PATH,
    WORTH_IT,
    Bye,
    ClaimAsk,
    Claims,
    Done,
    Hello,
    OrdersAsk,
    OrdersHint,
    ReportAsk,
    Welcome,
    check_versions,
    decode,
    encode,
    slices,
)

T = TypeVar("T")

POLL: Final = 20.0
"""Seconds that a request for work or for orders may wait on the server; proxies end what takes much longer."""
ANSWER: Final = 10.0
"""Seconds that an answer may take beyond what it was asked to wait: a connection that is half open is noticed then."""
CONNECT: Final = 5.0
IDLE: Final = 300.0
"""Seconds after which a connection that nothing crossed is not used again."""
_PAUSE: Final = 1.0
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY})


class HttpLink:
    """`Link` over HTTP. See link.py for the contract; every passing fault is `StoreUnavailable`."""

    def __init__(
        self,
        *,
        url: str,
        key: str,
        clock: Clock,
        telemetry: Telemetry,
        verify: ssl.SSLContext | bool = True,
        idle: float = IDLE,
        transport: httpx2.AsyncBaseTransport | None = None,
        renewed: Callable[[], str] | None = None,
    ) -> None:
        """`verify`: whom to trust under TLS; `transport`: how to reach the server, if not by the network; `renewed`:
        asked for the key as it is now when the one at hand is not good any more."""
        self._url = url.rstrip("/")
        self._key = key
        self._renewed = renewed or (lambda: key)
        self._clock = clock
        self._telemetry = telemetry
        self._client = httpx2.AsyncClient(
            base_url=self._url,
            headers={"content-type": MEDIA_TYPE, "user-agent": _agent()},
            verify=verify,
            timeout=httpx2.Timeout(ANSWER, connect=CONNECT),
            limits=httpx2.Limits(max_connections=8, keepalive_expiry=idle),
            transport=transport,
        )
        self._session: SessionId | None = None
        self._said = 0
        """Its hellos."""
        self._known: dict[Fence, Run] = {}
        """Runs whose claims were received and have not ended, oldest first."""
        self._unsure = False
        """An answer to `claim` got lost: the server may have given what we do not know of."""
        self._wake: Callable[[], None] = lambda: None
        self._orders: asyncio.Task[None] | None = None

    async def hello(self, session: Session) -> float:
        hello = Hello(session=session, said=self._said + 1 if self._session == session.id else 1)
        welcome = await self._ask("hello", hello, Welcome)
        check_versions(worker=session.version, server=welcome.version, protocol=hello.protocol)
        if self._session != session.id:
            self._session, self._known, self._unsure = session.id, {}, False
        self._said = hello.said
        self._watch_orders()
        return welcome.lease

    async def claim(self, free: int, wait: float) -> list[Claim]:
        knows = tuple(self._known) if self._unsure else None
        ask = ClaimAsk(session=self._open(), free=free, wait=min(wait, POLL), knows=knows, said=self._said)
        self._unsure = True
        claims = (await self._ask("claim", ask, Claims, wait=ask.wait)).claims
        self._unsure = False
        self._known.update((claim.fence, claim.run) for claim in claims)
        return claims

    async def report(self, batch: Report, *, renew: bool) -> Receipt:
        """Long reports go in several messages. After `StoreUnavailable` the whole batch may be sent again: the server
        takes what it knows already for what it is."""
        receipt = Receipt(lost=(), orders=None)
        for piece in slices(batch):
            told = await self._ask("report", ReportAsk(session=self._open(), renew=renew, batch=piece), Receipt)
            receipt = Receipt(lost=(*receipt.lost, *told.lost), orders=told.orders or receipt.orders)
        self._tell(batch, {claim.fence for claim in receipt.lost})
        over = (*(end.fence for end in batch.ends), *(fence for _run, fence in batch.releases))
        for fence in (*over, *(claim.fence for claim in receipt.lost)):
            self._known.pop(fence, None)
        return receipt

    def _tell(self, batch: Report, lost: set[Fence]) -> None:
        """What happened here, as it was seen here: what follows from it is the server's to say."""
        for start in batch.starts:
            if start.fence not in lost and (run := self._known.get(start.fence)) is not None:
                self._telemetry.emit(RunStarted(run=run.id, job=run.job, attempt=run.attempt + 1))
        for end in batch.ends:
            if end.fence not in lost and (run := self._known.get(end.fence)) is not None:
                took = 0 if end.started is None else end.finished - end.started
                outcome = end.outcome
                told = RunEnded(
                    run=run.id, job=run.job, state=outcome.state, reason=outcome.reason, seconds=took / SECOND
                )
                self._telemetry.emit(told)

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        self._wake = wake

        def end() -> None:
            self._wake = lambda: None
            if self._orders is not None:
                self._orders.cancel()

        return end

    async def bye(self) -> None:
        await self._ask("bye", Bye(session=self._open()), Done)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._orders is not None:
            self._orders.cancel()
            with suppress(asyncio.CancelledError):
                await self._orders
        await self._client.aclose()

    # -- orders --

    def _watch_orders(self) -> None:
        if self._orders is None or self._orders.done():
            self._orders = asyncio.create_task(self._hear_orders(), name="worker orders")

    async def _hear_orders(self) -> None:
        """One request always waits on the server; what it hints at comes with the renewal that it causes."""
        while True:
            try:
                ask = OrdersAsk(session=self._open(), wait=POLL)
                hint = await self._ask("orders", ask, OrdersHint, wait=POLL)
            except (StoreUnavailable, NotAllowed):
                await asyncio.sleep(_PAUSE)
            else:
                if hint.waiting:
                    self._wake()

    # -- asking --

    async def _ask(self, verb: str, message: Any, kind: type[T], *, wait: float = 0.0) -> T:
        body, headers = encode(message), {}
        if len(body) >= WORTH_IT:
            body, headers = gzip.compress(body, compresslevel=1), {"content-encoding": "gzip"}
        shown = self._key
        answer = await self._post(verb, body, headers, wait=wait)
        if answer.status_code == HTTPStatus.UNAUTHORIZED and self._has_another_key(shown):
            answer = await self._post(verb, body, headers, wait=wait)
        if answer.status_code != HTTPStatus.OK:
            raise _refusal(answer, self._url)
        try:
            return decode(answer.content, kind)
        except msgspec.DecodeError as error:
            raise StoreUnavailable(f"{self._url} answered what is no answer of a Tickwork server: {error}") from None

    async def _post(self, verb: str, body: bytes, headers: dict[str, str], *, wait: float) -> httpx2.Response:
        try:
            return await self._client.post(
                f"{PATH}/{verb}",
                content=body,
                headers={**headers, "authorization": f"Bearer {self._key}"},
                timeout=httpx2.Timeout(wait + ANSWER, connect=CONNECT),
            )
        except httpx2.TransportError as error:
            raise StoreUnavailable(unanswered(self._url, error)) from None

    def _has_another_key(self, shown: str) -> bool:
        """Than the one that was refused: somebody has rotated it and written it into its file."""
        with suppress(InvalidSetting):  # it is being written, or has a fault that the worker's next start tells
            self._key = self._renewed() or self._key
        return self._key != shown

    def _open(self) -> SessionId:
        assert self._session is not None, "hello comes first"
        return self._session


def _refusal(answer: httpx2.Response, url: str) -> Exception:
    """What only a person can mend is refused; everything else may pass."""
    told = f"{url}: {_detail(answer)}"
    return NotAllowed(told) if answer.status_code in _REFUSED else StoreUnavailable(told)


def _detail(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"


def _agent() -> str:
    return f"tickwork-worker/{version('tickwork')}"
