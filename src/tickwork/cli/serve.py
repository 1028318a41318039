"""What `up`, `server` and `worker` do while they run: boards first, then the node, with a view beside it."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tickwork.cli.acting import person
from tickwork.cli.apps import AppWatch, preload_of
from tickwork.cli.board_watch import BoardWatch
from tickwork.cli.boards import summary
from tickwork.cli.demo import things_to_try
from tickwork.cli.jobsched import Catalogue
from tickwork.cli.lines import Voice
from tickwork.cli.outlet import Outlet
from tickwork.cli.voices import logging_too, voice_of
from tickwork.cli.web import OpenWeb, open_web
from tickwork.cli.words import several
from tickwork.config import Settings
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.model import Scope
from tickwork.node import Node, collect_rarely, make_keyring, make_store, worker_name
from tickwork.operations import Operations
from tickwork.telemetry import RunEnded, RunStarted, Telemetry, TelemetryEvent

KILLED = 1
"""Exit code where a second signal killed what ran."""
_MANY = 1000
"""Jobs that a greeting counts: what is in the store must not decide how long a start takes, and how much memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the command line asked for."""

    settings: Settings
    boards: tuple[Path, ...] = ()
    catalogue: Catalogue | None = None
    """Of Jobsched, in whose place this runs."""
    apps: tuple[str, ...] = ()
    """Modules whose jobs are applied, and which Python children are born with."""
    demo: bool = False
    watch: bool = False
    lines: bool = False
    scheduler: bool
    worker: bool


async def serve(plan: Plan) -> int:
    """Run until it is told to stop; returns the exit code. Raises `TickworkError`."""
    clock = SystemClock()
    store = make_store(plan.settings.store, clock=clock, accept_loss=plan.settings.accept_loss)
    await store.open()
    collect_rarely()
    try:
        ids, telemetry, keyring = Ids(clock=clock), Telemetry(), make_keyring(plan.settings)
        ops = Operations.as_set(plan.settings, store=store, clock=clock, ids=ids, actor=person(), keyring=keyring)
        web = (
            await open_web(plan.settings, store=store, clock=clock, ids=ids, telemetry=telemetry, keyring=keyring)
            if plan.scheduler
            else None
        )
        node = Node(
            settings=plan.settings,
            store=store,
            clock=clock,
            ids=ids,
            telemetry=telemetry,
            preload=preload_of(plan.apps),
            web=web.web if web is not None else None,
            keyring=keyring,
        )
        return await Serving(plan=plan, ops=ops, node=node, telemetry=telemetry, web=web).run()
    finally:
        await store.close()


class Serving:
    """One node with what stands around it: signals, boards, and the lines or the view that a person sees."""

    def __init__(
        self, *, plan: Plan, ops: Operations, node: Node, telemetry: Telemetry, web: OpenWeb | None = None
    ) -> None:
        self._plan = plan
        self._web = web
        self._ops = ops
        self._node = node
        self._telemetry = telemetry
        self._stopping = Stopping(node=node, telemetry=telemetry, say=self._say)
        self._out = Outlet(sys.stdout, broken=self._stopping.unheard)
        self._voice: Voice = voice_of(plan.settings, clock=SystemClock(), line=self._out.line)

    async def run(self) -> int:
        with self._out, logging_too(self._voice, self._plan.settings):
            return await self._run()

    async def _run(self) -> int:
        self._stopping.listen()
        watches = (await self._apply_boards(), await self._apply_apps())
        for watch in watches:
            await watch.tell_absent()
        beside: list[Coroutine[Any, Any, None]] = [watch.run() for watch in watches] if self._plan.watch else []
        if sys.stdout.isatty() and not self._plan.lines and self._plan.settings.log_format == "text":
            from tickwork.cli.live import LiveView

            view = LiveView(
                clock=SystemClock(),
                reads=self._ops.reads,
                store=self._plan.settings.store,
                out=self._out,
            )
            self._voice = view
            beside.append(view.run())
        self._telemetry.subscribe(self._voice.event)
        greeting = await self._greeting()
        await _with_beside(
            self._node.run(
                scheduler=self._plan.scheduler,
                worker=self._plan.worker,
                ready=lambda: self._voice.ready([*greeting, *(self._web.greeting() if self._web is not None else [])]),
            ),
            beside,
        )
        return self._stopping.told()

    # -- boards --

    async def _apply_boards(self) -> BoardWatch:
        watch = BoardWatch(boards=self._plan.boards, ops=self._ops, say=self._say)
        await watch.apply_all()
        if self._plan.catalogue is not None:
            await self._plan.catalogue.apply(self._ops, self._say)
        if self._plan.demo:
            await self._apply_demo()
        return watch

    async def _apply_apps(self) -> AppWatch:
        apps = self._plan.apps if self._plan.scheduler else ()  # a worker has the code, a server says what it is
        watch = AppWatch(apps=apps, ops=self._ops, say=self._say, reload=self._reload)
        await watch.apply_all()
        return watch

    def _reload(self) -> None:
        if self._node.agent is not None:
            self._node.agent.reload()

    async def _apply_demo(self) -> None:
        from tickwork.boards.applying import apply_board
        from tickwork.boards.demo import demo_board

        board = demo_board()
        changes = await apply_board(self._ops, board)
        self._voice.say(f"demo: {summary(changes, jobs=len(board.jobs))}")

    async def _greeting(self) -> list[str]:
        known = await self._ops.jobs.count(limit=_MANY)
        jobs = several(known, "job") if known < _MANY else f"{_MANY} jobs or more"
        seats = several(self._plan.settings.workers, "worker") if self._plan.worker else "no worker"
        lines = [f"ready: {self._plan.settings.store}, {jobs}, {seats}; Ctrl-C stops"]
        if self._plan.worker and (drained := await self._drained()) is not None:
            lines.append(drained)
        if self._plan.demo:
            lines += ["in a second terminal:", *(f"    {line}" for line in things_to_try(self._plan.settings.store))]
        elif known == 0:
            lines.append("no jobs yet: `tickwork apply board.yaml` or `tickwork import crontab FILE` brings some")
        return lines

    async def _drained(self) -> str | None:
        name = worker_name(self._plan.settings)
        why = await self._ops.switches.off_because(Scope.WORKER, name)
        return None if why is None else f"it takes nothing new: {why}; `tickwork workers undrain {name}`"

    def _say(self, text: str) -> None:
        """By whatever voice there is now: boards may speak before the view is there."""
        self._voice.say(text)


class Stopping:
    """What signals do to a node, and what is said about it."""

    def __init__(self, *, node: Node, telemetry: Telemetry, say: Callable[[str], None]) -> None:
        self._node = node
        self._say = say
        self._held: set[str] = set()
        self._signals = 0
        telemetry.subscribe(self._count)

    def listen(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._signalled)
        loop.add_signal_handler(signal.SIGTERM, self._signalled)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup(1) wants it to go on
            loop.add_signal_handler(signal.SIGHUP, self.unheard)

    def unheard(self) -> None:
        """Nobody reads what is said (a closed terminal, a pipe's end): like a first signal, never like a second."""
        if self._signals == 0:
            self._signalled()

    def told(self) -> int:
        """Says how it ended; returns the exit code."""
        self._say("stopped" if self._signals <= 1 else "stopped; what ran was killed")
        return KILLED if self._signals > 1 else 0

    def _signalled(self) -> None:
        """The first one stops gracefully, the second one kills; more change nothing."""
        self._signals += 1
        if self._signals <= 2:  # noqa: PLR2004 (the two kinds of stop)
            self._node.request_stop()
        if self._signals == 1:
            finishing = f"finishing {several(len(self._held), 'run')}; press Ctrl-C again to kill"
            self._say(f"stopping: {finishing if self._held else 'nothing runs'}")

    def _count(self, event: TelemetryEvent) -> None:
        match event:
            case RunStarted(run=run):
                self._held.add(run)
            case RunEnded(run=run):
                self._held.discard(run)
            case _:
                pass


async def _with_beside(main: Coroutine[Any, Any, None], beside: list[Coroutine[Any, Any, None]]) -> None:
    """Run `main`; what runs beside it ends with it, and ends it by dying."""
    tasks = [asyncio.create_task(coroutine) for coroutine in (main, *beside)]
    pending = set(tasks)
    try:
        while tasks[0] in pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
