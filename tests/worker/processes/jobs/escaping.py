"""Jobs that do what they can to outlive their run. Each process of theirs works in the folder that it was started in.

    python -I -S escaping.py <kind>

The file `<kind>.<role>` says that a process of that role is there; who is hard to see in the act (`RESTLESS`) writes it
anew all the time.
"""

import ctypes
import os
import pty
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

SH, SLEEP = "/bin/sh", "/bin/sleep"
NEW_PIDS, NEW_MOUNTS = 0x2000_0000, 0x0002_0000
SUBREAPER, DEATH_SIGNAL = 36, 1
NOBODY = 65534


def note(role: str) -> None:
    Path(f"{sys.argv[1]}.{role}").touch()


def stay() -> NoReturn:
    while True:
        time.sleep(1000)


def born(role: str, *steps: Callable[[], object]) -> int:
    """A child that takes the steps and stays."""
    pid = os.fork()
    if pid == 0:
        for step in steps:
            step()
        note(role)
        stay()
    return pid


def orphaned(role: str, *steps: Callable[[], object]) -> None:
    """The same, by a parent that ends at once."""
    pid = os.fork()
    if pid == 0:
        born(role, *steps)
        os._exit(0)
    os.waitpid(pid, 0)


def close_everything() -> None:
    os.closerange(0, 256)


def libc(name: str, *arguments: int) -> None:
    if getattr(ctypes.CDLL(None), name)(*arguments) != 0:
        raise OSError(name)


def sleeper(*words: str, env: dict[str, str] | None = None) -> None:
    """Exec what ignores TERM and sleeps, under the name that the words give it."""
    line = "trap '' TERM; : > \"$0.exec\"; while :; do sleep 1000; done"
    os.execve(SH, [*(words or ("sh",)), "-c", line, sys.argv[1]], os.environ if env is None else env)


# -- the kinds --


def ignores_term() -> None:
    note("main")


def new_group() -> None:
    born("child", lambda: os.setpgid(0, 0))


def new_session() -> None:
    born("child", os.setsid)


def double_fork() -> None:
    orphaned("orphan")


def daemon() -> None:
    orphaned("daemon", os.setsid, close_everything)


def daemon_of_daemons() -> None:
    orphaned("outer", os.setsid, close_everything, lambda: orphaned("inner", os.setsid))


def scrubbed_environment() -> None:
    if os.fork() == 0:
        os.setsid()
        sleeper(env={})


def renamed() -> None:
    if os.fork() == 0:
        sleeper("[kworker/0:1]")


def renamed_thread() -> None:
    born("child", lambda: Path("/proc/self/comm").write_text("init"))


def respawner() -> None:
    def watch() -> None:
        while True:
            os.waitpid(born("child"), 0)

    born("watcher", lambda: threading.Thread(target=watch, daemon=True).start())


def stopped() -> None:
    pid = born("child")
    os.kill(pid, signal.SIGSTOP)
    note("stopped")


def hopper() -> None:
    """Its pid is another one all the time."""
    if os.fork() == 0:
        os.setsid()
        while True:
            note("hopping")
            if os.fork() != 0:
                os._exit(0)
            time.sleep(0.002)


def bomb() -> None:
    """Forks on and on, each child for a moment."""

    def explode() -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            note("bombing")
            if os.fork() == 0:
                time.sleep(0.05)
                os._exit(0)
            time.sleep(0.005)

    for _ in range(3):
        if os.fork() == 0:
            explode()


def asks_a_daemon() -> None:
    """Like `at`: another process starts what is asked for, later."""
    place = f"\0{os.getcwd()}/at"
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(place)

    def serve() -> None:
        note("daemon")
        while True:
            orphaned(listening.recv(100).decode(), os.setsid)

    orphaned("never", os.setsid, serve)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asking:
        asking.sendto(b"asked", place)


def holds_output() -> None:
    orphaned("holder", os.setsid, lambda: os.write(1, b"held\n"))


def spawned_chain() -> None:
    """By posix_spawn, which is a vfork: sh starts sh starts sleep."""
    line = "trap '' TERM; (sh -c 'trap \"\" TERM; : > spawned_chain.inner; sleep 1000; :') & wait; :"
    os.posix_spawn(SH, ["sh", "-c", line], os.environ, setsid=True)


def nohup() -> None:
    line = "nohup setsid sh -c 'trap \"\" TERM HUP; : > nohup.child; sleep 1000; :' >/dev/null 2>&1 &"
    os.posix_spawn(SH, ["sh", "-c", line], os.environ)


def leaderless() -> None:
    """Its main thread is gone, another one lives on."""

    def end_alone() -> None:
        threading.Thread(target=time.sleep, args=(1000,)).start()
        note("child")
        number = {"x86_64": 60, "aarch64": 93}[os.uname().machine]
        ctypes.CDLL(None).syscall(number, 0)

    if os.fork() == 0:
        end_alone()


def blocks_signals() -> None:
    born("child", lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()))


def own_reaper() -> None:
    born("reaper", lambda: libc("prctl", SUBREAPER, 1, 0, 0, 0), lambda: orphaned("orphan", os.setsid))


def no_death_signal() -> None:
    libc("prctl", DEATH_SIGNAL, 0, 0, 0, 0)
    note("main")


def own_terminal() -> None:
    pid, _terminal = pty.fork()
    if pid == 0:
        note("child")
        stay()


def deep() -> None:
    """Twenty generations."""

    def descend(depth: int) -> None:
        if depth == 0:
            note("deepest")
        elif os.fork() == 0:
            os.setsid()
            descend(depth - 1)
        stay()

    if os.fork() == 0:
        descend(20)


# -- what only root can do --


def own_namespace() -> None:
    def shut_in() -> None:
        libc("unshare", NEW_PIDS | NEW_MOUNTS)
        born("inner", os.setsid)

    born("outer", shut_in)


def another_user() -> None:
    orphaned("nobody", os.setsid, lambda: note("asked"), lambda: os.setresuid(NOBODY, NOBODY, NOBODY))


def leaves_its_group() -> None:
    """To the root of the control groups."""

    def leave() -> None:
        mounts = Path("/proc/mounts").read_text().splitlines()
        for root in (line.split()[1] for line in mounts if line.split()[2] == "cgroup2"):
            Path(root, "cgroup.procs").write_text("0")

    orphaned("outside", os.setsid, leave)


ROLES: dict[Callable[[], None], tuple[str, ...]] = {
    ignores_term: ("main",),
    new_group: ("child",),
    new_session: ("child",),
    double_fork: ("orphan",),
    daemon: ("daemon",),
    daemon_of_daemons: ("outer", "inner"),
    scrubbed_environment: ("exec",),
    renamed: ("exec",),
    renamed_thread: ("child",),
    respawner: ("child", "watcher"),
    stopped: ("stopped",),
    hopper: ("hopping",),
    bomb: ("bombing",),
    asks_a_daemon: ("daemon", "asked"),
    holds_output: ("holder",),
    spawned_chain: ("inner",),
    nohup: ("child",),
    leaderless: ("child",),
    blocks_signals: ("child",),
    own_reaper: ("reaper", "orphan"),
    no_death_signal: ("main",),
    own_terminal: ("child",),
    deep: ("deepest",),
}
RESTLESS = ("hopping", "bombing")
FOR_ROOT: dict[Callable[[], None], tuple[str, ...]] = {
    own_namespace: ("inner", "outer"),
    another_user: ("asked",),
    leaves_its_group: ("outside",),
}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    globals()[sys.argv[1]]()
    stay()
