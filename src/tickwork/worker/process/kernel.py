"""The few system calls that Python has no function for. The one home of `ctypes` in a worker."""

import ctypes
import os
import signal

NEW_MOUNTS, NEW_PIDS = 0x0002_0000, 0x2000_0000
"""Namespaces, as `unshare` and `setns` name them."""
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_PRIVATE = 2, 4, 8, 1 << 18
_libc = ctypes.CDLL(None, use_errno=True)


def become_reaper() -> None:
    """Orphans among our descendants become our children from now on."""
    _checked(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def die_with_parent(parent: int) -> None:
    """KILL us when `parent` (the process that forked us) dies; at once if it already has."""
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    if os.getppid() != parent:
        os._exit(127)


def never_gain_privileges() -> None:
    """No program that we become, however it is marked, has more rights than we have now."""
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def unshare(what: int) -> None:
    _checked(_libc.unshare(what), "unshare")


def enter(namespace: int, what: int) -> None:
    """`namespace`: a descriptor of one in /proc/<pid>/ns."""
    _checked(_libc.setns(namespace, what), "setns")


def mount_own_proc() -> None:
    """Show the processes of our own namespace under /proc, to whoever shares our mounts and to nobody else."""
    _checked(_libc.mount(b"none", b"/proc", None, _MS_PRIVATE, None), "mount")
    _checked(_libc.mount(b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, None), "mount")


def _checked(result: int, call: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")
