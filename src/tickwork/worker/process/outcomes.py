"""What the end of a process means: wait statuses and stops as outcomes."""

import os
import signal
from collections.abc import Sequence

import msgspec

from tickwork.core.model import Outcome
from tickwork.core.states import Reason, State
from tickwork.worker.processes import Stop


def exited(status: int) -> Outcome:
    """The outcome of a program that ended by itself. A signal is exit code 128 + n, as in a shell."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return Outcome(
            state=State.FAILED, reason=Reason.SIGNAL, exit_code=128 + number, error=f"killed by {_signal_name(number)}"
        )
    return exit_code(os.WEXITSTATUS(status))


def exit_code(code: int) -> Outcome:
    if code == 0:
        return Outcome(state=State.SUCCEEDED, exit_code=0)
    return Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=code, error=f"exit status {code}")


def crashed(status: int) -> Outcome:
    """The outcome of the call in which a warm child ended: never a success, whatever its status."""
    outcome = exited(status)
    if outcome.state is State.SUCCEEDED:
        return Outcome(
            state=State.FAILED, reason=Reason.EXIT, exit_code=0, error="the call ended its process with status 0"
        )
    return Outcome(
        state=State.FAILED,
        reason=outcome.reason,
        exit_code=outcome.exit_code,
        error=f"the call ended its process: {outcome.error}",
    )


def stopped(why: Stop, *, timeout: float | None, status: int | None) -> Outcome:
    """The outcome of a run that was stopped from outside. `status`: of its process, where that is known."""
    code = None if status is None else exited(status).exit_code
    match why:
        case Stop.CANCEL:
            return Outcome(state=State.CANCELLED, reason=Reason.USER, exit_code=code)
        case Stop.TIMEOUT:
            error = "timed out" if timeout is None else f"timed out after {timeout:g} s"
            return Outcome(state=State.FAILED, reason=Reason.TIMEOUT, exit_code=code, error=error)
        case Stop.WORKER_STOP:
            return _lost("the worker was stopped", code)
        case Stop.LIMIT:
            error = "it had more processes than its limit allows"
            return Outcome(state=State.FAILED, reason=Reason.RESOURCE, exit_code=code, error=error)
        case Stop.LEASE:
            return _lost("the worker could not renew its lease", code)
        case Stop.AGENT_GONE:
            return _lost("the worker died", code)


def noted(outcome: Outcome, survivors: Sequence[int], *, killed: bool) -> Outcome:
    """The same, naming the processes that live on: because they would not die, or because the job left them."""
    if not survivors:
        return outcome
    pids = ", ".join(map(str, survivors))
    return msgspec.structs.replace(
        outcome, remark=f"did not die of KILL: {pids}" if killed else f"left processes behind: {pids}"
    )


def lost(error: str) -> Outcome:
    return _lost(error, None)


def not_launched(error: str) -> Outcome:
    return Outcome(state=State.FAILED, reason=Reason.LAUNCH, error=error)


def _lost(error: str, code: int | None) -> Outcome:
    return Outcome(state=State.FAILED, reason=Reason.LOST, exit_code=code, error=error)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"
