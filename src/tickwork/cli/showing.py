"""One job or one run, with everything that is known about it."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import rich_click as click

from tickwork.app.pickling import legible
from tickwork.cli.acting import json_option, over_either
from tickwork.cli.boards import edit_words
from tickwork.cli.graphing import graph_lines
from tickwork.cli.listing import RUN_HEADERS, print_changes_of_clock, run_row
from tickwork.cli.notifying import NOTICE_HEADERS, notice_row
from tickwork.cli.output import print_facts, print_heading, print_json, print_table, state_cell
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import clean, distance, local_time, span, why
from tickwork.core.clock import Instant, SystemClock
from tickwork.core.sizes import format_size
from tickwork.core.timing.text import format_duration
from tickwork.errors import NotFound
from tickwork.operations.notify.views import DeliveryView
from tickwork.operations.overrides import Edit
from tickwork.operations.views import (
    AttemptView,
    GapView,
    GraphView,
    GroupView,
    JobDetailView,
    KeptView,
    ProgressView,
    RunDetailView,
)

_OWN_LINES = frozenset({"keep", "id", "name", "project", "description", "schedules", "enabled", "needs", "after"})
"""Fields of a definition that are shown elsewhere on the page."""
_LENGTHS = frozenset({"timeout", "grace", "delay", "cap", "cpu"})


@click.command("show")
@click.argument("name", metavar="JOB|RUN")
@json_option
@over_either
async def show_command(verbs: Verbs, *, name: str, as_json: bool) -> None:
    """Show a job (definition, schedules, history) or a run (attempts, result, error).

    A run is named by the beginning of its id. A job of that very name goes first.
    """
    detail = await _find(verbs, name)
    if as_json:
        print_json(detail)
    elif isinstance(detail, JobDetailView):
        _print_job(detail, SystemClock().now())
        _print_edits(detail.edits)
        _print_graph(await verbs.jobs.graph(detail.job.id))
    else:
        explained = await verbs.runs.why(detail.run.id)
        _print_run(detail, explained.sentence, SystemClock().now())
        _print_group(await verbs.runs.group(detail.run.id), SystemClock().now())
        _print_notices(await verbs.runs.notices(detail.run.id), SystemClock().now())


async def _find(verbs: Verbs, name: str) -> JobDetailView | RunDetailView:
    try:
        return await verbs.jobs.get(name)
    except NotFound:
        pass
    try:
        return await verbs.runs.get(name)
    except NotFound:
        raise NotFound(f"there is no job and no run {name!r}; `tickwork ls` and `tickwork runs` list them") from None


def _print_job(detail: JobDetailView, now: Instant) -> None:
    job = detail.job
    print_facts(
        [
            ("job", job.id),
            ("project", job.project),
            ("description", detail.description),
            ("state", state_cell(job.state)),
            ("off", job.paused or ""),
            ("owner", f"board {job.owner}" if job.owner else "made by hand"),
            ("revision", str(job.revision)),
            *((name, _plain(name, value)) for name, value in detail.definition.items() if name not in _OWN_LINES),
            ("kept", _kept(detail.kept)),
        ]
    )
    print_heading("schedules")
    print_table(
        ("key", "when", "zone", "next"),
        [[row.key, row.words, row.zone, distance(row.next, now)] for row in detail.schedules],
        empty="none; it runs when asked to: `tickwork run`",
    )
    print_changes_of_clock(detail.schedules)
    print_heading("newest runs")
    print_table(RUN_HEADERS, [run_row(run, now) for run in detail.runs], empty="none yet")
    if detail.gaps:
        print_heading("due moments that did not become runs")
        print_table(("from", "to", "count", "state", "reason", "note"), map(_gap_row, detail.gaps), empty="")


def _kept(said: Sequence[KeptView]) -> str:
    """What is alike is said once."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in said:
        alike.setdefault((one.value, one.origin), []).append(one.what.replace("_", " "))
    return "; ".join(f"{', '.join(what)}: {value} (said by {origin})" for (value, origin), what in alike.items())


