"""The launcher: a small process of its own, from which every supervisor is forked.

    python -m tickwork.worker.process.launcher <control socket> <lease page> <containment> [<preload as JSON>]

It is exec'ed, never forked, so that no thread or lock of the agent's process is copied. For each socket that comes
through the control socket it forks a supervisor, which reads from there what it is to do. It notices supervisors that
were killed and ends what they left; when the agent is gone it goes on until the last supervisor has ended.
"""

import gc
import itertools
import math
import os
import secrets
import sys
import traceback
from typing import NoReturn

from tickwork.core.clock import SystemClock
from tickwork.worker.process import script
from tickwork.worker.process.channel import Kind, Socket, message, receive_socket, say
from tickwork.worker.process.kernel import become_reaper
from tickwork.worker.process.lease_page import LeasePage
from tickwork.worker.process.polling import Poller
from tickwork.worker.process.program import ProgramSupervisor
from tickwork.worker.process.relay import ChildSupervisor
from tickwork.worker.process.rungs.choosing import Unusable, choose
from tickwork.worker.process.rungs.rung import Rung
from tickwork.worker.process.sharing import SharedSupervisor
from tickwork.worker.process.supervisor import LEFT_SOME, TIDY, Context, Supervisor, pipe
from tickwork.worker.process.tree import Brood, descendants

BROKEN = 70
"""A supervisor's exit status after an error of its own."""
_SUPERVISORS: dict[Kind, type[Supervisor]] = {
    Kind.SPAWN: ProgramSupervisor,
    Kind.CHILD: ChildSupervisor,
    Kind.SHARED: SharedSupervisor,
}


class Launcher:
    """Forks supervisors and cleans up after those that could not do it themselves."""

    def __init__(self, *, control: Socket, page: LeasePage, rung: Rung, farewell: int) -> None:
        """`farewell`: where supervisors tell that from now on they are only there for what a job left behind."""
        self._clock = SystemClock()
        self._control = control
        self._page = page
        self._rung = rung
        self._farewell = farewell
        self._brood = Brood(clock=self._clock)
        self._poller = Poller(clock=self._clock)
        self._supervisors: dict[int, int] = {}
        """The number of each, by pid."""
        self._numbers = itertools.count(1)
        self._left: set[int] = set()
        """Processes that jobs left behind when they ended normally: nobody's to kill."""
        self._open = True
        self._folders = f"{os.environ.get('TMPDIR') or '/tmp'}/tickwork-{secrets.token_hex(8)}"  # noqa: S108 (mkdir refuses what is there)

    def run(self) -> None:
        self._poller.watch(self._control.fileno(), self._on_control)
        self._poller.watch(self._farewell, self._on_farewell)
        self._poller.watch(self._brood.fd, self._on_death)
        while self._open or self._supervisors:
            self._poller.wait(math.inf)
        self._rung.close()

    def _on_control(self) -> None:
        received = receive_socket(self._control)
        if received is None:
            self._open = False
            self._poller.unwatch(self._control.fileno())
            return
        agent, kind = received
        self._fork(agent, kind)
        agent.close()

    def _fork(self, agent: Socket, kind: Kind) -> None:
        number, trouble = next(self._numbers), ""
        try:
            pid = self._rung.fork()
        except OSError as error:
            trouble = str(error)
            pid = os.fork()
        if pid == 0:
            self._become_supervisor(number, agent, kind, trouble)
        self._supervisors[pid] = number

    def _become_supervisor(self, number: int, agent: Socket, kind: Kind, trouble: str) -> NoReturn:
        status = BROKEN
        try:
            os.setsid()
            self._control.close()
            self._brood.forget()
            brood = Brood(clock=self._clock)
            cell = Unusable(brood=brood, why=trouble) if trouble else self._rung.cell(number, brood)
            context = Context(
                agent=agent, page=self._page, clock=self._clock, brood=brood, cell=cell, folder=self._folder(number)
            )
            supervisor = _SUPERVISORS[kind](context=context)
            status = supervisor.serve()
            agent.close()
            cell.close(leaving=supervisor.leaving)
        except BaseException:  # noqa: BLE001 (this copy of the launcher must not go on, whatever it was)
            traceback.print_exc()
        finally:
            os._exit(status)

    def _folder(self, number: int) -> str:
        return f"{self._folders}-{number}"

    def _on_farewell(self) -> None:
        for pid in map(int, os.read(self._farewell, 4096).split()):
            self._supervisors.pop(pid, None)
            self._left.add(pid)

    def _on_death(self) -> None:
        self._brood.reap()
        while self._brood.dead:  # killing collects, too
            dead, self._brood.dead = self._brood.dead, {}
            self._bury(dead)

    def _bury(self, dead: dict[int, int]) -> None:
        """What a supervisor leaves is ours now: it is killed if the supervisor was, else only remembered."""
        ends = {pid: os.waitstatus_to_exitcode(dead[pid]) for pid in self._supervisors.keys() & dead.keys()}
        numbers = {pid: self._supervisors.pop(pid) for pid in ends}
        broken = {pid for pid, code in ends.items() if code not in {TIDY, LEFT_SOME}}
        for pid, number in numbers.items():
            self._rung.bury(number, broken=pid in broken)
        if broken:
            # A daemon that another job left in this very moment cannot be told from what must die: it dies, too.
            if alive := self._brood.kill(spare=self._supervisors.keys() | self._left):
                pids = ", ".join(map(str, alive))
                sys.stderr.write(f"tickwork: a supervisor was killed; of what it ran, these did not die: {pids}\n")
            for pid in broken:
                script.remove(self._folder(numbers[pid]))
        if LEFT_SOME in ends.values() or self._left & dead.keys():
            below = descendants(os.getpid(), spare=self._supervisors)
            self._left = {proc.pid for proc in below if proc.parent == os.getpid()}


def main() -> None:
    control, page = (int(number) for number in sys.argv[1:3])
    for fd in (control, page):
        os.set_inheritable(fd, False)  # noqa: FBT003 (a C function)
    become_reaper()
    agent = Socket(fileno=control)
    farewell, their_farewell = pipe()
    rung, ready = choose(sys.argv[3], farewell=their_farewell)
    agent.send(message(Kind.READY, ready))
    if len(sys.argv) > len(("launcher", "control", "page", "containment")):
        from tickwork.worker.process.preloading import preload, read_preload

        say(agent, message(Kind.IMPORTED, preload(read_preload(sys.argv[4]))))
    gc.freeze()  # what is loaded now is shared with every supervisor: keep the collector from touching it
    launcher = Launcher(control=agent, page=LeasePage(page), rung=rung, farewell=farewell)
    os.close(page)
    launcher.run()


if __name__ == "__main__":
    main()
