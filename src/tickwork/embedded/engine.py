"""The thread with the event loop that everything embedded lives on.

A loop of its own: whatever the application's own threads and loops do, the worker keeps its lease.
"""

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from tickwork.config import Settings
from tickwork.core.clock import Clock, SystemClock
from tickwork.core.ids import Ids, RunId
from tickwork.core.model import Actor, Job
from tickwork.core.states import TERMINAL
from tickwork.errors import NotConnected, TickworkError
from tickwork.node import Node, make_keyring, make_store
from tickwork.operations import Operations
from tickwork.service import came
from tickwork.signing import SigningKey
from tickwork.store.protocol import RunDetail, Store, Topic
from tickwork.telemetry import Telemetry, log_event
from tickwork.worker.processes import Preload

T = TypeVar("T")

POLL = 0.5
"""Seconds between two looks at a run that is waited for, where no hint comes."""
log = logging.getLogger("tickwork")
log.addHandler(logging.NullHandler())  # without a handler of the application's nothing is printed


class Engine:
    """Starts, carries out what other threads ask for, stops. One life only."""

    def __init__(
        self,
        *,
        settings: Settings,
        board: str,
        jobs: Sequence[Job],
        preload: Preload | None,
        env: dict[str, str],
        serves: bool,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings
        self.signing = SigningKey(text=settings.signing_key, file=settings.signing_key_file)
        self._board = board
        self._jobs = jobs
        self._preload = preload
        self._env = env
        self._serves = serves
        self._clock = clock or SystemClock()
        self._pid = os.getpid()
        self._started: Future[None] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._node: Node | None = None
        self._news = asyncio.Event()
        self._ending = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="tickwork", daemon=True)
        self._operations: Operations

    @property
    def operations(self) -> Operations:
        return self._operations

    def start(self) -> None:
        """Returns when runs can be submitted: jobs are applied, scheduler and worker begin (or stand by). Raises
        `TickworkError` where that cannot be."""
        self._thread.start()
        self._started.result()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Let running jobs finish for the worker's grace, then kill them. Returns when all has ended."""
        atexit.unregister(self.stop)
        if self._pid == os.getpid() and self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end)
            self._thread.join()

    def ask(self, question: Callable[[], Coroutine[Any, Any, T]]) -> "Future[T]":
        """Carry it out on the loop. Raises `NotConnected` where that does not run."""
        if self._pid != os.getpid():
            raise NotConnected("this Tickwork was started before the process forked; start one in each process")
        if self._loop is None or not self._thread.is_alive():
            raise NotConnected("this Tickwork is not started (any more)")
        return asyncio.run_coroutine_threadsafe(question(), self._loop)

    async def ended(self, run: RunId) -> RunDetail:
        """The run, when it is over."""
        while True:
            news = self._news
            detail = await self._operations.runs.detail(run)
            if detail.run.state in TERMINAL:
                return detail
            await came(news, within=POLL)

    # -- on the thread --

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:
            if self._started.done():
                log.critical("the embedded Tickwork ended: %s", error, exc_info=error)
            else:
                self._started.set_exception(error)

    async def _live(self) -> None:
        clock = self._clock
        store = make_store(self._settings.store, clock=clock, accept_loss=self._settings.accept_loss)
        await store.open()
        try:
            ids, telemetry = Ids(clock=clock), Telemetry()
            telemetry.subscribe(log_event)
            actor = Actor(kind="board", name=self._board)
            keyring = make_keyring(self._settings)
            self._operations = Operations.as_set(
                self._settings, store=store, clock=clock, ids=ids, actor=actor, keyring=keyring
            )
            if self._jobs:
                await self._operations.jobs.apply(self._board, self._jobs)
                for absent in await self._operations.jobs.absent(self._jobs):
                    log.warning("%s", absent)
            self._node = Node(
                settings=self._settings,
                store=store,
                clock=clock,
                ids=ids,
                telemetry=telemetry,
                preload=self._preload,
                env=self._env,
                keyring=keyring,
            )
            await self._serve(store, self._node)
        finally:
            await store.close()

    async def _serve(self, store: Store, node: Node) -> None:
        deaf = store.listen([Topic.OUTBOX], self._heard)
        self._loop = asyncio.get_running_loop()
        self._started.set_result(None)
        try:
            if self._serves:
                await self._run_node(node)
            await self._ending.wait()
        finally:
            deaf()
            await self._others_ended()

    async def _run_node(self, node: Node) -> None:
        try:
            await node.run(scheduler=True, worker=True)
        except TickworkError as error:
            # Submitting still works; another process may have taken the work over.
            log.critical("scheduler and worker of the embedded Tickwork ended: %s", error)

    async def _others_ended(self) -> None:
        """What other threads still ask for is given up."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _heard(self, _topic: Topic) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _end(self) -> None:
        if self._node is not None:
            self._node.request_stop()
        self._ending.set()
