"""As whom a process works and what it may use: agreed to in a fork, before anything of the job's runs; and what the
end of a job says of its limits."""

import math
import os
import resource
import signal
import time

import msgspec

from tickwork.core.clock import SECOND
from tickwork.core.model import Outcome, Resources
from tickwork.core.states import Reason, State
from tickwork.worker.process.kernel import never_gain_privileges
from tickwork.worker.processes import Account, Terms

_MEGABYTE = 1024 * 1024
_BEYOND = 1
"""Seconds that a process which ignores SIGXCPU has until the kernel kills it."""


def agree(terms: Terms, *, remaining: Resources) -> None:
    """Keep to the terms from now on. `remaining`: the limits that the cell does not keep. Raises `OSError`."""
    if terms.umask is not None:
        os.umask(terms.umask)
    if terms.nice is not None:
        _be_nice(terms.nice)
    for kind, most in ((resource.RLIMIT_AS, remaining.memory), (resource.RLIMIT_NOFILE, remaining.files)):
        if most is not None:
            _limit(kind, most, most)
    if terms.account is not None:
        become(terms.account)


def limit_cpu(resources: Resources) -> None:
    """Of this process as a program."""
    if resources.cpu is not None:
        seconds = math.ceil(resources.cpu / SECOND)
        _limit(resource.RLIMIT_CPU, seconds, seconds + _BEYOND)


def limit_call(resources: Resources) -> None:
    """Of this process for the call that it is about to make."""
    if resources.cpu is not None:
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + resources.cpu / SECOND), hard)


def become(account: Account) -> None:
    """All ids, real, effective and saved, and no way back; the groups are the account's."""
    try:
        os.setgroups(account.groups)
        os.setresgid(account.gid, account.gid, account.gid)
        os.setresuid(account.uid, account.uid, account.uid)
    except OSError as error:
        raise OSError(f"cannot become user {account.name!r}: {error.strerror}") from None
    if os.getresuid() != (account.uid,) * 3 or os.getresgid() != (account.gid,) * 3:  # -1 asks for no change
        raise OSError(f"cannot become user {account.name!r}: it has no usable id")
    never_gain_privileges()


def _be_nice(nice: int) -> None:
    try:
        os.setpriority(os.PRIO_PROCESS, 0, nice)
    except OSError as error:
        raise OSError(f"cannot run with nice {nice}: {error.strerror}; a worker of root can") from None


def _limit(kind: int, soft: int, hard: int) -> None:
    """Never beyond what the worker itself may use."""
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), most if hard == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(kind, (soft, hard))


def judged(outcome: Outcome, resources: Resources, *, hit: str | None = None, cpu: float = 0) -> Outcome:
    """The outcome of a job with limits: a failure that one of them explains is `resource`, one that it may explain
    says so. `hit`: what its cell knows; `cpu`: seconds that it used altogether, where that is known."""
    if outcome.state is not State.FAILED or resources == Resources():
        return outcome
    if (found := hit or _told_by(outcome, resources, cpu)) is not None:
        error = f"it hit its limit: {_words(resources)[found]}"
        return msgspec.structs.replace(outcome, reason=Reason.RESOURCE, error=error)
    if outcome.reason not in {Reason.EXIT, Reason.SIGNAL}:
        return outcome
    limits = ", ".join(_words(resources).values())
    return msgspec.structs.replace(outcome, error=f"{outcome.error} (it was limited: {limits})")


def _told_by(outcome: Outcome, resources: Resources, cpu: float) -> str | None:
    if resources.memory is not None and "builtins.MemoryError" in outcome.exception:
        return "memory"
    if resources.cpu is None:
        return None
    used_up = outcome.exit_code == 128 + signal.SIGKILL and cpu >= resources.cpu / SECOND
    return "cpu" if used_up or outcome.exit_code == 128 + signal.SIGXCPU else None


def _words(resources: Resources) -> dict[str, str]:
    words = {
        "memory": resources.memory and f"{resources.memory / _MEGABYTE:g} MB of memory",
        "cpu": resources.cpu and f"{resources.cpu / SECOND:g} s of processor time",
        "files": resources.files and f"{resources.files} open files",
        "processes": resources.processes and f"{resources.processes} processes",
    }
    return {name: text for name, text in words.items() if text}
