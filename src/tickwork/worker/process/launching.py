"""The processes of this machine: starts the launcher, and through it everything else."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from tickwork.core.clock import Clock
from tickwork.core.codec import to_json
from tickwork.core.containment import Containment
from tickwork.core.lease import Deadlines
from tickwork.core.model import Mode, Resources
from tickwork.errors import InvalidSetting
from tickwork.worker.process.channel import Kind, Socket, message, send_socket, socket_pair
from tickwork.worker.process.ear import Ear
from tickwork.worker.process.handles import ChildHandle, Handle, ProgramHandle
from tickwork.worker.process.lease_page import LeasePage
from tickwork.worker.process.reserve import Reserve
from tickwork.worker.processes import Child, ChildSpec, Imported, Preload, ProcessEvent, SpawnSpec, Supervised

_LAUNCHER = "tickwork.worker.process.launcher"
KEPT_ENV = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME")
"""All of the agent's environment that the launcher gets (jobs get what their spec says): no secret comes near a job."""


def launcher_env() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT_ENV if name in os.environ}


class LocalProcesses:
    """`Processes` on this machine. `containment`: a rung of the ladder, or `auto` for the strongest there is.

    A launcher that died is replaced at the next start; the supervisors of the first go on meanwhile.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        containment: Containment = Containment.AUTO,
        preload: Preload | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`preload`: what the launcher imports; `env`: what it finds there beside `KEPT_ENV`."""
        self.containment: str = containment
        self.refused: Mapping[Containment, str] = {}
        """Why stronger rungs are not in force, once it is open …"""
        self.keepers: Mapping[str, str] = {}
        """… and what keeps the limits of memory and processes."""
        self._clock = clock
        self._preload = preload
        self._env = dict(env or {})
        self._page, self._page_fd = LeasePage.create()
        self._control: Socket | None = None
        self._ear: Ear | None = None
        self._imported: Callable[[Imported], None] = lambda _: None
        self._launchers: list[subprocess.Popen[bytes]] = []
        self._handles: set[Handle] = set()
        self._reserve = Reserve()
        self._sending = asyncio.Lock()

    @property
    def launcher_pid(self) -> int:
        return self._launchers[-1].pid

    async def open(self) -> None:
        self._launch()
        assert self._ear is not None, "a launcher is listened to"
        ready = await self._ear.ready
        if (why := ready.refused.get(ready.containment)) is not None:
            await self.close()
            raise InvalidSetting(
                f"containment {ready.containment} does not work here: {why}; "
                "make that possible, or let the worker choose (auto)"
            )
        self.containment, self.refused, self.keepers = ready.containment, ready.refused, ready.keepers

    def listen(self, imported: Callable[[Imported], None]) -> None:
        self._imported = imported

    def reload(self) -> None:
        """Replace the launcher by one that imports the app as it is now. Children of the old one go on until they
        are retired."""
        self._launch()

    async def close(self) -> None:
        """What still runs is ended as if the agent had died. Returns when nothing of it is left."""
        self._hang_up()
        for handle in tuple(self._handles):
            handle.close()
        for launcher in self._launchers:
            await _ended(launcher)
        self._launchers.clear()
        if self._page_fd != -1:
            os.close(self._page_fd)
            self._page.close()
            self._page_fd = -1

    def renew(self, deadlines: Deadlines) -> None:
        self._page.write(deadlines)

    async def spawn(self, spec: SpawnSpec, on_event: Callable[[ProcessEvent], None]) -> Supervised:
        handle = self._rested_for(spec) or await self._new_for_programs()
        return handle.begin(spec, on_event)

    def _rested_for(self, spec: SpawnSpec) -> ProgramHandle | None:
        """A program with limits gets a cell that has them; and without a launcher a supervisor has nobody to clean up
        after it."""
        if spec.terms.resources != Resources() or self._launchers[-1].poll() is not None:
            return None
        return self._reserve.take()

    async def _new_for_programs(self) -> ProgramHandle:
        link = await self._supervisor(Kind.SPAWN)
        handle = ProgramHandle(link=link, clock=self._clock, rested=self._reserve.put, closed=self._closed)
        self._handles.add(handle)
        return handle

    async def child(self, spec: ChildSpec, on_event: Callable[[ProcessEvent], None]) -> Child:
        kind = Kind.CHILD if spec.mode is Mode.PROCESS else Kind.SHARED
        handle = ChildHandle(
            link=await self._supervisor(kind), clock=self._clock, on_event=on_event, closed=self._closed
        )
        self._handles.add(handle)
        handle.send(message(Kind.CHILD, spec))
        return handle

    def _closed(self, handle: Handle) -> None:
        self._handles.discard(handle)
        self._reserve.drop(handle)

    async def _supervisor(self, kind: Kind) -> Socket:
        """Have a supervisor forked; returns our end of its socket."""
        ours, theirs = socket_pair()
        try:
            async with self._sending:  # at most one waits for a busy launcher
                await self._hand_over(theirs, kind)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    async def _hand_over(self, passed: Socket, kind: Kind) -> None:
        while True:
            assert self._control is not None, "LocalProcesses is not open"
            try:
                send_socket(self._control, passed, kind)
            except BlockingIOError:
                await _writable(self._control)
            except OSError:
                self._launch()
            else:
                return

    def _hang_up(self) -> None:
        if self._ear is not None and self._control is not None:
            self._ear.close()
            self._control.close()
        self._control = self._ear = None

    def _launch(self) -> None:
        """Exec a launcher, in a session of its own: a signal to our process group does not reach it."""
        self._hang_up()
        self._reserve.dismiss()
        self._launchers = [launcher for launcher in self._launchers if launcher.poll() is None]
        self._control, theirs = socket_pair()
        self._ear = Ear(link=self._control, imported=self._imported)
        fds = (theirs.fileno(), self._page_fd)
        command = [sys.executable, "-P", "-X", "utf8", "-m", _LAUNCHER, *map(str, fds)]
        command.append(self.containment)
        if self._preload is not None:
            command.append(to_json(self._preload).decode())
        env = launcher_env() | self._env
        with theirs:
            launcher = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=fds,
                env=env,
                start_new_session=True,
            )
        self._launchers.append(launcher)


async def _writable(target: Socket) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_writer(target, _resolve, ready)
    try:
        await ready
    finally:
        loop.remove_writer(target)


async def _ended(process: subprocess.Popen[bytes]) -> None:
    """Wait without a thread."""
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    handle = os.pidfd_open(process.pid)
    loop.add_reader(handle, _resolve, ended)
    try:
        await ended
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    process.wait()


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
