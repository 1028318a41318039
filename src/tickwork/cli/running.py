"""Start a run by hand, and kill one."""

import signal

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import parse_params, parse_pins
from tickwork.cli.output import print_json, say
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import span, why
from tickwork.core.states import TERMINAL, Reason, State
from tickwork.errors import Conflict
from tickwork.operations.views import RunView

FAILED, TIMED_OUT, NEVER_RAN, NOT_LAUNCHED, SIGNALLED = 1, 124, 125, 126, 128
"""Exit codes of a waited-for run that has none of its own, after timeout(1), xargs(1) and the shell."""


@click.command("run")
@click.argument("job")
@click.option(
    "-p", "--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter; JSON if it parses as JSON."
)
@click.option("--with-deps", "deps", is_flag=True, help="Run what it needs first, as far as that is outdated.")
@click.option("--with-dependants", "dependants", is_flag=True, help="Run all that needs it afterwards.")
@click.option(
    "--pin", "pins", multiple=True, metavar="JOB=RUN", help="Use this run of a job it needs, not the newest successful."
)
@click.option("--armed", is_flag=True, help="Say that it is meant: protected jobs ask for it.")
@click.option("--wait", is_flag=True, help="Return when the run is over, with its exit code.")
@json_option
@over_either
async def run_command(
    verbs: Verbs,
    *,
    job: str,
    params: tuple[str, ...],
    deps: bool,
    dependants: bool,
    pins: tuple[str, ...],
    armed: bool,
    wait: bool,
    as_json: bool,
) -> int:
    """Run a job now, beside its schedule.

    Of a job that needs others the newest successful runs are used; if there is none, it fails. With --with-deps or
    --with-dependants all runs are one group with the id of this run; `tickwork show` shows them.

    \b
    With --wait the exit code is the run's:
      0    succeeded
      N    the exit code of the job
      1    failed without one (exception, lost, result too large)
      124  stopped by its time-out
      125  it never ran to its end: skipped, missed or cancelled
      126  could not be launched
      128+N  ended by signal N
    """
    given, used = parse_params(params), parse_pins(pins)
    run = await verbs.jobs.run(job, given, with_deps=deps, with_dependants=dependants, pins=used, armed=armed)
    if wait:
        return await _wait(verbs, run, as_json=as_json)
    _print_queued(run, as_json=as_json)
    return 0


async def _wait(verbs: Verbs, run: RunView, *, as_json: bool) -> int:
    if not as_json:
        nobody = "" if await verbs.workers.list() else "; no worker is on, `tickwork up` starts one"
        say(f"run {run.id} of {run.job} is {run.state}; waiting for its end{nobody}")
    ended = (await verbs.runs.wait(run.id)).run
    if as_json:
        print_json(ended)
    else:
        _print_ended(ended)
    return exit_code(ended)


def _print_queued(run: RunView, *, as_json: bool) -> None:
    if as_json:
        print_json(run)
    else:
        print(f"run {run.id} of {run.job} is {run.state}; `tickwork logs -f {run.id}` follows it")


def _print_ended(run: RunView) -> None:
    reason = why(run.state, run.reason, run.exit_code)
    facts = [f"run {run.id} of {run.job} {run.state}"]
    facts.extend([f"({reason})"] if reason else [])
    facts.extend([f"in {span(run.duration)}"] if run.duration is not None else [])
    print(" ".join(facts) + (f": {run.note}" if run.note and run.state != State.SUCCEEDED else ""))


def exit_code(run: RunView) -> int:
    """The status that stands for how a run ended."""
    if run.state != State.FAILED:
        return 0 if run.state == State.SUCCEEDED else NEVER_RAN
    match run.reason:
        case Reason.EXIT if run.exit_code:
            return run.exit_code
        case Reason.TIMEOUT:
            return TIMED_OUT
        case Reason.LAUNCH:
            return NOT_LAUNCHED
        case Reason.SIGNAL:
            return SIGNALLED + _signal_number(run)
        case _:
            return FAILED


def _signal_number(run: RunView) -> int:
    """Workers report a signal as its negative number or as 128 + number."""
    code = abs(run.exit_code or signal.SIGKILL)
    return code - SIGNALLED if code > SIGNALLED else code


@click.command("kill")
@click.argument("run")
@click.option("--why", "reason", default="", help="Kept with the run.")
@over_either
async def kill_command(verbs: Verbs, *, run: str, reason: str) -> None:
    """Kill a run: TERM, then KILL for its whole tree. One that has not begun is cancelled at once.

    RUN is the beginning of a run's id.
    """
    before = (await verbs.runs.get(run)).run
    after = before if before.state in TERMINAL else await verbs.runs.cancel(before.id, why=reason)
    if after.state not in TERMINAL:
        print(f"run {after.id} is being killed; `tickwork show {after.id}` tells when it is over")
    elif before.state in TERMINAL or after.state != State.CANCELLED:
        raise Conflict(f"run {after.id} is over already: {after.state}")
    else:
        print(f"run {after.id} is cancelled" + ("" if after.started else "; it had not begun"))
