"""Lists: jobs, runs, what comes next, tasks."""

from collections.abc import Iterable

import msgspec
import rich_click as click

from tickwork.cli.acting import json_option, over_store
from tickwork.cli.inputs import on_clock, parse_moment, parse_zone
from tickwork.cli.output import Cell, print_json, print_table, state_cell
from tickwork.cli.words import distance, schedule_time, span, why
from tickwork.core.clock import Instant, SystemClock
from tickwork.core.model import Call, Command, Console, Http, Script, Shell, Task
from tickwork.core.states import State
from tickwork.operations import Operations
from tickwork.operations.views import JobView, RunView, ScheduleView
from tickwork.store.protocol import RunFilter

RUN_HEADERS = ("run", "job", "state", "why", "when", "took", "attempt", "origin")


@click.command("ls")
@click.option("--project", metavar="NAME", help="Only the jobs of this project.")
@json_option
@over_store
async def ls_command(ops: Operations, *, project: str | None, as_json: bool) -> None:
    """List the jobs: state, next due moment, how the last run ended."""
    jobs = await ops.reads.jobs(project=project)
    if as_json:
        print_json(jobs)
        return
    now = SystemClock().now()
    print_table(
        ("job", "state", "schedule", "next", "last run"),
        [_job_row(job, now) for job in jobs],
        empty="no jobs yet; `tickwork apply board.yaml` or `tickwork import crontab FILE` brings some, "
        "`tickwork up --demo` shows how it looks",
    )


def _job_row(job: JobView, now: Instant) -> list[str | Cell]:
    last: str | Cell = ""
    if job.last is not None:
        mark = state_cell(job.last.state)
        last = Cell(f"{mark.text} {distance(job.last.finished, now)}", mark.style)
    return [job.id, state_cell(job.state), "; ".join(job.schedules), distance(job.next, now), last]


@click.command("runs")
@click.argument("job", required=False)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Only runs in this state; may be given several times.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100_000), help="At most so many.")
@json_option
@over_store
async def runs_command(ops: Operations, *, job: str | None, states: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List runs, the newest first."""
    found = None if job is None else await ops.jobs.find(job)
    where = RunFilter(job=None if found is None else found.id, states=tuple(State(state) for state in states))
    runs = await ops.reads.runs(where, limit=limit)
    if as_json:
        print_json(runs)
        return
    now = SystemClock().now()
    print_table(RUN_HEADERS, [run_row(run, now) for run in runs], empty="no runs")


def run_row(run: RunView, now: Instant) -> list[str | Cell]:
    """The columns of `RUN_HEADERS`."""
    return [
        run.id,
        run.job,
        state_cell(run.state),
        why(run.state, run.reason, run.exit_code) or (run.wait or ""),
        distance(run.started or run.finished or run.ready_at, now),
        span(run.duration),
        str(run.attempt or ""),
        run.origin,
    ]


@click.command("next")
@click.argument("job", required=False)
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 100_000), help="So many due moments.")
@click.option(
    "--from",
    "start",
    metavar="TIME",
    help="From this moment on, itself included: 2026-12-24T18:00 (local time) or with an offset or Z.",
)
@click.option("--zone", metavar="ZONE", help="Show the times on this zone's clock, not on each schedule's own.")
@json_option
@over_store
async def next_command(
    ops: Operations, *, job: str | None, count: int, start: str | None, zone: str | None, as_json: bool
) -> None:
    """Show the next due moments of one job, or of all together.

    For one job also when its zone's clock is changed next, and what happens to the job then.
    """
    elsewhere = None if zone is None else parse_zone(zone)
    moment = None if start is None else parse_moment(start, what="--from")
    upcoming = await ops.jobs.next(job, count=count, start=moment)
    if elsewhere is not None:
        upcoming = [msgspec.structs.replace(view, local=on_clock(view.slot, elsewhere)) for view in upcoming]
    if as_json:
        print_json(upcoming)
        return
    now = SystemClock().now()
    print_table(
        ("job", "due", f"in {zone}" if zone else "on the schedule's clock"),
        [[view.job, distance(view.slot, now), schedule_time(view.local)] for view in upcoming],
        empty="nothing is due any more" if job else "nothing is due; `tickwork ls` lists the jobs",
    )
    if job is not None:
        print_changes_of_clock((await ops.reads.job(job, start=moment)).schedules)


def print_changes_of_clock(schedules: Iterable[ScheduleView]) -> None:
    """What the next change of the clocks does, each sentence once."""
    for note in dict.fromkeys(schedule.dst for schedule in schedules if schedule.dst):
        print(f"\n{note}")


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a catalogue: what can be run, by name."""

    name: str
    project: str
    description: str
    task: Task


@click.command("tasks")
@click.option("--project", metavar="NAME", help="Only the tasks of this project.")
@json_option
@over_store
async def tasks_command(ops: Operations, *, project: str | None, as_json: bool) -> None:
    """List the catalogue: the tasks of all boards, which jobs are made from."""
    tasks = [
        TaskView(name=task.name, project=task.project, description=task.description, task=task.task)
        for task in await ops.jobs.tasks(project=project)
    ]
    if as_json:
        print_json(tasks)
        return
    print_table(
        ("task", "project", "runs", "description"),
        [[task.name, task.project, _runs(task.task), task.description] for task in tasks],
        empty="no tasks; a board has them under tasks:",
    )


def _runs(task: Task) -> str:
    """What a task runs, in a line."""
    match task:
        case (
            Shell(command=what)
            | Script(text=what)
            | Console(payload=what)
            | Command(program=what)
            | Call(target=what)
            | Http(url=what)
        ):
            return what.strip().splitlines()[-1] if what.strip() else ""