def _print_edits(edits: Sequence[Edit]) -> None:
    if edits:
        print_heading("changed by hand")
        for edit in edits:
            print(edit_words(edit))


def _print_graph(graph: GraphView) -> None:
    if len(graph.nodes) > 1:
        print_heading("graph")
        print("\n".join(graph_lines(graph)))


def _print_group(group: GroupView, now: Instant) -> None:
    if len(group.runs) > 1:
        print_heading(f"group {group.id}: {group.state}")
        print_table(RUN_HEADERS, [run_row(run, now) for run in group.runs], empty="")


def _print_notices(notices: Sequence[DeliveryView], now: Instant) -> None:
    if notices:
        print_heading("who is told")
        print_table(NOTICE_HEADERS, [notice_row(notice, now) for notice in notices], empty="")


def _gap_row(gap: GapView) -> list[Any]:
    return [
        local_time(gap.first),
        local_time(gap.last),
        str(gap.count),
        state_cell(gap.state),
        gap.reason,
        gap.note or "",
    ]


def _print_run(detail: RunDetailView, explained: str, now: Instant) -> None:
    run = detail.run
    print_facts(
        [
            ("run", run.id),
            ("job", f"{run.job} (revision {run.revision})"),
            ("state", state_cell(run.state)),
            ("why", explained),
            ("origin", run.origin),
            ("slot", local_time(run.slot)),
            ("ready", local_time(run.ready_at) if run.started is None and run.finished is None else ""),
            ("started", _moment(run.started, now)),
            ("finished", _moment(run.finished, now)),
            ("took", span(run.duration)),
            ("worker", run.worker or ""),
            ("contained by", detail.containment or ""),
            ("pins", "" if detail.pins is None else _plain("pins", detail.pins)),
            ("params", "" if detail.params is None else _json(detail.params)),
            ("result", "" if detail.result is None else _json(legible(detail.result))),
        ]
    )
    if detail.error:
        print_heading("error")
        print("\n".join(map(clean, detail.error.rstrip().splitlines())))
    if detail.frames:
        print_heading("variables, innermost frame first")
        for frame in reversed(detail.frames):
            print(f"{frame.file}:{frame.line} in {frame.function}")
            for name, value in frame.locals.items():
                print(f"    {name} = {clean(value)}")
    if detail.progress is not None:
        print_heading("progress")
        for line in _bars(detail.progress):
            print(line)
    if len(detail.attempts) > 1:
        print_heading("attempts")
        rows = [_attempt_row(attempt, now) for attempt in detail.attempts]
        print_table(("attempt", "state", "why", "when", "took", "worker"), rows, empty="")


def _bars(node: ProgressView, depth: int = 0) -> Iterator[str]:
    """A line for each bar, indented below what it is a part of."""
    name = node.group[-1] if node.group else "all"
    share = "" if node.share is None else f"{node.share:4.0%} "
    counted = f"{node.current:g}" + (f" of {node.total:g}" if node.total else "")
    left = "" if not node.left else f", {span(node.left)} left"
    status = f"  {clean(node.status)}" if node.status else ""
    yield f"{'  ' * depth}{share}{clean(name)}: {counted}{left}{status}"
    for child in node.children:
        yield from _bars(child, depth + 1)


def _attempt_row(attempt: AttemptView, now: Instant) -> list[Any]:
    return [
        str(attempt.n),
        state_cell(attempt.state),
        why(attempt.state, attempt.reason, attempt.exit_code),
        distance(attempt.started or attempt.finished, now),
        span(attempt.duration),
        attempt.worker,
    ]


def _moment(moment: str | None, now: Instant) -> str:
    return f"{local_time(moment)} ({distance(moment, now)})" if moment else ""


def _plain(name: str, value: Any) -> str:
    """A definition's value in the words of a board."""
    if name in _LENGTHS:
        return format_duration(value)
    if name == "memory":
        return format_size(value)
    if name == "umask":
        return f"{value:03o}"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(key, item)}" for key, item in value.items())
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
