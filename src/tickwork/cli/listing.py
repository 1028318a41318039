"""Lists: jobs, runs, what comes next, tasks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import on_clock, parse_moment, parse_zone
from tickwork.cli.output import Cell, print_json, print_table, state_cell
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import distance, schedule_time, span, why
from tickwork.core.clock import Instant, SystemClock
from tickwork.core.states import State
from tickwork.operations.views import JobView, RunView, ScheduleView

RUN_HEADERS = ("run", "job", "state", "why", "when", "took", "attempt", "origin")


@click.command("ls")
@click.option("--project", metavar="NAME", help="Only the jobs of this project.")
@click.option(
    "--tag",
    "tags",
    metavar="TAG",
    multiple=True,
    help="Only jobs with this tag; given several times: with all of them.",
)
@json_option
@over_either
async def ls_command(verbs: Verbs, *, project: str | None, tags: tuple[str, ...], as_json: bool) -> None:
    """List the jobs: state, tags, next due moment, how the last run ended."""
    jobs = [job async for job in verbs.jobs.list(project=project, tags=tags)]
    if as_json:
        print_json(jobs)
        return
    now = SystemClock().now()
    tagged = any(job.tags for job in jobs)
    rows = [_job_row(job, now, tagged=tagged) for job in jobs]
    print_table(
        ("job", "state", *(["tags"] if tagged else []), "schedule", "next", "last run"), rows, empty=_no_jobs(tags)
    )


def _no_jobs(tags: Sequence[str]) -> str:
    if tags:
        return f"no job has {'the tag' if len(tags) == 1 else 'all of the tags'} {', '.join(tags)}"
    return (
        "no jobs yet; `tickwork apply board.yaml` or `tickwork import crontab FILE` brings some, "
        "`tickwork up --demo` shows how it looks"
    )


def _job_row(job: JobView, now: Instant, *, tagged: bool) -> list[str | Cell]:
    last: str | Cell = ""
    if job.last is not None:
        mark = state_cell(job.last.state)
        last = Cell(f"{mark.text} {distance(job.last.finished, now)}", mark.style)
    tags = [", ".join(job.tags)] if tagged else []
    return [job.id, state_cell(job.state), *tags, "; ".join(job.schedules), distance(job.next, now), last]


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
@over_either
async def runs_command(verbs: Verbs, *, job: str | None, states: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List runs, the newest first."""
    found = None if job is None else await verbs.jobs.find(job)
    wanted = [State(state) for state in states]
    runs = [run async for run in verbs.runs.list(job=found, states=wanted, limit=limit)]
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
@over_either
async def next_command(
    verbs: Verbs, *, job: str | None, count: int, start: str | None, zone: str | None, as_json: bool
) -> None:
    """Show the next due moments of one job, or of all together.

    For one job also when its zone's clock is changed next, and what happens to the job then.
    """
    elsewhere = None if zone is None else parse_zone(zone)
    moment = None if start is None else parse_moment(start, what="--from")
    if job is None:
        upcoming = await verbs.next(count=count, start=moment)
    else:
        upcoming = await verbs.jobs.next(job, count=count, start=moment)
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
        print_changes_of_clock((await verbs.jobs.get(job, start=moment)).schedules)


def print_changes_of_clock(schedules: Iterable[ScheduleView]) -> None:
    """What the next change of the clocks does, each sentence once."""
    for note in dict.fromkeys(schedule.dst for schedule in schedules if schedule.dst):
        print(f"\n{note}")


@click.command("tasks")
@click.option("--project", metavar="NAME", help="Only the tasks of this project.")
@json_option
@over_either
async def tasks_command(verbs: Verbs, *, project: str | None, as_json: bool) -> None:
    """List the catalogue: the tasks of all boards, which jobs are made from."""
    tasks = await verbs.jobs.tasks(project=project)
    if as_json:
        print_json(tasks)
        return
    print_table(
        ("task", "project", "runs", "description"),
        [[task.name, task.project, _runs(task.definition), task.description] for task in tasks],
        empty="no tasks; a board has them under tasks:",
    )


def _runs(definition: Mapping[str, Any]) -> str:
    """What a task runs, in a line."""
    from tickwork.boards.keys import RUNNERS

    what = next((definition[key] for key in RUNNERS if key in definition), "")
    told = what if isinstance(what, str) else msgspec.json.encode(what).decode()
    return told.strip().splitlines()[-1] if told.strip() else ""
